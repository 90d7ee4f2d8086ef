import type { Message } from '../../nodes/sdk/index.ts';
import { errorFields, type Log } from '../log.ts';
import type { RunEventMessage, RunState } from '../protocol.ts';
import type { EventBody } from '../store/events.ts';
import type { Journal } from '../store/journal.ts';
import type { StoredOutcome } from '../store/runs.ts';
import type { Hub } from './hub.ts';

/** How long a journal that cannot be written is left alone. */
const RETRY_MS = 500;
/** Beyond this many events that wait for a journal, progress is given up: it is the only thing that may be. */
const MAX_PENDING = 5000;

/** Writes what happens in runs to the journal, in few transactions, and tells of it once it is there. */
export interface Recorder {
  record(runId: string, body: EventBody): void;
  /** Resolves when the end is in the journal; a full disk is waited for. */
  finish(runId: string, status: RunState, ms: number, outcome: StoredOutcome): Promise<void>;
  requeue(runId: string, message: Message, crashed: boolean): Promise<void>;
  /** Writes what waits. @returns whether the journal took it. */
  flush(): boolean;
  /** Why nothing can be written at the moment. */
  readonly failing: boolean;
}

/** A recorder on a journal; nothing of a run is published before it is written. */
export function createRecorder(journal: Journal, hub: Hub, log: Log): Recorder {
  let pending: { runId: string; body: EventBody }[] = [];
  let scheduled = false;
  let failing = false;

  /** @returns what was written, or undefined when nothing could be. */
  function attempt(write: () => RunEventMessage[]): RunEventMessage[] | undefined {
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

  function flush(): boolean {
    if (pending.length === 0) return true;
    const batch = pending;
    const events = attempt(() => journal.runs.append(batch));
    if (!events) {
      if (pending.length > MAX_PENDING)
        pending = pending.filter(
          ({ body }) => body.type !== 'nodeProgressed' && body.type !== 'nodePreviewed',
        );
      return false;
    }
    pending = [];
    hub.publish(events);
    return true;
  }

  function later(): void {
    if (scheduled) return;
    scheduled = true;
    const run = () => {
      scheduled = false;
      if (!flush()) later();
    };
    // Whatever one message of the runner brought, and what came with it, is one transaction.
    if (failing) setTimeout(run, RETRY_MS).unref();
    else setImmediate(run);
  }

  /** After all that came before, and as often as it takes: a full disk is waited for. */
  async function insist(write: () => RunEventMessage[]): Promise<void> {
    for (;;) {
      const events = flush() ? attempt(write) : undefined;
      if (events) return hub.publish(events);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  return {
    record(runId, body) {
      pending.push({ runId, body });
      later();
    },
    finish: (runId, status, ms, outcome) => insist(() => journal.runs.finish(runId, status, ms, outcome)),
    requeue: (runId, message, crashed) => insist(() => journal.runs.requeue(runId, message, crashed)),
    flush,
    get failing() {
      return failing;
    },
  };
}
