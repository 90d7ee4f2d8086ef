import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Item, itemTitle, knownCollection, type PatchbayError } from '../../nodes/sdk/index.ts';
import { openLibrary } from '../../server/collections/library.ts';
import { manifestReader } from '../../server/runtime/collections/manifest.ts';
import { addition, hashOf, newRoot, picture, range, service, signal, space, vectorOf } from './given.ts';

const work = { signal };
const titles = (items: readonly Item[]) => items.map(itemTitle);
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: PatchbayError) => error.code,
  );
const filesIn = (root: string, name = 'Pets') =>
  readdirSync(join(root, name)).filter((file) => file !== 'versions');

describe('saving', () => {
  test('what is kept comes back: vectors to the bit, pictures, categories', async () => {
    const root = newRoot();
    const given = addition(range(0, 5), { label: (n) => (n === 2 ? undefined : `it's "${n}"`) });
    const saved = await service(root).save('Pets', given, work);
    expect(saved).toMatchObject({ added: 5, changed: 0, same: 0, info: { version: 1, pictures: 5 } });
    const opened = await service(root).open('Pets', '', '', work);
    expect(await opened.items()).toEqual(given.items);
    expect((await opened.tensor.toHost()).data).toEqual(given.vectors.data);
    expect(opened.space).toEqual({ ...space('clip'), dims: 8 });
  });

  test('ten new pictures write ten: nothing is written for those that are there', async () => {
    const root = newRoot();
    const store = service(root);
    await store.save('Pets', addition(range(0, 2000), { dims: 64 }), work);
    const before = new Map(filesIn(root).map((file) => [file, statSync(join(root, 'Pets', file)).mtimeMs]));
    const saved = await store.save('Pets', addition(range(0, 2010), { dims: 64 }), work);
    expect(saved).toMatchObject({ added: 10, same: 2000, updated: 0, encoded: 0 });
    expect(saved.bytes).toBeLessThan(20_000);
    for (const [file, at] of before) expect(statSync(join(root, 'Pets', file)).mtimeMs).toBe(at);
    const again = await store.save('Pets', addition(range(0, 2010), { dims: 64 }), work);
    expect(again).toMatchObject({ added: 0, same: 2010, bytes: 0, info: { version: 2 } });
  });

  test('a picture with another content takes the place of the old one, and keeps its category', async () => {
    const root = newRoot();
    await service(root).save('Pets', addition([0, 1, 2], { label: (n) => `label ${n}` }), work);
    const other = addition([1, 2, 3]);
    const data = other.vectors.data.map((value) => value + 1);
    const saved = await service(root).save(
      'Pets',
      { ...other, hashes: [hashOf(1, 1), hashOf(2), hashOf(3)], vectors: { ...other.vectors, data } },
      work,
    );
    expect(saved).toMatchObject({ added: 1, changed: 1, updated: 1, info: { pictures: 4 } });
    const opened = await service(root).open('Pets', '', '', work);
    const items = await opened.items();
    const rows = (await opened.tensor.toHost()).data;
    expect(Object.fromEntries(items.map((item, i) => [itemTitle(item), [item.label, rows[i * 8]]]))).toEqual({
      'pets/0.jpg': ['label 0', vectorOf(0)[0]],
      'pets/1.jpg': ['label 1', data[0]],
      'pets/2.jpg': ['label 2', data[8]],
      'pets/3.jpg': [undefined, data[16]],
    });
  });

  test('pictures that are decoded fast join the others of their encoder, which tells so from then on', async () => {
    const store = service(newRoot());
    await store.save('Pets', addition(range(0, 3)), work);
    const fast = { ...space('clip'), decode: 'fast' } as const;
    const saved = await store.save('Pets', addition(range(2, 5), { space: fast }), work);
    expect(saved.info.spaces.map(({ space: { decode }, count }) => [decode, count])).toEqual([['fast', 5]]);
    const { info } = await store.save('Pets', addition([9]), work);
    expect(info.spaces.map(({ space: { decode }, count }) => [decode, count])).toEqual([['fast', 6]]);
  });

  test('several encoders share the pictures, and each has its own vectors', async () => {
    const root = newRoot();
    const store = service(root);
    await store.save('Pets', addition(range(0, 4)), work);
    const saved = await store.save('Pets', addition(range(1, 6), { dims: 3, space: space('dino') }), work);
    expect(saved).toMatchObject({ added: 2, encoded: 3, info: { pictures: 6 } });
    expect(saved.info.spaces.map(({ space: { encoder, dims }, count }) => [encoder, dims, count])).toEqual([
      ['dino', 3, 5],
      ['clip', 8, 4],
    ]);
    const [clip, dino] = [await store.open('Pets', 'clip', '', work), await store.open('Pets', '', '', work)];
    expect(titles(await clip.items())).toEqual(range(0, 4).map((n) => `pets/${n}.jpg`));
    expect(titles(await dino.items())).toEqual(range(1, 6).map((n) => `pets/${n}.jpg`));
    expect(dino.tensor.dims).toEqual([5, 3]);
    expect(await codeOf(store.open('Pets', 'dina', '', work))).toBe('collection.no-vectors');
  });

  test('files that are gone are noticed, and removed if that is wished; a missing folder removes nothing', async () => {
    const root = newRoot();
    const folder = join(dirname(root), 'pictures');
    mkdirSync(folder);
    const items = range(0, 4).map((n) => {
      const path = join(folder, `${n}.jpg`);
      writeFileSync(path, String(n));
      return { ...picture(n), source: { kind: 'file' as const, path, size: 1, mtimeMs: 5 } };
    });
    const store = service(root);
    const given = addition(range(0, 4), { items });
    await store.save('Pets', given, work);
    rmSync(join(folder, '1.jpg'));
    const some = addition([0], { items: items.slice(0, 1) });
    expect(await store.save('Pets', some, work)).toMatchObject({ others: 3, gone: 1, removed: 0 });
    expect(await store.save('Pets', { ...some, others: 'gone' }, work)).toMatchObject({
      gone: 1,
      removed: 1,
    });
    expect(titles(await (await store.open('Pets', '', '', work)).items())).toEqual(
      [0, 2, 3].map((n) => `pets/${n}.jpg`),
    );
    rmSync(folder, { recursive: true });
    expect(await store.save('Pets', { ...some, others: 'gone' }, work)).toMatchObject({
      gone: 0,
      removed: 0,
    });
    expect(await store.save('Pets', { ...some, others: 'all' }, work)).toMatchObject({ removed: 2 });
    expect((await store.info('Pets')).pictures).toBe(1);
  });

  test('columns are added, changed row by row, and widened', async () => {
    const root = newRoot();
    const store = service(root);
    const more = (
      rows: readonly (readonly (string | number | boolean | null)[])[],
      type: 'number' | 'text',
    ) => ({
      columns: [
        { name: 'Price', type },
        { name: 'sold', type: 'boolean' as const },
      ],
      rows,
    });
    await store.save(
      'Pets',
      addition([0, 1], {
        more: more(
          [
            [1.5, true],
            [null, null],
          ],
          'number',
        ),
      }),
      work,
    );
    await store.save(
      'Pets',
      addition([1, 2], {
        more: more(
          [
            ['much', false],
            ['2', null],
          ],
          'text',
        ),
      }),
      work,
    );
    const { columns, rows } = await (await store.open('Pets', '', '', work)).table();
    const places = ['path', 'Price', 'sold'].map((name) =>
      columns.findIndex((column) => column.name === name),
    );
    expect(columns[places[1]!]!.type).toBe('text');
    expect(rows.map((row) => places.map((place) => row[place]))).toEqual([
      ['pets/0.jpg', '1.5', true],
      ['pets/1.jpg', 'much', false],
      ['pets/2.jpg', '2', null],
    ]);
  });

  test('an item that is given twice is kept once, and a vector that is no number is refused by name', async () => {
    const store = service(newRoot());
    expect(await store.save('Pets', addition([0, 1, 0]), work)).toMatchObject({ added: 2, repeated: 1 });
    const bad = addition([5, 6]);
    bad.vectors.data[9] = Number.NaN;
    const refused = store.save('Pets', bad, work);
    await expect(refused).rejects.toMatchObject({ code: 'collection.not-finite' });
    await expect(refused).rejects.toThrow('pets/6.jpg');
    expect((await store.info('Pets')).version).toBe(1);
  });

  test.each(['', '../x', 'a/b', 'a\\b', 'CON', '.x', 'x.'])('the name %j is refused', async (name) => {
    const root = newRoot();
    expect(await codeOf(service(root).save(name, addition([1]), work))).toBe('collection.name');
    expect(existsSync(join(dirname(root), 'x'))).toBe(false);
  });

  test('texts are kept too', async () => {
    const store = service(newRoot());
    const items = ['a cat', 'a dog'].map((text) => ({ kind: 'text' as const, text, label: text.slice(2) }));
    await store.save('Words', addition([0, 1], { items, hashes: [undefined, undefined] }), work);
    expect(await (await store.open('Words', '', "label = 'dog'", work)).items()).toEqual([items[1]]);
  });
});

describe('old versions', () => {
  test('are opened as they were, restored as a new version, and named if they are not there', async () => {
    const root = newRoot();
    const store = service(root);
    await store.save('Pets', addition(range(0, 4), { label: () => 'old' }), work);
    await store.save('Pets', addition(range(2, 6), { label: () => 'new' }), work);
    await store.save('Pets', addition(range(5, 7), { others: 'all' }), work);
    const opened = async (version: number, filter = '') => {
      const one = await store.open('Pets', '', filter, { signal, version });
      return { titles: titles(await one.items()), data: (await (await one.rows()).toHost()).data };
    };
    const first = addition(range(0, 4));
    expect(await opened(1)).toEqual({ titles: titles(first.items), data: first.vectors.data });
    expect((await opened(2, "label = 'old'")).titles).toEqual(['pets/0.jpg', 'pets/1.jpg']);
    expect((await opened(0)).titles).toEqual(['pets/5.jpg', 'pets/6.jpg']);
    expect(await store.info('Pets', 1)).toMatchObject({ version: 1, pictures: 4 });
    expect(await store.fingerprint('Pets', 2)).not.toBe(await store.fingerprint('Pets'));
    expect(await codeOf(opened(9))).toBe('collection.no-version');

    const library = openLibrary(root);
    const restored = await library.restore('Pets', 1);
    expect(restored).toMatchObject({ version: 4, pictures: 4 });
    expect(restored.versions.map(({ version, kept, restored: of }) => [version, kept, of])).toEqual([
      [4, true, 1],
      ...[3, 2, 1].map((version) => [version, true, undefined]),
    ]);
    expect(await opened(0)).toEqual(await opened(1));
    expect((await opened(3)).titles).toEqual(['pets/5.jpg', 'pets/6.jpg']);
    for (const version of [0, 9])
      expect(await codeOf(library.restore('Pets', version))).toBe('collection.no-version');
    // What comes next builds on it: pictures that a later version had are new again.
    expect(await store.save('Pets', addition(range(3, 7)), work)).toMatchObject({ added: 3, same: 1 });
    expect((await opened(0)).titles).toEqual(range(0, 7).map((n) => `pets/${n}.jpg`));
    const reader = manifestReader(root);
    expect(knownCollection(reader, 'Pets', '', { version: 1 }).info).toMatchObject({
      version: 1,
      pictures: 4,
    });
    expect(knownCollection(reader, 'Pets', '', { version: 77 }).problem).toMatchObject({
      code: 'collection.no-version',
      param: 'version',
    });
  });

  test('that are too old are listed without their files', async () => {
    const root = newRoot();
    for (let n = 0; n < 23; n++) await service(root).save('Pets', addition([n]), work);
    const { versions } = await openLibrary(root).get('Pets');
    expect(versions.map(({ kept }) => kept)).toEqual(range(0, 23).map((n) => n < 20));
  });
});

describe('many small changes', () => {
  test('small files are joined, old versions go, and everything is still there', async () => {
    const root = newRoot();
    const store = service(root);
    for (let n = 0; n < 60; n++) await store.save('Pets', addition([n, n === 0 ? 0 : n - 1]), work);
    const opened = await store.open('Pets', '', '', work);
    expect(titles(await opened.items())).toEqual(range(0, 60).map((n) => `pets/${n}.jpg`));
    const rows = (await opened.tensor.toHost()).data;
    for (let n = 0; n < 60; n++) expect(rows.subarray(n * 8, n * 8 + 8)).toEqual(vectorOf(n));
    expect(readdirSync(join(root, 'Pets', 'versions')).length).toBeLessThanOrEqual(20);
    const newest = readdirSync(join(root, 'Pets', 'versions'))
      .sort()
      .at(-1)!;
    const manifest = JSON.parse(readFileSync(join(root, 'Pets', 'versions', newest), 'utf8'));
    expect(manifest.rows.length).toBeLessThan(17);
    expect(manifest.spaces[0].files.length).toBeLessThan(17);
    expect(manifest.history).toHaveLength(60);
  }, 120_000);

  test('most pictures can go and come back', async () => {
    const root = newRoot();
    const store = service(root);
    await store.save('Pets', addition(range(0, 4000)), work);
    await store.save('Pets', addition(range(0, 100), { others: 'all' }), work);
    await store.save('Pets', addition(range(50, 300)), work);
    const opened = await store.open('Pets', '', '', work);
    expect(titles(await opened.items())).toEqual(range(0, 300).map((n) => `pets/${n}.jpg`));
    const rows = (await opened.tensor.toHost()).data;
    for (let n = 0; n < 300; n++) expect(rows.subarray(n * 8, n * 8 + 8)).toEqual(vectorOf(n));
    const total = filesIn(root).reduce((sum, file) => sum + statSync(join(root, 'Pets', file)).size, 0);
    expect(total).toBeGreaterThan(0);
  });

  test('two processes that save at the same time both succeed', async () => {
    const root = newRoot();
    const [a, b] = [service(root), service(root)];
    await Promise.all(
      range(0, 6).flatMap((n) => [
        a.save('Pets', addition([n]), work),
        b.save('Pets', addition([100 + n]), work),
      ]),
    );
    expect(await a.info('Pets')).toMatchObject({ version: 12, pictures: 12 });
  });
});

test('reads, searches and changes of one process do not disturb each other', async () => {
  const store = service(newRoot());
  await store.save('Large', addition(range(0, 9000), { label: (n) => (n % 2 === 0 ? 'cat' : 'dog') }), work);
  const opened = await store.open('Large', '', '', work);
  const all = await Promise.all([
    opened.items(),
    opened.table().then(({ rows }) => rows),
    store.open('Large', '', "category = 'cat'", work).then((found) => found.items()),
    ...range(0, 4).map((n) => store.save(`Other ${n}`, addition(range(0, 50)), work)),
  ]);
  expect(all.slice(0, 3).map((list) => (list as readonly unknown[]).length)).toEqual([9000, 9000, 4500]);
  expect(all.slice(3)).toMatchObject(Array(4).fill({ added: 50 }));
});

describe('reading', () => {
  test('a missing collection names the nearest one', async () => {
    const root = newRoot();
    await service(root).save('Pets', addition([1]), work);
    await expect(service(root).open('Pest', '', '', work)).rejects.toThrow('Did you mean "Pets"?');
  });

  test('a damaged manifest, a cut file of vectors and a missing file are told, and nothing is changed', async () => {
    const root = newRoot();
    await service(root).save('Pets', addition(range(0, 50)), work);
    const vectors = filesIn(root).find((file) => file.endsWith('.npy'))!;
    const path = join(root, 'Pets', vectors);
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, 300));
    expect(await codeOf(service(root).open('Pets', '', '', work))).toBe('collection.unreadable');
    rmSync(path);
    expect(await codeOf(service(root).open('Pets', '', '', work))).toBe('collection.unreadable');
    writeFileSync(path, whole);
    expect(await codeOf(service(root).open('Pets', '', '', work))).toBe('no error');
    const rows = join(root, 'Pets', filesIn(root).find((file) => file.endsWith('.parquet'))!);
    const table = readFileSync(rows);
    writeFileSync(rows, table.subarray(0, 100));
    const opened = await service(root).open('Pets', '', '', work);
    expect(await codeOf(opened.items())).toBe('collection.unreadable');
    expect(await codeOf(opened.table())).toBe('collection.unreadable');
    writeFileSync(rows, table);
    writeFileSync(join(root, 'Pets', 'versions', '000002.json'), '{"format":');
    expect(await codeOf(service(root).open('Pets', '', '', work))).toBe('collection.unreadable');
    expect(await codeOf(service(root).save('Pets', addition([1]), work))).toBe('collection.unreadable');
  });

  test('letters with a meaning in patterns and quotes in names are only letters', async () => {
    const root = newRoot();
    const name = "it's [a-z] 收藏";
    await service(root).save(name, addition(range(0, 3)), work);
    await service(root).save(name, addition(range(2, 5), { label: () => 'x' }), work);
    expect((await (await service(root).open(name, '', '', work)).items()).length).toBe(5);
  });
});
