import type { Said } from '../../../nodes/sdk/messages.ts';
import type { HealthMessage } from '../../../server/protocol.ts';
import { request } from './http.ts';

/** The devices as the server lists them. */
export interface Devices {
  readonly chosen: string;
  readonly devices: readonly { readonly device: string; readonly usable: boolean; readonly reason: Said }[];
}

export const getDevices = (): Promise<Devices> => request('/api/devices');
export const getHealth = (): Promise<HealthMessage> => request('/api/health');
