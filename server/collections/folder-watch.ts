import { createHash, randomUUID } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lineOf } from '../runtime/disk/tasks.ts';
import { fingerprintScan } from '../runtime/images/folder-scan.ts';
import type { FollowedFolder } from './follow-file.ts';

/** A folder to watch, with its absolute path. */
export type WatchedFolder = Omit<FollowedFolder, 'path'> & { readonly path: string };

/** Systems whose own watching covers subfolders. On others each folder is watched by itself. */
const IS_DEEP = process.platform === 'darwin' || process.platform === 'win32';
/** So many folders are watched by themselves; changes in others are found by the next look. */
const MOST_FOLDERS = 1000;

const index = { id: randomUUID() };

/**
 * A text that changes when a picture of the folders is added, removed or changed. The files are not opened.
 * @throws PatchbayError `folder.*` for one that cannot be read
 */
export async function contentsOf(folders: readonly WatchedFolder[], signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for (const { path, ...options } of folders) {
    const found = await fingerprintScan(path, { ...options, signal }, index);
    hash.update(`${path}\0${found.hash}`);
    for (const file of found.files) hash.update(lineOf(file));
  }
  return hash.digest('hex');
}

async function subfolders(root: string): Promise<string[]> {
  const found = [root];
  for (const folder of found) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries)
      if (entry.isDirectory() && found.length < MOST_FOLDERS) found.push(join(folder, entry.name));
    if (found.length >= MOST_FOLDERS) break;
  }
  return found;
}

/**
 * Calls `onChange` for changes in folders, as far as the system tells them. A folder that cannot be watched is left out.
 * @returns ends it
 */
export async function watchFolders(
  folders: readonly WatchedFolder[],
  onChange: () => void,
): Promise<() => void> {
  const watchers: FSWatcher[] = [];
  for (const { path, recursive } of folders)
    for (const folder of recursive && !IS_DEEP ? await subfolders(path) : [path])
      try {
        const one = watch(folder, { persistent: false, recursive: recursive && IS_DEEP }, onChange);
        one.on('error', () => one.close());
        watchers.push(one);
      } catch {
        // The limit of the system is reached, or the folder is gone. The next look finds its changes.
      }
  return () => {
    for (const one of watchers) one.close();
  };
}
