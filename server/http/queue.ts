import { setImmediate as setTurn } from 'node:timers/promises';
import { type ErrorDetails, PatchbayError, word } from '../../nodes/sdk/index.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { runMessage } from '../contract/messages/runs.ts';
import { errorFields, type Log } from '../log.ts';
import type { QueueMessage, RunMessage } from '../protocol.ts';
import type { RunHandle, RunnerEvent, Supervisor } from '../runner/supervisor.ts';
import type { EventBody } from '../store/events.ts';
import type { Journal } from '../store/journal.ts';
import type { Lane } from '../store/run-rows.ts';
import { type NewRun, outcomeOf, type StoredOutcome } from '../store/runs.ts';
import type { Hub } from './hub.ts';
import type { Recorder } from './recorder.ts';

/** How many runs of each lane go side by side: nothing is gained where two fight for one device. */
const LANES: Readonly<Record<Lane, number>> = { device: 1, light: 1 };
/** A run that was lost to so many crashes is not tried again: it may be their cause. */
const MAX_CRASHES = 2;
const SHOWN = 100;
/** How long a journal that cannot be written is left alone. */
const RETRY_MS = 1000;
/** What the end of a process is told as. */
const LOST: ReadonlySet<string> = new Set(['runner.crashed', 'runner.killed', 'runner.memory']);
/** Events beyond this size are not worth their room: a preview is replaced by the result. */
const MAX_PREVIEW_CHARACTERS = 512 * 1024;

/** Runs that wait and runs under way; the journal is the truth, this only moves it on. */
export interface Queue {
  submit(run: NewRun): ReturnType<Journal['runs']['submit']>;
  /** Ends a run that waits or is under way. @returns the run, or undefined when there is none. */
  cancel(id: string): Promise<RunMessage | undefined>;
  toFront(id: string): boolean;
  pause(): void;
  resume(): void;
  /** Cancels all that wait. @returns how many. */
  clear(): Promise<number>;
  state(): QueueMessage;
  /** Takes up what an earlier server left, then starts working. */
  open(): Promise<void>;
  /** Stops what is under way and puts it back, for the next server. */
  close(): Promise<void>;
}

/** What the queue works with. */
export interface QueueDeps {
  readonly journal: Journal;
  readonly supervisor: Supervisor;
  readonly recorder: Recorder;
  readonly hub: Hub;
  readonly log: Log;
  /** The folders of a run: where its relative paths start, and where it may write. */
  readonly folders: (run: RunMessage) => { readonly workflowFolder: string; readonly outFolder: string };
  /** The files in a run's output folder. */
  readonly files: (runId: string) => Promise<StoredOutcome['files']>;
}

/** The event as the journal keeps it: its own numbers, and the end is written with the outcome. */
function bodyOf(event: RunnerEvent, attempt: number): EventBody | undefined {
  const { seq: _, ...body } = event;
  if (body.type === 'runFinished') return undefined;
  if (body.type === 'runStarted') return { ...body, nodes: [...body.nodes], attempt };
  if (body.type === 'nodePreviewed' && JSON.stringify(body.view).length > MAX_PREVIEW_CHARACTERS)
    return undefined;
  return body as EventBody;
}

const internal = (error: unknown): ErrorDetails =>
  error instanceof PatchbayError
    ? error.toJSON()
    : { code: 'internal', message: 'The run could not be carried out; the log of the server says why.' };

/** A run under way. */
interface Active {
  readonly lane: Lane;
  handle?: RunHandle;
  stop?: 'cancel' | 'requeue';
  over: Promise<void>;
}

/** A queue that works through the journal's waiting runs. */
export function createQueue(deps: QueueDeps): Queue {
  const { journal, supervisor, recorder, hub, log } = deps;
  const active = new Map<string, Active>();
  let paused = journal.settings.get('paused') === 'true';
  let open = false;

  const state = (): QueueMessage => {
    const waiting = journal.runs.waiting(SHOWN);
    return { paused, running: [...active.keys()], queued: [...waiting.ids], queuedTotal: waiting.total };
  };
  const changed = () => hub.queueChanged();

  function work(): void {
    while (open && !paused) {
      const busy = (lane: Lane) => [...active.values()].filter((one) => one.lane === lane).length;
      const free = (Object.keys(LANES) as Lane[]).filter((lane) => busy(lane) < LANES[lane]);
      const next = journal.runs.next(free);
      if (!next) return;
      const run = begin(next.id);
      if (!run) return;
      const entry: Active = { lane: next.lane, over: Promise.resolve() };
      active.set(run.id, entry);
      entry.over = carryOut(run, entry).finally(() => {
        active.delete(run.id);
        changed();
        work();
      });
      changed();
    }
  }

  /** @returns undefined when the journal cannot take it now; it is tried again. */
  function begin(id: string): RunMessage | undefined {
    try {
      return journal.runs.start(id);
    } catch (error) {
      log.error('a run cannot be started', { runId: id, ...errorFields(error) });
      setTimeout(work, RETRY_MS).unref();
      return undefined;
    }
  }

  async function carryOut(run: RunMessage, entry: Active): Promise<void> {
    try {
      const text = journal.runs.workflow(run.id);
      if (text === undefined) throw new Error('The journal has no workflow of this run.');
      entry.handle = supervisor.run(
        {
          runId: run.id,
          workflow: JSON.parse(text) as Workflow,
          targets: run.targets ?? undefined,
          useCache: run.cache,
          ...deps.folders(run),
        },
        (event) => {
          const body = bodyOf(event, run.attempts);
          if (body) recorder.record(run.id, body);
        },
      );
      const { status, ms, problems, nodes, outputs, views } = await entry.handle.done;
      if (entry.stop === 'requeue' && status === 'cancelled')
        return await recorder.requeue(run.id, runMessage('run.stopped'), false);
      const [problem] = problems;
      if (status === 'failed' && problem && !entry.stop && isCaughtUp(run, problem.code))
        return await recorder.requeue(run.id, runMessage('run.taken-down'), true);
      const files = await deps.files(run.id);
      const outcome = { problems, nodes, outputs, views, files } as unknown as StoredOutcome;
      await recorder.finish(run.id, status, ms, outcome);
      log.info('run ended', { runId: run.id, status, ms: Math.round(ms) });
    } catch (error) {
      log.error('run could not be carried out', { runId: run.id, ...errorFields(error) });
      await recorder.finish(run.id, 'failed', 0, outcomeOf(internal(error)));
    }
  }

  /** Whether a run that uses no model was lost beside one that may: it was not the cause. */
  const isCaughtUp = (run: RunMessage, code: string): boolean =>
    (code === 'runner.lost' || (LOST.has(code) && active.get(run.id)?.lane === 'light')) &&
    journal.runs.crashes(run.id) + 1 < MAX_CRASHES &&
    active.size > 1;

  const cancelled = () => outcomeOf(word('run.cancelled'));

  async function recover(): Promise<void> {
    for (const run of journal.runs.running()) {
      const crashes = journal.runs.crashes(run.id) + 1;
      if (crashes < MAX_CRASHES) {
        await recorder.requeue(run.id, runMessage('run.server-lost'), true);
        log.warn('run taken up again', { runId: run.id });
        continue;
      }
      const problem = runMessage('run.interrupted', { crashes });
      await recorder.finish(run.id, 'interrupted', 0, outcomeOf(problem));
      log.warn('run given up', { runId: run.id, crashes });
    }
  }

  return {
    state,
    submit(run) {
      const submitted = journal.runs.submit(run);
      if (submitted.kind === 'new') {
        hub.publish(journal.events.after(submitted.run.id, 0, 1));
        changed();
        // The answer goes out before the work begins.
        setImmediate(work);
      }
      return submitted;
    },
    async cancel(id) {
      const entry = active.get(id);
      if (entry) {
        entry.stop = 'cancel';
        entry.handle?.cancel();
        await entry.over;
      } else if (journal.runs.get(id)?.status === 'queued') {
        await recorder.finish(id, 'cancelled', 0, cancelled());
        changed();
      }
      return journal.runs.get(id);
    },
    toFront(id) {
      const moved = journal.runs.toFront(id);
      if (moved) changed();
      return moved;
    },
    pause() {
      paused = true;
      journal.settings.set('paused', 'true');
      changed();
    },
    resume() {
      paused = false;
      journal.settings.set('paused', 'false');
      changed();
      work();
    },
    async clear() {
      let count = 0;
      for (;;) {
        const events = journal.runs.cancelWaiting(SHOWN, cancelled());
        if (events.length === 0) break;
        hub.publish(events);
        count += events.length;
        // Ten thousand of them are many transactions: others get their turn.
        await setTurn();
      }
      changed();
      return count;
    },
    async open() {
      await recover();
      open = true;
      work();
    },
    async close() {
      open = false;
      for (const entry of active.values()) {
        entry.stop ??= 'requeue';
        entry.handle?.cancel();
      }
      await Promise.all([...active.values()].map(({ over }) => over));
      recorder.flush();
    },
  };
}
