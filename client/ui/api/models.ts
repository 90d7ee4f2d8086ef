import type { RouteBody } from '../../../server/contract/http.ts';
import { call } from './http.ts';

export const listModels = () => call('listModels');
/** Begins a download, or goes on with one. */
export const startDownload = (body: RouteBody<'startDownload'>) => call('startDownload', { body });
/** Stops a download; one that has ended is forgotten. */
export const stopDownload = (key: string) => call('stopDownload', { params: { key } });
export const deleteModel = (id: string) => call('deleteModel', { params: { id } });
export const verifyModel = (id: string) => call('verifyModel', { params: { id } });
