import { MAX_THUMBNAIL } from '../../../server/contract/http.ts';
import { addressOf, call } from './http.ts';

function form(file: Blob, name: string): FormData {
  const body = new FormData();
  body.append('file', file, name);
  return body;
}

/** Stores a file by its content; its path in a workflow is `asset:HASH`. @throws ApiError */
export const uploadAsset = (file: File, signal?: AbortSignal) =>
  call('uploadAsset', { form: form(file, file.name), signal });

/** Stores a file under a path of its own below the uploads, for folders. @throws ApiError */
export const uploadFile = (file: File, path: string, signal?: AbortSignal) =>
  call('uploadFile', { query: { path }, form: form(file, file.name), signal });

/** Deletes a folder of the uploads with all that is in it. @throws ApiError */
export const deleteUploads = (folder: string) => call('deleteUploads', { query: { path: folder } });

/** What is in a folder of the server's machine; without a path, the places there are. @throws ApiError */
export const browse = (path = '', signal?: AbortSignal) => call('browse', { query: { path }, signal });

/** Address of a small version of a picture: of an asset by its hash, of a file of the server by its `ref`. */
export const thumbnailUrl = (picture: { asset: string } | { ref: string }, edge = 256): string =>
  'asset' in picture
    ? addressOf('getAssetThumbnail', { hash: picture.asset }, { edge })
    : addressOf('getPictureThumbnail', { ref: picture.ref }, { edge });

/** The same for an edge in CSS pixels: twice as large where the screen is finer. */
export function sharpThumbnailUrl(picture: { asset: string } | { ref: string }, edge: number): string {
  const fine = typeof devicePixelRatio === 'number' && devicePixelRatio > 1 ? 2 : 1;
  return thumbnailUrl(picture, Math.min(MAX_THUMBNAIL, edge * fine));
}

/** Address of a whole picture: of an asset by its hash, of a file of the server by its `ref`. */
export const pictureUrl = (picture: { asset: string } | { ref: string }): string =>
  'asset' in picture
    ? addressOf('getAsset', { hash: picture.asset })
    : addressOf('getPicture', { ref: picture.ref });
