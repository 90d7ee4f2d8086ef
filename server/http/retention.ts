import { setImmediate as setTurn } from 'node:timers/promises';
import { errorFields, type Log } from '../log.ts';
import type { Journal } from '../store/journal.ts';
import type { Notices } from './notices.ts';

/** The parts that the deletion of old runs uses. */
export interface RetentionDeps {
  readonly journal: Journal;
  readonly notices: Notices;
  readonly log: Log;
  /** How many runs are kept, newest first; 0 keeps all. */
  readonly keep: number;
  /** Deletes the files that a run wrote. */
  readonly removeOutputs: (runId: string) => Promise<void>;
  /** The ids of all runs with files. */
  readonly outputs: () => Promise<readonly string[]>;
}

/** The wait after the end of a run, in milliseconds, so that clients get its results first. */
const CALM_MS = 2000;
const BATCH = 20;

/**
 * Deletes all runs except the newest, with their events, results and files. It deletes one at a time, after all other
 * work. It never deletes a queued or running run. Uploads stay, because saved workflows may use them. @returns a
 * function that stops it
 */
export function keepNewestRuns(deps: RetentionDeps): () => Promise<void> {
  const { journal, notices, log, keep, removeOutputs } = deps;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  async function forgetOld(): Promise<void> {
    let count = 0;
    for (let ids = journal.runs.expired(keep, BATCH); ids.length > 0; ids = journal.runs.expired(keep, BATCH))
      for (const id of ids) {
        if (isOver) return;
        // Files first: if the server ends in between, the next one finds the run again and deletes it.
        await removeOutputs(id);
        // If a power cut brings the run back, it is deleted again.
        if (!journal.runs.remove(id, 'fast')) return;
        count += 1;
        await setTurn();
      }
    if (count > 0) log.info('runs forgotten', { count, keep });
  }

  /** Deletes files without a run, which a server left when it ended while deleting. */
  async function sweep(): Promise<void> {
    for (const id of await deps.outputs()) {
      if (isOver) return;
      if (!journal.runs.get(id)) await removeOutputs(id);
    }
  }

  const attempt = (work: () => Promise<void>) =>
    work().catch((error) => log.warn('old runs cannot be forgotten', errorFields(error)));
  let working: Promise<void> = attempt(sweep);
  const soon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      working = working.then(() => attempt(forgetOld));
    }, CALM_MS).unref();
  };
  soon();
  const leave = notices.onEvents((events) => {
    if (events.some(({ type }) => type === 'runFinished')) soon();
  });
  return async () => {
    isOver = true;
    leave();
    clearTimeout(timer);
    await working;
  };
}
