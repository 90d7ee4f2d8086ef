import { isHousekeeping } from '../../server/contract/housekeeping.ts';
import { browse, deleteUploads, sameUploads, uploadAsset, uploadFile } from '../ui/api/files.ts';
import { ApiError } from '../ui/api/http.ts';
import { purgeTrash } from '../ui/api/trash.ts';
import { clientMessage } from '../ui/strings/client-messages.ts';
import { markUpload, unfinishedUploads, whileWarning } from './unfinished-uploads.ts';

/** A file with its path below the dropped folder. */
export interface DroppedFile {
  readonly path: string;
  readonly file: File;
}

/** The result of a drop. */
export interface Dropped {
  /** The name of the folder, if exactly one was dropped. */
  readonly folder?: string;
  readonly files: readonly DroppedFile[];
}

/** File name endings of the pictures that Patchbay reads. */
const PICTURE = /\.(jpe?g|jfif|png|webp|gif|tiff?|avif)$/i;
/** How many uploads run at the same time, and how many names to try. */
const AT_ONCE = 4;
const MAX_TRIES = 50;

/** Whether a file was created by the operating system or by another program for itself, so that no one misses it. */
export const isClutter = (path: string): boolean =>
  /(^|\/)(thumbs\.db|desktop\.ini|\..*)$/i.test(path) || path.split('/').slice(1, -1).some(isHousekeeping);

/** Whether a file name ends like the name of a picture that Patchbay reads. */
export const isPictureName = (name: string): boolean => PICTURE.test(name);

async function entriesIn(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    // A reader returns at most a hundred entries at a time, and an empty list at the end.
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function filesIn(root: FileSystemEntry): Promise<DroppedFile[]> {
  const found: DroppedFile[] = [];
  const open: FileSystemEntry[] = [root];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    if (entry.name.startsWith('.') || (entry !== root && entry.isDirectory && isHousekeeping(entry.name)))
      continue;
    if (entry.isDirectory) open.push(...(await entriesIn(entry as FileSystemDirectoryEntry)));
    else {
      const file = await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail));
      found.push({ path: entry.fullPath.replace(/^\//, ''), file });
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * All files of a drop, including those in folders. Call it inside the drop handler: the entries are not available
 * later.
 */
export async function droppedFiles(transfer: DataTransfer): Promise<Dropped> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  if (entries.length === 0) return { files: [...transfer.files].map((file) => ({ path: file.name, file })) };
  const files = (await Promise.all(entries.map(filesIn))).flat();
  const [only] = entries;
  return { files, ...(entries.length === 1 && only?.isDirectory && { folder: only.name }) };
}

/** Files chosen in a dialog, in the same form as dropped ones. */
export function chosenFiles(list: FileList | readonly File[]): Dropped {
  const files = [...list]
    .map((file) => ({ path: file.webkitRelativePath || file.name, file }))
    .filter(({ path }) => !isClutter(path));
  const first = files[0]?.path ?? '';
  return { files, ...(first.includes('/') && { folder: first.slice(0, first.indexOf('/')) }) };
}

/** Turns a text into a file or folder name that is valid on every system. */
export function plainName(name: string): string {
  const plain = name
    .normalize('NFC')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must go.
    .replaceAll(/[\u0000-\u001f\\/:*?"<>|]/g, '_')
    .slice(0, 100)
    .trim()
    .replace(/^\.+/, '_')
    .replace(/[\s.]+$/, '');
  if (/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(plain)) return `_${plain}`;
  return plain === '' ? 'files' : plain;
}

/** Runs all jobs, several at a time. After a failure, no new job starts. */
async function inParallel<T>(jobs: readonly T[], work: (job: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < jobs.length; at = next++)
      await work(jobs[at] as T).catch((error) => {
        next = jobs.length;
        throw error;
      });
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, jobs.length) }, worker));
}

/** Called after each file with the number of uploaded files, the total, and the uploaded bytes. */
export type OnProgress = (done: number, total: number, bytes: number) => void;

/** An uploaded folder. */
export interface Uploaded {
  /** Its path, for a workflow. */
  readonly folder: string;
  /** The path of its first file. */
  readonly first: string;
  /** Whether its files were not here before. */
  readonly isNew: boolean;
}

/**
 * Uploads pictures. They are stored by their content.
 * @returns their paths for a workflow, `asset:HASH/NAME`, in order
 * @throws ApiError
 */
export const uploadPictures = (
  files: readonly DroppedFile[],
  onProgress: OnProgress = () => {},
  signal?: AbortSignal,
): Promise<string[]> => whileWarning(() => uploadEach(files, onProgress, signal));

async function uploadEach(
  files: readonly DroppedFile[],
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<string[]> {
  const paths = new Array<string>(files.length);
  let done = 0;
  let bytes = 0;
  await inParallel([...files.keys()], async (at) => {
    const { file } = files[at] as DroppedFile;
    const { hash } = await uploadAsset(file, signal);
    paths[at] = `asset:${hash}/${plainName(file.name)}`;
    bytes += file.size;
    onProgress(++done, files.length, bytes);
  });
  return paths;
}

/** The wished name, or the first of `name-2`, `name-3`, ... that is not in use. */
async function freeFolder(wish: string, signal?: AbortSignal): Promise<string> {
  const uploads = (await browse('', signal)).folders.find(({ place }) => place === 'uploads');
  for (let n = 1; n <= MAX_TRIES; n++) {
    const name = n === 1 ? wish : `${wish}-${n}`;
    try {
      await browse(`${uploads?.path}${name}`, signal);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return name;
      throw error;
    }
  }
  throw new ApiError(409, clientMessage('upload.too-many', { name: wish }));
}

/** The most files that are compared with those of an earlier upload. */
const MAX_COMPARED = 20_000;

/**
 * Uploads files into a new folder under a free name. Names inside the folder stay. The same files again give the same
 * folder. A cancelled or failed upload leaves nothing behind. One that was cut off, with its page or with the server, goes on
 * in its folder.
 * @throws ApiError
 */
export const uploadFolder = (
  dropped: Dropped,
  onProgress: OnProgress = () => {},
  signal?: AbortSignal,
): Promise<Uploaded> => whileWarning(() => uploadAll(dropped, onProgress, signal));

async function uploadAll(dropped: Dropped, onProgress: OnProgress, signal?: AbortSignal): Promise<Uploaded> {
  const { folder = 'pictures', files } = dropped;
  const name = plainName(folder);
  const known =
    files.length > MAX_COMPARED ? null : await sameUploads(name, wayOf(dropped), unfinishedUploads(), signal);
  if (known !== null) {
    try {
      // The server compares the contents. It stores nothing twice, and refuses a file that is different.
      const uploaded = await uploadInto(known, dropped, onProgress, signal);
      markUpload(known, false);
      return { ...uploaded, isNew: false };
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
    }
  }
  const root = await freeFolder(name, signal);
  markUpload(root, true);
  try {
    const uploaded = await uploadInto(root, dropped, onProgress, signal);
    markUpload(root, false);
    return uploaded;
  } catch (error) {
    // Remove the partial upload in the background, for good: nobody would restore it. If that fails, the first error is
    // still the one to show.
    void deleteUploads(root)
      .then(({ id }) => {
        markUpload(root, false);
        return purgeTrash(id);
      })
      .catch(() => {});
    throw error;
  }
}

/** The paths of files below their folder, as the server stores them, with their sizes. */
function wayOf({ folder = 'pictures', files }: Dropped): { readonly path: string; readonly bytes: number }[] {
  const below = (path: string) => (path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path);
  return files.map(({ path, file }) => ({
    path: below(path).split('/').map(plainName).join('/'),
    bytes: file.size,
  }));
}

async function uploadInto(
  root: string,
  dropped: Dropped,
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<Uploaded> {
  const { files } = dropped;
  const ways = wayOf(dropped);
  let done = 0;
  let bytes = 0;
  let place = '';
  let first = '';
  await inParallel([...files.keys()], async (at) => {
    const { file } = files[at] as DroppedFile;
    const stored = await uploadFile(file, `${root}/${ways[at]?.path}`, signal);
    place = stored.folder;
    if (at === 0) first = stored.path;
    bytes += file.size;
    onProgress(++done, files.length, bytes);
  });
  return { folder: place, first, isNew: true };
}

/** Uploads one file into a new folder. @returns its path for a workflow @throws ApiError */
export async function uploadSingle({ file }: DroppedFile): Promise<string> {
  const root = await freeFolder('files');
  return (await uploadFile(file, `${root}/${plainName(file.name)}`)).path;
}
