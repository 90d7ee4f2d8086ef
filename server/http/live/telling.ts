import type { RunEventMessage, ServerMessages } from '../../protocol.ts';
import type { Journal } from '../../store/journal.ts';

/** What a run kept at its end comes with it up to this many characters; more is asked for by whoever wants it. */
const MAX_RESULTS = 64 * 1024;

/** An event as it is sent, and how many characters that is. */
export interface Telling {
  readonly message: Parameters<ServerMessages['run:event']>;
  readonly size: number;
}

/** An event of the journal as it is told: the end of a run with its results, so that nobody has to ask for what is small. */
export function tellingOf(journal: Pick<Journal, 'runs'>, event: RunEventMessage): Telling {
  const size = JSON.stringify(event).length;
  const results = event.type === 'runFinished' ? journal.runs.results(event.runId, MAX_RESULTS) : undefined;
  return results
    ? { message: [event, results], size: size + JSON.stringify(results).length }
    : { message: [event], size };
}
