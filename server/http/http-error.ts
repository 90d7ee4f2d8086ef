import { type ErrorDetails, PatchbayError } from '../../nodes/sdk/index.ts';
import type { ErrorBody, Problem } from '../contract/basics.ts';
import { fileMessage } from '../contract/messages/files.ts';
import { hubMessage } from '../contract/messages/hub.ts';
import { requestMessage } from '../contract/messages/requests.ts';
import { runMessage } from '../contract/messages/runs.ts';
import { storageMessage } from '../contract/messages/storage.ts';
import { uploadMessage } from '../contract/messages/uploads.ts';
import { sqliteCode } from '../store/sqlite.ts';
import { RevisionConflict } from '../store/workflows.ts';

/** An error that is answered with an HTTP status. */
export class HttpError extends PatchbayError {
  readonly status: number;
  readonly problems?: readonly Problem[];

  constructor(
    status: number,
    details: ErrorDetails,
    options: { readonly problems?: readonly Problem[]; readonly cause?: unknown } = {},
  ) {
    super(details, { cause: options.cause });
    this.status = status;
    this.problems = options.problems;
  }
}

/** Makes the error for a run, workflow, stored file, folder of uploads or downloaded model that does not exist. */
export function notFound(what: 'run' | 'workflow' | 'asset' | 'uploads' | 'model', id: string): HttpError {
  const got = id.slice(0, 80);
  if (what === 'uploads') return new HttpError(404, uploadMessage('upload.no-folder'));
  if (what === 'model') return new HttpError(404, hubMessage('hub.not-fetched', { model: got }));
  const message =
    what === 'asset' ? fileMessage('asset.not-found') : requestMessage(`${what}.not-found`, { id: got });
  return new HttpError(404, { ...message, got });
}

/** Makes the error for a workflow that cannot run or be read. It carries all problems, and at least one. */
export function invalidWorkflow(problems: readonly [Problem, ...Problem[]]): HttpError {
  const [{ code, args, message }, ...others] = problems;
  const count = others.length;
  const more = count === 0 ? undefined : runMessage('workflow.more-faults', { count });
  const reason = { code, ...(args && { args }), message };
  return new HttpError(400, runMessage('workflow.invalid', { reason, more }), { problems });
}

const STATUS_OF: Readonly<Record<string, number>> = {
  'data.gone': 503,
  'request.cursor': 400,
  'request.nul': 400,
  'run.unreadable': 500,
  'workflow.unreadable': 500,
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
  'trash.not-found': 404,
  'trash.uploads-taken': 409,
  'trash.model-taken': 409,
  'trash.record-taken': 409,
  'trash.in-use': 409,
};

/** 503 if the runner failed, and 4xx if the request, a picture or a model is the cause. */
function statusOf(code: string): number {
  if (code.startsWith('runner.') && !['runner.memory', 'runner.stalled', 'runner.deadline'].includes(code))
    return 503;
  return STATUS_OF[code] ?? 422;
}

/** Whether an error says that a disk is full. */
export function isFull(error: unknown): boolean {
  return (
    sqliteCode(error) === 'SQLITE_FULL' ||
    ['ENOSPC', 'EDQUOT'].includes((error as { code?: string }).code ?? '')
  );
}

/** Turns any error into an {@link HttpError}. An error without a message for people becomes a 500 without details. */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (isFull(error)) return new HttpError(507, storageMessage('storage.full'), { cause: error });
  if (error instanceof RevisionConflict) return new HttpError(409, error.toJSON(), { cause: error });
  if (error instanceof PatchbayError) {
    const { problems } = error as { problems?: readonly Problem[] };
    return new HttpError(statusOf(error.code), error.toJSON(), { problems, cause: error });
  }
  return new HttpError(500, requestMessage('server.internal'), { cause: error });
}

/** The JSON body of an error. */
export function errorBody(error: HttpError): ErrorBody {
  const { code, args, message, problems, cause } = error;
  return {
    error: {
      code,
      ...(args && { args }),
      message,
      ...(problems && { problems }),
      ...(cause instanceof RevisionConflict && { revision: cause.revision }),
    },
  };
}
