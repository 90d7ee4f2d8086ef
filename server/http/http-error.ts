import { type ErrorDetails, PatchbayError } from '../../nodes/sdk/index.ts';
import type { ErrorMessage } from '../protocol.ts';
import { sqliteCode } from '../store/sqlite.ts';
import { RevisionConflict } from '../store/workflows.ts';

/** An answer that is no success, with its HTTP status. */
export class HttpError extends PatchbayError {
  readonly status: number;
  readonly problems?: readonly ErrorDetails[];

  constructor(
    status: number,
    details: ErrorDetails,
    options: { readonly problems?: readonly ErrorDetails[]; readonly cause?: unknown } = {},
  ) {
    super(details, { cause: options.cause });
    this.status = status;
    this.problems = options.problems;
  }
}

/** @throws nothing: makes the error for something that is not there. */
export function notFound(what: 'run' | 'workflow' | 'asset', id: string): HttpError {
  return new HttpError(404, {
    code: `${what}.not-found`,
    message: `There is no ${what} "${id.slice(0, 80)}".`,
    got: id.slice(0, 80),
  });
}

/** The error for a workflow that cannot run or be read: all problems at once. */
export function invalidWorkflow(problems: readonly ErrorDetails[]): HttpError {
  const [first] = problems;
  const message =
    problems.length === 1 && first ? first.message : `The workflow has ${problems.length} problems.`;
  return new HttpError(400, { code: 'workflow.invalid', message }, { problems });
}

const STATUS_OF: Readonly<Record<string, number>> = {
  'request.cursor': 400,
  'asset.invalid': 400,
  'asset.not-found': 404,
  'model.not-found': 404,
  'model.file-not-found': 404,
  'model.invalid': 422,
  'model.quarantined': 422,
  'image.not-found': 404,
  'image.gone': 404,
  'image.is-address': 404,
  'image.is-folder': 404,
  'file.forbidden': 403,
  'file.outside-samples': 403,
  'path.nul-character': 400,
  'path.empty': 400,
  'path.not-local': 400,
  'hub.repo-id': 400,
  'hub.revision': 400,
  'hub.no-download': 404,
  'hub.not-fetched': 409,
  'hub.busy': 409,
  'hub.in-use': 409,
};

/** What a picture or a model brought upon itself, and what the server could not help. */
function statusOf(code: string): number {
  if (code.startsWith('runner.') && !['runner.memory', 'runner.stalled', 'runner.deadline'].includes(code))
    return 503;
  return STATUS_OF[code] ?? 422;
}

const FULL: ErrorDetails = {
  code: 'storage.full',
  message: 'The disk of the data folder is full, so nothing was stored. Free some space and try again.',
};

/** Whether an error says that a disk is full. */
export function isFull(error: unknown): boolean {
  return (
    sqliteCode(error) === 'SQLITE_FULL' ||
    ['ENOSPC', 'EDQUOT'].includes((error as { code?: string }).code ?? '')
  );
}

/** Any error as an {@link HttpError}; what is not meant for people becomes a 500 that says nothing of the inside. */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (isFull(error)) return new HttpError(507, FULL, { cause: error });
  if (error instanceof RevisionConflict) return new HttpError(409, error.toJSON(), { cause: error });
  if (error instanceof PatchbayError) {
    const { problems } = error as { problems?: readonly ErrorDetails[] };
    return new HttpError(statusOf(error.code), error.toJSON(), { problems, cause: error });
  }
  return new HttpError(
    500,
    { code: 'internal', message: 'Something went wrong inside the server; its log says what.' },
    { cause: error },
  );
}

/** The body of an error's answer. */
export function errorBody(error: HttpError): ErrorMessage {
  const { code, message, problems, cause } = error;
  return {
    error: {
      code,
      message,
      ...(problems && { problems: [...problems] }),
      ...(cause instanceof RevisionConflict && { revision: cause.revision }),
    },
  };
}
