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

/** How to start a process. */
export interface ProcessOptions {
  /** The path of the compiled child. */
  readonly entry: string;
  /** A folder for this process only; created here and removed when the process is gone. */
  readonly folder: string;
  readonly start: Omit<StartOptions, 'notesFile'>;
}

/** Callbacks for the owner of a process. */
export interface ProcessEvents {
  ready(): void;
  /** A task has ended, so the process may take another. */
  moved(): void;
  /** Called once, as soon as the end of the process is known. `tasks` still holds its unfinished tasks. */
  gone(ending: Ending, models: readonly ModelNote[]): void;
}

/** How many of the last characters of its output are kept for the log. */
const LOG_TAIL = 4096;
/** How long it may take to exit after it was asked to, in milliseconds. */
const LEAVE_MS = 2000;

/** A child process that runs tasks. Its owner decides what to do when it ends. */
export class RunnerProcess {
  state: 'starting' | 'ready' | 'gone' = 'starting';
  readonly tasks = new Map<number, Task>();
  startedAt = performance.now();
  /** Whether it has ever been ready. */
  started = false;
  /** How many runs it was given so far. */
  runs = 0;
  rssBytes = 0;
  /** Whether nodes still work in it after their run has ended. */
  straying = false;
  /** The reason it gave for not starting. */
  startError: ErrorDetails | undefined;
  /** The end of its output, for the log. */
  log = '';
  /** Resolves when the process has exited and its folder is removed. */
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
      // Not the parent's arguments: the child cannot share its debugger port and does not need its loaders.
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
        if (process.env.PATCHBAY_DEBUG) process.stderr.write(chunk);
      });
    this.send({ type: 'start', options: { ...start, notesFile: this.#notesFile } });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get idle(): boolean {
    return this.tasks.size === 0;
  }

  /** Sends it a task. */
  take(task: Task): void {
    this.tasks.set(task.id, task);
    if (task.name === 'run') this.runs += 1;
    task.dispatched(performance.now());
    this.send({ type: 'ask', id: task.id, name: task.name, ask: task.ask } as ToChild);
  }

  send(message: ToChild): void {
    // A message that can no longer be sent needs no answer: its tasks are lost when the end is reported.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** Ends the process at once. */
  kill(ending: Ending): void {
    if (this.state === 'gone') return;
    // Killed before the owner is told, because the owner may start another process and memory may be short.
    this.#child.kill('SIGKILL');
    this.#end(ending);
  }

  /** Asks the process to exit, and kills it if it does not. Call this only when it has no tasks. */
  leave(ending: Ending = { kind: 'retired' }): void {
    this.send({ type: 'leave' });
    this.#end(ending);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), LEAVE_MS);
    this.#child.once('exit', () => clearTimeout(timer));
  }

  /** Moves all start times forward by `ms`, so that a pause of the whole machine does not count. */
  excuse(ms: number): void {
    this.startedAt += ms;
    for (const task of this.tasks.values()) task.excuse(ms);
  }

  /** Updates `rssBytes`. */
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
        // Two beats in a row, because after one beat a node may still be about to stop.
        this.straying = this.#strays > 0 && message.strays > 0;
        this.#strays = message.strays;
        return;
      case 'taken':
      case 'alive':
        this.tasks.get(message.id)?.sign(now);
        return;
      case 'saving':
        this.tasks.get(message.id)?.saving();
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
