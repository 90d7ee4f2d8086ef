import type { AnyOutputs, Message, Skipped } from '../../nodes/sdk/index.ts';
import type { KeyParts } from './cache-keys.ts';
import { createHoldings } from './holdings.ts';
import type { DiskStore } from './services.ts';

/** The result of a node: its outputs by port, and the items it left out. */
export interface NodeResult {
  readonly outputs: AnyOutputs;
  readonly skipped: readonly Skipped[];
  /** Warnings of the node, which a later run that takes this result repeats. */
  readonly warnings?: readonly Message[];
  /** The notes of the nodes before it, by cache key: a run that takes this result does not look at them. */
  readonly before?: readonly (readonly [key: string, notes: NodeNotes])[];
}

/** What a node said beside its outputs. */
export type NodeNotes = Pick<NodeResult, 'skipped' | 'warnings'>;

/** Whether a node said anything. */
export const hasNotes = ({ skipped, warnings = [] }: NodeNotes): boolean =>
  skipped.length > 0 || warnings.length > 0;

/** Results in memory by cache key, the least recently used dropped first. Outlives runs; shared by all runs of a process. */
export interface ResultCache {
  get(key: string): NodeResult | undefined;
  /** Keeps a result if it fits, and holds its tensors until it is dropped. */
  put(key: string, result: NodeResult): void;
  /** The parts of the key of a node when it last had a result. */
  lastParts(nodeId: string): KeyParts | undefined;
  remember(nodeId: string, parts: KeyParts): void;
  /** Drops all results and releases their memory. */
  clear(): void;
  /** The bytes held. A tensor counts once. Plain data is estimated. */
  readonly bytes: number;
  readonly size: number;
  /** If given, replaces the disk store of the run's services. */
  readonly disk?: DiskStore;
}

/** How many nodes are remembered for cache reasons; the oldest are forgotten first. */
const REMEMBERED_NODES = 50_000;

/** Moves a key to the end of a map, which is the most recent place. */
function touch<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
}

/** Makes an empty cache that holds at most `maxBytes` of results. */
export function createResultCache(options: {
  readonly maxBytes: number;
  readonly disk?: DiskStore;
}): ResultCache {
  const entries = new Map<string, { readonly result: NodeResult; readonly letGo: () => void }>();
  const history = new Map<string, KeyParts>();
  const holdings = createHoldings();

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry) touch(entries, key, entry);
      return entry?.result;
    },
    put(key, result) {
      const replaced = entries.get(key);
      // The notes of other nodes are shared with their own results.
      const { before: _, ...own } = result;
      touch(entries, key, { result, letGo: holdings.hold(own) });
      // Only now: both may share tensors.
      replaced?.letGo();
      for (const [oldest, entry] of entries) {
        if (holdings.bytes <= options.maxBytes) break;
        entries.delete(oldest);
        entry.letGo();
      }
    },
    lastParts: (nodeId) => history.get(nodeId),
    remember(nodeId, parts) {
      touch(history, nodeId, parts);
      if (history.size > REMEMBERED_NODES) history.delete(history.keys().next().value!);
    },
    clear() {
      for (const entry of entries.values()) entry.letGo();
      entries.clear();
    },
    get bytes() {
      return holdings.bytes;
    },
    get size() {
      return entries.size;
    },
    disk: options.disk,
  };
}
