import { setImmediate as setTurn } from 'node:timers/promises';
import { errorFields, type Log } from '../log.ts';
import type { Journal } from '../store/journal.ts';
import type { Notices } from './notices.ts';

/** What forgetting needs. */
export interface RetentionDeps {
  readonly journal: Journal;
  readonly notices: Notices;
  readonly log: Log;
  /** How many runs are kept, newest first; 0 keeps all. */
  readonly keep: number;
  /** Removes the files that a run wrote. */
  readonly removeOutputs: (runId: string) => Promise<void>;
  /** Runs that there are files of. */
  readonly outputs: () => Promise<readonly string[]>;
}

/** Forgetting waits this long after a run has ended, in milliseconds: whoever waited for its results comes first. */
const CALM_MS = 2000;
const BATCH = 20;

/**
 * Forgets runs beyond the newest, each with its events, results and files, one at a time and behind all other work; never one
 * that waits or is under way. Uploads stay: saved workflows may use them. Returns a function that ends it.
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
        // Its files first: a server that ends in between finds the run again, and forgets it then.
        await removeOutputs(id);
        // One that a power cut brings back is forgotten again.
        if (!journal.runs.remove(id, 'fast')) return;
        count += 1;
        await setTurn();
      }
    if (count > 0) log.info('runs forgotten', { count, keep });
  }

  /** Files whose run was forgotten while its server ended. */
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
