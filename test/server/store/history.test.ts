import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Journal, journalPath, openJournal } from '../../../server/store/journal.ts';
import { type QueuedRun, resultOf } from '../../../server/store/runs.ts';
import { listSnapshots } from '../../../server/store/snapshots.ts';

const scratch = () => mkdtempSync(join(tmpdir(), 'patchbay-history-'));
const workflowText = '{"format":"patchbay","version":1,"nodes":[],"edges":[]}';
const wishes: QueuedRun = {
  workflowText,
  name: 'Search by words',
  lane: 'light',
  useCache: true,
  front: false,
  partial: false,
};
const picture = (path: string) => ({ path, label: null, file: `/pets/${path}`, ref: `ref-of-${path}` });
const matches = (query: object, ...paths: string[]) => ({
  show: {
    view: 'matches',
    matches: [{ query, results: paths.map((path) => ({ item: picture(path), score: 0.5 })) }],
  },
});

/** Submits a run and ends it with views. */
function ended(journal: Journal, wish: Partial<QueuedRun> = {}, views: Record<string, unknown> = {}): string {
  const { run } = journal.runs.submit({ ...wishes, ...wish });
  journal.runs.start(run.id);
  journal.runs.finish(run.id, 'completed', 5, { ...resultOf(), views });
  return run.id;
}
const ids = (page: { readonly items: readonly { readonly id: string }[] }) => page.items.map(({ id }) => id);

test('a journal of the schema before keeps its runs and workflows, which are found and in the order of their use', () => {
  const folder = scratch();
  const id = (kind: string, n: number) => `${kind}_${String(n).padStart(25, '0')}`;
  const rows = ['Ran last', 'Saved last', 'Old'].map(
    (name, ord) =>
      `INSERT INTO workflows VALUES (${ord + 1}, '${id('wf', ord)}', 1, '${name}', '', 1, 10, ${name === 'Saved last' ? 50 : 10 + ord});
      INSERT INTO workflow_revisions VALUES (${ord + 1}, 1, '${workflowText}', 5);`,
  );
  const sql = `${readFileSync(join(import.meta.dirname, '../../fixtures/journal-4.sql'), 'utf8')}${rows.join('')}
    INSERT INTO runs (ord, id, status, workflow_id, name, cache, lane, created_at, finished_at)
      VALUES (1, '${id('run', 1)}', 'completed', '${id('wf', 0)}', 'Ran LAST', 1, 'light', 90, 95);`;
  // In another process: the library keeps the file locked until its process ends.
  const script = 'const [, path, sql] = process.argv; new (require("libsql"))(path).exec(sql);';
  execFileSync(process.execPath, ['-e', script, journalPath(folder), sql]);

  const journal = openJournal(folder);
  expect(listSnapshots(folder)).toHaveLength(1);
  expect(journal.workflows.list({ limit: 9 }).items.map(({ name }) => name)).toEqual([
    'Ran last',
    'Saved last',
    'Old',
  ]);
  expect(journal.runs.list({ limit: 9, search: 'last' }).items).toMatchObject([
    {
      id: id('run', 1),
      pinned: false,
      title: null,
      query: null,
      folder: null,
      thumbnail: null,
      pictures: null,
    },
  ]);
  journal.close();
});

test('a run says what it asked for, of which folder, with a picture and a number, in lists too', () => {
  const journal = openJournal(scratch());
  const words = ended(
    journal,
    { query: 'red apple', folder: '/home/me/fruit' },
    matches({ text: 'red apple', label: null }, 'b.jpg', 'c.jpg'),
  );
  const byPicture = ended(
    journal,
    { folder: 'sample:pictures' },
    matches(picture('cats/tom.jpg'), 'b.jpg', 'c.jpg', 'd.jpg'),
  );
  const waiting = journal.runs.submit({ ...wishes, query: 'guitar' }).run.id;
  expect(journal.runs.list({ limit: 9 }).items).toMatchObject([
    { id: waiting, query: 'guitar', thumbnail: null, pictures: null },
    {
      id: byPicture,
      query: 'tom.jpg',
      folder: 'sample:pictures',
      thumbnail: { ref: 'ref-of-cats/tom.jpg' },
      pictures: 3,
    },
    { id: words, query: 'red apple', thumbnail: { ref: 'ref-of-b.jpg' }, pictures: 2 },
  ]);
  journal.close();
});

test('a search finds runs by query, folder, workflow and given name, in any case and language, page by page', () => {
  const journal = openJournal(scratch());
  const apple = ended(journal, { query: 'red Apple', folder: '/home/me/Fruit' });
  const fruit = ended(journal, { query: '水果', folder: '/home/me/Größe' });
  const labels = ended(journal, { name: 'Sort into categories', query: '100% fun_ny' });
  const found = (search: string) => ids(journal.runs.list({ limit: 9, search }));
  expect(found('apple')).toEqual([apple]);
  expect(found('FRUIT apple')).toEqual([apple]);
  expect(found('水')).toEqual([fruit]);
  expect(found('GRÖSSE')).toEqual([]);
  expect(found('GRÖßE')).toEqual([fruit]);
  expect(found('by words')).toEqual([fruit, apple]);
  expect(found('0% fun_n')).toEqual([labels]);
  expect(found('%')).toEqual([labels]);
  journal.runs.change(apple, { title: 'For Anna' });
  expect(found('anna')).toEqual([apple]);
  journal.runs.change(apple, { title: ' ' });
  expect(found('anna')).toEqual([]);
  expect(journal.runs.get(apple)?.title).toBeNull();
  const first = journal.runs.list({ limit: 1, search: 'words' });
  const second = journal.runs.list({ limit: 1, search: 'words', cursor: first.next ?? '' });
  expect([...ids(first), ...ids(second), second.next]).toEqual([fruit, apple, null]);
  journal.close();
});

test('a pinned run is never pruned, whether it is old or of a series, and takes no place of another', () => {
  const journal = openJournal(scratch());
  const [pinned, gone, kept, newest] = [0, 1, 2, 3].map(() => ended(journal)) as [
    string,
    string,
    string,
    string,
  ];
  expect(journal.runs.change(pinned, { pinned: true })).toMatchObject({ id: pinned, pinned: true });
  expect(journal.runs.expired(2, 20)).toEqual([gone]);
  expect(ids(journal.runs.list({ limit: 9, pinned: true }))).toEqual([pinned]);
  expect(ids(journal.runs.list({ limit: 9, pinned: false }))).toEqual([newest, kept, gone]);

  const ofSeries = ended(journal, { series: 'tab' });
  journal.runs.change(ofSeries, { pinned: true });
  const later = Array.from({ length: 30 }, () => ended(journal, { series: 'tab' }));
  expect(journal.runs.expired(0, 99)).toEqual(later.slice(0, -21));
  expect(ids(journal.runs.list({ limit: 9 })).slice(0, 2)).toEqual([later.at(-1), ofSeries]);
  journal.runs.change(pinned, { pinned: false });
  expect(journal.runs.expired(2, 1)).toEqual(later.slice(0, 1));
  journal.close();
});

test('saved workflows are listed by their last use: opened, saved or run, with a picture of their last run', async () => {
  const journal = openJournal(scratch());
  const [a, b, c] = ['a', 'b', 'c'].map(
    (name) => journal.workflows.create({ text: workflowText, name, description: '', nodes: 0 }).id,
  ) as [string, string, string];
  const listed = () => ids(journal.workflows.list({ limit: 9 }));
  const tick = () => new Promise((resolve) => setTimeout(resolve, 2));
  expect(listed()).toEqual([c, b, a]);
  await tick();
  expect(journal.workflows.use(a)).toBe(true);
  expect(listed()).toEqual([a, c, b]);
  await tick();
  ended(journal, { workflowId: b }, matches({ text: 'x', label: null }, 'b.jpg'));
  ended(journal, { workflowId: b });
  expect(listed()).toEqual([b, a, c]);
  await tick();
  journal.workflows.update(c, 1, { text: workflowText, name: 'c', description: '', nodes: 0 });
  expect(listed()).toEqual([c, b, a]);
  expect(journal.workflows.list({ limit: 9 }).items.map(({ thumbnail }) => thumbnail)).toEqual([
    null,
    { ref: 'ref-of-b.jpg' },
    null,
  ]);
  const first = journal.workflows.list({ limit: 2 });
  expect(ids(journal.workflows.list({ limit: 2, cursor: first.next ?? '' }))).toEqual([a]);
  expect(journal.workflows.use('wf_none')).toBe(false);
  journal.close();
});
