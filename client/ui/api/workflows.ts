import type { ValueInfo } from '../../../nodes/sdk/infer.ts';
import type { ProblemMessage, WorkflowEntryMessage } from '../../../server/protocol.ts';
import type { Workflow } from '../../../workflows/workflow.ts';
import { request } from './http.ts';

/** A workflow with what the list says of it. */
export type SavedWorkflow = WorkflowEntryMessage & { readonly workflow: Workflow };
/** What is known before a run: by node, then by output port. */
export type StaticInfo = Readonly<Record<string, Readonly<Record<string, ValueInfo>>>>;

/** @throws ApiError */
export const getWorkflow = (id: string): Promise<SavedWorkflow> =>
  request(`/api/workflows/${encodeURIComponent(id)}`);

/** @throws ApiError */
export const createWorkflow = (workflow: Workflow): Promise<WorkflowEntryMessage> =>
  request('/api/workflows', { method: 'POST', body: { workflow } });

/** @throws ApiError with status 409 and the present revision when somebody else saved it meanwhile. */
export const updateWorkflow = (
  id: string,
  revision: number,
  workflow: Workflow,
): Promise<WorkflowEntryMessage> =>
  request(`/api/workflows/${encodeURIComponent(id)}`, { method: 'PUT', body: { revision, workflow } });

/** All problems, and what is known of every output. @throws ApiError */
export const validateWorkflow = (
  workflow: Workflow,
  signal?: AbortSignal,
): Promise<{ problems: readonly ProblemMessage[]; info: StaticInfo }> =>
  request('/api/validate', { method: 'POST', body: { workflow }, signal });

/** The workflows that ship. */
export const listStarters = (): Promise<{ items: WorkflowEntryMessage[] }> => request('/api/starters');
/** Saved workflows, newest first. */
export const listWorkflows = (
  limit = 12,
  cursor?: string,
): Promise<{ items: WorkflowEntryMessage[]; next: string | null }> =>
  request(`/api/workflows?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
export const deleteWorkflow = (id: string): Promise<void> =>
  request(`/api/workflows/${encodeURIComponent(id)}`, { method: 'DELETE' });
