import type { HealthMessage, WorkflowEntryMessage } from '../../../server/protocol.ts';
import { request } from './http.ts';

/** The devices as the server lists them. */
export interface Devices {
  readonly chosen: string;
  readonly devices: readonly { readonly device: string; readonly usable: boolean; readonly reason: string }[];
}

export const getDevices = (): Promise<Devices> => request('/api/devices');
export const getHealth = (): Promise<HealthMessage> => request('/api/health');
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
