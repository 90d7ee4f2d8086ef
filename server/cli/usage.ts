import type { ErrorDetails, Message } from '../../nodes/sdk/index.ts';
import type { PlaceOf } from './places.ts';

/** Exit codes of the command line. */
export const EXIT = { completed: 0, failed: 1, usage: 2, partial: 3, cancelled: 130 } as const;

/** Ends a command before anything has run, because the workflow or an option is wrong. It carries all problems. */
export class UsageError extends Error {
  readonly problems: readonly ErrorDetails[];
  /** Names the nodes of the problems. */
  readonly placeOf: PlaceOf;

  constructor(problems: readonly ErrorDetails[], placeOf: PlaceOf = (nodeId) => nodeId) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.problems = problems;
    this.placeOf = placeOf;
  }

  static of(message: Message): UsageError {
    return new UsageError([message]);
  }
}
