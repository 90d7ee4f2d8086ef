import { type KeyParts, keyOf, keyParts } from './cache-keys.ts';
import { type Failure, failureOf } from './failure.ts';
import type { Plan, PlannedNode } from './plan.ts';
import type { EngineServices } from './services.ts';

/** The key of a planned node. `parts` is set if its result may be kept. */
export interface NodeKey {
  readonly key: string;
  readonly parts?: KeyParts;
}

/** How many fingerprints are computed at the same time. */
const SIDE_BY_SIDE = 8;

/** Computes the fingerprints of all nodes that have one, and the failures of those that throw. */
export async function takeFingerprints(
  plan: Plan,
  { outside }: Pick<EngineServices, 'outside'>,
  signal: AbortSignal,
): Promise<{
  readonly fingerprints: ReadonlyMap<string, string>;
  readonly failures: ReadonlyMap<string, Failure>;
}> {
  const waiting = [...plan.nodes.values()].filter((node) => node.definition?.fingerprint);
  const fingerprints = new Map<string, string>();
  const failures = new Map<string, Failure>();
  const queue = waiting.values();
  const work = async () => {
    // All workers share one iterator, so each takes the next node.
    for (const node of queue) {
      if (signal.aborted) return;
      try {
        fingerprints.set(node.id, await node.definition!.fingerprint!(node.params, outside));
      } catch (thrown) {
        failures.set(node.id, failureOf(node, thrown));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, waiting.length) }, work));
  return { fingerprints, failures };
}

/**
 * Computes the keys of all planned nodes, sources first. A node that must not be cached gets a new key in every run, so
 * no node after it is found in the cache either.
 * @param nonce a text that is different in each run
 */
export function computeKeys(
  plan: Plan,
  fingerprints: ReadonlyMap<string, string>,
  deviceKey: string,
  nonce: string,
): ReadonlyMap<string, NodeKey> {
  const keys = new Map<string, NodeKey>();
  for (const node of plan.nodes.values()) {
    const parts = isKept(node) ? partsOf(node, keys, fingerprints, deviceKey) : undefined;
    keys.set(node.id, parts ? { key: keyOf(parts), parts } : { key: `${nonce}:${node.id}` });
  }
  return keys;
}

function isKept({ definition }: PlannedNode): boolean {
  return definition !== undefined && definition.cache !== 'never';
}

function partsOf(
  node: PlannedNode,
  keys: ReadonlyMap<string, NodeKey>,
  fingerprints: ReadonlyMap<string, string>,
  deviceKey: string,
): KeyParts | undefined {
  const definition = node.definition!;
  const inputs: [string, (readonly [string, string])[]][] = [];
  for (const [port, ends] of node.takes) {
    // A source behind a cycle has no key yet. The node will be skipped anyway.
    if (ends.some((end) => !keys.has(end.node))) return undefined;
    inputs.push([port, ends.map((end) => [keys.get(end.node)!.key, end.port] as const)]);
  }
  return keyParts({
    type: node.node.type,
    version: definition.version ?? 1,
    code: node.code,
    params: node.params,
    // Sorted, because the order of edges between ports in the file has no meaning.
    inputs: inputs.sort(([a], [b]) => (a < b ? -1 : 1)),
    fingerprint: fingerprints.get(node.id),
    deviceKey: definition.resource === 'device' ? deviceKey : undefined,
  });
}
