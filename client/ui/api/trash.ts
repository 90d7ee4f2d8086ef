import type { TrashKind } from '../../../server/contract/trash.ts';
import { call } from './http.ts';

/** What was deleted and can be restored, newest first. */
export const listTrash = () => call('listTrash');
/** What a deletion would take away. @throws ApiError 404 if there is nothing of this name */
export const describeDeletion = (kind: TrashKind, key: string) =>
  call('describeDeletion', { query: { kind, key } });
/** @throws ApiError 404 if it is no longer in the trash, 409 if its place is taken */
export const restoreTrash = (id: string) => call('restoreTrash', { params: { id } });
/** Deletes an entry for good. */
export const purgeTrash = (id: string) => call('purgeTrash', { params: { id } });
/** Deletes all entries for good. */
export const emptyTrash = () => call('emptyTrash');
