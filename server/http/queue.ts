import { setImmediate as setTurn } from 'node:timers/promises';
import { type ErrorDetails, PatchbayError, word } from '../../nodes/sdk/index.ts';
import { requestMessage } from '../contract/messages/requests.ts';
import { runnerMessage } from '../contract/messages/runner.ts';
import { runMessage } from '../contract/messages/runs.ts';
import type { QueueState, RunEventBody, RunResult, RunSummary } from '../contract/run.ts';
import { errorFields, type Log } from '../log.ts';
import type { RunHandle, RunnerEvent, Supervisor } from '../runner/supervisor.ts';
import type { Journal } from '../store/journal.ts';
import type { Lane } from '../store/run-rows.ts';
import { type QueuedRun, resultOf } from '../store/runs.ts';
import type { Notices } from './notices.ts';
import type { Recorder } from './recorder.ts';

/**
 * How many runs of each lane run at the same time. Two runs on one device would slow each other down. Beside them runs at most
 * one interactive run on the device, so that a search does not wait for an indexing run.
 */
const LANES: Readonly<Record<Lane, number>> = { device: 1, light: 1 };
/** A run is not tried again after this many crashes, because it may be their cause. */
const MAX_CRASHES = 2;
/** A run is not tried again after this many starts, even if its servers were ended from outside each time. */
const MAX_ATTEMPTS = 10;
const SHOWN = 100;
/** The time until the queue tries a failing journal again. */
const RETRY_MS = 1000;
/** The codes of problems that mean that the process of the run was lost. */
const LOST: ReadonlySet<string> = new Set(['runner.crashed', 'runner.killed', 'runner.memory']);
/** A larger preview is not stored, because the result replaces it soon. */
const MAX_PREVIEW_CHARACTERS = 512 * 1024;

/** The queued and running runs. The journal stores their state, and the queue starts and ends them. */
export interface Queue {
  submit(run: QueuedRun): ReturnType<Journal['runs']['submit']>;
  /** Cancels a queued or running run. @returns the run, or undefined if it does not exist */
  cancel(id: string): Promise<RunSummary | undefined>;
  /** Asks a node of a running run for its best result so far. Does nothing for a node that does not run, or cannot end early. */
  stopNode(id: string, nodeId: string): RunSummary | undefined;
  toFront(id: string): boolean;
  pause(): void;
  resume(): void;
  /** Cancels all queued runs. @returns their number */
  clear(): Promise<number>;
  state(): QueueState;
  /** Resumes the runs of an earlier server, then starts working. */
  open(): Promise<void>;
  /** Stops the running runs and queues them again for the next server. */
  close(): Promise<void>;
}

/** The parts that the queue uses. */
export interface QueueDeps {
  readonly journal: Journal;
  readonly supervisor: Supervisor;
  readonly recorder: Recorder;
  readonly notices: Notices;
  readonly log: Log;
  /** Whether the last server ended by a crash of its own, which its runs may have caused, and not from outside. */
  readonly crashed: boolean;
  /** The folders of a run: where its relative paths start, and where it can write. */
  readonly folders: (run: RunSummary) => { readonly workflowFolder: string; readonly outFolder: string };
  /** The files in the output folder of a run. */
  readonly files: (runId: string) => Promise<RunResult['files']>;
}

/** The event for the journal; undefined for the end, which is written with the result, and for a large preview. */
function bodyOf(event: RunnerEvent, attempt: number): RunEventBody | undefined {
  if (event.type === 'runFinished') return undefined;
  if (event.type === 'runStarted') return { ...event, attempt };
  if (event.type === 'nodePreviewed' && JSON.stringify(event.view).length > MAX_PREVIEW_CHARACTERS)
    return undefined;
  return event;
}

const internal = (error: unknown): ErrorDetails =>
  error instanceof PatchbayError ? error.toJSON() : requestMessage('run.internal');

/** The end of a run whose process was killed twice: the message says that it is not tried again. */
function asSecond(problem: ErrorDetails): ErrorDetails {
  if (problem.code !== 'runner.killed') return problem;
  const args = { ...problem.args, how: problem.args?.how ?? '', lost: runnerMessage('runner.killed-twice') };
  return { ...problem, ...runnerMessage('runner.killed', args) };
}

/** A running run. */
interface Active {
  readonly lane: Lane;
  /** Whether it has the place of interactive runs, beside the lanes. */
  readonly interactive: boolean;
  handle?: RunHandle;
  stop?: 'cancel' | 'requeue';
  over: Promise<void>;
}

/** Makes a queue that works through the queued runs of the journal. */
export function createQueue(deps: QueueDeps): Queue {
  const { journal, supervisor, recorder, notices, log } = deps;
  const active = new Map<string, Active>();
  let paused = journal.settings.get('paused') === 'true';
  let open = false;

  const state = (): QueueState => {
    const waiting = journal.runs.waiting(SHOWN);
    return { paused, running: [...active.keys()], queued: [...waiting.ids], queuedTotal: waiting.total };
  };
  const changed = () => notices.queueChanged();

  /** The run to start next; `unreadable` if its row is damaged; undefined if there is none or no place for it. */
  function choose(): { id: string; lane: Lane; interactive: boolean } | 'unreadable' | undefined {
    const running = [...active.values()];
    const waiting = running.some(({ interactive }) => interactive)
      ? undefined
      : journal.runs.nextInteractive();
    if (waiting === 'unreadable') return waiting;
    if (waiting) return { ...waiting, interactive: true };
    const busy = (lane: Lane) => running.filter((one) => one.lane === lane && !one.interactive).length;
    const free = (Object.keys(LANES) as Lane[]).filter((lane) => busy(lane) < LANES[lane]);
    const next = journal.runs.next(free);
    return next === undefined || next === 'unreadable' ? next : { ...next, interactive: false };
  }

  function work(): void {
    try {
      startRuns();
    } catch (error) {
      log.error('the queue cannot be read', errorFields(error));
      setTimeout(work, RETRY_MS).unref();
    }
  }

  function startRuns(): void {
    while (open && !paused) {
      const next = choose();
      if (!next) return;
      if (next === 'unreadable') {
        if (!setAside()) return;
        continue;
      }
      const run = begin(next.id);
      if (!run) return;
      const entry: Active = { ...next, over: Promise.resolve() };
      active.set(run.id, entry);
      entry.over = carryOut(run, entry).finally(() => {
        active.delete(run.id);
        changed();
        work();
      });
      changed();
    }
  }

  /** Ends the waiting runs whose rows are damaged. @returns whether that could be written */
  function setAside(): boolean {
    try {
      const events = journal.runs.setAside();
      if (events.length > 0) log.error('damaged runs were set aside', { count: events.length });
      notices.publish(events);
      return events.length > 0;
    } catch (error) {
      log.error('damaged runs cannot be set aside', errorFields(error));
      return false;
    }
  }

  /** @returns undefined if the journal cannot be written now; the queue tries again later */
  function begin(id: string): RunSummary | undefined {
    try {
      return journal.runs.start(id);
    } catch (error) {
      log.error('a run cannot be started', { runId: id, ...errorFields(error) });
      setTimeout(work, RETRY_MS).unref();
      return undefined;
    }
  }

  async function carryOut(run: RunSummary, entry: Active): Promise<void> {
    try {
      const workflowText = journal.runs.workflow(run.id);
      if (workflowText === undefined) throw new Error('The journal has no workflow of this run.');
      entry.handle = supervisor.run(
        {
          runId: run.id,
          workflowText,
          targets: run.targets ?? undefined,
          useCache: run.useCache,
          partial: run.partial,
          ...deps.folders(run),
        },
        (event) => {
          const body = bodyOf(event, run.attempts);
          if (body) recorder.record(run.id, body);
        },
      );
      const { status, ms, ...rest } = await entry.handle.done;
      const result = { ...rest };
      if (entry.stop === 'requeue' && status === 'cancelled')
        return await recorder.requeue(run.id, runMessage('run.stopped'), false);
      const [problem] = result.problems;
      if (status === 'failed' && problem && !entry.stop && isCaughtUp(run, problem.code))
        return await recorder.requeue(run.id, runMessage('run.taken-down'), true);
      if (status === 'failed' && problem?.code === 'runner.killed' && !entry.stop) {
        if (journal.runs.crashes(run.id) + 1 < MAX_CRASHES)
          return await recorder.requeue(run.id, runMessage('run.runner-killed'), true);
        result.problems = result.problems.map(asSecond);
      }
      const files = await deps.files(run.id);
      await recorder.finish(run.id, status, ms, { ...result, files });
      log.info('run ended', { runId: run.id, status, ms: Math.round(ms) });
    } catch (error) {
      log.error('run could not be carried out', { runId: run.id, ...errorFields(error) });
      await recorder.finish(run.id, 'failed', 0, resultOf(internal(error)));
    }
  }

  /** Whether another run, which may use models, more likely caused the loss of the process. */
  const isCaughtUp = (run: RunSummary, code: string): boolean =>
    (code === 'runner.lost' || (LOST.has(code) && active.get(run.id)?.lane === 'light')) &&
    journal.runs.crashes(run.id) + 1 < MAX_CRASHES &&
    active.size > 1;

  const cancelled = () => resultOf(word('run.cancelled'));

  async function recover(): Promise<void> {
    for (const run of journal.runs.running()) {
      const crashes = journal.runs.crashes(run.id) + (deps.crashed ? 1 : 0);
      if (crashes < MAX_CRASHES && run.attempts < MAX_ATTEMPTS) {
        await recorder.requeue(run.id, runMessage('run.server-lost'), deps.crashed);
        log.warn('run taken up again', { runId: run.id });
        continue;
      }
      const problem = runMessage('run.interrupted', { crashes: Math.max(crashes, run.attempts) });
      await recorder.finish(run.id, 'interrupted', 0, resultOf(problem));
      log.warn('run given up', { runId: run.id, crashes });
    }
  }

  return {
    state,
    submit(run) {
      const submitted = journal.runs.submit(run);
      if (submitted.kind === 'new') {
        notices.publish(journal.events.after(submitted.run.id, 0, 1));
        changed();
        // The answer is sent before the work begins.
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
        // Not by the recorder, which would let the client wait while the disk is full.
        notices.publish(journal.runs.finish(id, 'cancelled', 0, cancelled()));
        changed();
      }
      return journal.runs.get(id);
    },
    stopNode(id, nodeId) {
      active.get(id)?.handle?.stopNode(nodeId);
      return journal.runs.get(id);
    },
    toFront(id) {
      const moved = journal.runs.toFront(id);
      if (moved) changed();
      return moved;
    },
    // The journal comes first: if it cannot be written, the client gets an error, and nothing has changed.
    pause() {
      journal.settings.set('paused', 'true');
      paused = true;
      changed();
    },
    resume() {
      journal.settings.set('paused', 'false');
      paused = false;
      changed();
      work();
    },
    async clear() {
      let count = 0;
      for (;;) {
        const events = journal.runs.cancelWaiting(SHOWN, cancelled());
        if (events.length === 0) break;
        notices.publish(events);
        count += events.length;
        // Ten thousand runs take many transactions, so other work gets its turn.
        await setTurn();
      }
      changed();
      return count;
    },
    async open() {
      setAside();
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
      recorder.close();
      await Promise.all([...active.values()].map(({ over }) => over));
      recorder.flush();
    },
  };
}
