import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/** What a cache key is made of, apart, so that a changed key can say what changed. Long parts are hashes already. */
export interface KeyParts {
  readonly type: string;
  readonly version: string;
  readonly params: string;
  /** Keys of what comes in, by port, in order. */
  readonly inputs: string;
  /** Fingerprint of the outside world. */
  readonly outside: string;
  readonly device: string;
}

/** What {@link keyParts} needs to know of a node. */
export interface KeyIngredients {
  readonly type: string;
  readonly version: number;
  readonly params: Readonly<Record<string, unknown>>;
  /** Keys of the sources of each port, each with the port it comes out of. */
  readonly inputs: Iterable<
    readonly [port: string, sources: readonly (readonly [key: string, port: string])[]]
  >;
  readonly fingerprint?: string;
  /** Given for nodes whose numbers depend on the device. */
  readonly deviceKey?: string;
}

const SHORT = 64;

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function digest(text: string): string {
  return text.length <= SHORT ? text : sha256(text);
}

/** The parts of a node's key. Sources are named by their keys, not by their ancestry: the cost of a node is that of its own wires. */
export function keyParts(node: KeyIngredients): KeyParts {
  return {
    type: node.type,
    version: String(node.version),
    params: digest(canonicalJson(node.params)),
    inputs: digest(JSON.stringify([...node.inputs].filter(([, sources]) => sources.length > 0))),
    outside: digest(node.fingerprint ?? ''),
    device: node.deviceKey ?? '',
  };
}

/** The Merkle key of a node: two nodes with one key give the same result. */
export function keyOf(parts: KeyParts): string {
  return sha256(
    JSON.stringify([parts.type, parts.version, parts.params, parts.inputs, parts.outside, parts.device]),
  );
}
