import { join } from 'node:path';
import type { ErrorDetails } from '../../nodes/sdk/index.ts';
import { runnerMessage } from '../contract/messages/runner.ts';
import { blamesModel, type Ending, sentenceOf } from './endings.ts';
import type { StartOptions } from './messages.ts';
import type { ModelNote } from './notes.ts';
import type { Quarantine } from './quarantine.ts';
import { RunnerProcess } from './runner-process.ts';
import type { Task } from './task.ts';

/** How much processes may use, and how long the pool waits for them. */
export interface PoolLimits {
  readonly rssBytes: number;
  /** A process with more resident bytes is replaced when it is idle. */
  readonly restBytes: number;
  readonly runsPerChild: number;
  readonly cancelGraceMs: number;
}

/** An event for the log. */
export interface RunnerLog {
  readonly event: 'started' | 'ready' | 'ended' | 'quarantined';
  readonly pid?: number;
  readonly message?: string;
}

export interface PoolOptions {
  readonly entry: string;
  /** The folder that holds the folders of the processes. */
  readonly folder: string;
  readonly start: Omit<StartOptions, 'notesFile' | 'quarantined'>;
  readonly limits: PoolLimits;
  readonly quarantine: Quarantine;
  readonly log: (entry: RunnerLog) => void;
}

const TICK_MS = 200;
/** A process that is not ready after this time is ended. Trying graphics cards can take minutes the first time. */
const START_MS = 300_000;
/** A process that does not start any of its tasks within this time is stuck. */
const TAKE_MS = 5000;
/** How many calls the spare works on at the same time. The clocks of waiting calls do not run. */
const CALLS_AT_ONCE = 4;
/** A call, unlike a run, is tried once more if its process was lost. */
const MOST_ATTEMPTS = 2;
/** After this many failed starts in a row, all waiting tasks fail. */
const START_ATTEMPTS = 3;
const BACKOFF_MS = [0, 100, 500, 2000, 5000];

/**
 * Keeps two warm processes. The front process runs workflows and models. The spare process answers short calls, so that
 * thumbnails load while a model is running, and replaces the front process when that one is lost.
 */
export class RunnerPool {
  restarts = 0;
  #front: RunnerProcess | undefined;
  #spare: RunnerProcess | undefined;
  readonly #alive = new Set<RunnerProcess>();
  readonly #runs: Task[] = [];
  readonly #calls: Task[] = [];
  /** The task that was the reason to end a process. */
  readonly #guilty = new Map<RunnerProcess, Task>();
  readonly #options: PoolOptions;
  readonly #timer: NodeJS.Timeout;
  #lastTick = performance.now();
  #startFailures = 0;
  #notBefore = 0;
  #made = 0;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#pump();
  }

  get front(): RunnerProcess | undefined {
    return this.#front;
  }

  /** Queues a task. It starts as soon as a process is free for it. */
  submit(task: Task): void {
    if (this.#closed) task.lost(sentenceOf({ kind: 'closed' }));
    else {
      this.#queueOf(task).push(task);
      this.#pump();
    }
  }

  /** Cancels a task. If it does not stop in time and is alone in its process, the process is ended. */
  cancel(task: Task): void {
    const queue = this.#queueOf(task);
    const at = queue.indexOf(task);
    if (at !== -1) {
      queue.splice(at, 1);
      task.lost(sentenceOf({ kind: 'cancelled' }));
      return;
    }
    const process = [...this.#alive].find(({ tasks }) => tasks.has(task.id));
    if (!process) return;
    process.send({ type: 'cancel', id: task.id });
    task.stopping ??= { ending: { kind: 'cancelled' }, since: performance.now() };
    const { cancelGraceMs } = this.#options.limits;
    const giveUp = () => {
      if (!process.tasks.has(task.id) || process.state === 'gone') return;
      // Other tasks in the process must not be lost. The cancelled task still has its deadline.
      if (process.tasks.size > 1) task.lost(sentenceOf({ kind: 'cancelled' }));
      else process.kill({ kind: 'cancelled' });
    };
    setTimeout(() => {
      if (task.extraMs > 0) setTimeout(giveUp, task.extraMs);
      else giveUp();
    }, cancelGraceMs);
  }

  /** Asks a node of a running run for its best result so far. */
  stopNode(task: Task, nodeId: string): void {
    const process = [...this.#alive].find(({ tasks }) => tasks.has(task.id));
    process?.send({ type: 'stopNode', id: task.id, nodeId });
  }

  /** Sends the hashes of all quarantined models to all processes. */
  spreadQuarantine(): void {
    const hashes = this.#options.quarantine.hashes();
    for (const process of this.#alive) process.send({ type: 'quarantined', hashes });
  }

  /** Ends all processes and waits until they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const task of [...this.#runs.splice(0), ...this.#calls.splice(0)])
      task.lost(sentenceOf({ kind: 'closed' }));
    const living = [...this.#alive];
    for (const process of living) {
      if (process.idle && process.state === 'ready') process.leave({ kind: 'closed' });
      else process.kill({ kind: 'closed' });
    }
    await Promise.all(living.map(({ reaped }) => reaped));
  }

  #queueOf(task: Task): Task[] {
    return task.name === 'run' || task.name === 'embed' ? this.#runs : this.#calls;
  }

  #spawn(): RunnerProcess | undefined {
    // Too early after a failed start. The next tick tries again.
    if (performance.now() < this.#notBefore) return undefined;
    this.#made += 1;
    let made: RunnerProcess;
    try {
      made = this.#make();
    } catch (error) {
      // For example, the disk is full or the system allows no more processes.
      this.#countStartFailure({ kind: 'crashed', how: (error as Error).message });
      return undefined;
    }
    this.#alive.add(made);
    void made.reaped.then(() => this.#alive.delete(made));
    this.#options.log({ event: 'started', pid: made.pid });
    return made;
  }

  #make(): RunnerProcess {
    const { entry, folder, start, quarantine, log } = this.#options;
    const made: RunnerProcess = new RunnerProcess(
      {
        entry,
        folder: join(folder, `${process.pid}-${this.#made}`),
        start: { ...start, quarantined: quarantine.hashes() },
      },
      {
        ready: () => {
          this.#startFailures = 0;
          log({ event: 'ready', pid: made.pid });
          this.#pump();
        },
        moved: () => this.#pump(),
        gone: (ending, models) => this.#gone(made, ending, models),
      },
    );
    return made;
  }

  /** Starts missing processes and hands out waiting tasks. */
  #pump(): void {
    if (this.#closed) return;
    // A worn process finishes its tasks. New runs go to another process.
    if (this.#front && this.#runs.length > 0 && this.#isWorn(this.#front)) this.#front = undefined;
    if (!this.#front) {
      // A spare with calls does not become the front: a picture that crashes it must not end a run as well.
      if (this.#spare?.idle) {
        this.#front = this.#spare;
        this.#spare = undefined;
      } else {
        this.#front = this.#spawn();
      }
    }
    const front = this.#front;
    if (front?.state === 'ready') for (const task of this.#runs.splice(0)) front.take(task);
    if (!this.#spare && front?.state === 'ready' && (front.idle || this.#calls.length > 0))
      this.#spare = this.#spawn();
    const spare = this.#spare;
    while (spare?.state === 'ready' && this.#calls[0]) {
      // A call that lost its process is tried again alone, to find out which call was the cause.
      const alone =
        this.#calls[0].attempts > 0 || [...spare.tasks.values()].some((task) => task.attempts > 1);
      if (spare.tasks.size >= (alone ? 1 : CALLS_AT_ONCE)) break;
      spare.take(this.#calls.shift()!);
    }
  }

  #gone(process: RunnerProcess, ending: Ending, models: readonly ModelNote[]): void {
    if (this.#front === process) this.#front = undefined;
    if (this.#spare === process) this.#spare = undefined;
    const planned = ending.kind === 'retired' || ending.kind === 'closed';
    if (!planned) this.restarts += 1;
    const setAside = blamesModel(ending) && this.#blame(models, ending);
    const about = { models, setAside };
    if (!planned) {
      const message = `${sentenceOf(ending, about).message}\n${process.log}`.trim();
      this.#options.log({ event: 'ended', pid: process.pid, message });
      if (!process.started) this.#countStartFailure(ending, process.startError);
    }
    const guilty = this.#guilty.get(process);
    this.#guilty.delete(process);
    for (const task of process.tasks.values()) {
      const { subject } = task;
      const again = !task.taken || (task.name !== 'run' && task !== guilty);
      if (task.stopping) task.lost(sentenceOf(task.stopping.ending, { ...about, subject }));
      else if (again && task.attempts < MOST_ATTEMPTS && !this.#closed) this.#queueOf(task).unshift(task);
      else
        task.lost(
          sentenceOf(guilty && guilty !== task ? { kind: 'neighbour' } : ending, { ...about, subject }),
        );
    }
    this.#pump();
  }

  /** Counts a crash for each model in use. @returns whether a model was quarantined because of it */
  #blame(models: readonly ModelNote[], ending: Ending): boolean {
    const { quarantine, log } = this.#options;
    const each = [...new Map(models.map((note) => [note.hash, note])).values()];
    const setAside = each.filter((note) => quarantine.blame(note, sentenceOf(ending).message));
    for (const { id, hash } of setAside)
      log({ event: 'quarantined', message: `${id} (${hash}) took its process down twice.` });
    if (setAside.length > 0) this.spreadQuarantine();
    return setAside.length > 0;
  }

  #countStartFailure(ending: Ending, said?: ErrorDetails): void {
    this.#startFailures += 1;
    const error = said ?? runnerMessage('runner.unavailable', { reason: sentenceOf(ending) });
    const last = BACKOFF_MS.length - 1;
    this.#notBefore = performance.now() + BACKOFF_MS[Math.min(this.#startFailures, last)]!;
    if (said === undefined && this.#startFailures < START_ATTEMPTS) return;
    for (const task of [...this.#runs.splice(0), ...this.#calls.splice(0)]) task.lost(error);
  }

  #tick(): void {
    const now = performance.now();
    const gap = now - this.#lastTick;
    this.#lastTick = now;
    // The machine slept or this process was blocked, so the tasks are not to blame for this time.
    const excused = gap > 5 * TICK_MS ? gap - TICK_MS : 0;
    for (const process of this.#alive) {
      if (process.state === 'gone') continue;
      if (excused > 0) process.excuse(excused);
      this.#watch(process, now);
    }
    this.#pump();
  }

  #watch(process: RunnerProcess, now: number): void {
    const { rssBytes: limitBytes, cancelGraceMs } = this.#options.limits;
    if (process.state === 'starting') {
      if (now - process.startedAt > START_MS) process.kill({ kind: 'stalled', limitMs: START_MS });
      return;
    }
    if (process.idle) {
      this.#retireIfWorn(process);
      return;
    }
    void process.measure().then(() => {
      if (process.state === 'ready' && process.rssBytes > limitBytes)
        process.kill({ kind: 'memory', usedBytes: process.rssBytes, limitBytes });
    });
    const tasks = [...process.tasks.values()];
    const wanted = tasks.filter((task) => !this.#isGivenUp(task, now));
    if (wanted.length === 0) {
      process.kill({ kind: 'cancelled' });
      return;
    }
    if (wanted.every((task) => task.untakenMs(now) > TAKE_MS)) {
      process.kill({ kind: 'stalled', limitMs: TAKE_MS });
      return;
    }
    for (const task of tasks) {
      const { stopping } = task;
      const cancelled = stopping?.ending.kind === 'cancelled';
      const ending = stopping && !cancelled ? stopping.ending : task.overdue(now);
      if (!stopping && ending) {
        process.send({ type: 'cancel', id: task.id });
        task.stopping = { ending, since: now };
      } else if (stopping && ending && now - stopping.since > cancelGraceMs + task.extraMs) {
        this.#guilty.set(process, task);
        process.kill(ending);
        return;
      }
    }
  }

  /** Whether a task was cancelled but its process did not react in time. */
  #isGivenUp({ stopping, extraMs }: Task, now: number): boolean {
    const graceMs = this.#options.limits.cancelGraceMs + extraMs;
    return stopping?.ending.kind === 'cancelled' && now - stopping.since > graceMs;
  }

  /** Whether a process uses much memory, has done many runs, or still works for a run that has ended. */
  #isWorn({ straying, runs, rssBytes, tasks }: RunnerProcess): boolean {
    const { restBytes, runsPerChild } = this.#options.limits;
    const now = performance.now();
    const held = [...tasks.values()].some((task) => this.#isGivenUp(task, now));
    return straying || held || runs >= runsPerChild || (runs > 0 && rssBytes > restBytes);
  }

  #retireIfWorn(process: RunnerProcess): void {
    const replaced = process !== this.#front && process !== this.#spare;
    if (!replaced && !this.#isWorn(process)) return;
    // A process whose nodes ignore a cancel would also ignore a request to leave.
    if (process.straying) process.kill({ kind: 'retired' });
    else process.leave();
  }
}
