import type { QueueMessage, RunDetailMessage, RunMessage, RunState } from '../../../server/protocol.ts';
import type { Workflow } from '../../../workflows/workflow.ts';
import { request } from './http.ts';

/** What a run is submitted with. */
export interface Submission {
  readonly workflow: Workflow;
  /** Run only what these nodes need. */
  readonly targets?: readonly string[];
  readonly cache?: boolean;
  readonly workflowId?: string;
  /** Of a run that starts by itself: history shows the newest of a series. */
  readonly series?: string;
}

const at = (id: string) => `/api/runs/${encodeURIComponent(id)}`;

/** Submits a run. Sent again under the same key it names the same run. @throws ApiError with all problems. */
export const submitRun = (submission: Submission, key: string): Promise<RunMessage> =>
  request('/api/runs', { method: 'POST', body: submission, headers: { 'Idempotency-Key': key } });

/** @throws ApiError 404 when it is forgotten. */
export const getRun = (id: string, signal?: AbortSignal): Promise<RunDetailMessage> =>
  request(at(id), { signal });

/** One page of runs, newest first. */
export function listRuns(
  options: {
    cursor?: string;
    limit?: number;
    workflowId?: string;
    status?: readonly RunState[];
    signal?: AbortSignal;
  } = {},
): Promise<{ items: RunMessage[]; next: string | null }> {
  const query = new URLSearchParams({ limit: String(options.limit ?? 30) });
  if (options.cursor) query.set('cursor', options.cursor);
  if (options.workflowId) query.set('workflowId', options.workflowId);
  if (options.status) query.set('status', options.status.join(','));
  return request(`/api/runs?${query}`, { signal: options.signal });
}

/** Resolves when it has ended. */
export const cancelRun = (id: string): Promise<RunMessage> =>
  request(`${at(id)}/cancel`, { method: 'POST', body: {} });
export const moveToFront = (id: string): Promise<RunMessage> =>
  request(`${at(id)}/front`, { method: 'POST', body: {} });
export const forgetRun = (id: string): Promise<void> => request(at(id), { method: 'DELETE' });

export const getQueue = (): Promise<QueueMessage> => request('/api/queue');
export const pauseQueue = (): Promise<QueueMessage> =>
  request('/api/queue/pause', { method: 'POST', body: {} });
export const resumeQueue = (): Promise<QueueMessage> =>
  request('/api/queue/resume', { method: 'POST', body: {} });
export const clearQueue = (): Promise<{ cancelled: number }> =>
  request('/api/queue/clear', { method: 'POST', body: {} });

/** Address of a file that a run wrote. */
export const runFileUrl = (id: string, path: string): string =>
  `${at(id)}/files/${path.split('/').map(encodeURIComponent).join('/')}`;

/** A path of a file that a run wrote: the run and the path below its folder; undefined for any other path. */
export function fileOfRun(path: string): { readonly runId: string; readonly path: string } | undefined {
  const [, runId, below] = /[/\\](run_[0-9a-z]{25})[/\\](.+)$/.exec(path) ?? [];
  if (runId === undefined || below === undefined) return undefined;
  return { runId, path: below.replaceAll('\\', '/') };
}

/** Address of a file that a run wrote, by the path its result names. */
export function runFileAddress(path: string): string | undefined {
  const file = fileOfRun(path);
  return file && runFileUrl(file.runId, file.path);
}
