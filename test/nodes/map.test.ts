import { describe, expect, test } from 'vitest';
import type { Embeddings, F32, ImageItem, Labels, Table } from '../../nodes/sdk/index.ts';
import map from '../../nodes/view/map.ts';
import { named, runPure } from './run-pure.ts';

const handle = (dims: readonly number[], data: Float32Array): F32 => ({
  kind: 'tensor',
  dtype: 'float32',
  dims,
  bytes: data.byteLength,
  toHost: () => Promise.resolve({ dtype: 'float32', dims, data }),
  retain() {},
  release() {},
});
const space = {
  encoder: 'e',
  title: 'E',
  layer: 'embedding',
  projection: 'none',
  pooling: 'model',
  tower: 'image',
  normalized: false,
} as const;
const { items } = named(['a/1.jpg', 'a/2.jpg', 'b/3.jpg']);
const points = (rows: number[][], own: readonly ImageItem[] = items): Embeddings => ({
  kind: 'embeddings',
  tensor: handle([rows.length, rows[0]?.length ?? 0], Float32Array.from(rows.flat())),
  items: own,
  skipped: [],
  space,
});
const three = points([
  [0, 1, 7],
  [2, 3, 8],
  [4, 5, 9],
]);
const bare = items.map(({ label: _, ...item }) => item);
const warnings: unknown[] = [];
const ctx = {
  ops: { tensor: ({ dims, data }: { dims: number[]; data: Float32Array }) => handle(dims, data) },
  warn: (message: unknown) => warnings.push(message),
  signal: new AbortController().signal,
};
const run = async (inputs: Record<string, unknown>, params: Record<string, unknown> = {}) => {
  warnings.length = 0;
  const { view, selection } = await runPure(map, inputs, params, ctx as never);
  if (view.view !== 'map') throw new Error(view.view);
  const { data, dims } = await view.tensor.toHost();
  const wide = dims[1] ?? 0;
  return {
    view,
    selection,
    rows: view.items.map((_, at) => [...data.subarray(at * wide, (at + 1) * wide)]),
  };
};

describe('a map', () => {
  test('has the first two numbers as places and the categories of the pictures as colours', async () => {
    const { view, rows } = await run({ points: three });
    expect(view.columns).toEqual([{ title: 'Category', names: ['a', 'b'] }]);
    expect(rows).toEqual([
      [0, 1, 0],
      [2, 3, 0],
      [4, 5, 1],
    ]);
  });

  test('can have other numbers as axes', async () => {
    const { rows } = await run({ points: points([[0, 1, 7]], [bare[0]!]) }, { x: 3, y: 1 });
    expect(rows).toEqual([[7, 0]]);
  });

  test('finds categories and scores by the pictures, not by their place', async () => {
    const labels: Labels = {
      kind: 'labels',
      items: [bare[2]!, bare[0]!],
      labels: ['x', null],
      scores: [0.5, 0.25],
    };
    const { view, rows } = await run({ points: three, labels });
    expect(view.columns).toEqual([{ title: 'Category', names: ['x'] }, { title: 'Score' }]);
    expect(rows.map((row) => row.slice(2))).toEqual([
      [Number.NaN, 0.25],
      [Number.NaN, Number.NaN],
      [0, 0.5],
    ]);
  });

  test('takes columns of a table by the names of the pictures, or by place if there are as many rows', async () => {
    const table = (rows: Table['rows']): Table => ({
      kind: 'table',
      columns: [
        { key: 'file', title: 'File', type: 'text' },
        { key: 'year', title: 'Year', type: 'number' },
        { key: 'kind', title: 'Kind', type: 'text' },
      ],
      rows,
    });
    const byName = table([
      ['b/3.jpg', 3, 'x'],
      ['nowhere', 9, 'x'],
      ['a/1.jpg', 1, 'x'],
    ]);
    const plain = points(
      [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
      bare,
    );
    const { view, rows } = await run({ points: plain, table: byName });
    expect(view.columns).toEqual([{ title: 'Year' }, { title: 'Kind', names: ['x'] }]);
    expect(rows.map((row) => row.slice(2))).toEqual([
      [1, 0],
      [Number.NaN, Number.NaN],
      [3, 0],
    ]);
    const byPlace = await run({
      points: plain,
      table: { ...byName, columns: byName.columns.slice(1, 2), rows: [[5], [6], [7]] },
    });
    expect(byPlace.rows.map((row) => row[2])).toEqual([5, 6, 7]);
    await run({ points: plain, table: { ...byName, columns: byName.columns.slice(1, 2), rows: [[5]] } });
    expect(warnings).toMatchObject([{ code: 'map.table', args: { rows: 1, items: 3 } }]);
  });

  test('says how many have no place, and shows the others', async () => {
    const { rows } = await run({
      points: points(
        [
          [0, Number.NaN],
          [2, 3],
        ],
        bare.slice(0, 2),
      ),
    });
    expect(rows[1]).toEqual([2, 3]);
    expect(warnings).toMatchObject([{ code: 'map.no-place', args: { count: 1, total: 2 } }]);
  });

  test('needs two numbers for each item, and the axes that were asked for', async () => {
    await expect(run({ points: points([[1], [2], [3]]) })).rejects.toThrow('Put *PCA* or *UMAP* before it.');
    await expect(run({ points: three }, { y: 4 })).rejects.toThrow('so there is no number 4.');
    const { view } = await run({ points: points([], []) });
    expect(view.items).toEqual([]);
  });

  test('gives on the selected pictures in their order, found by content or by path', async () => {
    const hash = (at: number) => String(at).repeat(64);
    const images = { hashes: async (own: readonly ImageItem[]) => own.map((_, at) => hash(at + 1)) };
    const chosen = await runPure(map, { points: three }, { selected: [hash(3), 'a/1.jpg', hash(9)] }, {
      ...ctx,
      images,
    } as never);
    expect(chosen.selection.items.map(({ path }) => path)).toEqual(['a/1.jpg', 'b/3.jpg']);
    expect(warnings.at(-1)).toMatchObject({ code: 'selection.gone', args: { count: 1, total: 3 } });
    expect((await run({ points: three })).selection.items).toEqual([]);
  });
});
