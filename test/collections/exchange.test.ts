import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import openCollection from '../../nodes/collection/open.ts';
import saveCollection from '../../nodes/collection/save.ts';
import loadFolder from '../../nodes/image/load-folder.ts';
import saveImages from '../../nodes/image/save-images.ts';
import loadEmbeddings from '../../nodes/output/load-embeddings.ts';
import loadTable from '../../nodes/output/load-table.ts';
import saveCsv from '../../nodes/output/save-csv.ts';
import saveEmbeddings from '../../nodes/output/save-embeddings.ts';
import { type Embeddings, type Images, itemTitle, type Matches, type Table } from '../../nodes/sdk/index.ts';
import { parquetFiles, withDuck } from '../../server/runtime/collections/duckdb.ts';
import { type PlainTensor, plain } from '../contract/plain.ts';
import { drawPictures } from '../contract/world.ts';
import { deviceWorld } from '../nodes/device-world.ts';
import { addition, range, space, vectorOf } from './given.ts';

// Files as other programs write them, by hand, and files that other programs read, checked without our own readers.

const { world, run } = deviceWorld();
const file = (name: string, text: string | Buffer): string => {
  const path = join(world().folder, name);
  writeFileSync(path, text);
  return path;
};
const load = async (path: string) => {
  const { outputs } = await run(loadEmbeddings, {}, { path });
  const { embeddings, table } = outputs as { embeddings: Embeddings; table: Table };
  const { tensor: dims, data } = (await plain(embeddings.tensor)) as PlainTensor;
  return { items: embeddings.items, dims, data, table };
};
const given = (numbers: readonly number[], dims: number): Embeddings => {
  const { items, vectors } = addition(numbers, { dims, label: (n) => (n === 1 ? undefined : `l${n}`) });
  const tensor = world().ctx.ops.tensor(vectors);
  tensor.retain();
  return { kind: 'embeddings', tensor, items, skipped: [], space: { ...space('clip'), dims } };
};

describe('vectors in text files', () => {
  const NAMES = ['a.jpg', 'b "c".jpg', '日本.jpg'];
  const VECTORS = [0.5, -1, 1 / 3, 1e-7, 2, -0.25].map(Math.fround);

  test.each([
    [
      'numbered.csv',
      `path,label,0,1\r\na.jpg,cat,0.5,-1\r\n"b ""c"".jpg",,${1 / 3},1e-7\r\n日本.jpg,dog,2,-0.25\r\n`,
    ],
    [
      'numbered.tsv',
      `Image\tlabel\tdim_1\tdim_2\na.jpg\tcat\t0.5\t-1\nb "c".jpg\t\t${1 / 3}\t1e-7\n日本.jpg\tdog\t2\t-0.25\n`,
    ],
    [
      'lists.csv',
      `file_name,label,embedding\na.jpg,cat,"[0.5, -1]"\n"b ""c"".jpg",,"[${1 / 3}, 1e-7]"\n日本.jpg,dog,"[2, -0.25]"\n`,
    ],
    [
      'lists.jsonl',
      `{"file_name":"a.jpg","label":"cat","vector":[0.5,-1]}\n{"file_name":"b \\"c\\".jpg","vector":[${1 / 3},1e-7]}\n{"file_name":"日本.jpg","label":"dog","vector":[2,-0.25]}\n`,
    ],
  ])('%s', async (name, text) => {
    const { items, dims, data } = await load(file(name, text));
    expect(items.map(itemTitle)).toEqual(NAMES);
    expect(items.map(({ label }) => label)).toEqual(['cat', undefined, 'dog']);
    expect([dims, data.map(Math.fround)]).toEqual([[3, 2], VECTORS]);
  });

  test('what Save CSV wrote comes back to the bit', async () => {
    const embeddings = given(range(0, 5), 7);
    const { outputs } = await run(saveCsv, { rows: embeddings }, { name: 'vectors' });
    const back = await load((outputs.view as { path: string }).path);
    expect(back.items.map(itemTitle)).toEqual(embeddings.items.map(itemTitle));
    expect(back.data).toEqual(range(0, 5).flatMap((n) => [...vectorOf(n, 7)]));
  });

  test.each([
    ['words.csv', 'path,note\na.jpg,x\n', 'parquet.no-vectors'],
    ['holes.csv', 'path,0,2\na.jpg,1,2\n', 'parquet.no-vectors'],
    ['empty-cell.csv', 'path,embedding\na.jpg,"[1, 2]"\nb.jpg,\n', 'parquet.null-vectors'],
    ['ragged.jsonl', '{"vector":[1.5,2]}\n{"vector":[1]}\n', 'parquet.lengths'],
    ['broken.jsonl', '{"vector":[1.5,2]}\n{"vec', 'parquet.unreadable'],
    ['picture.gif', 'GIF89a', 'vectors.format'],
  ])('%s is refused: %s %s', async (name, text, code) => {
    await expect(load(file(name, text))).rejects.toMatchObject({ code });
  });
});

test.each([
  ['latin.csv', 'file;rating\na.jpg;S\xfcd\n'],
  ['latin.jsonl', '{"file":"a.jpg","place":"S\xfcd"}\n'],
])('%s in Latin-1 is refused by name of the encoding', async (name, text) => {
  const path = file(name, Buffer.from(text, 'latin1'));
  await expect(run(loadTable, {}, { path })).rejects.toMatchObject({ code: 'table-file.not-utf8' });
});

describe('imagefolder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await drawPictures(join(world().folder, 'drawn'), 4);
  });
  const images = async (path: string) => (await run(loadFolder, {}, { path })).outputs.images as Images;

  test.each(['csv', 'jsonl'] as const)(
    'pictures are saved with metadata.%s, and kept with it again',
    async (format) => {
      const given = await images(folder);
      const table: Table = {
        kind: 'table',
        columns: [
          { key: 'name', title: 'Picture', type: 'text' },
          { key: 'caption', title: 'caption', type: 'text' },
          { key: 'n', title: 'n', type: 'number' },
        ],
        rows: given.items.map(({ path }, n) => [path, n === 1 ? null : `says "${n}", =1`, n / 4]).reverse(),
      };
      const params = { folder: `set-${format}`, layout: 'flat', metadata: format };
      const saved = await run(saveImages, { images: given, table }, params);
      const { path: at } = saved.outputs.view as { path: string };
      const text = readFileSync(join(at, `metadata.${format}`), 'utf8');
      const labels = given.items.map(({ label }) => label);
      expect(new Set(labels)).toEqual(new Set(['even', 'odd']));
      if (format === 'csv') {
        const [head, first] = text.split('\r\n');
        expect(head).toBe('file_name,label,caption,n');
        expect(first).toBe(`${given.items[0]!.name},${labels[0]},"says ""0"", =1",0`);
      } else
        expect(JSON.parse(text.split('\n')[1]!)).toEqual({
          ...{ file_name: given.items[1]!.name, label: labels[1] },
          ...{ caption: null, n: 0.25 },
        });

      // The way back: folder and metadata into a collection.
      const again = await images(at);
      expect(again.items.every(({ label }) => label === undefined)).toBe(true);
      const loaded = await run(loadTable, {}, { path: join(at, `metadata.${format}`) });
      const { vectors } = addition(range(0, 4));
      const tensor = world().ctx.ops.tensor(vectors);
      tensor.retain();
      const embeddings: Embeddings = {
        ...{ kind: 'embeddings', tensor, items: again.items, skipped: [] },
        space: space('clip'),
      };
      const name = `Set ${format}`;
      await run(saveCollection, { embeddings, table: loaded.outputs.table as Table }, { collection: name });
      const { outputs } = await run(openCollection, {}, { collection: name });
      const kept = outputs.table as Table;
      const cells = (title: string) => {
        const column = kept.columns.findIndex((one) => one.title === title);
        return new Map(kept.rows.map((row) => [row[0], row[column]]));
      };
      expect(cells('category')).toEqual(new Map(given.items.map(({ name: own }, i) => [own, labels[i]])));
      expect(cells('caption').get(given.items[1]!.name)).toBeNull();
      expect(cells('caption').get(given.items[2]!.name)).toBe('says "2", =1');
      expect(cells('n').get(given.items[3]!.name)).toBe(0.75);
    },
  );

  test('folders as categories, and a metadata file that names pictures in them', async () => {
    const at = join(world().folder, 'train');
    mkdirSync(join(at, 'cat'), { recursive: true });
    const [first] = (await images(folder)).items;
    copyFileSync((first!.source as { path: string }).path, join(at, 'cat', 'x.png'));
    const path = join(at, 'metadata.csv');
    writeFileSync(path, 'file_name,when,big\ncat/x.png,2026-01-02 03:04:05,9007199254740993\n');
    const { outputs } = await run(loadTable, {}, { path });
    expect(outputs.table).toMatchObject({
      columns: [{ title: 'file_name' }, { title: 'when', exact: 'time' }, { title: 'big', exact: 'integer' }],
      rows: [['cat/x.png', '2026-01-02T03:04:05Z', '9007199254740993']],
    });
    expect((await images(at)).items).toMatchObject([{ path: 'cat/x.png', label: 'cat' }]);
  });

  test('a file that is no table is refused', async () => {
    await expect(run(loadTable, {}, { path: file('a.gif', 'x') })).rejects.toMatchObject({
      code: 'table-file.format',
    });
  });
});

describe('a Parquet file for embedding-atlas', () => {
  const matches = (items: Embeddings['items'], order: readonly (readonly [number, number])[][]): Matches => ({
    kind: 'matches',
    metric: 'cosine',
    skipped: [],
    results: items.map((query, row) => ({
      query,
      results: order[row]!.map(([index, score]) => ({ item: items[index]!, index, score })),
    })),
  });

  test('x, y and neighbors with ids from 0 and distances, without the row itself', async () => {
    const embeddings = given([0, 1, 2], 2);
    // prettier-ignore
    const order: (readonly [number, number])[][] = [
      [
        [0, 1],
        [2, 0.75],
        [1, 0.5],
      ],
      [
        [1, 1],
        [0, 0.5],
      ],
      [[0, 0.75]],
    ];
    const nearest = matches(embeddings.items, order);
    const { outputs } = await run(saveEmbeddings, { embeddings, nearest }, { name: 'atlas', format: 'map' });
    const { path } = outputs.view as { path: string };
    const [near, kind, x] = await withDuck((duck) =>
      duck.columns(`SELECT to_json(neighbors)::VARCHAR, typeof(neighbors), x FROM ${parquetFiles([path])}`),
    );
    expect(near!.map((text) => JSON.parse(String(text)))).toEqual([
      { ids: [2, 1], distances: [0.25, 0.5] },
      { ids: [0], distances: [0.5] },
      { ids: [0], distances: [0.25] },
    ]);
    expect(kind![0]).toBe('STRUCT(ids BIGINT[], distances DOUBLE[])');
    expect(x).toEqual([0, 1, 2].map((n) => vectorOf(n, 2)[0]));
    const back = await load(path);
    expect([back.dims, back.items]).toEqual([[3, 2], embeddings.items]);
  });

  test('matches of other items are refused', async () => {
    const embeddings = given([0, 1, 2], 2);
    const nearest = matches(given([0, 1], 2).items, [[], []]);
    await expect(
      run(saveEmbeddings, { embeddings, nearest }, { name: 'atlas', format: 'map' }),
    ).rejects.toMatchObject({ code: 'save-embeddings.nearest', port: 'nearest' });
  });
});
