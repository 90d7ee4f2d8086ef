import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import { type ImportLabels, importLabelsSchema } from '../../server/contract/labels.ts';
import { exportText } from '../../server/labels/export.ts';
import { importLabels, joinNames, type PictureFinder } from '../../server/labels/import.ts';
import { csvRows, jsonLines } from '../../server/labels/read-rows.ts';
import { openLabelStore } from '../../server/labels/store.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/labels');
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** Pictures are whatever a path names; what lies in `gone` is not there. */
const finder: PictureFinder = {
  resolve: async (path) => resolve('/pictures', path),
  written: (absolute) => absolute,
  hashes: async (paths) =>
    paths.map((path) =>
      path.includes('gone')
        ? { problem: new PatchbayError({ code: 'x', message: 'It is gone.' }) }
        : { hash: hashOf(path) },
    ),
  pictures: async () => [],
};

async function store() {
  const opened = openLabelStore(join(mkdtempSync(join(tmpdir(), 'patchbay-import-')), 'labels'));
  await opened.create('Set');
  return opened;
}

/** What a set says after an import: the category of each path. */
async function imported(body: Partial<ImportLabels> & Pick<ImportLabels, 'from'>) {
  const opened = await store();
  const answer = await importLabels(opened, 'Set', importLabelsSchema.parse(body), finder);
  const { categories, labels } = await opened.content('Set');
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  const found = Object.fromEntries(
    [...labels.values()].map(({ path, category }) => [path, names.get(category ?? '')]),
  );
  return { answer, found, opened };
}

const EXPECTED = {
  'cats/a.png': 'cat',
  'cats/b, c.png': 'cat',
  'dogs/d;e.png': 'dog; or wolf',
  "dogs/f'.png": 'the "best" dog',
  '鸟/乌鸦.png': '鸟 – crow',
  '=odd.png': '=SUM(A1)',
};

test('an import does not bring back what a person ruled out, and counts it', async () => {
  const opened = await store();
  const set = await opened.change('Set', { edits: [{ op: 'add', id: 'cat', name: 'cat' }] });
  expect(set.set.categories.map(({ id }) => id)).toEqual(['cat']);
  const hash = hashOf('/pictures/a.png');
  await opened.change('Set', { changes: [{ hash, alsoNot: ['cat'] }] });
  const text = 'path,category\na.png,cat\nb.png,cat\n';
  const answer = await importLabels(
    opened,
    'Set',
    importLabelsSchema.parse({ from: 'csv', text, folder: '/pictures' }),
    finder,
  );
  expect(answer).toMatchObject({ labelled: 1, ruledOut: 1, kept: 0 });
  const { labels } = await opened.content('Set');
  expect(labels.get(hash)).toMatchObject({ category: null, not: ['cat'] });
});

describe('files that Python wrote', () => {
  const below = (folder: string) =>
    Object.fromEntries(Object.entries(EXPECTED).map(([path, name]) => [join(folder, path), name]));

  test.each([
    ['plain.csv', 'csv'],
    ['unix.csv', 'csv'],
    ['excel.csv', 'csv'],
    ['tabs.csv', 'csv'],
    ['metadata.csv', 'csv'],
    ['metadata.jsonl', 'jsonl'],
  ] as const)('%s gives each picture its category', async (name, from) => {
    const { found, answer } = await imported({ from, path: join(FIXTURES, name) });
    expect(found).toEqual(below(FIXTURES));
    expect(answer).toMatchObject({
      labelled: 6,
      skipped: { total: 0 },
      added: Object.values(EXPECTED).filter((one, i, all) => all.indexOf(one) === i),
    });
    // The same text, sent with the folder that its paths start in.
    const text = readFileSync(join(FIXTURES, name), 'utf8');
    expect((await imported({ from, text, folder: '/photos' })).found).toEqual(below('/photos'));
  });

  test('a data set with a folder for each part', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'patchbay-imagefolder-'));
    for (const [part, name] of [
      ['train', 'metadata.jsonl'],
      ['test/deep', 'metadata.csv'],
    ] as const) {
      mkdirSync(join(folder, part), { recursive: true });
      writeFileSync(join(folder, part, name), readFileSync(join(FIXTURES, name)));
    }
    const { found } = await imported({ from: 'imagefolder', path: folder });
    expect(found).toEqual({ ...below(join(folder, 'train')), ...below(join(folder, 'test/deep')) });
  });
});

describe('a CSV file', () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', ',', ';', '"', '\n', '\r\n', ' ', "'", '=', '鸟', '\t'),
    maxLength: 6,
  });

  test('gives back every cell, with any separator and line end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\r\n', '\n'),
        fc.boolean(),
        async (rows, separator, end, mark) => {
          const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
          const lines = [['first', 'second'], ...rows].map((row) => row.map(quoted).join(separator) + end);
          const text = (mark ? '\uFEFF' : '') + lines.join('');
          const found: string[][] = [];
          for await (const { cells } of csvRows(text, 'x.csv'))
            found.push(['first', 'second'].map((key) => cells.get(key)!));
          expect(found).toEqual(rows);
        },
      ),
    );
  });

  test('says the line of each row, also after cells of several lines', async () => {
    const lines: number[] = [];
    for await (const { line } of csvRows('a,b\n1,"x\n\ny"\n\n2,z', 'x.csv')) lines.push(line);
    expect(lines).toEqual([2, 6]);
  });
});

test('lines of JSON may have numbers as categories and empty lines between them', async () => {
  const rows = [];
  for await (const { line, cells } of jsonLines(
    '{"File_Name":"a.png","label":3}\n\n{"file_name":"b.png","label":null}',
    'x',
  ))
    rows.push([line, cells.get('file_name'), cells.get('label')]);
  expect(rows).toEqual([
    [1, 'a.png', '3'],
    [3, 'b.png', ''],
  ]);
});

test('the last row of a picture counts, and rows that cannot be read are named with their lines', async () => {
  const text = 'path,category\na.png,cat\ngone.png,cat\na.png,dog\n,cat\nb.png,\nc.png,"x\u0001y"\n';
  const { answer, found } = await imported({ from: 'csv', text, folder: '/p', name: 'mine.csv' });
  expect(found).toEqual({ '/p/a.png': 'dog' });
  expect(answer).toMatchObject({
    labelled: 1,
    added: ['dog'],
    skipped: {
      total: 3,
      first: [
        { name: 'mine.csv', line: 5, code: 'labels.import-no-file' },
        { name: 'c.png', line: 7, code: 'labels.import-category' },
        { name: 'gone.png', line: 3, message: 'It is gone.' },
      ],
    },
  });
});

test('names in one cell come back as they were', async () => {
  const name = fc
    .string({ unit: fc.constantFrom('a', '|', '\\', ' ', ';'), minLength: 1, maxLength: 5 })
    .filter((text) => text.trim() !== '');
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(
        name.map((text) => text.trim()),
        { minLength: 1, maxLength: 4 },
      ),
      async (names) => {
        const opened = await store();
        const { categories } = (
          await opened.change('Set', { edits: names.map((one) => ({ op: 'add', name: one })) })
        ).set;
        await opened.change('Set', { changes: [{ hash: hashOf('x'), not: categories.map(({ id }) => id) }] });
        let text = '';
        for await (const part of exportText(
          await opened.content('Set'),
          'Set',
          'csv',
          { excel: true, separator: 'comma' },
          finder,
        ))
          text += Buffer.from(part).toString();
        const again = await store();
        await importLabels(again, 'Set', importLabelsSchema.parse({ from: 'csv', text }), finder);
        const content = await again.content('Set');
        const byId = new Map(content.categories.map((one) => [one.id, one.name]));
        expect(
          content.labels
            .get(hashOf('x'))
            ?.not.map((id) => byId.get(id))
            .sort(),
        ).toEqual([...names].sort());
        expect(joinNames(names)).not.toBe('');
      },
    ),
    { numRuns: 40 },
  );
});

test('an import is undone in one request, and one of many pictures has no undo', async () => {
  const { answer, opened } = await imported({ from: 'csv', path: join(FIXTURES, 'plain.csv') });
  expect(answer.undo).toHaveLength(1);
  for (const { edits, changes } of answer.undo!)
    await opened.change('Set', {
      ...(edits && { edits }),
      changes: changes!.map((one) => ({ ...one, hash: one.hash! })),
    });
  expect(await opened.get('Set')).toMatchObject({ labelled: 0, categories: [] });
  const rows = Array.from({ length: 20_001 }, (_, n) => `${hashOf(String(n))},c\n`).join('');
  const many = await importLabels(
    opened,
    'Set',
    importLabelsSchema.parse({ from: 'csv', text: `hash,label\n${rows}` }),
    finder,
  );
  expect(many).toMatchObject({ labelled: 20_001, undo: null });
}, 60_000);

test('the folder of metadata is the one that all pictures share', async () => {
  const opened = await store();
  const [{ id } = { id: '' }] = (await opened.change('Set', { edits: [{ op: 'add', name: '-x' }] })).set
    .categories;
  const paths = ['/pictures/a/b/1.png', '/pictures/a/bc/2.png', '/pictures/a/3, 4.png'];
  await opened.change('Set', {
    changes: [
      ...paths.map((path) => ({ hash: hashOf(path), path, category: id })),
      { hash: hashOf('n'), category: id },
      { hash: hashOf('o'), path: 'asset:abc', category: id },
    ],
  });
  let text = '';
  for await (const part of exportText(
    await opened.content('Set'),
    'Set',
    'metadata-csv',
    { excel: true, separator: 'comma' },
    finder,
  ))
    text += Buffer.from(part).toString();
  // For programs: no mark, and no apostrophe before what a spreadsheet would run.
  expect(text).toBe('file_name,label\r\nb/1.png,-x\r\nbc/2.png,-x\r\n"3, 4.png",-x\r\n');
  expect(dirname(paths[2]!)).toBe('/pictures/a');
});
