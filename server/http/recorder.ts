import { setTimeout as setTimer } from 'node:timers/promises';
import type { Message } from '../../nodes/sdk/index.ts';
import { storageMessage } from '../contract/messages/storage.ts';
import type { RunEvent, RunEventBody, RunResult, RunState } from '../contract/run.ts';
import { errorFields, type Log } from '../log.ts';
import type { Journal } from '../store/journal.ts';
import { resultOf } from '../store/runs.ts';
import { isTransient } from '../store/sqlite.ts';
import type { Notices } from './notices.ts';

/** Events that come within this many milliseconds share a transaction and a message to each client. */
const TOGETHER_MS = 8;
/** The time until the recorder tries a failing journal again. */
const RETRY_MS = 500;
/** After this many tries, an end without results is written, which may find place on a disk that is almost full. */
const FULL_TRIES = 4;
/** If more events than this wait for the journal, progress and previews are dropped. */
const MAX_PENDING = 5000;

/** Writes the events of runs to the journal in few transactions, and then publishes them. */
export interface Recorder {
  record(runId: string, body: RunEventBody): void;
  /**
   * Resolves when the end is in the journal. It tries again while the disk is full. An end that can never be written becomes a
   * failure that says so.
   */
  finish(runId: string, status: RunState, ms: number, result: RunResult): Promise<void>;
  requeue(runId: string, message: Message, crashed: boolean): Promise<void>;
  /** Writes the waiting events. @returns whether the journal took them */
  flush(): boolean;
  /** Writes the waiting events and stops trying again. The next server repairs what is missing. */
  close(): void;
  /** Whether the journal cannot be written at the moment. */
  readonly failing: boolean;
}

/** Makes a recorder for a journal. It publishes an event only after it was written. */
export function createRecorder(journal: Journal, notices: Notices, log: Log): Recorder {
  let pending: { runId: string; body: RunEventBody }[] = [];
  let scheduled = false;
  let failing = false;
  let closed = false;
  let close = () => {};
  const whenClosed = new Promise<void>((resolve) => {
    close = resolve;
  });

  type Attempt = { readonly events: RunEvent[] } | { readonly error: unknown };

  function attempt(write: () => RunEvent[]): Attempt {
    try {
      const events = write();
      if (failing) log.info('the journal can be written again');
      failing = false;
      return { events };
    } catch (error) {
      if (isTransient(error)) {
        if (!failing) log.error('the journal cannot be written', errorFields(error));
        failing = true;
      } else log.error('the journal refuses an entry', errorFields(error));
      return { error };
    }
  }

  /** Writes the waiting events. @returns them, or undefined if the journal failed */
  function write(): RunEvent[] | undefined {
    if (pending.length === 0) return [];
    const batch = pending;
    const all = attempt(() => journal.runs.append(batch));
    if ('error' in all && isTransient(all.error)) {
      if (pending.length > MAX_PENDING)
        pending = pending.filter(
          ({ body }) => body.type !== 'nodeProgressed' && body.type !== 'nodePreviewed',
        );
      return undefined;
    }
    pending = [];
    if ('events' in all) return all.events;
    // One of them can never be written. Without it the others can.
    return batch.flatMap((one) => {
      const alone = attempt(() => journal.runs.append([one]));
      if ('error' in alone && isTransient(alone.error)) pending.push(one);
      return 'events' in alone ? alone.events : [];
    });
  }

  function flush(): boolean {
    const events = write();
    if (events && events.length > 0) notices.publish(events);
    return events !== undefined;
  }

  function later(): void {
    if (scheduled) return;
    scheduled = true;
    const run = () => {
      scheduled = false;
      if (!flush()) later();
    };
    setTimeout(run, failing ? RETRY_MS : TOGETHER_MS).unref();
  }

  /**
   * Writes after all earlier events, and tries again while the disk cannot be written.
   * @param less writes less instead, if the first way can never work, or the disk has no place for it
   */
  async function insist(last: () => RunEvent[], less?: () => RunEvent[]): Promise<void> {
    let way = last;
    for (let tries = 1; !closed || tries === 1; tries++) {
      const earlier = write();
      const ended = earlier && attempt(way);
      const events = ended && 'events' in ended ? ended.events : [];
      // Together, so that clients get the last events and the end in one message.
      if (earlier) notices.publish([...earlier, ...events]);
      if (ended && 'events' in ended) return;
      const isHopeless = ended !== undefined && !isTransient(ended.error);
      // The run stays as it is in the journal, and the next server takes it up. All others go on.
      if (isHopeless && (way === less || !less)) return;
      if (less && (isHopeless || tries >= FULL_TRIES)) way = less;
      if (!isHopeless) await Promise.race([setTimer(RETRY_MS, undefined, { ref: false }), whenClosed]);
    }
  }

  return {
    record(runId, body) {
      pending.push({ runId, body });
      later();
    },
    finish: (runId, status, ms, result) =>
      insist(
        () => journal.runs.finish(runId, status, ms, result),
        () => journal.runs.finish(runId, 'failed', 0, resultOf(storageMessage('run.result-unstored'))),
      ),
    requeue: (runId, message, crashed) => insist(() => journal.runs.requeue(runId, message, crashed)),
    flush,
    close() {
      flush();
      closed = true;
      close();
    },
    get failing() {
      return failing;
    },
  };
}
