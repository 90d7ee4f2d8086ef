import { type ChildProcess, fork } from 'node:child_process';
import { rm } from 'node:fs';
import { join } from 'node:path';
import type { ErrorDetails } from '../../nodes/sdk/index.ts';
import { makeFolderSync } from '../runtime/files/make-folder.ts';
import { type Ending, endingOf } from './endings.ts';
import { runnerEnvironment } from './environment.ts';
import { residentBytes } from './memory.ts';
import type { FromChild, StartOptions, ToChild } from './messages.ts';
import { type ModelNote, readModelNotes } from './notes.ts';
import type { Task } from './task.ts';

/** How a process is started. */
export interface ProcessOptions {
  /** The compiled child. */
  readonly entry: string;
  /** A folder of its own; made, and removed when it is gone. */
  readonly folder: string;
  readonly start: Omit<StartOptions, 'notesFile'>;
}

/** What the owner of a process is told. */
export interface ProcessEvents {
  ready(): void;
  /** A task left, or news came. */
  moved(): void;
  /** Told once, as soon as it is known; the tasks it had are still in it. */
  gone(ending: Ending, models: readonly ModelNote[]): void;
}

/** So much of what it wrote last is kept for the log. */
const LOG_TAIL = 4096;
/** How long it may take to leave when asked to. */
const LEAVE_MS = 2000;

/** A child that runs tasks. It is told what to do and watched; what its end means is its owner's business. */
export class RunnerProcess {
  state: 'starting' | 'ready' | 'gone' = 'starting';
  readonly tasks = new Map<number, Task>();
  startedAt = performance.now();
  /** Whether it ever was ready. */
  started = false;
  /** Runs it was given so far. */
  runs = 0;
  rssBytes = 0;
  /** Whether nodes go on in it although their run is over. */
  straying = false;
  /** What it said of why it cannot start. */
  startError: ErrorDetails | undefined;
  /** The end of what it wrote to its standard error. */
  log = '';
  /** Resolves when the system has reaped it. */
  readonly reaped: Promise<void>;
  readonly #child: ChildProcess;
  readonly #events: ProcessEvents;
  readonly #notesFile: string;
  #looking = false;
  #strays = 0;

  constructor({ entry, folder, start }: ProcessOptions, events: ProcessEvents) {
    this.#events = events;
    const cwd = join(folder, 'empty');
    makeFolderSync(cwd);
    this.#notesFile = join(folder, 'models-in-use.json');
    this.#child = fork(entry, [], {
      cwd,
      env: runnerEnvironment(process.env),
      // Not the parent's: its debugger port is taken, its loaders are not the child's.
      execArgv: ['--disallow-code-generation-from-strings'],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child.on('message', (message: FromChild) => this.#hear(message));
    this.reaped = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#end(endingOf(code, signal, this.log));
        rm(folder, { recursive: true, force: true }, () => resolve());
      });
      this.#child.once('error', (error) => {
        this.#end({ kind: 'crashed', how: error.message });
        if (this.#child.pid === undefined) rm(folder, { recursive: true, force: true }, () => resolve());
      });
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.log = (this.log + chunk.toString('utf8')).slice(-LOG_TAIL);
      });
    this.send({ type: 'start', options: { ...start, notesFile: this.#notesFile } });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get idle(): boolean {
    return this.tasks.size === 0;
  }

  /** Gives it a task. */
  take(task: Task): void {
    this.tasks.set(task.id, task);
    if (task.name === 'run') this.runs += 1;
    task.dispatched(performance.now());
    this.send({ type: 'ask', id: task.id, name: task.name, ask: task.ask } as ToChild);
  }

  send(message: ToChild): void {
    // What cannot be sent any more is answered by its end.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** Ends it now. */
  kill(ending: Ending): void {
    if (this.state === 'gone') return;
    // Before its end is told: whoever hears of it may start another one, and memory may be short.
    this.#child.kill('SIGKILL');
    this.#end(ending);
  }

  /** Lets it go when there is nothing under way. */
  leave(ending: Ending = { kind: 'retired' }): void {
    this.send({ type: 'leave' });
    this.#end(ending);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), LEAVE_MS);
    this.#child.once('exit', () => clearTimeout(timer));
  }

  /** Time in which nothing could be seen does not count. */
  excuse(ms: number): void {
    this.startedAt += ms;
    for (const task of this.tasks.values()) task.excuse(ms);
  }

  /** Looks at how much memory it takes. */
  async measure(): Promise<void> {
    if (this.#looking || this.pid === undefined) return;
    this.#looking = true;
    try {
      this.rssBytes = (await residentBytes(this.pid)) ?? this.rssBytes;
    } finally {
      this.#looking = false;
    }
  }

  #hear(message: FromChild): void {
    if (this.state === 'gone') return;
    const now = performance.now();
    switch (message.type) {
      case 'ready':
        this.state = 'ready';
        this.started = true;
        this.#events.ready();
        return;
      case 'unusable':
        this.startError = message.error;
        return;
      case 'beat':
        this.rssBytes = message.rssBytes;
        // Once may be a node about to notice.
        this.straying = this.#strays > 0 && message.strays > 0;
        this.#strays = message.strays;
        return;
      case 'taken':
      case 'alive':
        this.tasks.get(message.id)?.sign(now);
        return;
      case 'events':
        for (const event of message.events) this.tasks.get(message.id)?.event(event, now);
        return;
      case 'done':
      case 'failed': {
        const task = this.tasks.get(message.id);
        this.tasks.delete(message.id);
        if (message.type === 'done') task?.done(message.answer);
        else task?.failed(message.error);
        this.#events.moved();
      }
    }
  }

  #end(ending: Ending): void {
    if (this.state === 'gone') return;
    this.state = 'gone';
    this.#events.gone(ending, ending.kind === 'retired' ? [] : readModelNotes(this.#notesFile));
  }
}
