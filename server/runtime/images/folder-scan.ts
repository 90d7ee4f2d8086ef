import type { Dirent } from 'node:fs';
import { extname, join } from 'node:path';
import { PatchbayError, type Skipped, throwIfAborted } from '../../../nodes/sdk/index.ts';
import { createLook, type Look } from '../files/look.ts';
import { PICTURE_EXTENSIONS, UNREAD_EXTENSIONS } from './formats.ts';

/** A picture's file as a scan finds it. */
export interface FoundFile {
  /** Absolute. */
  readonly file: string;
  /** Below the scanned folder, with forward slashes. */
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** What to list. */
export interface ScanOptions {
  readonly recursive: boolean;
  /** A picomatch pattern on the path below the folder; one without a slash matches the file name. */
  readonly glob?: string;
  /** Stops after this many pictures, in path order. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** What a scan found. */
export interface FolderListing {
  readonly files: readonly FoundFile[];
  readonly skipped: readonly Skipped[];
  /** How many files there are of each kind of picture that is not read, by ending; those without one under "". */
  readonly unread: ReadonlyMap<string, number>;
}

/** Files looked at side by side: enough to hide a disk's latency, few enough for a network drive. */
const AT_ONCE = 32;

/** Order by code units: the same on every machine and in every language. */
export const byPath = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Lists the pictures of a folder in path order. Hidden files and folders are passed over; links are followed, but no folder
 * is entered twice; what cannot be opened is listed with its reason.
 *
 * @throws PatchbayError `image.not-found` when the folder is missing or is none; CancelledError
 */
export async function scanFolder(folder: string, options: ScanOptions): Promise<FolderListing> {
  const { signal } = options;
  const look = createLook();
  const matches = await matcherOf(options.glob);
  const skipped: Skipped[] = [];
  const paths: string[] = [];
  const unread = new Map<string, number>();
  const entered = new Set<string>();
  const pending = [''];
  // Iterative, because folders may be nested deeper than a stack.
  for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
    if (signal) throwIfAborted(signal);
    try {
      // By number and not by real path, which takes long to find out in deep folders.
      const identity = await look.identity(join(folder, below));
      if (entered.has(identity)) continue;
      entered.add(identity);
      // In order, so that of two ways to one folder the same is taken on every machine.
      const entries = [...(await look.list(join(folder, below)))];
      entries.sort((a, b) => byPath(b.name, a.name));
      for (const entry of entries) {
        if (entry.name.startsWith('.')) continue;
        const path = below === '' ? entry.name : `${below}/${entry.name}`;
        const picture = isPictureName(entry.name);
        const kind = await kindOf(look, entry, join(folder, path));
        if (kind === 'folder' && options.recursive) pending.push(path);
        else if (picture && kind === 'file' && matches(path)) paths.push(path);
        else if (picture && kind === 'broken' && matches(path))
          skipped.push({ name: entry.name, path, reason: 'The link leads nowhere.' });
        else if (kind === 'file' && UNREAD_EXTENSIONS.has(endingOf(entry.name)) && matches(path))
          unread.set(endingOf(entry.name), (unread.get(endingOf(entry.name)) ?? 0) + 1);
      }
    } catch (error) {
      if (below === '') throw folderError(folder, error);
      skipped.push({
        name: below.split('/').at(-1)!,
        path: below,
        reason: 'The folder could not be opened.',
      });
    }
  }
  paths.sort(byPath);
  const files = await measure(look, folder, paths, options, skipped);
  skipped.sort((a, b) => byPath(a.path ?? a.name, b.path ?? b.name));
  return { files, skipped, unread };
}

/** Whether a file's ending is that of a picture that can be read. */
export function isPictureName(name: string): boolean {
  return PICTURE_EXTENSIONS.has(endingOf(name));
}

function endingOf(name: string): string {
  return extname(name).slice(1).toLowerCase();
}

/** A sentence about files of kinds that are not read, or undefined where there are none. */
export function unreadWarning(unread: FolderListing['unread']): string | undefined {
  const count = [...unread.values()].reduce((sum, some) => sum + some, 0);
  if (count === 0) return undefined;
  const kinds = [...unread.keys()].sort(byPath).map((ending) => (ending === '' ? 'no ending' : `.${ending}`));
  // What has no ending comes last.
  if (unread.has('')) kinds.push(kinds.shift()!);
  return count === 1
    ? `1 file is of a kind that is not read: ${kinds.join(', ')}.`
    : `${count} files are of kinds that are not read: ${kinds.join(', ')}.`;
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
    const stats = await Promise.all(some.map((path) => look.stat(join(folder, path)).catch(() => undefined)));
    for (const [i, path] of some.entries()) {
      const found = stats[i];
      if (files.length >= limit) break;
      if (found) files.push({ file: join(folder, path), path, size: found.size, mtimeMs: found.mtimeMs });
      else
        skipped.push({ name: path.split('/').at(-1)!, path, reason: 'The file is gone or may not be read.' });
    }
  }
  return files;
}

function folderError(folder: string, cause: unknown): PatchbayError {
  const { code } = cause as NodeJS.ErrnoException;
  const reason =
    code === 'ENOENT'
      ? `There is no folder ${folder}; check the path.`
      : code === 'ENOTDIR'
        ? `${folder} is a file; give the folder it is in.`
        : `The folder ${folder} could not be opened; check that it may be read.`;
  return new PatchbayError({ code: 'image.not-found', message: reason }, { cause });
}
