import type { ServerMessages } from '../../contract/live.ts';
import type { RunEvent } from '../../contract/run.ts';
import type { Journal } from '../../store/journal.ts';

/** The result of a run comes with its end up to this many characters; clients ask for a longer one. */
const MAX_RESULT = 64 * 1024;

/** An event as it is sent, and how many characters that is. */
export interface Telling {
  readonly message: Parameters<ServerMessages['run:event']>;
  readonly size: number;
}

/** An event of the journal as it is told: the end of a run with its results, so that nobody has to ask for what is small. */
export function tellingOf(journal: Pick<Journal, 'runs'>, event: RunEvent): Telling {
  const size = JSON.stringify(event).length;
  const result =
    event.type === 'runFinished' ? journal.runs.watchedResult(event.runId, MAX_RESULT) : undefined;
  return result
    ? { message: [event, result], size: size + JSON.stringify(result).length }
    : { message: [event], size };
}
