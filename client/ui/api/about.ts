import { call } from './http.ts';

export const getDevices = () => call('listDevices');
export const getHealth = () => call('getHealth');
/** The workflows that ship. */
export const listStarters = () => call('listStarters');
/** Saved workflows, newest first. */
export const listWorkflows = (limit = 12, cursor?: string) =>
  call('listWorkflows', { query: { limit, cursor } });
export const deleteWorkflow = (id: string) => call('deleteWorkflow', { params: { id } });
