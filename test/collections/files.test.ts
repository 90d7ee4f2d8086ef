import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import openCollection from '../../nodes/collection/open.ts';
import saveCollection from '../../nodes/collection/save.ts';
import loadEmbeddings from '../../nodes/output/load-embeddings.ts';
import saveEmbeddings from '../../nodes/output/save-embeddings.ts';
import { type Embeddings, type Item, itemTitle, type Table } from '../../nodes/sdk/index.ts';
import { parquetFiles, withDuck } from '../../server/runtime/collections/duckdb.ts';
import { readTableFile } from '../../server/runtime/collections/table-files.ts';
import { type PlainTensor, plain } from '../contract/plain.ts';
import { root } from '../contract/world.ts';
import { deviceWorld } from '../nodes/device-world.ts';
import { space } from './given.ts';

const { world, run } = deviceWorld();
// Written by pyarrow and NumPy: models/recipes/tables.
const FIXTURES = join(root, 'test/fixtures/tables');
const VECTORS: number[][] = JSON.parse(readFileSync(join(FIXTURES, 'vectors.json'), 'utf8'));
const NAMES = ['cats/a.jpg', 'dogs/it\'s "b".jpg', 'c.jpg', '日本.jpg', 'e.jpg', 'f.jpg'];

const load = async (path: string) => {
  const { outputs } = await run(loadEmbeddings, {}, { path });
  return { embeddings: outputs.embeddings as Embeddings, table: outputs.table as Table };
};
/** The rows of the vectors, which are plain after a run and a tensor before. */
const numbersOf = async ({ tensor }: { readonly tensor: unknown }): Promise<number[][]> => {
  const { tensor: sizes, data } = (await plain(tensor)) as PlainTensor;
  const dims = sizes[1]!;
  return Array.from({ length: data.length / dims }, (_, i) => data.slice(i * dims, (i + 1) * dims));
};
type Loaded = Awaited<ReturnType<typeof load>>;
/** The outputs of a node as the inputs of the next. */
const asInputs = async ({ embeddings, table }: Loaded): Promise<{ [name: string]: Embeddings | Table }> => {
  const rows = await numbersOf(embeddings);
  const dims = [rows.length, rows[0]!.length];
  const tensor = world().ctx.ops.tensor({ dtype: 'float32', dims, data: Float32Array.from(rows.flat()) });
  tensor.retain();
  return { embeddings: { ...embeddings, tensor }, table };
};
const cells = ({ columns, rows }: Table, title: string) => {
  const at = columns.findIndex((column) => column.title === title);
  return rows.map((row) => row[at]);
};

describe('files of other programs', () => {
  test('pyarrow: lists of float32, names, categories, nulls, long integers and times', async () => {
    const { embeddings, table } = await load(join(FIXTURES, 'lists.parquet'));
    expect(await numbersOf(embeddings)).toEqual(VECTORS);
    expect(embeddings.items.map(itemTitle)).toEqual(NAMES);
    expect(embeddings.items.map(({ label }) => label)).toEqual([
      'cat',
      'dog',
      undefined,
      'cat',
      'dog',
      undefined,
    ]);
    expect(cells(table, 'big')).toEqual([
      '9007199254740993',
      '-9223372036854775808',
      null,
      '0',
      '9223372036854775807',
      '7',
    ]);
    expect(cells(table, 'small')).toEqual([1, 2, null, 4, 5, 6]);
    expect(cells(table, 'score')).toEqual([0.1, null, Number.NaN, Number.POSITIVE_INFINITY, -2.5, 1e-300]);
    expect(cells(table, 'good')).toEqual([true, false, null, true, false, true]);
    expect(cells(table, 'when').slice(0, 3)).toEqual([
      '2026-01-02T03:04:05.678901Z',
      null,
      '1969-12-31T00:00:00Z',
    ]);
    expect(cells(table, 'zoned')[0]).toBe('2026-01-02T03:04:05Z');
    expect(cells(table, 'day')[0]).toBe('2026-02-28T00:00:00Z');
    expect(cells(table, 'tags').slice(0, 3)).toEqual(['[a, b]', '[]', null]);
  });

  test.each(['fixed.parquet', 'doubles.parquet', 'one.npz', 'named.npz'])('%s', async (name) => {
    const { embeddings } = await load(join(FIXTURES, name));
    expect(await numbersOf(embeddings)).toEqual(VECTORS);
  });

  test('x and y of a map are vectors of two numbers', async () => {
    const { embeddings } = await load(join(FIXTURES, 'map.parquet'));
    expect(await numbersOf(embeddings)).toEqual(VECTORS.map((row) => row.slice(0, 2)));
    expect(embeddings.items.map(itemTitle)).toEqual(NAMES);
  });

  test('a folder of clip-retrieval: all parts in the order of their numbers, with their metadata', async () => {
    const { embeddings, table } = await load(join(FIXTURES, 'clip-retrieval'));
    expect(embeddings.items.map(itemTitle)).toEqual(NAMES);
    expect(cells(table, 'caption')).toEqual(NAMES.map((name) => name.toUpperCase()));
    const numbers = await numbersOf(embeddings);
    // float16 keeps 11 bits.
    for (const [i, row] of VECTORS.entries())
      for (const [j, value] of row.entries())
        expect(Math.abs(numbers[i]![j]! - Math.min(100, value))).toBeLessThanOrEqual(
          Math.abs(value) * 2 ** -11 + 1e-7,
        );
  });

  test.each([
    ['ragged.parquet', 'parquet.lengths'],
    ['nulls.parquet', 'parquet.null-vectors'],
    ['no-vectors.parquet', 'parquet.no-vectors'],
    ['two.npz', 'npz.no-matrix'],
    ['clip-retrieval/metadata', 'clip-retrieval.none'],
  ])('%s is refused: %s', async (name, code) => {
    await expect(load(join(FIXTURES, name))).rejects.toMatchObject({ code });
  });
});

describe('a file of pyarrow, kept in a collection, opened and saved again', () => {
  const again = async (name: string) => {
    const first = await load(join(FIXTURES, 'lists.parquet'));
    await run(saveCollection, await asInputs(first), { collection: name });
    const opened = await run(openCollection, {}, { collection: name });
    const { embeddings, table } = opened.outputs as Loaded;
    const inputs = await asInputs({ embeddings, table });
    const { outputs } = await run(saveEmbeddings, inputs, { name, format: 'parquet' });
    const { path } = outputs.view as { path: string };
    return { table, path, file: await readTableFile(path) };
  };

  test('has the same types and cells: 64 bits, microseconds, nulls, NaN', async () => {
    const { table, path, file } = await again('Kept exactly');
    const given = await readTableFile(join(FIXTURES, 'lists.parquet'));
    for (const name of ['big', 'small', 'score', 'good', 'when', 'zoned', 'day', 'tags']) {
      const [before, after] = [given, file].map(({ columns, rows }) => {
        const at = columns.findIndex((column) => column.name === name);
        return { type: columns[at]?.type, cells: rows.map((row) => row[at]) };
      });
      expect([name, after]).toEqual([name, before]);
      expect(cells(table, name)).toEqual(
        name === 'big' ? before!.cells.map((cell) => (cell === null ? null : String(cell))) : before!.cells,
      );
    }
    expect(given.columns).toContainEqual({ name: 'big', type: 'integer' });
    expect(given.columns).toContainEqual({ name: 'when', type: 'time' });
    const types = await withDuck((duck) =>
      duck.columns(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${parquetFiles([path])})`),
    );
    const typeOf = Object.fromEntries(types[0]!.map((name, i) => [name, types[1]![i]]));
    expect(typeOf).toMatchObject({
      ...{ big: 'BIGINT', small: 'BIGINT', score: 'DOUBLE', good: 'BOOLEAN' },
      ...{ when: 'TIMESTAMP', day: 'TIMESTAMP', size: 'BIGINT', embedding: 'FLOAT[]' },
    });
  });

  test('a condition sees numbers and times, not texts', async () => {
    await again('Conditions');
    const titles = async (filter: string) => {
      const { outputs } = await run(openCollection, {}, { collection: 'Conditions', filter });
      return (outputs.embeddings as Embeddings).items.map(itemTitle);
    };
    expect(await titles('big > 9007199254740992')).toEqual([NAMES[0], NAMES[4]]);
    expect(await titles("when < '1970-01-01'")).toEqual([NAMES[2]]);
    expect(await titles("when = '2026-01-02 03:04:05.678901'")).toEqual([NAMES[0]]);
  });
});

describe('round trips', () => {
  const items: Item[] = [
    { kind: 'text', text: `it's "a" cat`, label: 'cat' },
    { kind: 'text', text: 'Übung 猫' },
    {
      ...{ kind: 'image', name: 'b.jpg', path: 'x/b.jpg', label: 'dog' },
      source: { kind: 'file', path: '/p/x/b.jpg', size: 12, mtimeMs: 1_700_000_000_000.25 },
    },
    {
      kind: 'image',
      name: 'c.jpg',
      path: 'c.jpg',
      source: { kind: 'asset', hash: 'ab'.repeat(32), size: 3 },
    },
  ];
  const given = (dims: number): Embeddings => {
    const data = Float32Array.from(
      { length: items.length * dims },
      (_, i) => Math.sin(i) * 10 ** ((i % 7) - 3),
    );
    const tensor = world().ctx.ops.tensor({ dtype: 'float32', dims: [items.length, dims], data });
    tensor.retain();
    return { kind: 'embeddings', tensor, items, skipped: [], space: { ...space('clip'), dims } };
  };
  const table: Table = {
    kind: 'table',
    columns: [
      { key: 'n', title: 'n', type: 'number' },
      { key: 't', title: 'two words', type: 'text' },
      { key: 'b', title: 'b', type: 'boolean' },
    ],
    rows: [
      [1.5, 'a', true],
      [null, null, null],
      [-1e300, '', false],
      [0, '"', true],
    ],
  };
  const saved = async (embeddings: Embeddings, params: Record<string, unknown>) => {
    const { outputs } = await run(saveEmbeddings, { embeddings, table }, params);
    return (outputs.view as { path: string }).path;
  };

  test.each(['parquet', 'npz'])('%s gives back numbers to the bit, items and space', async (format) => {
    const embeddings = given(6);
    const back = await load(await saved(embeddings, { name: `trip-${format}`, format }));
    expect(await numbersOf(back.embeddings)).toEqual(await numbersOf(embeddings));
    expect(back.embeddings.items).toEqual(items);
    expect(back.embeddings.space).toEqual(embeddings.space);
    if (format === 'parquet')
      for (const [i, { title }] of table.columns.entries())
        expect(cells(back.table, title)).toEqual(table.rows.map((row) => row[i]));
  });

  test('the layout of clip-retrieval', async () => {
    const embeddings = given(6);
    const path = await saved(embeddings, { name: 'clip', format: 'clipRetrieval' });
    expect(path).toMatch(/img_emb[\\/]img_emb_0\.npy$/);
    const back = await load(join(path, '../..'));
    expect(await numbersOf(back.embeddings)).toEqual(await numbersOf(embeddings));
    expect(back.embeddings.items).toEqual(items);
  });

  test('x and y for a map, and nothing else than two numbers', async () => {
    const embeddings = given(2);
    const path = await saved(embeddings, { name: 'map', format: 'map' });
    const { columns } = await readTableFile(path);
    expect(columns.slice(0, 2)).toEqual([
      { name: 'x', type: 'number' },
      { name: 'y', type: 'number' },
    ]);
    expect(await numbersOf((await load(path)).embeddings)).toEqual(await numbersOf(embeddings));
    await expect(saved(given(3), { name: 'map', format: 'map' })).rejects.toMatchObject({
      code: 'save-embeddings.not-a-map',
      param: 'format',
    });
  });
});
