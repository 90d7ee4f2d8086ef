import { join } from 'node:path';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import { storageMessage } from '../contract/messages/storage.ts';
import { type AssetRecords, assetRecords } from './assets.ts';
import { makeDataFolder } from './data-folder-problem.ts';
import { type EventStore, eventStore } from './events.ts';
import { type RowSets, rowSets } from './row-sets.ts';
import { type RunStore, runStore } from './runs.ts';
import { migrateJournal } from './schema.ts';
import { type Settings, settingsStore } from './settings.ts';
import { isSnapshotDue, takeSnapshot } from './snapshots.ts';
import { type Database, openDatabase, sqliteCode } from './sqlite.ts';
import { type WorkflowStore, workflowStore } from './workflows.ts';

/** The server's database of workflows, runs, their events, and stored files. */
export interface Journal {
  readonly workflows: WorkflowStore;
  readonly runs: RunStore;
  readonly events: Pick<EventStore, 'after'>;
  readonly assets: AssetRecords;
  readonly settings: Settings;
  readonly rows: RowSets;
  /** Whether the last write failed because the disk cannot be written at the moment. */
  readonly isFailing: boolean;
  /** If the last write failed, tries another one, so that `isFailing` says how it is now. */
  probe(): void;
  /** Makes every write throw this error, until it is called without one. */
  refuseWrites(error: PatchbayError | undefined): void;
  /** Whether a damaged row was read since the journal was opened. */
  readonly hasDamage: boolean;
  /** Whether SQLite finds no damage in the file. This reads all of it. */
  isWhole(): boolean;
  /** Writes a snapshot if the last one is older than a day. A damaged journal must not replace older snapshots. */
  snapshot(): void;
  close(): void;
}

/** Whether SQLite finds no damage in a database. This reads all of it. */
export function isIntact(db: Database): boolean {
  const check = db.prepare<{ integrity_check: string }>('SELECT integrity_check FROM pragma_integrity_check');
  return check.get()?.integrity_check === 'ok';
}

/** The path of the journal of a data folder. */
export const journalPath = (folder: string): string => join(folder, 'journal.db');

function storesOf(db: Database) {
  const events = eventStore(db);
  return {
    workflows: workflowStore(db),
    runs: runStore(db, events),
    events,
    assets: assetRecords(db),
    settings: settingsStore(db),
    rows: rowSets(db),
  };
}

/**
 * Opens the journal of a data folder, or makes it. One process at a time can open it.
 * @throws PatchbayError `data.in-use`, `data.damaged`, `data.newer`, `data.disk-full`, `data.unreadable`
 */
export function openJournal(folder: string): Journal {
  makeDataFolder(folder);
  const path = journalPath(folder);
  const db = openDatabase(path);
  try {
    migrateJournal(db, () => void takeSnapshot(db, folder));
    const stores = storesOf(db);
    return {
      ...stores,
      probe() {
        if (!db.isFailing) return;
        try {
          stores.settings.set('probed', new Date().toISOString());
        } catch {
          // Still so.
        }
      },
      refuseWrites: db.refuseWrites,
      get isFailing() {
        return db.isFailing;
      },
      get hasDamage() {
        return db.hasDamage;
      },
      isWhole: () => isIntact(db),
      snapshot() {
        if (!db.hasDamage && isSnapshotDue(folder)) takeSnapshot(db, folder);
      },
      close: () => db.close(),
    };
  } catch (cause) {
    db.close();
    // SQLITE_ERROR: a table or column is not there, because its name is damaged.
    if (/^SQLITE_(CORRUPT|NOTADB|ERROR)/.test(sqliteCode(cause) ?? ''))
      throw new PatchbayError(storageMessage('data.damaged', { path }), { cause });
    throw cause;
  }
}
