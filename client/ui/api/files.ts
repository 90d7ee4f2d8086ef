import type { AssetMessage, FolderMessage, UploadedMessage } from '../../../server/protocol.ts';
import { request } from './http.ts';

function form(file: Blob, name: string): FormData {
  const body = new FormData();
  body.append('file', file, name);
  return body;
}

/** Uploads a file. A workflow refers to it by its content, as `asset:HASH`. @throws ApiError */
export const uploadAsset = (file: File, signal?: AbortSignal): Promise<AssetMessage> =>
  request('/api/assets', { method: 'POST', form: form(file, file.name), signal });

/** Uploads a file to its own path below the uploads, for folders. @throws ApiError */
export const uploadFile = (file: File, path: string, signal?: AbortSignal): Promise<UploadedMessage> =>
  request(`/api/files?path=${encodeURIComponent(path)}`, {
    method: 'POST',
    form: form(file, file.name),
    signal,
  });

/** Deletes a folder of the uploads and everything in it. @throws ApiError */
export const deleteUploads = (folder: string): Promise<void> =>
  request(`/api/files?path=${encodeURIComponent(folder)}`, { method: 'DELETE' });

/** Lists a folder of the server's computer; without a path, the places to start from. @throws ApiError */
export const browse = (path = '', signal?: AbortSignal): Promise<FolderMessage> =>
  request(`/api/files?path=${encodeURIComponent(path)}`, { signal });

/** Address of a small version of a picture: an asset by its hash, a file of the server by its `ref`. */
export const thumbnailUrl = (picture: { asset: string } | { ref: string }, edge = 256): string =>
  'asset' in picture
    ? `/api/assets/${picture.asset}/thumbnail?edge=${edge}`
    : `/api/pictures/${encodeURIComponent(picture.ref)}/thumbnail?edge=${edge}`;

/** Address of a thumbnail for an edge in CSS pixels: twice as large on a high-density screen. */
export function sharpThumbnailUrl(picture: { asset: string } | { ref: string }, edge: number): string {
  const fine = typeof devicePixelRatio === 'number' && devicePixelRatio > 1 ? 2 : 1;
  return thumbnailUrl(picture, Math.min(2048, edge * fine));
}

/** Address of a whole picture: an asset by its hash, a file of the server by its `ref`. */
export const pictureUrl = (picture: { asset: string } | { ref: string }): string =>
  'asset' in picture
    ? `/api/assets/${encodeURIComponent(picture.asset)}`
    : `/api/pictures/${encodeURIComponent(picture.ref)}`;
