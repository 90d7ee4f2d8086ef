import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfAborted } from '../../../nodes/sdk/index.ts';

/** A computation may keep the thread for this long before others get a turn, in milliseconds. */
const SHARE_MS = 12;

/** Shares the thread: a long computation asks between short steps, and others get a turn when it has had its share. */
export class Turns {
  readonly #signal: AbortSignal;
  #since = performance.now();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Whether the thread was kept for long enough. @throws CancelledError */
  isDue(): boolean {
    throwIfAborted(this.#signal);
    return performance.now() - this.#since > SHARE_MS;
  }

  /** Lets others have a turn if one is due. @throws CancelledError */
  async next(): Promise<void> {
    if (!this.isDue()) return;
    await nextTurn();
    throwIfAborted(this.#signal);
    this.#since = performance.now();
  }
}
