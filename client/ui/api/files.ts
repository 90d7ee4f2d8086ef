import { MAX_THUMBNAIL } from '../../../server/contract/http.ts';
import type { PathFacts } from '../../../server/contract/sharing.ts';
import { getHealth } from './about.ts';
import { addressOf, call } from './http.ts';

function form(file: Blob, name: string): FormData {
  const body = new FormData();
  body.append('file', file, name);
  return body;
}

/** Uploads a file. A workflow refers to it by its content, as `asset:HASH`. @throws ApiError */
export const uploadAsset = (file: File, signal?: AbortSignal) =>
  call('uploadAsset', { form: form(file, file.name), signal });

/** Uploads a file to its own path below the uploads, for folders. @throws ApiError */
export const uploadFile = (file: File, path: string, signal?: AbortSignal) =>
  call('uploadFile', { query: { path }, form: form(file, file.name), signal });

/** Deletes a folder of the uploads and everything in it. @throws ApiError */
export const deleteUploads = (folder: string) => call('deleteUploads', { query: { path: folder } });

/**
 * Lists a folder of the server's computer; without a path, the places to start from.
 * @param find lists only entries with this text in their names
 * @throws ApiError
 */
export const browse = (path = '', signal?: AbortSignal, find = '') =>
  call('browse', { query: { path, find }, signal });

/** Says of each path of a workflow what is there. @param sizes whether to count files and bytes @throws ApiError */
export async function inspectPaths(
  paths: readonly string[],
  sizes = false,
  signal?: AbortSignal,
): Promise<PathFacts[]> {
  if (paths.length === 0) return [];
  return [...(await call('inspectPaths', { body: { paths: [...paths], sizes }, signal })).items];
}

/**
 * The name of a folder of uploads that has the same files, by names and sizes; null if there is none.
 * @param unfinished folders of which some of the files suffice
 * @throws ApiError
 */
export const sameUploads = async (
  name: string,
  files: readonly { readonly path: string; readonly bytes: number }[],
  unfinished: readonly string[],
  signal?: AbortSignal,
): Promise<string | null> =>
  (await call('sameUploads', { body: { name, files: [...files], unfinished: [...unfinished] }, signal }))
    .name;

/** Moves the files of a run back to where they were. @throws ApiError */
export const undoMoves = (id: string) => call('undoMoves', { params: { id } });

/** Opens a shared workflow: its files go to the uploads. @throws ApiError */
export const openShared = (file: File) => call('openShared', { form: form(file, file.name) });

/** Address of a small version of a picture: an asset by its hash, a file of the server by its `ref`. */
export const thumbnailUrl = (picture: { asset: string } | { ref: string }, edge = 256): string =>
  'asset' in picture
    ? addressOf('getAssetThumbnail', { hash: picture.asset }, { edge })
    : addressOf('getPictureThumbnail', { ref: picture.ref }, { edge });

/** Address of a thumbnail for an edge in CSS pixels: twice as large on a high-density screen. */
export function sharpThumbnailUrl(picture: { asset: string } | { ref: string }, edge: number): string {
  const fine = typeof devicePixelRatio === 'number' && devicePixelRatio > 1 ? 2 : 1;
  return thumbnailUrl(picture, Math.min(MAX_THUMBNAIL, edge * fine));
}

/** Address of a whole picture: an asset by its hash, a file of the server by its `ref`. */
export const pictureUrl = (picture: { asset: string } | { ref: string }): string =>
  'asset' in picture
    ? addressOf('getAsset', { hash: picture.asset })
    : addressOf('getPicture', { ref: picture.ref });

/** What can be shown in a file manager. */
export type Shown = { readonly path: string } | { readonly ref: string } | { readonly run: string };

/**
 * Shows a folder, or a file in its folder, in the file manager of the computer that the server runs on. `path` is one of a
 * workflow or a result, `ref` that of a picture, `run` a run for the folder of the files that it wrote. @throws ApiError with a sentence if there is no desktop, or nothing there
 */
export const showFolder = (what: Shown) => call('showFolder', { query: what });

let desktop: Promise<boolean> | undefined;

/** Whether {@link showFolder} can work: the server runs on a computer with a desktop, and only for this computer. */
export function canShowFolders(): Promise<boolean> {
  desktop ??= getHealth().then(
    (health) => health.desktop,
    () => {
      desktop = undefined;
      return false;
    },
  );
  return desktop;
}

/** The address of an archive of pictures, which the server makes while it is downloaded. @throws ApiError */
export async function archiveUrl(
  name: string,
  pictures: readonly ({ readonly name: string } & ({ readonly asset: string } | { readonly ref: string }))[],
): Promise<string> {
  const { id } = await call('prepareArchive', { body: { name, pictures: [...pictures] } });
  return addressOf('getArchive', { id });
}
