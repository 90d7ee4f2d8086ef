import { PatchbayError } from '../../nodes/sdk/index.ts';
import { storageMessage } from '../contract/messages/storage.ts';
import type { Database } from './sqlite.ts';

/**
 * The SQL of each version of the journal, in order. A released version never changes. Each change adds a new version.
 */
const VERSIONS: readonly string[] = [
  `
  CREATE TABLE workflows (
    ord INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    nodes INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE workflow_revisions (
    workflow INTEGER NOT NULL REFERENCES workflows(ord) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workflow, revision)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE runs (
    ord INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    -- Place among those that wait; null for all others.
    position REAL,
    workflow_id TEXT,
    workflow_revision INTEGER,
    name TEXT NOT NULL,
    targets TEXT,
    cache INTEGER NOT NULL,
    lane TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    ms REAL,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- Attempts that ended with the process they ran under.
    crashes INTEGER NOT NULL DEFAULT 0,
    last_seq INTEGER NOT NULL DEFAULT 0,
    message TEXT,
    idempotency_key TEXT UNIQUE,
    request_hash TEXT
  ) STRICT;
  CREATE INDEX runs_by_position ON runs(position) WHERE position IS NOT NULL;
  CREATE INDEX runs_by_status ON runs(status, ord);
  CREATE INDEX runs_by_workflow ON runs(workflow_id, ord) WHERE workflow_id IS NOT NULL;
  -- Apart from the rest, so that lists do not read them.
  CREATE TABLE run_workflows (
    run INTEGER PRIMARY KEY REFERENCES runs(ord) ON DELETE CASCADE,
    body TEXT NOT NULL
  ) STRICT;
  CREATE TABLE run_outcomes (
    run INTEGER PRIMARY KEY REFERENCES runs(ord) ON DELETE CASCADE,
    body TEXT NOT NULL
  ) STRICT;
  CREATE TABLE events (
    run INTEGER NOT NULL REFERENCES runs(ord) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (run, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE assets (
    hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    size INTEGER NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE runs ADD COLUMN series TEXT;
  -- Another run of its series came after it.
  ALTER TABLE runs ADD COLUMN superseded INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX runs_by_series ON runs(series, ord) WHERE series IS NOT NULL AND superseded = 0;
  CREATE INDEX runs_superseded ON runs(ord) WHERE superseded = 1;
  `,
  `
  -- The first problem as JSON, so that lists need not read whole outcomes. Runs of earlier versions have the message alone.
  ALTER TABLE runs ADD COLUMN problem TEXT;
  `,
  `
  -- Somebody waits for it: a run of a series, or one that was submitted to the front.
  ALTER TABLE runs ADD COLUMN interactive INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- The valid part of a workflow with problems may run.
  ALTER TABLE runs ADD COLUMN partial INTEGER NOT NULL DEFAULT 0;
  `,
];

/**
 * Updates a journal to the current version.
 * @param before called before a journal with content is changed
 * @throws PatchbayError `data.newer` if a newer Patchbay wrote it; this one must not change it
 */
export function migrateJournal(db: Database, before: () => void): void {
  const row = db.prepare<{ user_version: number }>('SELECT user_version FROM pragma_user_version').get();
  const from = row?.user_version ?? 0;
  if (from > VERSIONS.length) throw new PatchbayError(storageMessage('data.newer'));
  if (from > 0 && from < VERSIONS.length) before();
  for (let version = from; version < VERSIONS.length; version++) {
    db.transaction('durable', () => {
      db.exec(VERSIONS[version] as string);
      db.exec(`PRAGMA user_version = ${version + 1}`);
    });
  }
}
