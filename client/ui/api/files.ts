import type { AssetMessage, FolderMessage, UploadedMessage } from '../../../server/protocol.ts';
import { request } from './http.ts';

function form(file: Blob, name: string): FormData {
  const body = new FormData();
  body.append('file', file, name);
  return body;
}

/** Stores a file by its content; its path in a workflow is `asset:HASH`. @throws ApiError */
export const uploadAsset = (file: File, signal?: AbortSignal): Promise<AssetMessage> =>
  request('/api/assets', { method: 'POST', form: form(file, file.name), signal });

/** Stores a file under a path of its own below the uploads, for folders. @throws ApiError */
export const uploadFile = (file: File, path: string, signal?: AbortSignal): Promise<UploadedMessage> =>
  request(`/api/files?path=${encodeURIComponent(path)}`, {
    method: 'POST',
    form: form(file, file.name),
    signal,
  });

/** Deletes a folder of the uploads with all that is in it. @throws ApiError */
export const deleteUploads = (folder: string): Promise<void> =>
  request(`/api/files?path=${encodeURIComponent(folder)}`, { method: 'DELETE' });

/** What is in a folder of the server's machine; without a path, the places there are. @throws ApiError */
export const browse = (path = '', signal?: AbortSignal): Promise<FolderMessage> =>
  request(`/api/files?path=${encodeURIComponent(path)}`, { signal });

/** Address of a small version of a picture: of an asset by its hash, of a file of the server by its `ref`. */
export const thumbnailUrl = (picture: { asset: string } | { ref: string }, edge = 256): string =>
  'asset' in picture
    ? `/api/assets/${picture.asset}/thumbnail?edge=${edge}`
    : `/api/pictures/${encodeURIComponent(picture.ref)}/thumbnail?edge=${edge}`;

/** The same for an edge in CSS pixels: twice as large where the screen is finer. */
export function sharpThumbnailUrl(picture: { asset: string } | { ref: string }, edge: number): string {
  const fine = typeof devicePixelRatio === 'number' && devicePixelRatio > 1 ? 2 : 1;
  return thumbnailUrl(picture, Math.min(2048, edge * fine));
}

/** Address of a whole picture: of an asset by its hash, of a file of the server by its `ref`. */
export const pictureUrl = (picture: { asset: string } | { ref: string }): string =>
  'asset' in picture
    ? `/api/assets/${encodeURIComponent(picture.asset)}`
    : `/api/pictures/${encodeURIComponent(picture.ref)}`;
