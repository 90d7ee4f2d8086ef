import type { RouteAnswer } from '../../../server/contract/http.ts';
import type { Workflow } from '../../../workflows/workflow.ts';
import { call } from './http.ts';

/** What is known about the outputs before a run: by node, then by output port. */
export type StaticInfo = RouteAnswer<'validateWorkflow'>['info'];

/** @throws ApiError */
export const getWorkflow = (id: string) => call('getWorkflow', { params: { id } });

/** @throws ApiError */
export const createWorkflow = (workflow: Workflow) => call('createWorkflow', { body: { workflow } });

/** @throws ApiError with status 409 and the current revision if someone else saved in the meantime */
export const updateWorkflow = (id: string, revision: number, workflow: Workflow) =>
  call('updateWorkflow', { params: { id }, body: { revision, workflow } });

/** All problems, and what is known about every output. @throws ApiError */
export const validateWorkflow = (workflow: Workflow, signal?: AbortSignal) =>
  call('validateWorkflow', { body: { workflow }, signal });

/** The workflows that come with Patchbay. */
export const listStarters = () => call('listStarters');
/** Notes that a workflow was opened. @throws ApiError */
export const markUsed = (id: string) => call('useWorkflow', { params: { id } });

/** Saved workflows, last used first. */
export const listWorkflows = (limit = 12, cursor?: string) =>
  call('listWorkflows', { query: { limit, cursor } });
export const deleteWorkflow = (id: string) => call('deleteWorkflow', { params: { id } });
