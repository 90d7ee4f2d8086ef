import type { ModelInfo } from '../../../nodes/sdk/infer.ts';
import type { DownloadMessage, ModelMessage, ModelReportMessage } from '../../../server/protocol.ts';
import { request } from './http.ts';

/** A listed model: ready to use, unusable (with the reason), or available to download. */
export type ListedModel = ModelMessage & Partial<Pick<ModelInfo, 'towers'>>;

/** Which model to download from the hub. */
export interface FetchWish {
  readonly repo: string;
  readonly precision?: DownloadMessage['precision'];
}

const path = (id: string) => `/api/models/${encodeURIComponent(id)}`;

export const listModels = (): Promise<{ items: ListedModel[] }> => request('/api/models');
/** Starts or resumes a download. */
export const startDownload = ({ repo, precision }: FetchWish): Promise<DownloadMessage> =>
  request('/api/models/downloads', { method: 'POST', body: { repo, ...(precision && { precision }) } });
/** Stops a download, or removes one that has ended from the list. */
export const stopDownload = (key: string): Promise<void> =>
  request(`/api/models/downloads/${encodeURIComponent(key)}`, { method: 'DELETE' });
export const deleteModel = (id: string): Promise<void> => request(path(id), { method: 'DELETE' });
export const verifyModel = (id: string): Promise<ModelReportMessage> =>
  request(`${path(id)}/verify`, { method: 'POST' });
