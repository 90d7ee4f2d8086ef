import type { RouteBody } from '../../../server/contract/http.ts';
import { call } from './http.ts';

export const listModels = () => call('listModels');
/** Starts or resumes a download. */
export const startDownload = (body: RouteBody<'startDownload'>) => call('startDownload', { body });
/** Stops a download, or removes one that has ended from the list. */
export const stopDownload = (key: string) => call('stopDownload', { params: { key } });
export const deleteModel = (id: string) => call('deleteModel', { params: { id } });
/** Allows a model again that crashed the process that runs models. */
export const unblockModel = (id: string) => call('unblockModel', { params: { id } });
export const verifyModel = (id: string) => call('verifyModel', { params: { id } });
