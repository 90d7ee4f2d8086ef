import type { ModelInfo } from '../../../nodes/sdk/infer.ts';
import type { DownloadMessage, ModelMessage, ModelReportMessage } from '../../../server/protocol.ts';
import { request } from './http.ts';

/** A model as the server lists it: one that is here, one that cannot be used and says why, or one that can be fetched. */
export type ListedModel = ModelMessage & Partial<Pick<ModelInfo, 'towers'>>;

/** What is wanted of the hub. */
export interface FetchWish {
  readonly repo: string;
  readonly precision?: DownloadMessage['precision'];
}

const path = (id: string) => `/api/models/${encodeURIComponent(id)}`;

export const listModels = (): Promise<{ items: ListedModel[] }> => request('/api/models');
/** Begins a download, or goes on with one. */
export const startDownload = ({ repo, precision }: FetchWish): Promise<DownloadMessage> =>
  request('/api/models/downloads', { method: 'POST', body: { repo, ...(precision && { precision }) } });
/** Stops a download; one that has ended is forgotten. */
export const stopDownload = (key: string): Promise<void> =>
  request(`/api/models/downloads/${encodeURIComponent(key)}`, { method: 'DELETE' });
export const deleteModel = (id: string): Promise<void> => request(path(id), { method: 'DELETE' });
export const verifyModel = (id: string): Promise<ModelReportMessage> =>
  request(`${path(id)}/verify`, { method: 'POST' });
