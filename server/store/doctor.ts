import { existsSync, renameSync } from 'node:fs';
import { basename } from 'node:path';
import { type Message, PatchbayError } from '../../nodes/sdk/index.ts';
import { doctorMessage } from '../contract/messages/doctor.ts';
import { makeDataFolder } from './data-folder-problem.ts';
import { eventStore } from './events.ts';
import { newId } from './ids.ts';
import { isIntact, journalPath } from './journal.ts';
import { isRunId, isSound, type RunRow, unreadable } from './run-rows.ts';
import { resultOf, runStore } from './runs.ts';
import { migrateJournal } from './schema.ts';
import { listSnapshots, takeSnapshot } from './snapshots.ts';
import { type Database, isDamaged, openDatabase, sqliteCode } from './sqlite.ts';

/** What is wrong in a journal, and what was done about it. */
export interface Diagnosis {
  readonly findings: readonly Message[];
  readonly repairs: readonly Message[];
  /** Whether no damage is left. */
  readonly isHealthy: boolean;
}

/** Something wrong, and how to repair it. */
interface Finding {
  readonly message: Message;
  readonly repair: () => void;
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const damagedFile = (path: string) => new PatchbayError(doctorMessage('doctor.file', { path }));

const isBroken = (row: { readonly body: string }) => isDamaged(row) || !isJson(row.body);

function runFindings(db: Database): Finding[] {
  const runs = db.prepare<RunRow>('SELECT * FROM runs');
  const workflow = db.prepare<{ body: string }>('SELECT body FROM run_workflows WHERE run = ?');
  const outcome = db.prepare<{ body: string }>('SELECT body FROM run_outcomes WHERE run = ?');
  const events = db.prepare<{ seq: number; body: string }>(
    'SELECT seq, body FROM events WHERE run = ? ORDER BY seq',
  );
  const setWorkflow = db.prepare('UPDATE run_workflows SET body = ? WHERE run = ?');
  const setOutcome = db.prepare('UPDATE run_outcomes SET body = ? WHERE run = ?');
  const setEvent = db.prepare('INSERT OR REPLACE INTO events (run, seq, body) VALUES (?, ?, ?)');
  const store = eventStore(db);
  const { bury } = runStore(db, store);
  const findings: Finding[] = [];
  for (const row of runs.all()) {
    const { ord, id } = row;
    const find = (message: Message, repair: () => void) => findings.push({ message, repair });
    // First, because the other repairs need the id of the run.
    if (!isSound(row)) find(doctorMessage('doctor.run', { id }), () => void bury(row));
    const body = workflow.get(ord);
    if (body && isBroken(body))
      find(doctorMessage('doctor.run-workflow', { id }), () =>
        setWorkflow.run('{"format":"patchbay","version":1,"nodes":[],"edges":[]}', ord),
      );
    const result = outcome.get(ord);
    if (result && isBroken(result))
      find(doctorMessage('doctor.run-result', { id }), () =>
        setOutcome.run(JSON.stringify(resultOf(unreadable(id))), ord),
      );
    const broken = events.all(ord).filter(isBroken);
    if (broken.length > 0 && isRunId(id))
      find(doctorMessage('doctor.events', { id, count: broken.length }), () => {
        for (const { seq } of broken) {
          const [event] = store.after(id, seq - 1, 1);
          if (!event) continue;
          const { runId: _, seq: __, ...stored } = event;
          setEvent.run(ord, seq, JSON.stringify(stored));
        }
      });
  }
  return findings;
}

interface WorkflowRow {
  readonly ord: number;
  readonly id: string;
  readonly revision: number;
  readonly name: string;
  readonly description: string;
}

function workflowFindings(db: Database): Finding[] {
  const workflows = db.prepare<WorkflowRow>('SELECT ord, id, revision, name, description FROM workflows');
  const revisions = db.prepare<{ revision: number; body: string }>(
    'SELECT revision, body FROM workflow_revisions WHERE workflow = ? ORDER BY revision DESC',
  );
  const rename = db.prepare('UPDATE workflows SET id = ?, name = ?, description = ? WHERE ord = ?');
  const setRevision = db.prepare('UPDATE workflows SET revision = ? WHERE ord = ?');
  const dropRevision = db.prepare('DELETE FROM workflow_revisions WHERE workflow = ? AND revision = ?');
  const drop = db.prepare('DELETE FROM workflows WHERE ord = ?');
  const findings: Finding[] = [];
  for (const row of workflows.all()) {
    const { ord, id, name, description } = row;
    const isNamed = /^wf_[0-9a-z]{25}$/.test(id);
    if (isDamaged(row) || !isNamed)
      findings.push({
        message: doctorMessage('doctor.workflow', { name }),
        repair: () => rename.run(isNamed ? id : newId('wf'), name, description, ord),
      });
    const all = revisions.all(ord);
    const broken = all.filter(isBroken);
    const newest = all.find((one) => !isBroken(one));
    if (broken.length === 0) continue;
    findings.push({
      message: doctorMessage('doctor.revisions', {
        name,
        revisions: broken.map(({ revision }) => String(revision)),
      }),
      repair: () => {
        if (!newest) {
          drop.run(ord);
          return;
        }
        for (const { revision } of broken) dropRevision.run(ord, revision);
        if (row.revision > newest.revision) setRevision.run(newest.revision, ord);
      },
    });
  }
  return findings;
}

function otherFindings(db: Database): Finding[] {
  const findings: Finding[] = [];
  const assets = db.prepare<{ hash: string; name: string; type: string }>(
    'SELECT hash, name, type FROM assets',
  );
  const fixAsset = db.prepare('UPDATE assets SET name = ?, type = ? WHERE hash = ?');
  for (const row of assets.all())
    if (isDamaged(row))
      findings.push({
        message: doctorMessage('doctor.asset', { name: row.name }),
        repair: () => fixAsset.run(row.name, row.type, row.hash),
      });
  const settings = db.prepare<{ name: string }>('SELECT name, value FROM settings');
  // By number: the name itself may be damaged. The server makes missing settings again.
  const dropSettings = db.prepare('DELETE FROM settings');
  const damaged = settings.all().filter(isDamaged);
  if (damaged.length > 0)
    findings.push({
      message: doctorMessage('doctor.settings'),
      repair: () => dropSettings.run(),
    });
  return findings;
}

const examine = (db: Database): Finding[] => [
  ...runFindings(db),
  ...workflowFindings(db),
  ...otherFindings(db),
];

/** Repairs an index that disagrees with its table, which the damage of one byte can cause. */
function reindexed(db: Database): boolean {
  try {
    db.exec('REINDEX');
    return isIntact(db);
  } catch {
    return false;
  }
}

/** Opens a database if it is whole. */
function openUsable(path: string): Database | undefined {
  try {
    const db = openDatabase(path);
    if (isIntact(db)) return db;
    db.close();
  } catch {
    // It is damaged as well.
  }
  return undefined;
}

/** Puts the newest usable snapshot in the place of the journal. The damaged file stays under another name. */
function restore(folder: string): Pick<Diagnosis, 'repairs' | 'isHealthy'> {
  const path = journalPath(folder);
  for (const snapshot of listSnapshots(folder)) {
    const db = openUsable(snapshot);
    if (!db) continue;
    const aside = `${path}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
    for (const extra of ['', '-wal', '-shm'])
      if (existsSync(`${path}${extra}`)) renameSync(`${path}${extra}`, `${aside}${extra}`);
    // Copied by SQLite, so that the snapshot itself stays.
    db.copyTo(path);
    db.close();
    const names = { snapshot: basename(snapshot), aside: basename(aside) };
    return { repairs: [doctorMessage('doctor.restored', names)], isHealthy: true };
  }
  return { repairs: [doctorMessage('doctor.no-snapshot')], isHealthy: false };
}

/**
 * Looks for damage in the journal of a data folder that no server uses, and repairs it if told to. Before a repair it writes a
 * snapshot.
 * @throws PatchbayError `data.in-use`, `data.newer`, `data.unreadable`
 */
export function treatJournal(folder: string, options: { readonly repair: boolean }): Diagnosis {
  const path = journalPath(folder);
  makeDataFolder(folder);
  if (!existsSync(path)) return { findings: [], repairs: [], isHealthy: true };
  let db: Database | undefined;
  try {
    db = openDatabase(path);
    migrateJournal(db, () => undefined);
    if (!isIntact(db) && !(options.repair && reindexed(db))) throw damagedFile(path);
    const findings = examine(db);
    const repairs: Message[] = [];
    if (options.repair && findings.length > 0) {
      repairs.push(doctorMessage('doctor.snapshot', { snapshot: basename(takeSnapshot(db, folder)) }));
      // An index may have the damaged value, or the value from before the damage.
      db.exec('REINDEX');
      for (const { repair } of findings) db.transaction('durable', repair);
      repairs.push(doctorMessage('doctor.repaired', { count: findings.length }));
    }
    const isHealthy = findings.length === 0 || (options.repair && examine(db).length === 0);
    return { findings: findings.map(({ message }) => message), repairs, isHealthy };
  } catch (error) {
    const isFile = error instanceof PatchbayError && ['data.damaged', 'doctor.file'].includes(error.code);
    if (!isFile && !/^SQLITE_(CORRUPT|NOTADB|ERROR)/.test(sqliteCode(error) ?? '')) throw error;
    db?.close();
    db = undefined;
    const findings = [doctorMessage('doctor.file', { path })];
    if (!options.repair) return { findings, repairs: [], isHealthy: false };
    return { findings, ...restore(folder) };
  } finally {
    db?.close();
  }
}
