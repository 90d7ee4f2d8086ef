import type { z } from 'zod';
import type { ErrorDetails } from '../../nodes/sdk/index.ts';
import { fill } from '../../nodes/sdk/messages.ts';
import { formatProblems } from '../../workflows/format-problems.ts';
import { requestMessage } from '../contract/messages/requests.ts';

const { templates } = requestMessage;

/**
 * Turns a problem of a workflow file into one of a request: `workflow.missing` becomes `request.missing`, with the same values.
 * A problem without such a twin stays as it is.
 */
export function asRequest(problem: ErrorDetails): ErrorDetails {
  const code = problem.code.replace(/^workflow\./, 'request.');
  if (!Object.hasOwn(templates, code)) return problem;
  const { where } = problem.args ?? {};
  const isWhole = typeof where === 'object' && 'code' in where && where.code === 'value.file';
  const args = isWhole ? { ...problem.args, where: requestMessage('request.body') } : problem.args;
  return {
    ...problem,
    code,
    ...(args && { args }),
    message: fill(templates[code as keyof typeof templates].en, args),
  };
}

/** The problems that a schema found in a body or a query. */
export function requestProblems(error: z.ZodError, value: unknown): ErrorDetails[] {
  return formatProblems(error, value).map(asRequest);
}
