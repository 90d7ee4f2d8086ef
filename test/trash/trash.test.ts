import { existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RevisionConflict } from '../../server/store/workflows.ts';
import { describeDeletion } from '../../server/trash/deletion.ts';
import { expireTrash } from '../../server/trash/expiry.ts';
import { openTrash } from '../../server/trash/trash.ts';
import { addRun, addWorkflow, fresh, open, PICTURES, put, textsIn } from './kit.ts';

const DAY = 24 * 60 * 60 * 1000;

describe('a deleted run', () => {
  test('is gone with its files, says how many, and comes back as it was', async () => {
    const data = fresh();
    const { journal, trash } = open(data);
    const id = addRun(data, journal, 'key');
    addRun(data, journal);
    const rows = journal.rows.read('run', id);
    const events = journal.events.after(id, 0, 100);
    const listed = journal.runs.list({ limit: 10 }).items;
    const entry = await trash.addRun(id);
    expect(entry).toMatchObject({ kind: 'run', key: id, title: 'Sort out', files: 3, bytes: 23 });
    expect(Date.parse(entry!.expiresAt) - Date.parse(entry!.deletedAt)).toBe(7 * DAY);
    expect(journal.runs.get(id)).toBeUndefined();
    expect(journal.events.after(id, 0, 100)).toEqual([]);
    expect(existsSync(join(data, 'outputs', id))).toBe(false);
    expect(await trash.list()).toEqual({ items: [entry], files: 3, bytes: 23 });

    expect(await trash.restore(entry!.id)).toEqual(entry);
    expect(journal.rows.read('run', id)).toEqual(rows);
    expect(journal.events.after(id, 0, 100)).toEqual(events);
    expect(journal.runs.list({ limit: 10 }).items).toEqual(listed);
    expect(textsIn(join(data, 'outputs', id))).toEqual(PICTURES);
    expect(await trash.list()).toEqual({ items: [], files: 0, bytes: 0 });
    expect(readdirSync(join(data, 'trash'))).toEqual([]);
  });

  test('that has not ended stays', async () => {
    const data = fresh();
    const { journal, trash } = open(data);
    const { run } = journal.runs.submit({
      workflowText: '{}',
      name: '',
      lane: 'light',
      useCache: true,
      partial: false,
      front: false,
    });
    put(join(data, 'outputs', run.id), PICTURES);
    expect(await trash.addRun(run.id)).toBeUndefined();
    expect(journal.runs.get(run.id)?.status).toBe('queued');
    expect(textsIn(join(data, 'outputs', run.id))).toEqual(PICTURES);
    expect(await trash.addRun('nothing')).toBeUndefined();
    expect((await trash.list()).items).toEqual([]);
  });

  test('comes back without its key if another run has it now', async () => {
    const data = fresh();
    const { journal, trash } = open(data);
    const id = addRun(data, journal, 'key');
    const entry = await trash.addRun(id);
    const other = addRun(data, journal, 'key');
    expect(other).not.toBe(id);
    await trash.restore(entry!.id);
    expect(journal.runs.get(id)?.status).toBe('completed');
    expect(journal.runs.byKey('key')?.run.id).toBe(other);
  });

  test('gets its files back if an older copy of the journal still has it', async () => {
    const data = fresh();
    const { journal, trash } = open(data);
    const id = addRun(data, journal);
    const rows = journal.rows.read('run', id)!;
    const entry = await trash.addRun(id);
    journal.rows.write('run', id, rows);
    await trash.restore(entry!.id);
    expect(textsIn(join(data, 'outputs', id))).toEqual(PICTURES);
    expect(journal.rows.read('run', id)).toEqual(rows);
    expect((await trash.list()).items).toEqual([]);
  });

  test('comes back into a journal of a version with other columns', async () => {
    const data = fresh();
    const { journal } = open(data);
    const id = addRun(data, journal);
    const { runs: [row = {}] = [], ...parts } = journal.rows.read('run', id)!;
    journal.runs.remove(id, 'fast');
    const { superseded: _, ...older } = row;
    expect(journal.rows.write('run', id, { runs: [{ ...older, later: 1 }], ...parts })).toBe(true);
    expect(journal.rows.read('run', id)).toEqual({ runs: [row], ...parts });
  });
});

describe('a deleted workflow', () => {
  test('comes back with all versions', async () => {
    const data = fresh();
    const { journal, trash } = open(data);
    const id = addWorkflow(journal);
    const before = [journal.workflows.get(id), journal.workflows.get(id, 1), journal.workflows.revisions(id)];
    const entry = await trash.addWorkflow(id);
    expect(entry).toMatchObject({ kind: 'workflow', key: id, title: 'Pets', revisions: 3, files: 0 });
    expect(journal.workflows.get(id)).toBeUndefined();
    await trash.restore(entry!.id);
    expect([
      journal.workflows.get(id),
      journal.workflows.get(id, 1),
      journal.workflows.revisions(id),
    ]).toEqual(before);
  });

  test('that someone saved in the meantime stays, or goes with the newest version', async () => {
    const data = fresh();
    const { journal, trash } = open(data);
    const id = addWorkflow(journal);
    await expect(trash.addWorkflow(id, 2)).rejects.toBeInstanceOf(RevisionConflict);
    expect(journal.workflows.get(id)?.revision).toBe(3);
    expect((await trash.list()).items).toEqual([]);
    const going = trash.addWorkflow(id);
    // The entry is written by now, and the rows are still there.
    await Promise.resolve();
    journal.workflows.update(id, 3, { text: '{"n":4}', name: 'Pets', description: '', nodes: 1 });
    const entry = await going;
    await trash.restore(entry!.id);
    expect(journal.workflows.get(id)).toMatchObject({ revision: 4, text: '{"n":4}' });
  });
});

describe('a deleted folder of uploads', () => {
  test('comes back unless its place is taken, and then stays in the trash', async () => {
    const data = fresh();
    const { trash } = open(data);
    const folder = join(data, 'files', 'photos');
    put(folder, PICTURES);
    const entry = await trash.addUploads('photos');
    expect(entry).toMatchObject({ kind: 'uploads', key: 'photos', title: 'photos', files: 3, bytes: 23 });
    expect(existsSync(folder)).toBe(false);
    put(folder, { 'other.png': 'other' });
    await expect(trash.restore(entry.id)).rejects.toMatchObject({ code: 'trash.uploads-taken' });
    expect(textsIn(folder)).toEqual({ 'other.png': 'other' });
    expect((await trash.list()).items).toEqual([entry]);
    rmSync(folder, { recursive: true });
    // An empty folder is in nobody's way.
    mkdirSync(folder);
    await trash.restore(entry.id);
    expect(textsIn(folder)).toEqual(PICTURES);
    await expect(trash.restore(entry.id)).rejects.toMatchObject({ code: 'trash.not-found' });
  });

  test('needs no journal', async () => {
    const data = fresh();
    put(join(data, 'files', 'photos'), PICTURES);
    const trash = openTrash(data);
    const entry = await trash.addUploads('photos');
    await trash.restore(entry.id);
    expect(textsIn(join(data, 'files', 'photos'))).toEqual(PICTURES);
  });
});

test('deleting for good takes one entry, all, or those that are too old', async () => {
  const data = fresh();
  const { journal, trash } = open(data);
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const one = await trash.addRun(addRun(data, journal));
  const two = await trash.addRun(addRun(data, journal));
  const three = await trash.addWorkflow(addWorkflow(journal));
  expect((await trash.list()).items.map(({ id }) => id)).toEqual([three!.id, two!.id, one!.id]);
  expect(await trash.purge(one!.id)).toEqual(one);
  await expect(trash.purge(one!.id)).rejects.toMatchObject({ code: 'trash.not-found' });
  for (const id of ['..', '../outputs', '.gone-x', ''])
    await expect(trash.purge(id)).rejects.toMatchObject({ code: 'trash.not-found' });
  await expireTrash(trash, log, () => Date.now() + 6.9 * DAY)();
  expect((await trash.list()).items).toHaveLength(2);
  await expireTrash(trash, log, () => Date.now() + 7.1 * DAY)();
  expect((await trash.list()).items).toEqual([]);
  const four = await trash.addRun(addRun(data, journal));
  expect(await trash.empty()).toEqual({ items: [four], files: 3, bytes: 23 });
  expect(readdirSync(join(data, 'trash'))).toEqual([]);
});

test('an entry with a damaged part stays, and the run does not come back by half', async () => {
  const data = fresh();
  const { journal, trash } = open(data);
  const id = addRun(data, journal);
  const entry = await trash.addRun(id);
  put(join(data, 'trash', entry!.id), { 'rows.json': '{"runs": [' });
  await expect(trash.restore(entry!.id)).rejects.toMatchObject({ code: 'trash.unreadable' });
  expect(journal.runs.get(id)).toBeUndefined();
  expect((await trash.list()).items).toEqual([entry]);
  expect(textsIn(join(data, 'trash', entry!.id, 'files'))).toEqual(PICTURES);
});

/** A new folder on another disk than the data folders; undefined if this machine has none. */
function onOtherDisk(): string | undefined {
  try {
    if (statSync('/dev/shm').dev === statSync(fresh()).dev) return undefined;
    return fresh('/dev/shm');
  } catch {
    return undefined;
  }
}

test('files on another disk than the data folder stay on their disk, and are restored and deleted there', async () => {
  const disk = onOtherDisk();
  if (disk === undefined) return console.warn('There is no other disk: nothing is moved on one here.');
  const data = fresh();
  symlinkSync(disk, join(data, 'outputs'));
  const { journal, trash } = open(data);
  const id = addRun(data, journal);
  const entry = await trash.addRun(id);
  expect(readdirSync(disk)).toEqual(['.Trash']);
  expect(textsIn(join(disk, '.Trash', entry!.id))).toEqual(PICTURES);
  await trash.restore(entry!.id);
  expect(textsIn(join(disk, id))).toEqual(PICTURES);
  expect(readdirSync(disk)).toEqual([id]);
  await trash.addRun(id);
  await trash.empty();
  expect(readdirSync(disk)).toEqual([]);
});

test('before a deletion, its files and the workflows that use it are known', async () => {
  const data = fresh();
  const { journal } = open(data);
  const run = addRun(data, journal);
  expect(await describeDeletion(data, journal.rows, 'run', run)).toMatchObject({ files: 3, bytes: 23 });
  expect(await describeDeletion(data, journal.rows, 'run', 'nothing')).toBeUndefined();
  const workflow = addWorkflow(journal);
  expect(await describeDeletion(data, journal.rows, 'workflow', workflow)).toMatchObject({
    title: 'Pets',
    revisions: 3,
  });
  put(join(data, 'files', 'photos "2"'), PICTURES);
  put(join(data, 'files', 'photos "2" more'), PICTURES);
  const save = (name: string, path: string) =>
    journal.workflows.create({
      text: JSON.stringify({ name, nodes: [{ id: 'photos "2"', params: { list: [{ path }] } }] }),
      name,
      description: '',
      nodes: 1,
    });
  save('relative', 'photos "2"/a.png');
  save('absolute', join(data, 'files', 'photos "2"'));
  save('similar', 'photos "2" more');
  save('elsewhere', `/elsewhere/photos "2"`);
  expect(await describeDeletion(data, journal.rows, 'uploads', 'photos "2"')).toMatchObject({
    files: 3,
    usedBy: { total: 2, names: ['absolute', 'relative'] },
  });
  for (const name of ['nothing', '..', 'photos "2"/sorted', '.', ''])
    expect(await describeDeletion(data, journal.rows, 'uploads', name)).toBeUndefined();
});
