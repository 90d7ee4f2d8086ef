import type { OnProgress } from '../../nodes/sdk/index.ts';

/** At most twenty a second. */
const INTERVAL_MS = 50;

/** What a watcher is told: how far, and the total where that is news. */
export interface ProgressStep {
  readonly done: number;
  readonly total?: number;
}

/** A node's progress on its way to whoever watches. */
export interface Progress {
  readonly report: OnProgress;
  /** Delivers what is still waiting. Later reports are dropped. */
  end(): void;
}

/** Coalesces reports, keeps them from going backwards, and delivers the last one in any case. */
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
    deliver({ done, ...(total !== delivered.total && { total }) });
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
