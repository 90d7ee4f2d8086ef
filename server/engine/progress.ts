import type { OnProgress } from '../../nodes/sdk/index.ts';

/** At most 20 updates a second. */
const INTERVAL_MS = 50;

/** How far a node is. `total` is absent only if the node does not know it. */
export interface ProgressStep {
  readonly done: number;
  readonly total?: number;
}

/** Receives the progress of a node and delivers it at a limited rate. */
export interface Progress {
  readonly report: OnProgress;
  /** Delivers the last update. Later reports are dropped. */
  end(): void;
}

/** Makes a progress that merges frequent reports, never goes backwards, and always delivers the last one. */
export function createProgress(deliver: (step: ProgressStep) => void): Progress {
  let done = -1;
  let total: number | undefined;
  let delivered: ProgressStep = { done: -1 };
  let deliveredAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (done === delivered.done && total === delivered.total) return;
    // The total comes with each step, because a client may have missed the one before.
    deliver({ done, ...(total !== undefined && { total }) });
    delivered = { done, total };
    deliveredAt = performance.now();
  };

  return {
    report(newDone, newTotal = total) {
      if (ended || !Number.isFinite(newDone) || newDone < 0) return;
      if (newTotal !== undefined && Number.isFinite(newTotal)) total = newTotal;
      done = Math.max(done, total === undefined ? newDone : Math.min(newDone, total));
      const wait = deliveredAt + INTERVAL_MS - performance.now();
      if (wait <= 0) flush();
      else timer ??= setTimeout(flush, wait);
    },
    end() {
      flush();
      ended = true;
    },
  };
}
