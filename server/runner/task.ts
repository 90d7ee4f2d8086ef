import type { ErrorDetails } from '../../nodes/sdk/index.ts';
import type { Ending, Subject } from './endings.ts';
import type { CallName, Calls, RunnerEvent } from './messages.ts';

/** How long a task may take in milliseconds: in total, and without a sign of progress. */
export interface TaskLimits {
  readonly totalMs: number;
  readonly idleMs: number;
}

/** How much longer a cancelled run may take that keeps the best result so far of a node. */
const SAVING_MS = 4000;

/** Callbacks for the owner of a task. */
export interface TaskListener {
  event?(event: RunnerEvent): void;
  done(answer: Calls[CallName]['answer']): void;
  /** The child answered with an error. */
  failed(error: ErrorDetails): void;
  /** The task has no answer, because it was cancelled or its process ended. */
  lost(error: ErrorDetails): void;
}

/** A request to a child, with its time limits. */
export class Task {
  readonly id: number;
  readonly name: CallName;
  readonly ask: Calls[CallName]['ask'];
  readonly limits: TaskLimits;
  /** The kind of work, for error messages. */
  readonly subject: Subject;
  /** How often it was given to a process. */
  attempts = 0;
  /** Whether the process has started it. */
  taken = false;
  /** Why and since when it is being stopped. */
  stopping: { readonly ending: Ending; readonly since: number } | undefined;
  /** How much longer than others it may take to stop, in milliseconds. */
  extraMs = 0;
  #startedAt = 0;
  #lastSign = 0;
  readonly #listener: TaskListener;

  constructor(
    task: {
      readonly id: number;
      readonly name: CallName;
      readonly ask: Calls[CallName]['ask'];
      readonly limits: TaskLimits;
    },
    listener: TaskListener,
  ) {
    this.id = task.id;
    this.name = task.name;
    this.subject = task.name === 'run' ? 'run' : 'request';
    this.ask = task.ask;
    this.limits = task.limits;
    this.#listener = listener;
  }

  dispatched(now: number): void {
    this.attempts += 1;
    this.taken = false;
    this.#startedAt = now;
    this.#lastSign = now;
  }

  /** Notes a sign of progress. */
  sign(now: number): void {
    this.taken = true;
    this.#lastSign = now;
  }

  /** Gives it time to keep a result after a cancel. */
  saving(): void {
    this.extraMs = SAVING_MS;
  }

  event(event: RunnerEvent, now: number): void {
    this.sign(now);
    this.#listener.event?.(event);
  }

  done(answer: Calls[CallName]['answer']): void {
    this.#listener.done(answer);
  }

  failed(error: ErrorDetails): void {
    this.#listener.failed(error);
  }

  lost(error: ErrorDetails): void {
    this.#listener.lost(error);
  }

  /** Moves the start times forward by `ms`, so that a pause of the whole machine does not count. */
  excuse(ms: number): void {
    this.#startedAt += ms;
    this.#lastSign += ms;
  }

  /** The limit that the task has exceeded, as an ending; undefined if it has time left. */
  overdue(now: number): Ending | undefined {
    const { totalMs, idleMs } = this.limits;
    if (now - this.#startedAt > totalMs) return { kind: 'deadline', limitMs: totalMs };
    if (now - this.#lastSign > idleMs) return { kind: 'stalled', limitMs: idleMs };
    return undefined;
  }

  /** How long the task has waited for its process to start it, in milliseconds; 0 once it has started. */
  untakenMs(now: number): number {
    return this.taken ? 0 : now - this.#startedAt;
  }
}
