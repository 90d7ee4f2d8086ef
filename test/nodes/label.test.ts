import { cpSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import fromFolders from '../../nodes/label/from-folders.ts';
import labelSet from '../../nodes/label/label-set.ts';
import suggest from '../../nodes/label/suggest.ts';
import {
  type ImageItem,
  type Images,
  type Labels,
  type Matches,
  type Ops,
  type Similarity,
  seededRandom,
} from '../../nodes/sdk/index.ts';
import { openLabelStore } from '../../server/labels/store.ts';
import { drawPictures } from '../contract/world.ts';
import { deviceWorld } from './device-world.ts';
import { dot, type Matrix, mean, unit } from './numbers.ts';
import { named, runPure } from './run-pure.ts';

const { world, tensor, run } = deviceWorld();

const pathsOf = (value: unknown) => (value as Images).items.map(({ path }) => path);
const labelsOf = (value: unknown) => (value as Images).items.map(({ label }) => label);

describe('categories from folders', () => {
  test.each([
    ['top', ['a', 'x', undefined]],
    ['nearest', ['b', 'x', undefined]],
    ['second', ['b', undefined, undefined]],
  ] as const)('%s', async (labelFolder, expected) => {
    const images = named(['a/b/1.jpg', 'x/2.jpg', '3.jpg']);
    const { images: out, labels } = await runPure(fromFolders, { images }, { labelFolder });
    expect(labelsOf(out)).toEqual(expected);
    expect((labels as Labels).labels).toEqual(expected.map((label) => label ?? null));
  });

  test('a folder does not bring back what a person ruled out', async () => {
    const [first, second] = named(['cat/1.jpg', 'cat/2.jpg']).items;
    const images = { ...named([]), items: [{ ...first!, not: ['cat'] }, second!] };
    const { images: out } = await runPure(fromFolders, { images }, {});
    expect(labelsOf(out)).toEqual([undefined, 'cat']);
  });

  test('says so if there are no folders', async () => {
    const said: string[] = [];
    const warn = (message: unknown) => said.push((message as { message: string }).message);
    const images = { ...named(['1.jpg']), items: [{ ...named(['1.jpg']).items[0]!, label: 'old' }] };
    const { images: out } = await runPure(fromFolders, { images }, {}, { warn });
    expect(labelsOf(out)).toEqual([undefined]);
    expect(said).toEqual([expect.stringContaining('No picture lies in such a folder')]);
  });
});

describe('category set', () => {
  let folder: string;
  let sets: string;
  let images: Images;
  const load = async () =>
    world().ctx.images.folder(folder, { recursive: true, labels: true, signal: world().ctx.signal });

  beforeAll(async () => {
    folder = await drawPictures(join(world().folder, 'pictures'), 4);
    sets = join(world().folder, 'data', 'labels');
    images = await load();
    const hashes = await world().ctx.images.hashes(images.items, { signal: world().ctx.signal });
    const store = openLabelStore(sets);
    const set = await store.create('Pets', [
      { op: 'add', name: 'cat' },
      { op: 'add', name: 'dog' },
    ]);
    const [cat, dog] = set.categories.map(({ id }) => id) as [string, string];
    await store.change('Pets', {
      changes: [
        { hash: hashes[0]!, category: cat },
        { hash: hashes[1]!, category: null, not: [dog] },
        { hash: hashes[3]!, category: dog },
      ],
    });
  });

  test('gives each picture the category of the set, and none where the set has none', async () => {
    const { outputs, warnings } = await run(labelSet, { images }, { set: 'Pets' });
    expect(labelsOf(outputs.images)).toEqual(['cat', undefined, undefined, 'dog']);
    expect(pathsOf(outputs.images)).toEqual(pathsOf(images));
    expect((outputs.labels as Labels).labels).toEqual(['cat', null, null, 'dog']);
    expect(pathsOf(outputs.unlabelled)).toEqual(pathsOf(images).slice(1, 3));
    expect(warnings).toEqual([]);
    // A picture of which a person has said only what it is not comes first among those to decide.
    expect((outputs.images as Images).items.map(({ not }) => not)).toEqual([
      undefined,
      ['dog'],
      undefined,
      undefined,
    ]);
    const backwards: Images = { ...images, items: images.items.toReversed() };
    const { outputs: other } = await run(labelSet, { images: backwards }, { set: 'Pets' });
    expect(pathsOf(other.unlabelled)).toEqual(pathsOf(images).slice(1, 3));
  });

  test('gives only the pictures with a category if asked', async () => {
    const { outputs } = await run(labelSet, { images }, { set: 'Pets', give: 'labelled' });
    expect(labelsOf(outputs.images)).toEqual(['cat', 'dog']);
    expect((outputs.labels as Labels).labels).toEqual(['cat', 'dog']);
    expect(pathsOf(outputs.unlabelled)).toHaveLength(2);
  });

  test('finds a picture again that was moved', async () => {
    const first = images.items[0]!;
    const from = join(folder, first.path);
    mkdirSync(join(folder, 'elsewhere'), { recursive: true });
    renameSync(from, join(folder, 'elsewhere', 'new name.png'));
    const { outputs } = await run(labelSet, { images: await load() }, { set: 'Pets' });
    const items = (outputs.images as Images).items;
    expect(items.find(({ name }) => name === 'new name.png')?.label).toBe('cat');
    renameSync(join(folder, 'elsewhere', 'new name.png'), from);
  });

  test('says in a sentence what is wrong with the set', async () => {
    await expect(run(labelSet, { images }, { set: 'Pest' })).rejects.toThrow(
      'There is no category set "Pest". Did you mean "Pets"? Choose another one, or create it.',
    );
    for (const set of ['../labels/Pets', 'x/y', '..'])
      await expect(run(labelSet, { images }, { set }), set).rejects.toThrow('There is no category set');
    await expect(run(labelSet, { images }, { set: 'none.json' })).rejects.toThrow(
      'The file none.json of a category set does not exist.',
    );
    writeFileSync(join(world().folder, 'broken.json'), '{"format":"other"}');
    await expect(run(labelSet, { images }, { set: 'broken.json' })).rejects.toThrow(
      'The category set "broken" cannot be read',
    );
    await openLabelStore(sets).create('Empty');
    expect((await run(labelSet, { images }, { set: 'Empty' })).warnings).toEqual([
      expect.stringContaining('"Empty" has no pictures with a category yet'),
    ]);
    const others: Images = { ...images, items: images.items.slice(1, 3) };
    expect((await run(labelSet, { images: others }, { set: 'Pets' })).warnings).toEqual([
      expect.stringContaining('None of the 2 pictures is in the category set "Pets", which has 2 pictures.'),
    ]);
  });

  test('reads a set from a file, and has a fingerprint that follows its content and nothing else', async () => {
    const { labels: service } = world().outside;
    const print = (set = 'Pets') => service.fingerprint(set);
    const store = openLabelStore(sets);
    const [cat, dog] = (await store.get('Pets')).categories.map(({ id }) => id) as [string, string];
    const first = await print();
    expect(existsSync(join(sets, 'Pets.changes.jsonl'))).toBe(true);
    // Written from the log into the file, and in other colours, it says the same.
    await store.get('Pets');
    await store.close();
    expect(existsSync(join(sets, 'Pets.changes.jsonl'))).toBe(false);
    expect(await print()).toBe(first);
    const again = openLabelStore(sets);
    await again.change('Pets', { edits: [{ op: 'change', id: cat, color: '#000000', key: null }] });
    expect(await print()).toBe(first);
    await again.change('Pets', { changes: [{ hash: 'e'.repeat(64), category: dog }] });
    const second = await print();
    expect(second).not.toBe(first);
    await again.change('Pets', { edits: [{ op: 'change', id: cat, name: 'Cat' }] });
    expect(await print()).not.toBe(second);
    await again.close();
    cpSync(join(sets, 'Pets.json'), join(world().folder, 'copy.json'));
    expect(await print('copy.json')).toBe(await print());
    expect(labelsOf((await run(labelSet, { images }, { set: 'copy.json' })).outputs.images)).toEqual([
      'Cat',
      undefined,
      undefined,
      'dog',
    ]);
    expect(await print('missing')).toBe(await print('also missing'));
  });
});

/** Pictures by name only, the given ones with a category. */
const pictures = (count: number, labelled: readonly number[] = []): ImageItem[] =>
  Array.from({ length: count }, (_, n) => {
    const item = named([`${n}.jpg`]).items[0]!;
    return labelled.includes(n) ? { ...item, label: 'known' } : item;
  });

function randomRows(count: number, width: number, seed: number): Matrix {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => Array.from({ length: width }, () => 2 * random() - 1));
}

const vectorsOf = (rows: Matrix, items: readonly ImageItem[]) => ({
  kind: 'embeddings',
  tensor: tensor(rows),
  items,
  skipped: [],
  space: {
    encoder: 'hand',
    title: 'hand',
    layer: 'embedding',
    projection: 'none',
    pooling: 'model',
    tower: 'image',
    normalized: false,
  },
});

const probabilitiesOf = (rows: Matrix, items: readonly ImageItem[]): Similarity => ({
  kind: 'similarity',
  queries: items,
  gallery: (rows[0] ?? []).map((_, n) => ({ kind: 'text', text: `c${n}` })),
  metric: 'softmax',
  scores: { form: 'dense', tensor: tensor(rows) },
  skipped: [],
});

/** What was suggested, by the reason. */
const suggested = (outputs: Readonly<Record<string, unknown>>) =>
  (outputs.matches as Matches).results.map(({ results }) =>
    results.map(({ index, score }) => ({ index, score })),
  );
const chosen = (outputs: Readonly<Record<string, unknown>>) =>
  pathsOf(outputs.images).map((path) => Number.parseInt(path, 10));

/** k-center greedy with all distances in one matrix, in float64. */
function plainKCenter(rows: Matrix, start: readonly number[], count: number): number[] {
  const directions = unit(rows);
  const distances = directions.map((a) => directions.map((b) => 1 - dot(a, b)));
  const centers = [...start];
  const found: number[] = [];
  while (found.length < count) {
    const far = rows.map((_, i) =>
      centers.includes(i) ? -1 : Math.min(...centers.map((c) => distances[i]![c]!)),
    );
    const best = far.indexOf(Math.max(...far));
    centers.push(best);
    found.push(best);
  }
  return found;
}

describe('suggest pictures', () => {
  test.each([1, 2, 3])('most different is k-center greedy, seed %i', async (seed) => {
    const rows = randomRows(240, 12, seed);
    const labelled = [3, 50, 51, 200];
    const items = pictures(240, labelled);
    const { outputs } = await run(
      suggest,
      { embeddings: vectorsOf(rows, items) },
      { how: 'different', count: 25 },
    );
    expect(chosen(outputs)).toEqual(plainKCenter(rows, labelled, 25));
    const directions = unit(rows);
    const centers = [...labelled];
    for (const { index, score } of suggested(outputs)[0]!) {
      const nearest = Math.max(...centers.map((center) => dot(directions[index]!, directions[center]!)));
      expect(score).toBeCloseTo(1 - nearest, 5);
      centers.push(index);
    }
  });

  test('without categories, most different starts with a picture that the seed chooses', async () => {
    const rows = randomRows(60, 8, 9);
    const firsts = new Set<number>();
    for (const seed of [0, 1, 2, 3, 4, 5]) {
      const call = () =>
        run(suggest, { embeddings: vectorsOf(rows, pictures(60)) }, { how: 'different', count: 6, seed });
      const [first = -1, ...others] = chosen((await call()).outputs);
      expect(others).toEqual(plainKCenter(rows, [first], 5));
      expect(chosen((await call()).outputs)).toEqual([first, ...others]);
      firsts.add(first);
    }
    expect(firsts.size).toBeGreaterThan(2);
  });

  test('never holds a product of all vectors with all vectors', async () => {
    const count = 5000;
    const rows = randomRows(count, 4, 2);
    const items = pictures(
      count,
      Array.from({ length: 4000 }, (_, n) => n),
    );
    const largest: number[] = [];
    const { ctx } = world();
    const ops: Ops = {
      ...ctx.ops,
      matmul: async (a, b, options) => {
        const made = await ctx.ops.matmul(a, b, options);
        largest.push(made.dims.reduce((x, y) => x * y, 1));
        return made;
      },
    };
    await runPure(
      suggest,
      { embeddings: vectorsOf(rows, items) },
      { how: 'different', count: 3 },
      {
        ...{ ops, signal: ctx.signal, progress: () => {} },
        warn: () => {},
      },
    );
    expect(Math.max(...largest)).toBeLessThanOrEqual(4 * 1024 * 1024);
    // 4,000 pictures with a category in tiles, and one product for each choice.
    expect(largest.length).toBe(Math.ceil(4000 / Math.floor((4 * 1024 * 1024) / count)) + 3);
  });

  test('least sure has the smallest margin between its two best categories', async () => {
    const rows = randomRows(50, 4, 5);
    const items = pictures(50, [7, 8]);
    const scores = randomRows(50, 5, 6).map((row) => row.map((value) => (value + 1) / 2));
    const { outputs } = await run(
      suggest,
      { embeddings: vectorsOf(rows, items), probabilities: probabilitiesOf(scores, items) },
      { how: 'uncertain', count: 10 },
    );
    const margins = scores.map((row, index) => {
      const [best = 0, second = 0] = [...row].sort((a, b) => b - a);
      return { index, margin: best - second };
    });
    const expected = margins
      .filter(({ index }) => index !== 7 && index !== 8)
      .sort((a, b) => a.margin - b.margin)
      .slice(0, 10);
    expect(chosen(outputs)).toEqual(expected.map(({ index }) => index));
    for (const [place, { score }] of suggested(outputs)[0]!.entries())
      expect(score).toBeCloseTo(1 - expected[place]!.margin, 5);
  });

  test('least sure of one category is the one at one half', async () => {
    const items = pictures(4);
    const { outputs } = await run(
      suggest,
      {
        embeddings: vectorsOf(randomRows(4, 3, 1), items),
        probabilities: probabilitiesOf([[0.9], [0.45], [0.2], [0.6]], items),
      },
      { how: 'uncertain', count: 4 },
    );
    expect(chosen(outputs)).toEqual([1, 3, 2, 0]);
  });

  test('most typical of one group is nearest to the mean of all', async () => {
    const rows = randomRows(80, 6, 11);
    const items = pictures(80, [4, 5]);
    const { outputs } = await run(
      suggest,
      { embeddings: vectorsOf(rows, items) },
      { how: 'typical', groups: 1, count: 12 },
    );
    const directions = unit(rows);
    const [center] = unit([mean(directions)]);
    const expected = directions
      .map((row, index) => ({ index, cosine: dot(row, center!) }))
      .filter(({ index }) => index !== 4 && index !== 5)
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, 12);
    expect(chosen(outputs)).toEqual(expected.map(({ index }) => index));
    for (const [place, { score }] of suggested(outputs)[0]!.entries())
      expect(score).toBeCloseTo(expected[place]!.cosine, 5);
  });

  test('most typical takes one picture of each group first, of the largest group before the others', async () => {
    const axes = [0, 1, 2].map((axis) => [0, 1, 2, 3].map((column) => (column === axis ? 10 : 0)));
    // 30, 20 and 10 pictures around three directions.
    const noise = randomRows(60, 4, 3);
    const groupOf = (n: number) => (n < 30 ? 1 : n < 50 ? 0 : 2);
    const rows = noise.map((row, n) => row.map((value, i) => value + axes[groupOf(n)]![i]!));
    const directions = unit(rows);
    const nearest = [1, 0, 2].map((group) => {
      const members = rows.map((_, n) => n).filter((n) => groupOf(n) === group);
      const [center] = unit([mean(members.map((n) => directions[n]!))]);
      return members.sort((a, b) => dot(directions[b]!, center!) - dot(directions[a]!, center!));
    });
    for (const seed of [0, 1, 2]) {
      const { outputs } = await run(
        suggest,
        { embeddings: vectorsOf(rows, pictures(60)) },
        { how: 'typical', groups: 3, count: 5, seed },
      );
      expect(chosen(outputs)).toEqual([
        nearest[0]![0],
        nearest[1]![0],
        nearest[2]![0],
        nearest[0]![1],
        nearest[1]![1],
      ]);
    }
  });

  test('equal vectors are one group, and a picture is never suggested twice', async () => {
    const rows = Array.from({ length: 9 }, () => [1, 2, 3]);
    for (const how of ['typical', 'different', 'mixed'])
      expect(
        chosen(
          (await run(suggest, { embeddings: vectorsOf(rows, pictures(9)) }, { how, count: 20, groups: 4 }))
            .outputs,
        ).sort(),
        how,
      ).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('some of each gives as many as asked, in turns, with the reason of each', async () => {
    const rows = randomRows(100, 6, 8);
    const items = pictures(100, [1, 2, 3]);
    const scores = randomRows(100, 3, 4);
    const inputs = { embeddings: vectorsOf(rows, items), probabilities: probabilitiesOf(scores, items) };
    const { outputs, progress } = await run(suggest, inputs, { how: 'mixed', count: 20 });
    const [uncertain = [], different = [], typical = []] = suggested(outputs);
    expect([uncertain.length, different.length, typical.length]).toEqual([7, 7, 6]);
    const inTurns = Array.from({ length: 7 }, (_, n) => [uncertain[n], different[n], typical[n]]).flat();
    expect(chosen(outputs)).toEqual(inTurns.flatMap((one) => (one ? [one.index] : [])));
    expect(new Set(chosen(outputs)).size).toBe(20);
    expect(chosen(outputs).some((index) => [1, 2, 3].includes(index))).toBe(false);
    expect((outputs.matches as Matches).results.map(({ query }) => query)).toMatchObject([
      { text: 'Least sure' },
      { text: 'Most different' },
      { text: 'Most typical' },
    ]);
    expect(progress.at(-1)).toBe(20);
    // Without probabilities, the other two ways share.
    const two = await run(suggest, { embeddings: inputs.embeddings }, { how: 'mixed', count: 20 });
    expect(suggested(two.outputs).map(({ length }) => length)).toEqual([10, 10]);
  });

  test('pictures of which a person has ruled out a category come before all others', async () => {
    const items = pictures(30, [0]).map((item, at) =>
      at === 9 || at === 4 || at === 0 ? { ...item, not: ['x'] } : item,
    );
    const { outputs } = await run(
      suggest,
      { embeddings: vectorsOf(randomRows(30, 4, 3), items) },
      { count: 6 },
    );
    // The first one has a category by now.
    expect(chosen(outputs).slice(0, 2)).toEqual([4, 9]);
    expect(new Set(chosen(outputs)).size).toBe(6);
    expect(
      (outputs.matches as Matches).results.map(({ query, results }) => [query, results.length]),
    ).toMatchObject([
      [{ text: 'Ruled out' }, 2],
      [{ text: 'Most different' }, 2],
      [{ text: 'Most typical' }, 2],
    ]);
  });

  test('takes the categories from the wire if there is one', async () => {
    const rows = randomRows(6, 3, 1);
    const items = pictures(6, [0]);
    const labels: Labels = { kind: 'labels', items: items.slice(1, 5), labels: ['x', null, 'y', null] };
    const { outputs } = await run(
      suggest,
      { embeddings: vectorsOf(rows, items), labels },
      { how: 'different', count: 10 },
    );
    expect(chosen(outputs).sort()).toEqual([0, 2, 4, 5]);
  });

  test('says in a sentence what it cannot do', async () => {
    const items = pictures(3);
    const embeddings = vectorsOf(randomRows(3, 2, 1), items);
    await expect(run(suggest, { embeddings }, { how: 'uncertain' })).rejects.toThrow(
      '*Least sure* compares the probabilities of the categories',
    );
    const others = probabilitiesOf([[0.5, 0.5]], [named(['other.jpg']).items[0]!]);
    await expect(run(suggest, { embeddings, probabilities: others }, { how: 'uncertain' })).rejects.toThrow(
      'None of the pictures of *Vectors* has a row in *Probabilities*.',
    );
    const all = await run(suggest, { embeddings: vectorsOf(randomRows(3, 2, 1), pictures(3, [0, 1, 2])) });
    expect(all.warnings).toEqual(['All 3 pictures have a category already, so there is nothing to suggest.']);
    expect(chosen(all.outputs)).toEqual([]);
  });
});
