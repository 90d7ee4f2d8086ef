import type { Message } from '../../nodes/sdk/index.ts';
import type { RunEvent, RunEventBody, RunResult, RunState } from '../contract/run.ts';
import { errorFields, type Log } from '../log.ts';
import type { Journal } from '../store/journal.ts';
import type { Notices } from './notices.ts';

/** The time until the recorder tries a failing journal again. */
const RETRY_MS = 500;
/** If more events than this wait for the journal, progress and previews are dropped. */
const MAX_PENDING = 5000;

/** Writes the events of runs to the journal in few transactions, and then publishes them. */
export interface Recorder {
  record(runId: string, body: RunEventBody): void;
  /** Resolves when the end is in the journal. It tries again while the disk is full. */
  finish(runId: string, status: RunState, ms: number, result: RunResult): Promise<void>;
  requeue(runId: string, message: Message, crashed: boolean): Promise<void>;
  /** Writes the waiting events. @returns whether the journal took them */
  flush(): boolean;
  /** Whether the journal cannot be written at the moment. */
  readonly failing: boolean;
}

/** Makes a recorder for a journal. It publishes an event only after it was written. */
export function createRecorder(journal: Journal, notices: Notices, log: Log): Recorder {
  let pending: { runId: string; body: RunEventBody }[] = [];
  let scheduled = false;
  let failing = false;

  /** @returns the written events, or undefined if the journal failed */
  function attempt(write: () => RunEvent[]): RunEvent[] | undefined {
    try {
      const events = write();
      if (failing) log.info('the journal can be written again');
      failing = false;
      return events;
    } catch (error) {
      if (!failing) log.error('the journal cannot be written', errorFields(error));
      failing = true;
      return undefined;
    }
  }

  /** Writes the waiting events. @returns them, or undefined if the journal failed */
  function write(): RunEvent[] | undefined {
    if (pending.length === 0) return [];
    const batch = pending;
    const events = attempt(() => journal.runs.append(batch));
    if (!events) {
      if (pending.length > MAX_PENDING)
        pending = pending.filter(
          ({ body }) => body.type !== 'nodeProgressed' && body.type !== 'nodePreviewed',
        );
      return undefined;
    }
    pending = [];
    return events;
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
    // The events of one message of the runner are written in one transaction.
    if (failing) setTimeout(run, RETRY_MS).unref();
    else setImmediate(run);
  }

  /** Writes after all earlier events, and tries again until it works. */
  async function insist(last: () => RunEvent[]): Promise<void> {
    for (;;) {
      const earlier = write();
      const events = earlier && attempt(last);
      // Together, so that clients get the last events and the end in one message.
      if (earlier) notices.publish([...earlier, ...(events ?? [])]);
      if (events) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  return {
    record(runId, body) {
      pending.push({ runId, body });
      later();
    },
    finish: (runId, status, ms, result) => insist(() => journal.runs.finish(runId, status, ms, result)),
    requeue: (runId, message, crashed) => insist(() => journal.runs.requeue(runId, message, crashed)),
    flush,
    get failing() {
      return failing;
    },
  };
}
