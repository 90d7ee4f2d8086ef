import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import saveAdapter from '../../nodes/output/save-adapter.ts';
import loadAdapter from '../../nodes/project/load-adapter.ts';
import project from '../../nodes/project/lora-projection.ts';
import {
  type AdapterRef,
  type Embeddings,
  encoderSpace,
  type Labels,
  seededRandom,
  type Table,
  type TextItem,
} from '../../nodes/sdk/index.ts';
import lora from '../../nodes/train/lora-projection.ts';
import type { PlainTensor } from '../contract/plain.ts';
import { deviceWorld, rowsOf } from './device-world.ts';
import type { Matrix } from './numbers.ts';

const { world, run, tensor, vectors } = deviceWorld();

/** Vectors of `perCategory` pictures of each category around random centres. Half of their numbers are mostly noise. */
function cluster(
  categories: readonly string[],
  perCategory: number,
  { width = 16, noise = 3, seed = 1 } = {},
) {
  const random = seededRandom(seed);
  const normal = () => random() + random() + random() + random() - 2;
  const rows: number[][] = [];
  const items: TextItem[] = [];
  for (const label of categories) {
    const centre = Array.from({ length: width }, () => normal());
    for (let i = 0; i < perCategory; i++) {
      rows.push(centre.map((value, at) => value + (at % 2 === 0 ? noise : noise / 5) * normal()));
      items.push({ kind: 'text', text: `${label} ${i}`, label });
    }
  }
  return { rows, items };
}

const quick = { base: 'identity', length: 60, scale: 10, learningRate: 0.02, rank: 4 };

type Values = Readonly<Record<string, number>>;
const metrics = (outputs: Readonly<Record<string, unknown>>) =>
  (outputs.metrics as { readonly values: Values }).values;
const rowsOfTable = (outputs: Readonly<Record<string, unknown>>) => (outputs.history as Table).rows;

/** An adapter output as a value again, because outputs of tests hold plain numbers. */
function adapterOf(outputs: Readonly<Record<string, unknown>>): AdapterRef {
  const plain = outputs.adapter as Omit<AdapterRef, 'a' | 'b'> & {
    readonly a: PlainTensor;
    readonly b: PlainTensor;
  };
  return { ...plain, a: tensor(rowsOf(plain.a)), b: tensor(rowsOf(plain.b)) };
}

describe('train/lora-projection', () => {
  test.each(['categories', 'contrastive', 'triplet'])(
    '%s: held-out pictures are more often right',
    async (loss) => {
      const { rows, items } = cluster(['a', 'b', 'c', 'd'], 30);
      const { outputs, warnings, progress } = await run(
        lora,
        { embeddings: vectors(rows, items) },
        { ...quick, loss },
      );
      const values = metrics(outputs);
      expect(values['held-out loss']).toBeLessThan(values['held-out loss before']!);
      expect(values['held-out accuracy']).toBeGreaterThan(values['held-out accuracy before']! + 0.1);
      expect(values).toMatchObject({ 'held out': 24, 'learned from': 96 });
      expect(warnings).toEqual([]);
      expect(progress.at(-1)).toBe(60);
      expect(rowsOfTable(outputs)[0]).toMatchObject([
        0,
        null,
        values['held-out loss before'],
        values['held-out accuracy before'],
      ]);
    },
  );

  test('texts of categories: pictures move to the text of theirs', async () => {
    const { rows, items } = cluster(['a', 'b', 'c'], 20);
    const texts = vectors(
      [0, 1, 2].map((n) => Array.from({ length: 16 }, (_, i) => Number(i === 2 * n + 1))),
      ['c', 'a', 'b'].map((label) => ({ kind: 'text', text: `a photo of ${label}`, label })),
      { tower: 'text', projection: 'identity' },
    );
    const { outputs } = await run(
      lora,
      { embeddings: vectors(rows, items), categories: texts },
      { ...quick, length: 200 },
    );
    const projected = await run(
      project,
      { embeddings: vectors(rows, items), adapter: adapterOf(outputs) },
      { base: 'identity' },
    );
    const found = rowsOf((projected.outputs.embeddings as { tensor: PlainTensor }).tensor);
    const order = ['c', 'a', 'b'];
    const right = found.filter((row, at) => {
      const scores = [1, 3, 5].map((place) => row[place]!);
      return order[scores.indexOf(Math.max(...scores))] === items[at]?.label;
    });
    expect(right.length).toBeGreaterThan(54);
  });

  test('the adapter makes LoRA projection give what the training was judged with', async () => {
    const { rows, items } = cluster(['a', 'b'], 20);
    const { outputs } = await run(
      lora,
      { embeddings: vectors(rows, items) },
      { ...quick, heldOut: 0, loss: 'contrastive' },
    );
    const adapter = adapterOf(outputs);
    expect(adapter).toMatchObject({
      kind: 'adapter',
      format: 'peft',
      target: 'visual_projection',
      rank: 4,
      scaling: 2,
    });
    const projected = await run(project, { embeddings: vectors(rows, items), adapter }, { base: 'identity' });
    const [a, b] = [
      rowsOf(outputs.adapter!['a' as never] as PlainTensor),
      rowsOf(outputs.adapter!['b' as never] as PlainTensor),
    ];
    const expected: Matrix = rows.map((row) => {
      const u = a.map((weights) => weights.reduce((sum, value, i) => sum + value * row[i]!, 0));
      return row.map((value, o) => value + 2 * b[o]!.reduce((sum, weight, k) => sum + weight * u[k]!, 0));
    });
    const found = rowsOf((projected.outputs.embeddings as { tensor: PlainTensor }).tensor);
    const far = Math.max(
      ...found.flatMap((row, i) => row.map((value, j) => Math.abs(value - expected[i]![j]!))),
    );
    expect(far).toBeLessThan(1e-4);
  });

  test('pairs: those that belong together come closer', async () => {
    const { rows, items } = cluster(['a', 'b'], 10);
    const table: Table = {
      kind: 'table',
      columns: ['left', 'right', 'same'].map((key) => ({ key, title: key, type: 'text' })),
      rows: [
        ...items.slice(1, 10).map((item) => ['a 0', item.text, 'yes']),
        ...items.slice(10).map((item) => ['a 1', item.text, 'no']),
        ['a 0', 'nobody', 'yes'],
      ],
    };
    const given = { embeddings: vectors(rows, items), pairs: table };
    const { outputs, warnings } = await run(lora, given, {
      ...quick,
      loss: 'pairs',
      heldOut: 0,
      pullBy: 'own',
      pull: 0,
    });
    const history = rowsOfTable(outputs);
    expect(history.at(-1)![1]).toBeLessThan((history[1]![1] as number) / 2);
    expect(warnings).toEqual([expect.stringContaining('"nobody"'.slice(1, -1))]);
    const none: Table = { ...table, rows: [['x', 'y', 'yes']] };
    await expect(run(lora, { ...given, pairs: none }, { ...quick, loss: 'pairs' })).rejects.toMatchObject({
      code: 'train-lora.pairs-none',
      port: 'pairs',
    });
  });

  test('categories at the port count instead of those of the pictures', async () => {
    const { rows, items } = cluster(['a', 'b'], 12);
    const embeddings = vectors(
      rows,
      items.map(({ kind, text }) => ({ kind, text })),
    );
    await expect(run(lora, { embeddings }, quick)).rejects.toMatchObject({ code: 'learning.no-labels' });
    const labels: Labels = {
      kind: 'labels',
      items: embeddings.items,
      labels: items.map((item, at) => (at === 0 ? null : (item.label ?? null))),
    };
    const { outputs, warnings } = await run(lora, { embeddings, labels }, quick);
    expect((outputs.adapter as AdapterRef).origin?.categories.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(warnings).toEqual([expect.stringContaining('1 of 24 pictures has no category')]);
  });

  test('a category with one picture keeps it, and one without any counts only as an answer', async () => {
    const { rows, items } = cluster(['a', 'b'], 10);
    const embeddings = vectors(
      [...rows, rows[0]!.map((value) => -value)],
      [...items, { kind: 'text', text: 'lone', label: 'c' }],
    );
    const { outputs, warnings } = await run(lora, { embeddings }, quick);
    expect((outputs.adapter as AdapterRef).origin?.categories).toEqual([
      { name: 'a', pictures: 8 },
      { name: 'b', pictures: 8 },
      { name: 'c', pictures: 1 },
    ]);
    expect(warnings[0]).toContain('The category c has only one picture');
    const texts = vectors(
      ['a', 'b', 'd'].map((_, n) => Array.from({ length: 16 }, (_, i) => Number(i === n))),
      ['a', 'b', 'd'].map((label) => ({ kind: 'text', text: label, label })),
      { tower: 'text', projection: 'identity' },
    );
    const more = await run(lora, { embeddings, categories: texts }, quick);
    expect(more.warnings).toEqual([
      expect.stringContaining('no text for the category c'),
      expect.stringContaining('no picture of the category d'),
    ]);
    expect((more.outputs.adapter as AdapterRef).origin?.categories.map(({ name }) => name)).toEqual([
      'a',
      'b',
      'd',
    ]);
  });

  test.each([
    ['one category', cluster(['a'], 4), {}, 'learning.one-category'],
    ['one picture of each', cluster(['a', 'b', 'c'], 1), { loss: 'contrastive' }, 'train-lora.no-company'],
    ['one picture', cluster(['a'], 1), {}, 'learning.too-few'],
    ['no encoder', cluster(['a', 'b'], 3), { base: 'model' }, 'lora.input-missing'],
    ['no table', cluster(['a', 'b'], 3), { loss: 'pairs' }, 'train-lora.no-pairs'],
    [
      'only numbers that are not finite',
      { rows: [[Number.NaN], [Number.NaN]], items: cluster(['a', 'b'], 1).items },
      {},
      'train-lora.none-finite',
    ],
  ] as const)('refuses %s in a sentence', async (_, { rows, items }, params, code) => {
    await expect(
      run(lora, { embeddings: vectors(rows, items) }, { ...quick, ...params }),
    ).rejects.toMatchObject({ code });
  });

  test('vectors with numbers that are not finite are left out, and named', async () => {
    const { rows, items } = cluster(['a', 'b'], 10);
    const broken = rows.map((row, at) => (at === 3 ? row.with(2, Number.NaN) : row));
    const { outputs, warnings } = await run(
      lora,
      { embeddings: vectors(broken, items) },
      { ...quick, heldOut: 0 },
    );
    expect(metrics(outputs)['learned from']).toBe(19);
    expect(warnings).toEqual([expect.stringContaining('such as that of a 3')]);
    expect(rowsOfTable(outputs).every(([, loss], at) => at === 0 || Number.isFinite(loss))).toBe(true);
  });

  test('vectors that are not from before the projection are refused with the layer to choose', async () => {
    const encoder = await world().ctx.encoders.open('clip');
    const embeddings: Embeddings = {
      ...vectors([
        [1, 2],
        [3, 4],
      ]),
      space: encoderSpace(encoder, 'image', 'embedding', encoder.hash),
    };
    await expect(run(lora, { embeddings, encoder }, {})).rejects.toMatchObject({
      code: 'lora.layer',
      port: 'embeddings',
    });
  });

  test('says when training does harm', async () => {
    // The vectors already tell the categories apart, and steps this large only disturb them.
    const { rows, items } = cluster(['a', 'b', 'c'], 10, { noise: 1.5, seed: 2 });
    const { warnings } = await run(
      lora,
      { embeddings: vectors(rows, items) },
      { ...quick, learningRate: 1, length: 3, pullBy: 'own', pull: 0, heldOut: 50 },
    );
    expect(warnings).toEqual([expect.stringMatching(/^On held-out pictures the/)]);
  });

  test('the same seed gives the same adapter, and another seed another one', async () => {
    const { rows, items } = cluster(['a', 'b'], 10);
    const hashOf = async (seed: number) => {
      const { outputs } = await run(
        lora,
        { embeddings: vectors(rows, items) },
        { ...quick, seed, batch: 5, dropout: 0.2 },
      );
      return (outputs.adapter as AdapterRef).hash;
    };
    const first = await hashOf(1);
    expect(await hashOf(1)).toBe(first);
    expect(await hashOf(2)).not.toBe(first);
  });
});

describe('output/save-adapter', () => {
  test('what it writes is read back by Load adapter, with where it comes from', async () => {
    const { rows, items } = cluster(['a', 'b'], 10);
    const { outputs } = await run(lora, { embeddings: vectors(rows, items) }, quick);
    const adapter = adapterOf(outputs);
    const saved = await run(saveAdapter, { adapter }, { name: 'mine/first' });
    const { path, files } = saved.outputs.view as { readonly path: string; readonly files: number };
    expect(files).toBe(3);
    expect(saved.warnings).toEqual([]);
    const folder = path.replace(/[^/\\]+$/, '');
    const loaded = (await run(loadAdapter, {}, { path: folder })).outputs.adapter as AdapterRef & {
      a: PlainTensor;
    };
    expect(loaded).toMatchObject({
      id: 'first',
      hash: adapter.hash,
      rank: 4,
      scaling: 2,
      origin: adapter.origin,
    });
    expect(loaded.a).toEqual((outputs.adapter as { readonly a: PlainTensor }).a);
    const page = readFileSync(`${folder}README.md`, 'utf8');
    expect(page).toContain('16 pictures of 2 categories');
    expect(page).toContain('| held-out accuracy |');
  });

  test('an adapter of another model is used with a warning', async () => {
    const clip = await world().ctx.encoders.open('clip');
    const weight = await world().ctx.encoders.projection(clip);
    const [out = 0, inputs = 0] = weight?.dims ?? [];
    const adapter = await world().ctx.adapters.make({
      id: 'mine',
      target: 'visual_projection',
      scaling: 1,
      a: tensor([new Array<number>(inputs).fill(0.1)]),
      b: tensor(Array.from({ length: out }, () => [0.1])),
      origin: {
        encoder: { id: 'other', title: 'Other CLIP', hash: 'x' },
        categories: [],
        params: {},
        metrics: {},
      },
    });
    const embeddings: Embeddings = {
      ...vectors([new Array<number>(inputs).fill(1)]),
      space: encoderSpace(clip, 'image', 'pre-projection', clip.hash),
    };
    const { warnings } = await run(project, { embeddings, adapter, encoder: clip }, {});
    expect(warnings).toEqual([expect.stringContaining('was trained for Other CLIP')]);
  });
});
