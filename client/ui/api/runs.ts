import type { RunChange, RunRequestBody, RunState } from '../../../server/contract/run.ts';
import { addressOf, call } from './http.ts';

/**
 * Submits a run. Sending it again with the same key does not start a second run. @throws ApiError with all problems.
 */
export const submitRun = (body: RunRequestBody, key: string) =>
  call('submitRun', { body, headers: { 'Idempotency-Key': key } });

/** @throws ApiError 404 if the run was deleted. */
export const getRun = (id: string, signal?: AbortSignal) => call('getRun', { params: { id }, signal });

/** One page of runs, newest first. */
export function listRuns(
  options: {
    readonly cursor?: string;
    readonly limit?: number;
    readonly workflowId?: string;
    readonly status?: readonly RunState[];
    readonly search?: string;
    readonly pinned?: boolean;
    readonly signal?: AbortSignal;
  } = {},
) {
  const { cursor, limit = 30, workflowId, status, search, pinned, signal } = options;
  const isPinned = pinned === undefined ? undefined : pinned ? 'true' : 'false';
  const query = { limit, cursor, workflowId, status: status?.join(','), search, pinned: isPinned } as const;
  return call('listRuns', { query, signal });
}

/** Pins a run or gives it a name. @throws ApiError */
export const changeRun = (id: string, body: RunChange) => call('updateRun', { params: { id }, body });

/** Resolves when the run has ended. */
export const cancelRun = (id: string) => call('cancelRun', { params: { id } });
/** Asks a training node for its best result so far. @throws ApiError 404 */
export const stopNode = (id: string, node: string) => call('stopNode', { params: { id, node } });
export const moveToFront = (id: string) => call('moveToFront', { params: { id } });
export const forgetRun = (id: string) => call('deleteRun', { params: { id } });

export const getQueue = () => call('getQueue');
export const pauseQueue = () => call('pauseQueue');
export const resumeQueue = () => call('resumeQueue');
export const clearQueue = () => call('clearQueue');

/** Address of a file that a run wrote. */
export const runFileUrl = (id: string, path: string): string =>
  `${addressOf('getRun', { id })}/files/${path.split('/').map(encodeURIComponent).join('/')}`;

/** Address of the files that a run wrote, as one ZIP; with `path`, those below it. */
export const runZipUrl = (id: string, path?: string): string => addressOf('zipRunFiles', { id }, { path });

/** Splits the path of a file that a run wrote into the run and the path in its folder. Undefined for any other path. */
export function fileOfRun(path: string): { readonly runId: string; readonly path: string } | undefined {
  const [, runId, below] = /[/\\](run_[0-9a-z]{25})[/\\](.+)$/.exec(path) ?? [];
  if (runId === undefined || below === undefined) return undefined;
  return { runId, path: below.replaceAll('\\', '/') };
}

/** Address of a file that a run wrote, from the path in its result. */
export function runFileAddress(path: string): string | undefined {
  const file = fileOfRun(path);
  return file && runFileUrl(file.runId, file.path);
}
