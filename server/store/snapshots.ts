import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolderSync } from '../runtime/files/make-folder.ts';
import type { Database } from './sqlite.ts';

/** How many snapshots are kept. */
const KEPT = 3;
const DAY_MS = 24 * 60 * 60 * 1000;
const NAME = /^journal-[\dTZ-]+\.db$/;

const folderOf = (dataFolder: string) => join(dataFolder, 'snapshots');

/** The paths of the snapshots of a data folder, newest first. */
export function listSnapshots(dataFolder: string): string[] {
  const folder = folderOf(dataFolder);
  if (!existsSync(folder)) return [];
  // The names sort like their times.
  const names = readdirSync(folder).filter((name) => NAME.test(name));
  return names
    .toSorted()
    .reverse()
    .map((name) => join(folder, name));
}

/** Whether the newest snapshot is older than a day, or there is none. */
export function isSnapshotDue(dataFolder: string): boolean {
  const [newest] = listSnapshots(dataFolder);
  return newest === undefined || Date.now() - statSync(newest).mtimeMs > DAY_MS;
}

/**
 * Writes a snapshot of the journal and deletes all but the newest ones. @returns its path
 * @throws the error of SQLite or of the system; the older snapshots stay
 */
export function takeSnapshot(db: Database, dataFolder: string): string {
  const folder = folderOf(dataFolder);
  makeFolderSync(folder, 0o700);
  const path = join(folder, `journal-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.db`);
  const part = `${path}.part`;
  try {
    db.copyTo(part);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
  for (const old of listSnapshots(dataFolder).slice(KEPT)) rmSync(old, { force: true });
  return path;
}
