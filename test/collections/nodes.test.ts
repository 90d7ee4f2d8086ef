import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import openNode from '../../nodes/collection/open.ts';
import queryNode from '../../nodes/collection/query.ts';
import saveNode from '../../nodes/collection/save.ts';
import {
  type CollectionCatalogue,
  columnsOfTable,
  defaults,
  type Embeddings,
  type F32,
  type Images,
  itemTitle,
  type Labels,
  type Matches,
  type Metrics,
  type PatchbayError,
  type ReportedProblem,
  seededRandom,
  type Table,
  type ValueInfo,
} from '../../nodes/sdk/index.ts';
import { manifestReader } from '../../server/runtime/collections/manifest.ts';
import { drawPictures } from '../contract/world.ts';
import { deviceWorld } from '../nodes/device-world.ts';
import { space } from './given.ts';

const { world, run } = deviceWorld();
const DIMS = 12;
let folder: string;

const load = (): Promise<Images> =>
  world().ctx.images.folder(folder, { recursive: true, labels: true, signal: world().ctx.signal });

/** Vectors that depend on the names of the pictures. */
function embed(images: Images, encoder = 'clip'): Embeddings {
  const data = new Float32Array(images.items.length * DIMS);
  for (const [i, { path }] of images.items.entries()) {
    const random = seededRandom(path.length * 31 + path.charCodeAt(path.length - 5) + encoder.length);
    for (let j = 0; j < DIMS; j++) data[i * DIMS + j] = random() * 2 - 1;
  }
  const tensor: F32 = world().ctx.ops.tensor({ dtype: 'float32', dims: [images.items.length, DIMS], data });
  tensor.retain();
  return { kind: 'embeddings', tensor, items: images.items, skipped: [], space: space(encoder) };
}

beforeAll(async () => {
  folder = await drawPictures(join(world().folder, 'pictures'), 7);
});

describe('a folder in a collection', () => {
  test('is kept with hashes, categories and columns, and opened again', async () => {
    const images = await load();
    const labels: Labels = {
      kind: 'labels',
      items: [...images.items].reverse(),
      labels: [...images.items].reverse().map((_, i) => (i === 0 ? null : 'mine')),
    };
    const table: Table = {
      kind: 'table',
      columns: [
        { key: 'p', title: 'Picture', type: 'text' },
        { key: 'n', title: 'Number', type: 'number' },
      ],
      rows: images.items.slice(2).map(({ path }, i) => [path, i]),
    };
    const params = { collection: 'Drawings' };
    const saved = await run(saveNode, { embeddings: embed(images), labels, table }, params);
    expect((saved.outputs.metrics as Metrics).values).toMatchObject({
      pictures: 7,
      added: 7,
      same: 0,
      version: 1,
    });
    const { outputs } = await run(openNode, {}, params);
    expect((outputs.images as Images).items.map(({ path }) => path)).toEqual(
      images.items.map(({ path }) => path),
    );
    expect((outputs.labels as Labels).labels).toEqual(
      images.items.map((item, i) => (i === 6 ? (item.label ?? null) : 'mine')),
    );
    const { columns, rows } = outputs.table as Table;
    const at = (name: string) => columns.findIndex(({ title }) => title === name);
    expect(rows.map((row) => row[at('Number')])).toEqual([null, null, 0, 1, 2, 3, 4]);
    expect(rows.map((row) => String(row[at('hash')]).length)).toEqual(Array(7).fill(64));
    expect(columns.some(({ title }) => title === 'Picture')).toBe(false);
  });

  test('notices what is new, changed and gone, and says so', async () => {
    const images = await load();
    const params = { collection: 'Changing' };
    await run(saveNode, { embeddings: embed(images) }, params);
    await drawPictures(folder, 9);
    const changed = join(folder, 'even/picture-0.png');
    const other = await world().ctx.images.export(images.items[1]!, { format: 'png' });
    writeFileSync(changed, other.bytes);
    rmSync(join(folder, 'even/picture-2.png'));
    const now = await load();
    const { outputs, warnings } = await run(saveNode, { embeddings: embed(now) }, params);
    expect((outputs.metrics as Metrics).values).toMatchObject({
      ...{ pictures: 9, added: 2, changed: 1, same: 5, others: 1, gone: 1, removed: 0 },
    });
    expect(warnings.join(' ')).toMatch(
      /1 picture of the collection has no file.*1 picture was changed since it was added/,
    );
    const cleaned = await run(saveNode, { embeddings: embed(now) }, { ...params, others: 'gone' });
    expect((cleaned.outputs.metrics as Metrics).values).toMatchObject({ pictures: 8, removed: 1, same: 8 });
  });
});

test('a collection that should be left as it is gets nothing, and a missing one is made', async () => {
  const images = await load();
  const first = { ...images, items: images.items.slice(0, 3) };
  const params = { collection: 'Left', existing: 'leave' };
  const made = await run(saveNode, { embeddings: embed(first) }, params);
  expect((made.outputs.metrics as Metrics).values).toMatchObject({ pictures: 3, added: 3, version: 1 });
  const again = await run(saveNode, { embeddings: embed(images) }, params);
  expect((again.outputs.metrics as Metrics).values).toMatchObject({ pictures: 3, added: 0, version: 1 });
  const { outputs } = await run(openNode, {}, { collection: 'Left' });
  expect((outputs.images as Images).items).toHaveLength(3);
});

describe('a search in a collection', () => {
  test('finds what a comparison of all vectors finds, with and without a condition', async () => {
    const images = await load();
    const gallery = embed(images);
    const params = { collection: 'Searched', k: 3 };
    await run(saveNode, { embeddings: gallery }, params);
    const { data } = await gallery.tensor.toHost();
    const cosine = (a: number, b: number) => {
      let [dot, x, y] = [0, 0, 0];
      for (let i = 0; i < DIMS; i++) {
        dot += data[a * DIMS + i]! * data[b * DIMS + i]!;
        x += data[a * DIMS + i]! ** 2;
        y += data[b * DIMS + i]! ** 2;
      }
      return dot / Math.sqrt(x * y);
    };
    for (const [filter, excludeSelf] of [
      ['', false],
      ["category = 'odd'", false],
      ["category = 'even' OR contains(path, '1')", true],
    ] as const) {
      const { outputs } = await run(queryNode, { queries: gallery }, { ...params, filter, excludeSelf });
      const { results } = outputs.matches as Matches;
      const fits = (path: string) =>
        filter === '' ||
        (filter.includes('odd') ? path.startsWith('odd') : path.startsWith('even') || path.includes('1'));
      for (const [q, { results: found }] of results.entries()) {
        const wanted = images.items
          .map((item, index) => ({ path: item.path, index, score: cosine(q, index) }))
          .filter(({ path, index }) => fits(path) && !(excludeSelf && index === q))
          .sort((a, b) => b.score - a.score || a.index - b.index)
          .slice(0, 3);
        expect(found.map(({ item }) => itemTitle(item))).toEqual(wanted.map(({ path }) => path));
        for (const [i, { score }] of wanted.entries()) expect(found[i]!.score).toBeCloseTo(score, 6);
      }
    }
  });

  test('takes the vectors of the encoder of the queries, and refuses others', async () => {
    const images = await load();
    await run(saveNode, { embeddings: embed(images) }, { collection: 'Two' });
    await run(saveNode, { embeddings: embed(images, 'dinov2') }, { collection: 'Two' });
    const { outputs } = await run(queryNode, { queries: embed(images) }, { collection: 'Two', k: 1 });
    for (const { query, results } of (outputs.matches as Matches).results)
      expect(itemTitle(results[0]!.item)).toBe(itemTitle(query));
    await expect(
      run(queryNode, { queries: embed(images, 'siglip') }, { collection: 'Two' }),
    ).rejects.toMatchObject({ code: 'space.mismatch' });
  });

  test('says so if nothing fits the condition', async () => {
    const { outputs, warnings } = await run(
      queryNode,
      { queries: embed(await load()) },
      { collection: 'Two', filter: "category = 'none'" },
    );
    expect((outputs.matches as Matches).results.every(({ results }) => results.length === 0)).toBe(true);
    expect(warnings).toEqual([expect.stringContaining('No picture of the collection fits')]);
  });
});

describe('while it is wired', () => {
  const inferred = (
    node: typeof openNode | typeof queryNode,
    params: object,
    queries?: ValueInfo,
    after: readonly ValueInfo[] = [],
  ) => {
    const problems: ReportedProblem[] = [];
    const collections: CollectionCatalogue = manifestReader(join(world().folder, 'data', 'collections'));
    const outputs = node.infer!({
      params: { ...defaults(node.params), ...params } as never,
      inputs: { queries: queries ? [queries] : [], after },
      models: { describe: () => undefined, ids: () => [], collections },
      report: (problem) => problems.push(problem),
    }) as Record<string, ValueInfo>;
    return { outputs, problems };
  };

  test('the number of pictures, the space and the columns are known', () => {
    const { outputs, problems } = inferred(openNode, { collection: 'Two', encoder: 'clip' });
    expect(problems).toEqual([]);
    expect(outputs.embeddings).toMatchObject({ count: 8, dims: DIMS, space: { encoder: 'clip' } });
    expect(
      inferred(openNode, { collection: 'Two', filter: 'size > 1' }).outputs.embeddings!.count,
    ).toBeUndefined();
  });

  test.each([
    [{ collection: 'Tow' }, 'collection.not-found', 'collection'],
    [{ collection: 'Two', encoder: 'clap' }, 'collection.no-vectors', 'encoder'],
    [{ collection: 'Two', filter: 'nothing > 1' }, 'filter.no-column', 'filter'],
  ])('%j is refused before a run', (params, code, param) => {
    expect(inferred(openNode, params).problems).toMatchObject([{ code, param }]);
  });

  test.each([openNode, queryNode])(
    'a missing collection is no problem for a node that waits: $title',
    (node) => {
      const missing = { collection: 'Tow' };
      expect(inferred(node, missing, {}, [{ type: 'metrics' }]).problems).toEqual([]);
      expect(inferred(node, missing, {}).problems).toMatchObject([{ code: 'collection.not-found' }]);
    },
  );

  test('queries of another encoder are refused before a run', () => {
    const queries = { space: space('siglip') };
    expect(inferred(queryNode, { collection: 'Two' }, queries).problems).toMatchObject([
      { code: 'space.mismatch' },
    ]);
    expect(inferred(queryNode, { collection: 'Two' }, { space: space('clip') }).problems).toEqual([]);
  });
});

test('a table without names needs one row for each picture', () => {
  const items = ['a', 'b'].map((text) => ({ kind: 'text' as const, text }));
  const table = (rows: Table['rows']): Table => ({
    kind: 'table',
    columns: [{ key: 'n', title: 'n', type: 'number' }],
    rows,
  });
  expect(columnsOfTable(items, table([[1], [2]])).rows).toEqual([[1], [2]]);
  expect(() => columnsOfTable(items, table([[1]]))).toThrow(
    expect.objectContaining<Partial<PatchbayError>>({ code: 'collection.table' }),
  );
});
