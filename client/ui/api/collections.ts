import { call } from './http.ts';

/** All collections, by name. @throws ApiError */
export const listCollections = async () => (await call('listCollections')).items;

/** A collection with its versions. @throws ApiError 404 */
export const getCollection = (name: string, signal?: AbortSignal) =>
  call('getCollection', { params: { name }, signal });

/** @throws ApiError 409 if there is one of the new name */
export const renameCollection = (name: string, to: string) =>
  call('renameCollection', { params: { name }, body: { name: to } });

/** Moves a collection to the trash. @throws ApiError 404 */
export const deleteCollection = (name: string) => call('deleteCollection', { params: { name } });

/** Lets a collection follow its folders, or no longer. @throws ApiError 404, 409 if its workflow is not known or reads no folder */
export const followFolder = (name: string, isOn: boolean) =>
  call(isOn ? 'followFolder' : 'unfollowFolder', { params: { name } });

/** Makes an older version the newest one. @throws ApiError 404 if it is not kept */
export const restoreCollectionVersion = (name: string, version: number) =>
  call('restoreCollectionVersion', { params: { name, version: String(version) } });
