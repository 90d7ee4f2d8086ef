import type { PortValue } from '../../nodes/sdk/index.ts';
import { writeResult } from './disk-results.ts';
import { createHoldings } from './holdings.ts';
import type { Plan } from './plan.ts';
import type { NodeResult } from './result-cache.ts';
import type { DiskStore, ValueCodec } from './services.ts';
import { totalBytes, weigh } from './weigh.ts';

/** Writes results of a run to disk in the background. */
export interface DiskWrites {
  readonly disk: DiskStore | undefined;
  /** Writes a result if reading it later would save time. */
  offer(id: string, key: string, result: NodeResult, ms: number): void;
  /** Resolves when all started writes have ended. */
  settled(): Promise<void>;
}

/** In milliseconds. A faster result is recomputed as quickly as it is read. */
const WORTH_MS = 5;
/** In bytes. Writing a larger result would need a full copy in memory, and its node usually caches each item anyway. */
const MOST_BYTES = 512 * 1024 * 1024;

/** In bytes. Reading so little takes no time. */
const SMALL_BYTES = 1024 * 1024;
/** How fast results are read and checked, in bytes per millisecond. A larger result is made as quickly as it is read. */
const READ_BYTES_PER_MS = 500_000;

/** Whether a value refers to the vectors of other results. On disk it would be a copy of a whole gallery. */
const isReference = (value: PortValue) => value.kind === 'similarity' && value.scores.form === 'product';

/** Makes the writer of one run. Without a disk store it writes nothing. */
export function createDiskWrites(plan: Plan, disk: DiskStore | undefined, codec: ValueCodec): DiskWrites {
  const pending = new Set<Promise<void>>();
  const holdings = createHoldings();

  /** Whether a later run would have to start here: a target, or a source of a node that always runs. */
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
      if (Object.values(result.outputs).some(isReference)) return;
      const bytes = totalBytes(weigh(result.outputs));
      if (bytes > MOST_BYTES || (bytes > SMALL_BYTES && bytes > ms * READ_BYTES_PER_MS)) return;
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
