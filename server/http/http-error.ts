import { basename } from 'node:path';
import { noCollection } from '../../nodes/sdk/collections.ts';
import { type ErrorDetails, type Message, PatchbayError } from '../../nodes/sdk/index.ts';
import type { ErrorBody, Problem } from '../contract/basics.ts';
import { fileMessage } from '../contract/messages/files.ts';
import { hubMessage } from '../contract/messages/hub.ts';
import { labelMessage } from '../contract/messages/labels.ts';
import { requestMessage } from '../contract/messages/requests.ts';
import { runMessage } from '../contract/messages/runs.ts';
import { storageMessage } from '../contract/messages/storage.ts';
import { uploadMessage } from '../contract/messages/uploads.ts';
import type { TrashKind } from '../contract/trash.ts';
import { isTransient, sqliteCode } from '../store/sqlite.ts';
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

/** Makes the error for a run, workflow, stored file, folder of uploads, downloaded model, label set or collection that does not exist. */
export function notFound(what: TrashKind, id: string): HttpError {
  const got = id.slice(0, 80);
  if (what === 'labels') return new HttpError(404, labelMessage('labels.not-found', { name: got }));
  if (what === 'collection') return new HttpError(404, noCollection(got, []));
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
  'collection.no-run': 409,
  'collection.no-folder': 409,
  'collection.follow-sample': 409,
  'asset.not-found': 404,
  'model.not-found': 404,
  'model.file-not-found': 404,
  'model.invalid': 422,
  'model.quarantined': 422,
  'folder.not-found': 404,
  'image.not-found': 404,
  'image.gone': 404,
  'image.is-address': 404,
  'image.is-folder': 404,
  'file.not-found': 404,
  'file.forbidden': 403,
  'file.outside-samples': 403,
  'file.outside-uploads': 403,
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
  'moves.not-found': 404,
  'trash.uploads-taken': 409,
  'trash.model-taken': 409,
  'trash.labels-taken': 409,
  'trash.collection-taken': 409,
  'collection.not-found': 404,
  'collection.no-version': 404,
  'collection.name-taken': 409,
  'labels.not-found': 404,
  'labels.name-taken': 409,
  'labels.cursor': 400,
  'labels.export-nothing': 404,
  'labels.import-too-large': 413,
  'trash.record-taken': 409,
  'trash.in-use': 409,
};

/** 503 if the runner failed, and 4xx if the request, a picture or a model is the cause. */
function statusOf(code: string): number {
  if (code.startsWith('runner.') && !['runner.memory', 'runner.stalled', 'runner.deadline'].includes(code))
    return 503;
  return STATUS_OF[code] ?? 422;
}

/** The longest name of a file, in bytes. The systems allow 255; temporary files add to a name. */
export const MAX_NAME_BYTES = 200;

/** The answers for system errors, by code. Each tells the caller or the owner of the server what to do. */
const SYSTEM: Readonly<Record<string, (path: string, writes: boolean) => readonly [number, Message]>> = {
  ENOSPC: () => [507, storageMessage('storage.full')],
  EDQUOT: () => [507, storageMessage('storage.full')],
  ENOENT: (path) => [404, fileMessage('file.not-found', { path })],
  ELOOP: (path) => [404, fileMessage('file.not-found', { path })],
  EACCES: (path, writes) => noAccess(path, writes),
  EPERM: (path, writes) => noAccess(path, writes),
  EROFS: () => [503, storageMessage('storage.unwritable')],
  EIO: (path, writes) => noAccess(path, writes),
  ENAMETOOLONG: () => [400, uploadMessage('upload.name-too-long', { count: MAX_NAME_BYTES })],
  EINVAL: () => [400, requestMessage('request.path')],
  EILSEQ: () => [400, requestMessage('request.path')],
  ENOTDIR: (path, writes) => notFolder(path, writes),
  EEXIST: (path, writes) => notFolder(path, writes),
  EISDIR: (path) => [409, fileMessage('file.not-a-file', { path })],
  ENOTEMPTY: () => [409, requestMessage('request.changing')],
  EBUSY: () => [409, requestMessage('request.changing')],
  EMFILE: () => [503, requestMessage('server.busy')],
  ENFILE: () => [503, requestMessage('server.busy')],
  EAGAIN: () => [503, requestMessage('server.busy')],
  ENOMEM: () => [503, requestMessage('server.busy')],
};

function noAccess(path: string, writes: boolean): readonly [number, Message] {
  return writes
    ? [503, storageMessage('storage.unwritable')]
    : [403, fileMessage('file.unreadable', { path })];
}

function notFolder(path: string, writes: boolean): readonly [number, Message] {
  return writes
    ? [409, uploadMessage('upload.below-file', { path })]
    : [404, fileMessage('file.not-found', { path })];
}

/** The answer for an error of SQLite or of the system; undefined for any other error. */
function fromSystem(error: unknown, writes: boolean): readonly [number, Message] | undefined {
  const sqlite = sqliteCode(error);
  if (sqlite === 'SQLITE_FULL') return [507, storageMessage('storage.full')];
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(sqlite ?? '')) return [500, storageMessage('storage.corrupt')];
  if (isTransient(error) && sqlite !== undefined) return [503, storageMessage('storage.unwritable')];
  const { code, path, dest } = error as NodeJS.ErrnoException & { readonly dest?: string };
  if (typeof code !== 'string' || !Object.hasOwn(SYSTEM, code)) return undefined;
  // Only the name, because callers must not learn where the server keeps its files.
  return SYSTEM[code]?.(basename(dest ?? path ?? ''), writes);
}

/**
 * Turns any error into an {@link HttpError}. An error without a message for people becomes a 500 without details.
 * @param writes whether the request wanted to change something
 */
export function toHttpError(error: unknown, writes = false): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof RevisionConflict) return new HttpError(409, error.toJSON(), { cause: error });
  if (error instanceof PatchbayError) {
    const { problems } = error as { problems?: readonly Problem[] };
    return new HttpError(statusOf(error.code), error.toJSON(), { problems, cause: error });
  }
  const known = typeof error === 'object' && error !== null ? fromSystem(error, writes) : undefined;
  if (known) return new HttpError(known[0], known[1], { cause: error });
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
