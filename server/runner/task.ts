import type { ErrorDetails } from '../../nodes/sdk/index.ts';
import type { Ending, Subject } from './endings.ts';
import type { CallName, Calls, RunnerEvent } from './messages.ts';

/** How long a task may take: in all, and without a sign of progress. */
export interface TaskLimits {
  readonly totalMs: number;
  readonly idleMs: number;
}

/** Who is told of a task. */
export interface TaskListener {
  event?(event: RunnerEvent): void;
  done(answer: Calls[CallName]['answer']): void;
  /** The child's own answer was an error. */
  failed(error: ErrorDetails): void;
  /** Its process ended under it. */
  lost(error: ErrorDetails): void;
}

/** Something a child was asked for, with its clocks. */
export class Task {
  readonly id: number;
  readonly name: CallName;
  readonly ask: Calls[CallName]['ask'];
  readonly limits: TaskLimits;
  /** For sentences. */
  readonly subject: Subject;
  /** How often it was given to a process. */
  attempts = 0;
  /** Whether its process has begun with it. */
  taken = false;
  /** Why it was asked to stop, and since when. */
  stopping: { readonly ending: Ending; readonly since: number } | undefined;
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

  /** It lives. */
  sign(now: number): void {
    this.taken = true;
    this.#lastSign = now;
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

  /** Time in which nothing could be seen does not count. */
  excuse(ms: number): void {
    this.#startedAt += ms;
    this.#lastSign += ms;
  }

  /** What it has run out of, if anything. */
  overdue(now: number): Ending | undefined {
    const { totalMs, idleMs } = this.limits;
    if (now - this.#startedAt > totalMs) return { kind: 'deadline', limitMs: totalMs };
    if (now - this.#lastSign > idleMs) return { kind: 'stalled', limitMs: idleMs };
    return undefined;
  }

  /** How long its process has not begun with it. */
  untakenMs(now: number): number {
    return this.taken ? 0 : now - this.#startedAt;
  }
}
