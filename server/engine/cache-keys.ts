import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/**
 * The parts of a cache key, kept separate so that a miss can say which part changed. Long parts are replaced by their
 * hash.
 */
export interface KeyParts {
  readonly type: string;
  /** The node's own version, and its code. */
  readonly version: string;
  readonly params: string;
  /** Keys of the inputs, by port, in order. */
  readonly inputs: string;
  /** The node's fingerprint of the outside world, for example of the files it reads. */
  readonly outside: string;
  readonly device: string;
}

/** What {@link keyParts} needs to know about a node. */
export interface KeyIngredients {
  readonly type: string;
  readonly version: number;
  /** Changes with the code behind the node's results. */
  readonly code?: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** For each input port: the key of each source node and the output port it is connected to. */
  readonly inputs: Iterable<
    readonly [port: string, sources: readonly (readonly [key: string, port: string])[]]
  >;
  readonly fingerprint?: string;
  /** Set only for nodes whose numbers depend on the device. */
  readonly deviceKey?: string;
}

const SHORT = 64;

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function digest(text: string): string {
  return text.length <= SHORT ? text : sha256(text);
}

/**
 * Makes the parts of a node's key. A source is named by its own key, so the work grows only with the wires of this
 * node.
 */
export function keyParts(node: KeyIngredients): KeyParts {
  return {
    type: node.type,
    version: digest(`${node.version} ${node.code ?? ''}`),
    params: digest(canonicalJson(node.params)),
    inputs: digest(JSON.stringify([...node.inputs].filter(([, sources]) => sources.length > 0))),
    outside: digest(node.fingerprint ?? ''),
    device: node.deviceKey ?? '',
  };
}

/** Makes the Merkle key of a node. Two nodes with the same key give the same result. */
export function keyOf(parts: KeyParts): string {
  return sha256(
    JSON.stringify([parts.type, parts.version, parts.params, parts.inputs, parts.outside, parts.device]),
  );
}
