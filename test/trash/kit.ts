import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import { type Journal, openJournal } from '../../server/store/journal.ts';
import { resultOf } from '../../server/store/runs.ts';
import { openTrash, type Trash } from '../../server/trash/trash.ts';

const folders = new Set<string>();
const journals = new Set<Journal>();
afterEach(() => {
  for (const journal of journals) journal.close();
  journals.clear();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
});

/** A new folder that is deleted after all tests of the run. */
export const keptFolder = (where = tmpdir()): string => mkdtempSync(join(where, 'patchbay-trash-'));

/** A new folder that is deleted after the test. */
export function fresh(where?: string): string {
  const folder = keptFolder(where);
  folders.add(folder);
  return folder;
}

/** Opens the journal and the trash of a data folder, closed after the test at the latest. */
export function open(data: string): { journal: Journal; trash: Trash; close(): void } {
  const journal = openJournal(data);
  journals.add(journal);
  return {
    journal,
    trash: openTrash(data, journal),
    close() {
      journals.delete(journal);
      journal.close();
    },
  };
}

/** Writes files below a folder, by relative path. */
export function put(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** The files below a folder with their texts, by relative path; none if it does not exist. */
export function textsIn(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')])
      .sort(),
  );
}

export const PICTURES = { 'a.png': 'one', 'sorted/b.png': 'three', 'sorted/deep/c.png': 'fifteen bytes..' };

/** Adds a run that has ended, with a workflow, events, a result and the files {@link PICTURES}. */
export function addRun(data: string, journal: Journal, key?: string): string {
  const { run } = journal.runs.submit({
    workflowText: '{"format":"patchbay","name":"Sort out \u00e4"}',
    name: 'Sort out',
    lane: 'light',
    useCache: true,
    partial: false,
    front: false,
    ...(key !== undefined && { idempotency: { key, hash: 'hash' } }),
  });
  journal.runs.start(run.id);
  journal.runs.append([{ runId: run.id, body: { type: 'runRequeued', code: 'x', message: 'Again \u00e4' } }]);
  journal.runs.finish(run.id, 'completed', 12.5, resultOf());
  put(join(data, 'outputs', run.id), PICTURES);
  return run.id;
}

/** Adds a workflow with three versions. */
export function addWorkflow(journal: Journal): string {
  const workflow = (text: string) => ({ text, name: 'Pets', description: '', nodes: 1 });
  const { id } = journal.workflows.create(workflow('{"n":1}'));
  journal.workflows.update(id, 1, workflow('{"n":2}'));
  journal.workflows.update(id, 2, workflow('{"n":3}'));
  return id;
}

/** Adds an uploaded file. @returns its hash */
export function addAsset(data: string, journal: Journal): string {
  const hash = `ab${'0'.repeat(62)}`;
  journal.assets.add({ hash, name: 'notes.txt', type: 'text/plain', size: 5 });
  put(join(data, 'assets', 'ab'), { [hash]: 'notes' });
  return hash;
}
