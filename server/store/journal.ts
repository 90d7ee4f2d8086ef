import { join } from 'node:path';
import { makeFolderSync } from '../runtime/files/make-folder.ts';
import { type AssetRecords, assetRecords } from './assets.ts';
import { type EventStore, eventStore } from './events.ts';
import { type RowSets, rowSets } from './row-sets.ts';
import { type RunStore, runStore } from './runs.ts';
import { migrateJournal } from './schema.ts';
import { type Settings, settingsStore } from './settings.ts';
import { openDatabase } from './sqlite.ts';
import { type WorkflowStore, workflowStore } from './workflows.ts';

/** The server's database of workflows, runs, their events, and stored files. */
export interface Journal {
  readonly workflows: WorkflowStore;
  readonly runs: RunStore;
  readonly events: Pick<EventStore, 'after'>;
  readonly assets: AssetRecords;
  readonly settings: Settings;
  readonly rows: RowSets;
  /** Whether SQLite finds no damage in the file. This reads all of it. */
  isWhole(): boolean;
  close(): void;
}

/**
 * Opens the journal of a data folder, or makes it. One process at a time can open it.
 * @throws PatchbayError `data.in-use`, `data.damaged`, `data.newer`, `data.disk-full`, `data.unreadable`
 */
export function openJournal(folder: string): Journal {
  makeFolderSync(folder, 0o700);
  const db = openDatabase(join(folder, 'journal.db'));
  migrateJournal(db);
  const events = eventStore(db);
  return {
    workflows: workflowStore(db),
    runs: runStore(db, events),
    events,
    assets: assetRecords(db),
    settings: settingsStore(db),
    rows: rowSets(db),
    isWhole: () =>
      db.prepare<{ integrity_check: string }>('PRAGMA integrity_check').get()?.integrity_check === 'ok',
    close: () => db.close(),
  };
}
