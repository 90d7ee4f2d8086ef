import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Label, LabelChanges, LabelEdit, LabelSet, LabelsNotice } from '../../server/contract/labels.ts';
import type { HashedChanges } from '../../server/labels/changes.ts';
import { type LabelStore, type LabelStoreOptions, openLabelStore } from '../../server/labels/store.ts';
import { readSet } from '../../server/runtime/labels/set-file.ts';

const scratch = () => join(mkdtempSync(join(tmpdir(), 'patchbay-labels-')), 'labels');
const hashOf = (n: number) => createHash('sha256').update(String(n)).digest('hex');
const label = (n: number, category: string | null, more: object = {}) => ({
  hash: hashOf(n),
  category,
  ...more,
});

/** A store with a set "Pets" of the categories cat and dog. */
async function pets(options: LabelStoreOptions = {}) {
  const folder = scratch();
  const notices: LabelsNotice[] = [];
  const store = openLabelStore(folder, { onChange: (notice) => notices.push(notice), ...options });
  const set = await store.create('Pets', [
    { op: 'add', name: 'cat' },
    { op: 'add', name: 'dog' },
  ]);
  const [cat, dog] = set.categories.map(({ id }) => id) as [string, string];
  return {
    folder,
    store,
    notices,
    cat,
    dog,
    file: join(folder, 'Pets.json'),
    log: join(folder, 'Pets.changes.jsonl'),
  };
}

const all = async (store: LabelStore, name = 'Pets'): Promise<Label[]> => {
  const labels: Label[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.labels(name, { limit: 7, after: 0, cursor });
    labels.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return labels;
};

/** What a set says, without revisions and times. */
const gist = async (store: LabelStore, name = 'Pets') => {
  const { categories } = await store.get(name);
  const labels = await all(store, name);
  return {
    categories: categories.map(({ count: _, ...category }) => category),
    labels: Object.fromEntries(
      labels
        .filter(({ category, not }) => category !== null || not.length > 0)
        .map(({ hash, category, not, by }) => [hash, { category, not: [...not].sort(), by }]),
    ),
  };
};

const copyOf = ({ edits, changes, by }: LabelChanges): HashedChanges => ({
  ...(edits && { edits }),
  ...(by && { by }),
  changes: (changes ?? []).map(({ hash, ...change }) => ({ ...change, hash: hash! })),
});
const undo = async (store: LabelStore, bodies: readonly LabelChanges[] | null, name = 'Pets') => {
  let last: readonly LabelChanges[] | null = null;
  for (const body of bodies!) last = (await store.change(name, copyOf(body))).undo;
  return last;
};

describe('a label set', () => {
  test('starts with categories that have colours and the keys 1, 2, ...', async () => {
    const { store } = await pets();
    const [set] = await store.list();
    expect(set).toMatchObject({ name: 'Pets', revision: 0, labelled: 0, ruledOut: 0 });
    expect(set?.categories.map(({ name, key, count }) => [name, key, count])).toEqual([
      ['cat', 1, 0],
      ['dog', 2, 0],
    ]);
    expect(new Set(set?.categories.map(({ color }) => color)).size).toBe(2);
  });

  test('counts its labels and marks, and keeps who set them and when', async () => {
    const { store, cat, dog } = await pets();
    const by = { kind: 'model', name: 'CLIP' } as const;
    const first = await store.change('Pets', {
      changes: [label(1, cat, { path: 'uploads:a.jpg' }), label(2, dog), label(3, null, { not: [cat, dog] })],
      by,
    });
    expect(first.set).toMatchObject({ revision: 1, labelled: 2, ruledOut: 1 });
    expect(first.labels.map(({ path, by: who, revision }) => [path, who, revision])).toEqual([
      ['uploads:a.jpg', by, 1],
      [null, by, 1],
      [null, by, 1],
    ]);
    // The path stays if a change does not name it.
    const second = await store.change('Pets', { changes: [label(1, dog)] });
    expect(second.labels[0]).toMatchObject({ path: 'uploads:a.jpg', category: dog, by: { kind: 'person' } });
    expect(second.set.categories.map(({ count }) => count)).toEqual([0, 2]);
    expect(Date.parse(second.labels[0]!.at)).toBeGreaterThanOrEqual(Date.parse(first.labels[0]!.at));
  });

  test('a category takes the mark against it away, and ruling out the category of a picture clears it', async () => {
    const { store, cat, dog } = await pets();
    await store.change('Pets', { changes: [label(1, null, { not: [cat] })] });
    expect((await store.change('Pets', { changes: [label(1, cat)] })).labels[0]).toMatchObject({
      category: cat,
      not: [],
    });
    const ruledOut = await store.change('Pets', { changes: [{ hash: hashOf(1), not: [cat, dog] }] });
    expect(ruledOut.labels[0]).toMatchObject({ category: null, not: [cat, dog] });
    expect(ruledOut.set).toMatchObject({ labelled: 0, ruledOut: 1 });
  });

  test('a category that a person ruled out comes back only from a person, and undo restores both', async () => {
    const { store, cat, dog } = await pets();
    const first = await store.change('Pets', {
      changes: [label(1, cat)],
      by: { kind: 'folder', name: 'cats' },
    });
    const out = await store.change('Pets', { changes: [{ hash: hashOf(1), alsoNot: [cat] }] });
    expect(out.labels[0]).toMatchObject({ category: null, not: [cat], by: { kind: 'person' } });
    const time = out.labels[0]!.at;
    for (const kind of ['model', 'folder', 'file'] as const) {
      const kept = await store.change('Pets', { changes: [label(1, cat)], by: { kind } });
      expect(kept.labels[0]).toMatchObject({ category: null, not: [cat], by: { kind: 'person' }, at: time });
      expect(kept.revision).toBe(out.revision);
    }
    // Marks add up, and a model may give another category.
    const both = await store.change('Pets', {
      changes: [{ hash: hashOf(2), alsoNot: [cat] }, label(1, dog)],
      by: { kind: 'model' },
    });
    expect(both.labels.map(({ category, not }) => [category, not])).toEqual([
      [null, [cat]],
      [dog, [cat]],
    ]);
    const more = await store.change('Pets', { changes: [{ hash: hashOf(1), alsoNot: [dog] }] });
    expect(more.labels[0]).toMatchObject({ category: null, not: [cat, dog] });
    expect((await store.change('Pets', { changes: [label(1, cat)] })).labels[0]).toMatchObject({
      category: cat,
      not: [dog],
    });
    await undo(store, out.undo);
    expect((await all(store))[0]).toMatchObject({ category: cat, not: [], by: first.labels[0]!.by });
  });

  test('renames, recolours, moves, merges and deletes categories', async () => {
    const { store, cat, dog } = await pets();
    await store.change('Pets', { changes: [label(1, cat), label(2, dog), label(3, null, { not: [dog] })] });
    const edited = await store.change('Pets', {
      edits: [
        { op: 'add', name: 'hound', key: 2 },
        { op: 'change', id: dog, name: 'Dogs', color: '#123456', place: 0 },
      ],
    });
    expect(
      edited.set.categories.map(({ name, key, color }) => [name, key, name === 'Dogs' ? color : '']),
    ).toEqual([
      ['Dogs', null, '#123456'],
      ['cat', 1, ''],
      ['hound', 2, ''],
    ]);
    const merged = await store.change('Pets', { edits: [{ op: 'merge', id: dog, into: cat }] });
    expect(merged.set.categories.map(({ name, count }) => [name, count])).toEqual([
      ['cat', 2],
      ['hound', 0],
    ]);
    expect((await all(store)).map(({ category, not }) => [category, not])).toEqual([
      [cat, []],
      [cat, []],
      [null, [cat]],
    ]);
    const deleted = await store.change('Pets', { edits: [{ op: 'delete', id: cat }] });
    expect(deleted.set).toMatchObject({ labelled: 0, ruledOut: 0 });
    expect(deleted.undo).toHaveLength(1);
    await undo(store, deleted.undo);
    expect((await store.get('Pets')).categories.map(({ name, count }) => [name, count])).toEqual([
      ['cat', 2],
      ['hound', 0],
    ]);
  });

  test('refuses what does not fit, and then changes nothing', async () => {
    const { store, notices, cat, dog } = await pets();
    const before = [await gist(store), notices.length];
    const edits = (...list: LabelEdit[]) => store.change('Pets', { edits: list, changes: [label(1, cat)] });
    await expect(store.change('Pets', { changes: [label(1, cat), label(2, 'nothing')] })).rejects.toThrow(
      'no category with the id "nothing"',
    );
    await expect(edits({ op: 'add', name: 'cat' })).rejects.toThrow('already has a category "cat"');
    await expect(edits({ op: 'change', id: cat, name: 'dog' })).rejects.toThrow(
      'already has a category "dog"',
    );
    await expect(edits({ op: 'merge', id: cat, into: cat })).rejects.toThrow('merged into itself');
    await expect(edits({ op: 'delete', id: dog }, { op: 'delete', id: dog })).rejects.toThrow('no category');
    await expect(edits({ op: 'add', id: cat, name: 'x' })).rejects.toThrow(`a category with the id "${cat}"`);
    await expect(store.change('Cars', {})).rejects.toThrow('There is no category set "Cars".');
    await expect(store.change('Pet', {})).rejects.toThrow('Did you mean "Pets"?');
    expect([await gist(store), notices.length]).toEqual(before);
  });

  test('has a name that can be a file, and that no other set has', async () => {
    const { store, folder } = await pets();
    for (const name of [
      '',
      '..',
      'a/b',
      'a\\b',
      '.hidden',
      'con',
      'x'.repeat(81),
      'a:b',
      'x.json',
      'a\u0000b',
    ])
      await expect(store.create(name), name).rejects.toThrow('cannot be the name of a category set');
    await expect(store.create('pets')).rejects.toThrow('There is already a category set "Pets".');
    await store.create('  Ein Ha\u0308uschen  ');
    expect((await store.list()).map(({ name }) => name)).toEqual(['Ein H\u00e4uschen', 'Pets']);
    expect(readdirSync(folder)).toHaveLength(2);
    // The same letters, written as macOS does.
    expect(await store.get('Ein Ha\u0308uschen')).toMatchObject({ revision: 0 });
  });

  test('can be renamed, also only in its case, and tells who follows it', async () => {
    const { store, notices, folder, cat } = await pets();
    await store.create('Cars');
    await store.change('Pets', { changes: [label(1, cat)] });
    await expect(store.rename('Pets', 'Cars')).rejects.toThrow('already');
    expect(await store.rename('Pets', 'pets')).toMatchObject({ name: 'pets', labelled: 1 });
    expect(await store.rename('pets', 'Animals')).toMatchObject({
      name: 'Animals',
      labelled: 1,
      revision: 1,
    });
    await expect(store.get('Pets')).rejects.toThrow('no category set');
    expect(notices.slice(-2)).toEqual([
      { name: 'Pets', revision: 1, change: 'renamed', renamedTo: 'pets' },
      { name: 'pets', revision: 1, change: 'renamed', renamedTo: 'Animals' },
    ]);
    expect(readdirSync(folder).sort()).toEqual(['Animals.json', 'Cars.json']);
  });
});

describe('two windows', () => {
  test('that write at once lose nothing, and each picture has what was written last', async () => {
    const { store, cat, dog } = await pets();
    const window = (category: string, from: number) =>
      Array.from({ length: 60 }, (_, n) => store.change('Pets', { changes: [label(from + n, category)] }));
    const answers = await Promise.all([...window(cat, 0), ...window(dog, 30)]);
    expect(answers.map(({ revision }) => revision).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 120 }, (_, n) => n + 1),
    );
    const labels = new Map((await all(store)).map((one) => [one.hash, one]));
    expect(labels.size).toBe(90);
    for (let n = 0; n < 90; n++) {
      const last = answers
        .filter(({ labels: [one] }) => one?.hash === hashOf(n))
        .reduce((a, b) => (b.revision > a.revision ? b : a));
      expect(labels.get(hashOf(n))).toEqual(last.labels[0]);
    }
    expect(await store.get('Pets')).toMatchObject({ labelled: 90 });
  });

  test('read what the other one changed, also what it cleared, page by page', async () => {
    const { store, cat } = await pets();
    const changes = Array.from({ length: 20 }, (_, n) => label(n, cat));
    const { revision } = await store.change('Pets', { changes });
    await store.change('Pets', { changes: [label(3, null), label(25, cat)] });
    const page = await store.labels('Pets', { limit: 1, after: revision });
    expect(page).toMatchObject({ items: [{ hash: hashOf(3), category: null }], revision: revision + 1 });
    const next = await store.labels('Pets', { limit: 1, after: revision, cursor: page.next! });
    expect(next).toMatchObject({ items: [{ hash: hashOf(25) }], next: null });
    expect((await store.labels('Pets', { limit: 100, after: 0, category: cat })).items).toHaveLength(20);
    for (const cursor of ['x', '-1', '99', '1e9'])
      await expect(store.labels('Pets', { limit: 1, after: 0, cursor }), cursor).rejects.toThrow('cursor');
  });
});

/** Anything that can be asked of a set; `pick` chooses among its categories. */
const request = fc.record({
  edits: fc.array(
    fc.record({
      op: fc.constantFrom('add', 'change', 'merge', 'delete'),
      pick: fc.nat(20),
      into: fc.nat(20),
      name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      key: fc.option(fc.integer({ min: 1, max: 9 })),
      place: fc.nat(3),
    }),
    { maxLength: 3 },
  ),
  changes: fc.array(
    fc.record({ n: fc.nat(8), pick: fc.option(fc.nat(20)), not: fc.array(fc.nat(20), { maxLength: 2 }) }),
    {
      maxLength: 4,
    },
  ),
});

/** A request whose edits and categories exist where they can. */
function asked(
  { categories }: LabelSet,
  { edits, changes }: typeof request extends fc.Arbitrary<infer T> ? T : never,
) {
  const idOf = (pick: number) => categories[pick % Math.max(1, categories.length)]?.id ?? 'none';
  const made = edits.map(({ op, pick, into, name, key, place }): LabelEdit => {
    if (op === 'add') return { op, name, key, place };
    if (op === 'change') return { op, id: idOf(pick), name, key, place };
    return op === 'merge' ? { op, id: idOf(pick), into: idOf(into) } : { op: 'delete', id: idOf(pick) };
  });
  const marked = changes.map(({ n, pick, not }) => ({
    hash: hashOf(n),
    category: pick === null || categories.length === 0 ? null : idOf(pick),
    not: categories.length === 0 ? [] : [...new Set(not.map(idOf))],
  }));
  return { edits: made, changes: marked };
}

describe('undo', () => {
  test('gives back what was before, in one request, and its own undo does it again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 8 }), async (requests) => {
        const { store } = await pets();
        for (const one of requests) {
          const before = await gist(store);
          const changes = asked(await store.get('Pets'), one);
          const changed = await store.change('Pets', changes).catch(() => undefined);
          if (!changed) {
            expect(await gist(store)).toEqual(before);
            continue;
          }
          const after = await gist(store);
          const redo = await undo(store, changed.undo);
          expect(await gist(store)).toEqual(before);
          await undo(store, redo);
          expect(await gist(store)).toEqual(after);
        }
        const { categories, labelled, ruledOut } = await store.get('Pets');
        const labels = await all(store);
        const count = (id: string) => labels.filter(({ category }) => category === id).length;
        expect(categories.map((category) => category.count)).toEqual(categories.map(({ id }) => count(id)));
        expect(labelled).toBe(labels.filter(({ category }) => category !== null).length);
        expect(ruledOut).toBe(labels.filter(({ not }) => not.length > 0).length);
        const keys = categories.map(({ key }) => key).filter((key) => key !== null);
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  test('comes in several requests when more than 10,000 pictures changed', async () => {
    const { store, cat } = await pets();
    await store.change('Pets', { changes: Array.from({ length: 12_000 }, (_, n) => label(n, cat)) });
    const deleted = await store.change('Pets', { edits: [{ op: 'delete', id: cat }] });
    expect(deleted.undo!.map(({ changes }) => changes!.length)).toEqual([10_000, 2000]);
    await undo(store, deleted.undo);
    expect(await store.get('Pets')).toMatchObject({ labelled: 12_000 });
  }, 60_000);
});

describe('on the disk', () => {
  test('every answered change is there for the next process, whenever the file was last written', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { maxLength: 10 }),
        fc.constantFrom(0, 400, 1_000_000),
        async (requests, maxLogBytes) => {
          const { store, folder } = await pets({ maxLogBytes });
          for (const one of requests) {
            await store.change('Pets', asked(await store.get('Pets'), one)).catch(() => undefined);
            const other = openLabelStore(folder);
            expect(await all(other)).toEqual(await all(store));
            expect(await other.get('Pets')).toEqual(await store.get('Pets'));
          }
          await store.close();
          expect(readdirSync(folder)).toEqual(['Pets.json']);
          const reopened = openLabelStore(folder);
          expect(await all(reopened)).toEqual(await all(store));
        },
      ),
      { numRuns: 20 },
    );
  }, 120_000);

  test('the log is written into the file some time after the last change', async () => {
    const { store, cat, file, log } = await pets({ foldAfterMs: 20 });
    await store.change('Pets', { changes: [label(1, cat)] });
    await expect.poll(() => existsSync(log)).toBe(false);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      format: 'patchbay-labels',
      name: 'Pets',
      revision: 1,
      labels: [{ hash: hashOf(1), category: cat }],
    });
  });

  test('a line that a killed process could not finish does not count, and the next change replaces it', async () => {
    const { store, folder, cat, dog, log } = await pets();
    await store.change('Pets', { changes: [label(1, cat)] });
    const whole = readFileSync(log);
    await store.change('Pets', { changes: [label(1, dog), label(2, dog)] });
    const both = readFileSync(log);
    for (let length = whole.length; length < both.length; length += 7) {
      writeFileSync(log, both.subarray(0, length));
      const next = openLabelStore(folder);
      expect((await all(next)).map(({ category }) => category)).toEqual([cat]);
      await next.change('Pets', { changes: [label(3, dog)] });
      expect((await all(openLabelStore(folder))).map(({ category }) => category)).toEqual([cat, dog]);
      writeFileSync(log, whole);
    }
  });

  test('a damaged line costs only its own changes', async () => {
    const { store, folder, cat, log } = await pets();
    for (let n = 0; n < 3; n++) await store.change('Pets', { changes: [label(n, cat)] });
    const lines = readFileSync(log, 'utf8').split('\n');
    lines[2] = lines[2]!.replace('"category":', '"cat\u0000gory');
    writeFileSync(log, lines.join('\n'));
    expect((await all(openLabelStore(folder))).map(({ hash }) => hash)).toEqual([hashOf(0), hashOf(2)]);
  });

  test('the log of a set that was replaced is set aside, and the new file counts', async () => {
    const { store, folder, cat, file } = await pets();
    await store.change('Pets', { changes: [label(1, cat)] });
    await store.create('Other', [{ op: 'add', name: 'x' }]);
    copyFileSync(join(folder, 'Other.json'), file);
    expect((await store.get('Pets')).categories.map(({ name }) => name)).toEqual(['x']);
    expect(readdirSync(folder).filter((name) => name.endsWith('.old'))).toHaveLength(1);
  });

  test('a file that other programs wrote is read too, and one that is no set stays as it is', async () => {
    const { store, folder, file } = await pets();
    const value = JSON.parse(readFileSync(file, 'utf8'));
    const at = '2026-01-01T00:00:00.000Z';
    const entry = {
      hash: hashOf(1),
      path: null,
      category: 'gone',
      not: ['gone'],
      by: { kind: 'person' },
      at,
      revision: 1,
    };
    const { id: _, ...withoutId } = value;
    writeFileSync(
      join(folder, 'Foreign.json'),
      `\uFEFF${JSON.stringify({ ...withoutId, labels: [entry] }, null, 2)}`,
    );
    // A category that the set does not have counts as none.
    expect(await all(store, 'Foreign')).toEqual([{ ...entry, category: null, not: [] }]);
    const changed = await store.change('Foreign', { changes: [label(2, value.categories[0].id)] });
    expect(changed.set).toMatchObject({ labelled: 1 });
    expect(JSON.parse(readFileSync(join(folder, 'Foreign.json'), 'utf8')).id).toMatch(/^[0-9a-f]{32}$/);

    const broken = {
      Text: 'nothing',
      List: '[]',
      Newer: JSON.stringify({ ...value, version: 2 }),
      Twice: JSON.stringify({ ...value, categories: [...value.categories, ...value.categories] }),
      Label: JSON.stringify({ ...value, labels: [{ ...entry, hash: 'short' }] }),
    };
    for (const [name, text] of Object.entries(broken)) writeFileSync(join(folder, `${name}.json`), text);
    const listed = await store.list();
    for (const [name, text] of Object.entries(broken)) {
      const found = listed.find((set) => set.name === name);
      expect(found?.problem?.code, name).toBe('labels.unreadable');
      expect(found?.problem?.message, name).toMatch(/^The category set "\w+" cannot be read: .*\.$/s);
      await expect(store.change(name, {})).rejects.toThrow('cannot be read');
      expect(readFileSync(join(folder, `${name}.json`), 'utf8')).toBe(text);
    }
    expect(listed.find(({ name }) => name === 'Newer')?.problem?.message).toContain(
      'newer version of Patchbay',
    );
  });

  test('a change that cannot be written is refused, and the ones before and after it are kept', async () => {
    const { store, folder, cat, dog, log } = await pets();
    await store.change('Pets', { changes: [label(1, cat)] });
    const kept = readFileSync(log);
    rmSync(log);
    // A folder where the log should be: writing fails, whoever runs the test.
    const { mkdirSync, rmdirSync } = await import('node:fs');
    mkdirSync(log);
    await expect(store.change('Pets', { changes: [label(1, dog), label(2, dog)] })).rejects.toThrow('EISDIR');
    expect((await all(store)).map(({ category }) => category)).toEqual([cat]);
    rmdirSync(log);
    writeFileSync(log, kept);
    await store.change('Pets', { changes: [label(3, dog)] });
    expect((await all(openLabelStore(folder))).map(({ category }) => category)).toEqual([cat, dog]);
  });

  test('a removed set is moved whole, with what was only in its log', async () => {
    const { store, folder, cat, file } = await pets();
    await store.change('Pets', { changes: [label(1, cat)] });
    const moved = join(folder, '..', 'moved.json');
    await store.remove('Pets', async () => {
      copyFileSync(file, moved);
      rmSync(file);
    });
    expect(readdirSync(folder)).toEqual([]);
    expect((await readSet(moved, 'moved')).set.labels.get(hashOf(1))).toMatchObject({ category: cat });
    await expect(store.get('Pets')).rejects.toThrow('no category set');
  });

  test('another process always reads all that was answered before, while the set is written', async () => {
    const { store, cat, file } = await pets({ maxLogBytes: 2000 });
    let answered = 0;
    let isOver = false;
    const writing = (async () => {
      for (let n = 0; n < 400; n++) {
        await store.change('Pets', { changes: [label(n, cat)] });
        answered = n + 1;
      }
      isOver = true;
    })();
    let reads = 0;
    while (!isOver) {
      const before = answered;
      const { set } = await readSet(file, 'Pets');
      expect(set.labels.size).toBeGreaterThanOrEqual(before);
      expect([...set.labels.keys()]).toEqual(Array.from({ length: set.labels.size }, (_, n) => hashOf(n)));
      reads += 1;
    }
    await writing;
    expect(reads).toBeGreaterThan(3);
  }, 60_000);

  test('100,000 labels are written, counted and paged', async () => {
    const { store, folder, cat, dog, file } = await pets();
    for (let from = 0; from < 100_000; from += 10_000)
      await store.change('Pets', {
        changes: Array.from({ length: 10_000 }, (_, n) =>
          label(from + n, n % 2 === 0 ? cat : dog, { path: `uploads:p/${from + n}.jpg` }),
        ),
      });
    await store.close();
    const other = openLabelStore(folder);
    const set = await other.get('Pets');
    expect(set).toMatchObject({ labelled: 100_000 });
    expect(set.categories.map(({ count }) => count)).toEqual([50_000, 50_000]);
    const page = await other.labels('Pets', { limit: 10_000, after: 0, cursor: '90000' });
    expect([page.items.length, page.next]).toEqual([10_000, null]);
    expect(statSync(file).size).toBeLessThan(40_000_000);
  }, 120_000);

  test('an unfinished or foreign file in the folder is no set', async () => {
    const { store, folder, log } = await pets();
    writeFileSync(join(folder, '.Pets.json.x.tmp'), '{');
    writeFileSync(join(folder, 'notes.txt'), 'x');
    appendFileSync(log, '');
    truncateSync(log, 0);
    expect((await store.list()).map(({ name }) => name)).toEqual(['Pets']);
  });
});
