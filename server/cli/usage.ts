import type { ErrorDetails } from '../../nodes/sdk/index.ts';

/** Exit codes of the command line. */
export const EXIT = { completed: 0, failed: 1, usage: 2, partial: 3, cancelled: 130 } as const;

/** Ends the command before anything ran: the workflow or the call is wrong. Every problem is shown at once. */
export class UsageError extends Error {
  readonly problems: readonly ErrorDetails[];

  constructor(problems: readonly ErrorDetails[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.problems = problems;
  }

  static of(code: string, message: string): UsageError {
    return new UsageError([{ code, message }]);
  }
}
