import type { Dirent } from 'node:fs';
import { extname, join } from 'node:path';
import {
  type Message,
  messageOf,
  PatchbayError,
  type Skipped,
  throwIfAborted,
} from '../../../nodes/sdk/index.ts';
import { isHousekeeping } from '../../contract/housekeeping.ts';
import { imageMessage } from '../../contract/messages/images.ts';
import { createLook, type Look } from '../files/look.ts';
import { HEAD_BYTES, PICTURE_EXTENSIONS, sniffFormat, UNREAD_EXTENSIONS } from './formats.ts';
import { gone, isDenied, leftOut } from './left-out.ts';

/** A picture file found by {@link scanFolder}. */
export interface FoundFile {
  /** The absolute path. */
  readonly file: string;
  /** The path below the scanned folder, with forward slashes. */
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** Settings of {@link scanFolder}. */
export interface ScanOptions {
  readonly recursive: boolean;
  /** A picomatch pattern for the path below the folder. A pattern without a slash matches the file name. */
  readonly glob?: string;
  /** Whether folders that programs keep for themselves are entered too; see {@link isHousekeeping}. Default false. */
  readonly housekeeping?: boolean;
  /** The most pictures to list, in path order. */
  readonly limit?: number;
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

/** How many files to stat at the same time: enough to hide a disk's latency, few enough for a network drive. */
const AT_ONCE = 32;
/** How many names a message lists. */
const MOST_NAMES = 6;

/** Compares by code units, so that the order is the same on every machine and in every language. */
export const byPath = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Lists the pictures of a folder in path order: files whose name ends like that of a picture, and all others whose first bytes
 * are those of a picture. Hidden files and folders, and the folders in which programs
 * keep thumbnails and deleted files, are passed over. Links are followed, but no folder is
 * entered twice. Files and folders that cannot be opened are listed in `skipped` with the reason.
 *
 * @throws PatchbayError `folder.not-found`, `folder.is-file`, `folder.no-access`; CancelledError
 */
export async function scanFolder(folder: string, options: ScanOptions): Promise<FolderListing> {
  const { signal } = options;
  const look = createLook();
  const matches = await matcherOf(options.glob);
  const skipped: Skipped[] = [];
  const paths: string[] = [];
  const unread = new Map<string, number>();
  const passedOver: string[] = [];
  const entered = new Set<string>();
  const pending = [''];
  // A loop, because folders can be nested deeper than a call stack allows.
  for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
    if (signal) throwIfAborted(signal);
    try {
      // By inode, because finding the real path takes long in deep folders.
      const identity = await look.identity(join(folder, below));
      if (entered.has(identity)) continue;
      entered.add(identity);
      // Sorted, so that every machine takes the same one of several paths to one folder.
      const entries = [...(await look.list(join(folder, below)))];
      entries.sort((a, b) => byPath(b.name, a.name));
      for (const entry of entries) {
        const keeps = isHousekeeping(entry.name);
        if (entry.name.startsWith('.') && !(keeps && options.housekeeping)) continue;
        const path = below === '' ? entry.name : `${below}/${entry.name}`;
        const picture = isPictureName(entry.name);
        const kind = await kindOf(look, entry, join(folder, path));
        if (kind === 'folder' && keeps && !options.housekeeping) {
          if (options.recursive) passedOver.push(entry.name);
        } else if (kind === 'folder' && options.recursive) pending.push(path);
        else if (picture && kind === 'file' && matches(path)) paths.push(path);
        else if (picture && kind === 'broken' && matches(path))
          skipped.push({ name: entry.name, path, reason: imageMessage('image.broken-link') });
        else if (kind === 'file' && !picture && matches(path)) {
          const extension = extensionOf(entry.name);
          const format = await formatIn(look, join(folder, path));
          if (format !== undefined && 'loaders' in format) paths.push(path);
          else if (format !== undefined || UNREAD_EXTENSIONS.has(extension))
            unread.set(extension, (unread.get(extension) ?? 0) + 1);
        }
      }
    } catch (error) {
      if (below === '') throw folderError(folder, error);
      const place = { name: below.split('/').at(-1)!, path: below };
      const fault = folderError(below, error);
      skipped.push({ ...place, reason: messageOf(fault), ...(isDenied(error) ? {} : { passing: true }) });
    }
  }
  paths.sort(byPath);
  const files = await measure(look, folder, paths, options, skipped);
  skipped.sort((a, b) => byPath(a.path ?? a.name, b.path ?? b.name));
  return { files, skipped, unread, passedOver };
}

/** Whether a file has the extension of a picture format that Patchbay reads. */
export function isPictureName(name: string): boolean {
  return PICTURE_EXTENSIONS.has(extensionOf(name));
}

/** The format of a file by its first bytes; undefined also where the file cannot be read. */
async function formatIn(look: Look, path: string): Promise<ReturnType<typeof sniffFormat>> {
  const head = await look.head(path, HEAD_BYTES).catch(() => undefined);
  return head && sniffFormat(head);
}

function extensionOf(name: string): string {
  return extname(name).slice(1).toLowerCase();
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

async function matcherOf(glob: string | undefined): Promise<(path: string) => boolean> {
  if (glob === undefined || glob.trim() === '') return () => true;
  const { default: picomatch } = await import('picomatch');
  return picomatch(glob.trim().replaceAll('\\', '/'), { nocase: true, basename: !glob.includes('/') });
}

async function kindOf(
  look: Look,
  entry: Dirent,
  path: string,
): Promise<'file' | 'folder' | 'broken' | 'other'> {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  if (!entry.isSymbolicLink()) return 'other';
  const target = await look.stat(path).catch(() => undefined);
  if (target === undefined) return 'broken';
  return target.isDirectory() ? 'folder' : target.isFile() ? 'file' : 'other';
}

async function measure(
  look: Look,
  folder: string,
  paths: readonly string[],
  { limit = Number.POSITIVE_INFINITY, signal }: ScanOptions,
  skipped: Skipped[],
): Promise<FoundFile[]> {
  const files: FoundFile[] = [];
  for (let at = 0; at < paths.length && files.length < limit; at += AT_ONCE) {
    if (signal) throwIfAborted(signal);
    const some = paths.slice(at, at + AT_ONCE);
    const stats = await Promise.all(
      some.map((path) => look.stat(join(folder, path)).catch((error: Error) => error)),
    );
    for (const [i, path] of some.entries()) {
      const found = stats[i]!;
      const name = path.split('/').at(-1)!;
      if (files.length >= limit) break;
      if (found instanceof Error) skipped.push(leftOut({ name, path }, gone(name, found)));
      else files.push({ file: join(folder, path), path, size: found.size, mtimeMs: found.mtimeMs });
    }
  }
  return files;
}

function folderError(folder: string, cause: unknown): PatchbayError {
  const { code } = cause as NodeJS.ErrnoException;
  const fault =
    code === 'ENOENT' ? 'folder.not-found' : code === 'ENOTDIR' ? 'folder.is-file' : 'folder.no-access';
  return new PatchbayError(imageMessage(fault, { folder }), { cause });
}
