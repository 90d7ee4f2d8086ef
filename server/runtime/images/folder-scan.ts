import { type Message, messageOf, PatchbayError, type Skipped } from '../../../nodes/sdk/index.ts';
import { imageMessage } from '../../contract/messages/images.ts';
import { disk, NO_ANSWER } from '../disk/disk.ts';
import type { IndexPlace } from '../disk/tasks.ts';
import { byPath, type FoundFile, type WalkFault, type WalkRequest } from '../disk/walk.ts';
import { PICTURE_EXTENSIONS } from './formats.ts';
import { gone, isDenied, leftOut } from './left-out.ts';

/** Settings of {@link scanFolder}. */
export interface ScanOptions extends Omit<WalkRequest, 'folder'> {
  /** A picomatch pattern for the path below the folder. A pattern without a slash matches the file name. */
  readonly glob?: string;
  readonly signal?: AbortSignal;
}

/** The result of {@link scanFolder}. */
export interface FolderListing {
  readonly files: readonly FoundFile[];
  readonly skipped: readonly Skipped[];
  /** Counts files in picture formats that Patchbay does not read, by file extension; "" counts files without one. */
  readonly unread: ReadonlyMap<string, number>;
  /** Names of the housekeeping folders that were passed over, one for each folder. */
  readonly passedOver: readonly string[];
}

/** How many names a message lists. */
const MOST_NAMES = 6;

/**
 * Lists the pictures of a folder in path order; see `walk`. Files and folders that cannot be opened are listed in `skipped` with
 * the reason.
 *
 * @throws PatchbayError `folder.not-found`, `folder.is-file`, `folder.no-access`, `folder.no-answer`; CancelledError
 */
export async function scanFolder(
  folder: string,
  { signal, ...options }: ScanOptions,
  index: IndexPlace,
): Promise<FolderListing> {
  const request = { folder, ...options, index };
  const { faults, ...walked } = await disk
    .run('walk', request, () => folder, signal)
    .catch((error: unknown) => {
      throw folderFault(folder, error);
    });
  return { ...walked, skipped: faults.map(skippedOf) };
}

/**
 * Like {@link scanFolder}, with a hash of the files to which no link leads in their place: it differs when one of them does.
 * @throws PatchbayError as {@link scanFolder} does
 */
export async function fingerprintScan(
  folder: string,
  { signal, ...options }: ScanOptions,
  index: IndexPlace,
): Promise<FolderListing & { readonly hash: string }> {
  const request = { folder, ...options, index };
  const { faults, ...walked } = await disk
    .run('fingerprint', request, () => folder, signal)
    .catch((error: unknown) => {
      throw folderFault(folder, error);
    });
  return { ...walked, skipped: faults.map(skippedOf) };
}

function folderFault(folder: string, error: unknown): unknown {
  const isOfDisk = !(error instanceof PatchbayError) && (error as NodeJS.ErrnoException).code !== undefined;
  return isOfDisk ? folderError(folder, error) : error;
}

function skippedOf({ path, kind, code }: WalkFault): Skipped {
  const place = { name: path.split('/').at(-1)!, path };
  const cause = { code };
  if (kind === 'broken-link') return { ...place, reason: imageMessage('image.broken-link') };
  if (kind === 'circular-link') return { ...place, reason: imageMessage('image.circular-link') };
  if (kind === 'name') return { ...place, reason: imageMessage('image.name-not-text') };
  if (kind === 'file') return leftOut(place, gone(place.name, cause));
  return {
    ...place,
    reason: messageOf(folderError(path, cause)),
    ...(!isDenied(cause) && { passing: true }),
  };
}

/** Whether a file has the extension of a picture format that Patchbay reads. */
export function isPictureName(name: string): boolean {
  return PICTURE_EXTENSIONS.has(name.slice(name.lastIndexOf('.') + 1).toLowerCase()) && name.includes('.');
}

/** A message about the housekeeping folders that were passed over; undefined where there are none. */
export function passedOverWarning({ passedOver }: Pick<FolderListing, 'passedOver'>): Message | undefined {
  if (passedOver.length === 0) return undefined;
  const names = [...new Set(passedOver)].sort(byPath);
  const shown = names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), '…'] : names;
  return imageMessage('folder.passed-over', { count: passedOver.length, names: shown });
}

/** A warning about files in picture formats that Patchbay does not read; undefined where the folder has none. */
export function unreadWarning(unread: FolderListing['unread']): Message | undefined {
  const count = [...unread.values()].reduce((sum, some) => sum + some, 0);
  if (count === 0) return undefined;
  const extensions = [...unread.keys()].filter((extension) => extension !== '').sort(byPath);
  const formats: (string | Message)[] = extensions.map((extension) => `.${extension}`);
  if (unread.has('')) formats.push(imageMessage('folder.no-extension'));
  return imageMessage('folder.unread-formats', { count, formats });
}

function folderError(folder: string, cause: unknown): PatchbayError {
  const { code } = cause as NodeJS.ErrnoException;
  const fault =
    code === 'ENOENT'
      ? 'folder.not-found'
      : code === 'ENOTDIR'
        ? 'folder.is-file'
        : code === NO_ANSWER
          ? 'folder.no-answer'
          : 'folder.no-access';
  return new PatchbayError(imageMessage(fault, { folder }), { cause });
}
