import type { ServerMessages } from '../../contract/live.ts';
import type { RunEvent } from '../../contract/run.ts';
import type { Journal } from '../../store/journal.ts';

/** A result of up to this many characters is sent with the end of its run. Clients request a longer one. */
const MAX_RESULT = 64 * 1024;
/** A message that has this many characters takes no further events, so that a slow client is noticed between messages. */
const FULL = 64 * 1024;

/** A message with events of one run in order, and its number of characters. */
export interface Telling {
  readonly runId: string;
  readonly message: Parameters<ServerMessages['run:events']>;
  readonly size: number;
}

/**
 * Puts events into as few messages as possible, in order. The end of a run includes a small result, so that clients need not
 * request it.
 */
export function* tellingsOf(
  journal: Pick<Journal, 'runs'>,
  events: readonly RunEvent[],
): Generator<Telling, void> {
  let batch: RunEvent[] = [];
  let size = 0;
  for (const [i, event] of events.entries()) {
    batch.push(event);
    size += JSON.stringify(event).length;
    const { runId, type } = event;
    const isOver = type === 'runFinished';
    if (!isOver && size < FULL && events[i + 1]?.runId === runId) continue;
    const result = isOver ? journal.runs.watchedResult(runId, MAX_RESULT) : undefined;
    yield result
      ? { runId, message: [batch, result], size: size + JSON.stringify(result).length }
      : { runId, message: [batch], size };
    batch = [];
    size = 0;
  }
}
