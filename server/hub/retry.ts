import { setTimeout as pause } from 'node:timers/promises';
import { CancelledError } from '../../nodes/sdk/index.ts';
import { hubMessage } from '../contract/messages/hub.ts';
import { PassingError } from './hub-error.ts';
import type { HubSettings } from './settings.ts';

const MAX_PAUSE_MS = 30_000;
const BUSY = new Set([408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]);

/** @throws PassingError for a status after which another try may succeed */
export function throwIfBusy(status: number, host: string, retryAfter?: string): void {
  if (!BUSY.has(status)) return;
  const seconds = Number(retryAfter);
  throw new PassingError(hubMessage('hub.server-busy', { host, status }), {
    waitMs: seconds >= 0 ? Math.min(seconds * 1000, MAX_PAUSE_MS) : undefined,
  });
}

/** A try that receives fewer bytes than this made no progress, or a few bytes from time to time would keep it going forever. */
const LEAST_PROGRESS = 1024;
/** After as many stall times without progress, no more tries are made. */
const MOST_STALLS = 3;

/**
 * Retries work until it succeeds, with a longer pause after each failure. A try that made progress resets the count of failures
 * and the time that all tries may take.
 * @param progress gives a number that grows when a try makes progress, such as the bytes received
 * @throws the error of the last try; CancelledError
 */
export async function persist<T>(
  work: () => Promise<T>,
  { tries, pauseMs, stallMs }: Pick<HubSettings, 'tries' | 'pauseMs' | 'stallMs'>,
  signal: AbortSignal,
  progress: () => number = () => 0,
): Promise<T> {
  let since = performance.now();
  for (let failures = 0; ; ) {
    if (signal.aborted) throw new CancelledError();
    const before = progress();
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw new CancelledError();
      if (!(error instanceof PassingError)) throw error;
      const advanced = progress() - before >= LEAST_PROGRESS;
      failures = advanced ? 1 : failures + 1;
      if (advanced) since = performance.now();
      const isStalled = failures >= MOST_STALLS && performance.now() - since >= MOST_STALLS * stallMs;
      if (failures >= tries || isStalled) throw error;
      const ms = Math.min(pauseMs * 2 ** (failures - 1), MAX_PAUSE_MS);
      await pause(Math.max(ms * (0.75 + Math.random() / 2), error.waitMs ?? 0), undefined, { signal }).catch(
        () => {},
      );
    }
  }
}
