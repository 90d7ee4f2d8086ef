import { writeResult } from './disk-results.ts';
import { createHoldings } from './holdings.ts';
import type { Plan } from './plan.ts';
import type { NodeResult } from './result-cache.ts';
import type { DiskStore, ValueCodec } from './services.ts';
import { weigh } from './weigh.ts';

/** What a run writes to disk while it goes on. */
export interface DiskWrites {
  readonly disk: DiskStore | undefined;
  /** Writes a result if it is worth it. */
  offer(id: string, key: string, result: NodeResult, ms: number): void;
  /** When all that was begun is written. */
  settled(): Promise<void>;
}

/** A result that took less is computed again as fast as it is read. */
const WORTH_MS = 5;
/** Larger results would be copied whole to be written, and are mostly per-item cached by whoever made them. */
const MOST_BYTES = 512 * 1024 * 1024;

/** The writes of one run; to nowhere when there is no disk store. */
export function createDiskWrites(plan: Plan, disk: DiskStore | undefined, codec: ValueCodec): DiskWrites {
  const pending = new Set<Promise<void>>();
  const holdings = createHoldings();

  /** Where the next run would otherwise have to start: results, and what is given to nodes that always run. */
  const isBoundary = (id: string) =>
    plan.targets.has(id) ||
    plan.nodes
      .get(id)!
      .neededBy.some((dependent) => plan.nodes.get(dependent)!.definition?.cache === 'never');

  const isWorthIt = (id: string, ms: number) =>
    ms >= WORTH_MS || (plan.nodes.get(id)!.definition?.resource ?? 'cpu') !== 'cpu' || isBoundary(id);

  return {
    disk,
    offer(id, key, result, ms) {
      if (!disk || !isWorthIt(id, ms)) return;
      const { tensors, plainBytes } = weigh(result.outputs);
      if (tensors.reduce((sum, tensor) => sum + tensor.bytes, plainBytes) > MOST_BYTES) return;
      const letGo = holdings.hold(result.outputs);
      const writing = writeResult(disk, codec, key, result).finally(() => {
        letGo();
        pending.delete(writing);
      });
      pending.add(writing);
    },
    async settled() {
      await Promise.all(pending);
    },
  };
}
