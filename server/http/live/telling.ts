import type { ServerMessages } from '../../contract/live.ts';
import type { RunEvent } from '../../contract/run.ts';
import type { Journal } from '../../store/journal.ts';

/** A result of up to this many characters is sent with the end of its run. Clients request a longer one. */
const MAX_RESULT = 64 * 1024;

/** An event as it is sent, and its number of characters. */
export interface Telling {
  readonly message: Parameters<ServerMessages['run:event']>;
  readonly size: number;
}

/** Makes the message of an event. The end of a run includes a small result, so that clients need not request it. */
export function tellingOf(journal: Pick<Journal, 'runs'>, event: RunEvent): Telling {
  const size = JSON.stringify(event).length;
  const result =
    event.type === 'runFinished' ? journal.runs.watchedResult(event.runId, MAX_RESULT) : undefined;
  return result
    ? { message: [event, result], size: size + JSON.stringify(result).length }
    : { message: [event], size };
}
