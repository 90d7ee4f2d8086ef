import {
  type BigIntStats,
  closeSync,
  type Dirent,
  lstatSync,
  readdirSync,
  readSync,
  statSync,
} from 'node:fs';
import { extname, join } from 'node:path';
import { isHousekeeping } from '../../contract/housekeeping.ts';
import { openRegularSync } from '../files/regular-file.ts';
import { HEAD_BYTES, PICTURE_EXTENSIONS, sniffFormat, UNREAD_EXTENSIONS } from '../images/formats.ts';
import type { FileIndex } from './file-index.ts';

/** Settings of {@link walk}. */
export interface WalkRequest {
  readonly folder: string;
  readonly recursive: boolean;
  /** Whether housekeeping folders are entered too; see {@link isHousekeeping}. */
  readonly housekeeping?: boolean;
  /** The most pictures to list, in path order. */
  readonly limit?: number;
}

/** A picture file found by {@link walk}. */
export interface FoundFile {
  /** The absolute path. */
  readonly file: string;
  /** The path below the folder, with forward slashes. */
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** Inode and times in nanoseconds, for fingerprints. */
  readonly state: string;
  /** Whether a link leads to it, so that it may lie outside the folder. */
  readonly linked: boolean;
}

/** Something in the folder that cannot be listed; `code` is the file system's. */
export interface WalkFault {
  readonly path: string;
  readonly kind: 'broken-link' | 'circular-link' | 'name' | 'file' | 'folder';
  readonly code: string | undefined;
}

/** The result of {@link walk}: plain data that can pass between threads. */
export interface Walked {
  readonly files: readonly FoundFile[];
  readonly faults: readonly WalkFault[];
  /** Counts files in picture formats that Patchbay does not read, by file extension; "" counts files without one. */
  readonly unread: ReadonlyMap<string, number>;
  /** Names of the housekeeping folders that were passed over, one for each folder. */
  readonly passedOver: readonly string[];
}

/** Compares by code units, so that the order is the same on every machine and in every language. */
export const byPath = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const extensionOf = (name: string): string => extname(name).slice(1).toLowerCase();
const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

/**
 * Lists the pictures of a folder in path order: files whose name ends like that of a picture, and all others whose first bytes are
 * those of a picture. Hidden entries and housekeeping folders are passed over. Links are followed, but no folder is entered twice.
 * Its calls block this thread.
 *
 * @param matches whether a path below the folder is wanted
 * @param pulse is called between any two calls of the file system; it throws to stop
 * @throws the file system's error for the folder itself
 */
export function walk(
  { folder, recursive, housekeeping = false, limit = Number.POSITIVE_INFINITY }: WalkRequest,
  matches: (path: string) => boolean,
  index: FileIndex,
  pulse: () => void,
): Walked {
  const found: { path: string; linked: boolean }[] = [];
  const faults: WalkFault[] = [];
  const unread = new Map<string, number>();
  const passedOver: string[] = [];
  const entered = new Set<string>();
  const pending = [{ below: '', linked: false }];

  const see = (entry: Dirent, path: string, linked: boolean) => {
    const isHidden = entry.name.startsWith('.');
    if (isHidden && !(housekeeping && isHousekeeping(entry.name))) return;
    const file = join(folder, path);
    const isPicture = PICTURE_EXTENSIONS.has(extensionOf(entry.name));
    if (isMangled(entry.name, file)) {
      if (entry.isDirectory() ? recursive : isPicture) faults.push({ path, kind: 'name', code: undefined });
      return;
    }
    const { kind, code } = kindOf(entry, file);
    const viaLink = linked || entry.isSymbolicLink();
    if (kind === 'folder') {
      if (!recursive) return;
      if (!housekeeping && isHousekeeping(entry.name)) passedOver.push(entry.name);
      else pending.push({ below: path, linked: viaLink });
    } else if (kind === 'broken') {
      if (isPicture && matches(path)) faults.push({ path, kind: 'broken-link', code: undefined });
    } else if (kind === 'circular') {
      if (matches(path)) faults.push({ path, kind: 'circular-link', code });
    } else if (kind === 'unreadable') {
      if (isPicture && matches(path)) faults.push({ path, kind: 'file', code });
    } else if (kind === 'file' && matches(path)) {
      const format = isPicture ? 'picture' : formatIn(file, index);
      if (format === 'picture') found.push({ path, linked: viaLink });
      else if (format === 'refused' || UNREAD_EXTENSIONS.has(extensionOf(entry.name)))
        unread.set(extensionOf(entry.name), (unread.get(extensionOf(entry.name)) ?? 0) + 1);
    }
  };

  // A loop, because folders can be nested deeper than a call stack allows.
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { below, linked } = next;
    const place = join(folder, below);
    try {
      pulse();
      // By inode and not by real path, which takes long to find in deep folders.
      const { dev, ino } = statSync(place, { bigint: true });
      const identity = `${dev}:${ino}`;
      if (entered.has(identity)) continue;
      entered.add(identity);
      // Sorted, so that of two paths to one folder every machine takes the same one.
      const entries = readdirSync(place, { withFileTypes: true }).sort((a, b) => byPath(b.name, a.name));
      for (const entry of entries) {
        pulse();
        see(entry, below === '' ? entry.name : `${below}/${entry.name}`, linked);
      }
    } catch (error) {
      if (below === '' || codeOf(error) === undefined) throw error;
      faults.push({ path: below, kind: 'folder', code: codeOf(error) });
    }
  }

  found.sort((a, b) => byPath(a.path, b.path));
  const files: FoundFile[] = [];
  for (const { path, linked } of found) {
    if (files.length >= limit) break;
    const file = join(folder, path);
    pulse();
    try {
      const found = statSync(file, { bigint: true });
      files.push({ file, path, size: Number(found.size), ...stateOf(found), linked });
    } catch (error) {
      faults.push({ path, kind: 'file', code: codeOf(error) });
    }
  }
  faults.sort((a, b) => byPath(a.path, b.path));
  return { files, faults, unread, passedOver };
}

/** The change time in milliseconds, and what differs between any two states of a file. */
export function stateOf({ ino, mtimeMs, mtimeNs, ctimeNs }: BigIntStats): { mtimeMs: number; state: string } {
  // Whole milliseconds and their fraction apart, as a number cannot hold the nanoseconds of today.
  const ms = Number(mtimeMs) + Number(mtimeNs % 1_000_000n) / 1e6;
  return { mtimeMs: ms, state: `${ino} ${mtimeNs} ${ctimeNs}` };
}

/** Node reads bytes that are not UTF-8 as this character, and then finds no file under the name. */
const NOT_TEXT = '\ufffd';

/** Whether the name of an entry is not text, so that nothing can be opened by it. */
const isMangled = (name: string, path: string): boolean =>
  name.includes(NOT_TEXT) && lstatSync(path, { throwIfNoEntry: false }) === undefined;

/** What an entry is. `circular`: a link that leads back to itself. `unreadable`: a link that cannot be followed. */
interface EntryKind {
  readonly kind: 'file' | 'folder' | 'broken' | 'circular' | 'unreadable' | 'other';
  readonly code?: string;
}

function kindOf(entry: Dirent, path: string): EntryKind {
  if (entry.isFile()) return { kind: 'file' };
  if (entry.isDirectory()) return { kind: 'folder' };
  if (!entry.isSymbolicLink()) return { kind: 'other' };
  try {
    const target = statSync(path, { throwIfNoEntry: false });
    if (target === undefined) return { kind: 'broken' };
    return { kind: target.isDirectory() ? 'folder' : target.isFile() ? 'file' : 'other' };
  } catch (error) {
    // One link must not hide the whole folder.
    const code = codeOf(error);
    if (code === undefined) throw error;
    return { kind: code === 'ELOOP' ? 'circular' : 'unreadable', code };
  }
}

/** What the first bytes of a file say; `unknown` also where it cannot be read. */
function formatIn(path: string, index: FileIndex): string {
  try {
    return index.of('format', path, statSync(path, { bigint: true }), () => {
      const file = openRegularSync(path);
      try {
        const head = Buffer.alloc(HEAD_BYTES);
        const format = sniffFormat(head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0)));
        return format === undefined ? 'unknown' : 'loaders' in format ? 'picture' : 'refused';
      } finally {
        closeSync(file);
      }
    });
  } catch {
    return 'unknown';
  }
}
