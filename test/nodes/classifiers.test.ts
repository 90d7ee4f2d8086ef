import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import classify from '../../nodes/compare/classify.ts';
import loadClassifier from '../../nodes/compare/load-classifier.ts';
import saveClassifier from '../../nodes/output/save-classifier.ts';
import {
  type Classifier,
  type Embeddings,
  type ImageItem,
  knownOf,
  type Labels,
  learningSet,
  type Metrics,
  probabilitiesOf,
  type Similarity,
  type Table,
  type TextItem,
  trainProbe,
  type View,
} from '../../nodes/sdk/index.ts';
import linearProbe from '../../nodes/train/linear-probe.ts';
import prototypes from '../../nodes/train/prototypes.ts';
import { encodeSafetensors } from '../../server/runtime/files/safetensors-writer.ts';
import type { PlainTensor } from '../contract/plain.ts';
import { expected, worst } from '../fixtures/classifiers/expected.ts';
import { deviceWorld, handMade, rowsOf } from './device-world.ts';

const { world, tensor, run } = deviceWorld();
const picture = (name: string, label?: string): ImageItem => ({
  kind: 'image',
  name,
  path: name,
  source: { kind: 'file', path: `/pictures/${name}`, size: 1, mtimeMs: 0 },
  ...(label !== undefined && { label }),
});
const rows = (numbers: readonly number[]) =>
  Array.from({ length: numbers.length / expected.dims }, (_, row) =>
    numbers.slice(row * expected.dims, (row + 1) * expected.dims),
  );
const embeddings = (
  numbers: readonly (readonly number[])[],
  labels: readonly (string | undefined)[] = [],
): Embeddings => ({
  kind: 'embeddings',
  tensor: tensor(numbers.map((row) => [...row])),
  items: numbers.map((_, row) => picture(`${row}.png`, labels[row])),
  skipped: [],
  space: { ...handMade, dims: numbers[0]?.length ?? 0 },
});
const given = () => embeddings(rows(expected.vectors), expected.labels);
const others = () => embeddings(rows(expected.others));
/** A plain classifier, as the world returns it, with tensors again. */
const revived = (plain: unknown): Classifier => {
  const { weights, bias, ...rest } = plain as Omit<Classifier, 'weights' | 'bias'> & {
    weights: PlainTensor;
    bias: PlainTensor;
  };
  const { ops } = world().ctx;
  const again = ({ tensor: dims, data }: PlainTensor) => {
    const made = ops.tensor({ dtype: 'float32', dims, data: Float32Array.from(data) });
    made.retain();
    return made;
  };
  return { ...rest, weights: again(weights), bias: again(bias) };
};
const scoresOf = (similarity: unknown) =>
  (similarity as { scores: { tensor: PlainTensor } }).scores.tensor.data;

test('training warns of vectors that are all zeros, and not of very small ones', async () => {
  const small = rows(expected.vectors).map((row, at) => (at === 1 ? row.map((value) => value * 1e-30) : row));
  const numbers = small.map((row, at) => (at === 3 ? row.map(() => 0) : row));
  const { warnings } = await run(linearProbe, { embeddings: embeddings(numbers, expected.labels) }, {});
  expect(warnings.join(' ')).toContain(
    `1 of ${numbers.length} vectors consists of zeros only, such as that of 3.png.`,
  );
  const fine = await run(linearProbe, { embeddings: given() }, {});
  expect(fine.warnings.join(' ')).not.toContain('zeros');
});

describe('linear probe and classify', () => {
  const all = expected.cases.filter(({ categories }) => categories.length === 4);
  test.each(all)(
    'give the probabilities of scikit-learn: unit $unit, C $c, balanced $balanced',
    async (one) => {
      const params = { c: one.c, balanced: one.balanced, normalize: one.unit };
      const { outputs, warnings } = await run(linearProbe, { embeddings: given() }, params);
      expect(warnings).toEqual([]);
      const classifier = revived(outputs.classifier);
      expect(classifier).toMatchObject({
        method: 'linear-probe',
        categories: ['apple', 'car', 'cat', 'dog'],
        unit: one.unit,
        learned: { counts: [40, 9, 26, 21], params: { c: one.c, balanced: one.balanced } },
      });
      const { values } = outputs.metrics as Metrics;
      expect(values['training accuracy']).toBeCloseTo(one.accuracy, 6);
      const result = await run(classify, { embeddings: others(), classifier });
      expect(worst(scoresOf(result.outputs.similarity), one.probabilities)).toBeLessThan(5e-5);
      const { labels, scores } = result.outputs.labels as Labels;
      for (const [row, label] of labels.entries()) {
        const own = one.probabilities.slice(row * 4, row * 4 + 4);
        expect(label).toBe(one.categories[own.indexOf(Math.max(...own))]);
        expect(scores?.[row]).toBeCloseTo(Math.max(...own), 4);
      }
      expect(
        (result.outputs.similarity as Similarity).gallery.map((item) => (item as TextItem).text),
      ).toEqual(one.categories);
    },
  );

  test('hold out the same share of each category, judge with it, and draw the loss', async () => {
    const { outputs, progress } = await run(linearProbe, { embeddings: given() }, { heldOut: 25, c: 1 });
    const { learned } = outputs.classifier as Classifier;
    expect(learned.counts.reduce((a, b) => a + b, 0) + (learned.heldOut?.count ?? 0)).toBe(96);
    for (const [at, count] of [40, 9, 26, 21].entries())
      expect(Math.abs((learned.counts[at] ?? 0) - count * 0.75)).toBeLessThanOrEqual(1);
    const { values } = outputs.metrics as Metrics;
    expect(values['held-out pictures']).toBe(learned.heldOut?.count);
    expect(values['held-out accuracy']).toBe(learned.heldOut?.accuracy);
    const history = outputs.history as Table;
    const last = history.rows.at(-1) ?? [];
    expect(history.rows[0]?.[1]).toBeCloseTo(Math.log(4), 5);
    expect(last[1]).toBeCloseTo(values['training loss'] as number, 5);
    expect(last[3]).toBeCloseTo(values['held-out loss'] as number, 5);
    expect(last[4]).toBeCloseTo(values['held-out accuracy'] as number, 6);
    expect(progress).toEqual(history.rows.map(([step]) => step));
    const view = outputs.view as View;
    expect(view.view === 'curve' && view.series.map(({ dashed }) => dashed === true)).toEqual([false, true]);
    // Another seed holds out others; the same seed holds out the same.
    const hash = async (seed: number) =>
      (
        (await run(linearProbe, { embeddings: given() }, { heldOut: 25, c: 1, seed })).outputs
          .classifier as Classifier
      ).hash;
    expect(await hash(0)).toBe((outputs.classifier as Classifier).hash);
    expect(await hash(1)).not.toBe(await hash(0));
  });

  test('list every picture with its two best categories, exactly as the probabilities say', async () => {
    const { outputs } = await run(linearProbe, { embeddings: given() });
    const classifier = revived(outputs.classifier);
    const pictures = embeddings(rows(expected.others), ['cat', undefined]);
    // A person has ruled out every category of the first picture.
    const [first, ...rest] = pictures.items;
    const items = [{ ...first, not: classifier.categories }, ...rest] as ImageItem[];
    const result = await run(classify, { embeddings: { ...pictures, items }, classifier });
    const table = result.outputs.table as Table;
    const scores = scoresOf(result.outputs.similarity);
    expect(table.columns.map(({ title }) => title)).toEqual([
      'Path',
      'Category',
      'Probability',
      'Second best',
      'Probability of the second best',
      'True category',
      'Ruled out',
    ]);
    expect(table.rows.length).toBe(items.length);
    for (const [row, cells] of table.rows.entries()) {
      const own = scores.slice(row * 4, row * 4 + 4);
      const [best, second] = [...own.keys()].sort((a, b) => own[b]! - own[a]! || a - b);
      expect(cells).toEqual([
        `${row}.png`,
        classifier.categories[best!],
        own[best!],
        classifier.categories[second!],
        own[second!],
        row === 0 ? 'cat' : null,
        row === 0,
      ]);
    }
    const plain = await run(classify, { embeddings: others(), classifier }, { minimum: 1 });
    const { columns, rows: unsure } = plain.outputs.table as Table;
    expect(columns.length).toBe(5);
    expect(unsure.every(([, category]) => category === null)).toBe(true);
    expect(unsure[0]?.[2]).toBe((plain.outputs.labels as Labels).scores?.[0]);
  });

  test('an item whose best category is not probable enough gets none', async () => {
    const { outputs } = await run(linearProbe, { embeddings: given() });
    const classifier = revived(outputs.classifier);
    const result = await run(classify, { embeddings: others(), classifier }, { minimum: 0.7 });
    const { labels, scores = [] } = result.outputs.labels as Labels;
    expect(labels.filter((label) => label === null).length).toBeGreaterThan(0);
    for (const [row, label] of labels.entries()) expect(label === null).toBe((scores[row] ?? 0) < 0.7);
  });

  test('without pictures gives nothing', async () => {
    const { outputs } = await run(linearProbe, { embeddings: given() });
    const none: Embeddings = { ...others(), tensor: tensor([], expected.dims), items: [] };
    const result = await run(classify, { embeddings: none, classifier: revived(outputs.classifier) });
    expect((result.outputs.labels as Labels).labels).toEqual([]);
  });
});

test('folds of a set are judged by probes of the other folds, as by scikit-learn', async () => {
  const { ctx } = world();
  const { count, c, probabilities } = expected.folds;
  const node = { type: 'train/linear-probe', title: 'Linear probe' };
  const set = await learningSet(node, given(), { share: 0, seed: 0 }, ctx);
  const rowsOfSet = [...set.targets.keys()];
  for (let fold = 0; fold < count; fold++) {
    const heldOut = rowsOfSet.filter((row) => row % count === fold);
    const part = { ...set, training: rowsOfSet.filter((row) => row % count !== fold), heldOut };
    const { classifier } = await trainProbe(part, { c, balanced: true, unit: true, steps: 100 }, ctx);
    const own = await probabilitiesOf(classifier, await ctx.ops.gather(set.vectors, heldOut), ctx.ops);
    const wanted = heldOut.flatMap((row) => probabilities.slice(row * 4, row * 4 + 4));
    expect(worst([...(await own.toHost()).data], wanted)).toBeLessThan(5e-5);
  }
});

describe.each([
  ['Linear probe', linearProbe],
  ['Prototypes', prototypes],
] as const)('%s', (title, node) => {
  const four = [
    [1, 0],
    [0.9, 0.1],
    [0, 1],
    [0.1, 0.9],
  ];

  test('says what it needs where there is nothing to learn', async () => {
    const learn = (numbers: number[][], labels: (string | undefined)[]) =>
      run(node, { embeddings: embeddings(numbers, labels) });
    await expect(learn([[1, 0]], ['a'])).rejects.toThrow(
      `*${title}* needs pictures of at least two categories, but there is only 1 picture. Load more pictures.`,
    );
    await expect(learn(four, [])).rejects.toThrow(
      `None of the 4 pictures has a category, so *${title}* has nothing to learn. Put the pictures of each category into a subfolder and turn on *Categories from subfolders*. Or sort them here: open *Category sets*, create one, and press *Teach it* there.`,
    );
    await expect(learn(four, ['a', 'a', ' ', 'a'])).rejects.toThrow(
      `All pictures are of the category "a", so *${title}* has nothing to tell apart. Add pictures of at least one more category.`,
    );
    await expect(
      learn(
        [
          [1, 0],
          [Number.NaN, 1],
          [0, 1],
          [1, 1],
        ],
        ['a', 'a', 'b', 'b'],
      ),
    ).rejects.toThrow(
      `The vector of 1.png contains a number that is not finite or too large, so *${title}* cannot use it.`,
    );
  });

  test('leaves out pictures without a category, warns of a single picture, and holds out none of it', async () => {
    const labels = ['a', undefined, 'b', 'b'];
    const { outputs, warnings } = await run(node, { embeddings: embeddings(four, labels) }, { heldOut: 50 });
    expect(warnings).toEqual([
      '1 of 4 pictures has no category and is left out.',
      'The category a has only one picture, which says little. Add more pictures.',
    ]);
    expect((outputs.classifier as Classifier).learned).toMatchObject({
      counts: [1, 1],
      heldOut: { count: 1 },
    });
    const alone = await run(node, { embeddings: embeddings(four.slice(1, 3), ['a', 'b']) }, { heldOut: 50 });
    expect(alone.warnings).toEqual([
      'The categories a and b have only one picture, which says little. Add more pictures.',
      'No picture could be held out, because each category keeps at least one picture to learn from. Add more pictures.',
    ]);
  });
});

describe('prototypes', () => {
  test('are the means that NumPy computes, and give its probabilities', async () => {
    const { scale, weights, probabilities } = expected.prototypes;
    const { outputs } = await run(prototypes, { embeddings: given() }, { scale });
    const classifier = revived(outputs.classifier);
    expect(worst([...(await classifier.weights.toHost()).data], weights)).toBeLessThan(1e-6);
    const result = await run(classify, { embeddings: others(), classifier });
    expect(worst(scoresOf(result.outputs.similarity), probabilities)).toBeLessThan(1e-5);
  });

  test('mix with texts by their share, and say which texts and categories are alone', async () => {
    const pictures = embeddings(
      [
        [1, 0],
        [1, 0],
        [0, 2],
        [0, 5],
      ],
      ['a', 'a', 'b', 'b'],
    );
    const texts: Embeddings = {
      ...embeddings([
        [0, 3],
        [1, 1],
      ]),
      items: [
        { kind: 'text', text: 'photo of a', label: 'a' },
        { kind: 'text', text: 'photo of c', label: 'c' },
      ],
      space: { ...handMade, dims: 2, tower: 'text' },
    };
    const { outputs, warnings } = await run(prototypes, { embeddings: pictures, texts }, { textShare: 0.25 });
    const { weights } = outputs.classifier as unknown as { weights: PlainTensor };
    const length = Math.hypot(0.75, 0.25);
    expect(rowsOf(weights)).toEqual([
      [expect.closeTo(0.75 / length, 6), expect.closeTo(0.25 / length, 6)],
      [0, 1],
    ]);
    expect(warnings).toEqual([
      'No picture has the category c of the texts, so it is left out. Write the names as the pictures have them.',
      'No text names the category b, so its prototype is of pictures alone.',
    ]);
  });

  test('a warning about many categories names the first ones and counts the others', async () => {
    const names = [...'abcdefgh'];
    const pictures = embeddings(
      names.map((_, at) => [1, at]),
      names,
    );
    const { warnings } = await run(prototypes, { embeddings: pictures });
    expect(warnings).toEqual([
      'The categories a, b, c, d and 4 more have only one picture, which says little. Add more pictures.',
    ]);
  });

  test('refuse texts of another encoder in a sentence that names both', async () => {
    const pictures = embeddings(
      [
        [1, 0],
        [0, 1],
      ],
      ['a', 'b'],
    );
    const texts = {
      ...embeddings([[0, 1]], ['a']),
      space: { ...handMade, encoder: 'x', title: 'Other', dims: 2 },
    };
    await expect(run(prototypes, { embeddings: pictures, texts })).rejects.toThrow(
      /^\*Prototypes\* cannot compare its inputs: \*Embeddings\* gives hand-made \(2\), \*Texts\* gives Other \(2\)\./,
    );
  });
});

describe('a classifier', () => {
  test('refuses vectors of another encoder while it is wired, and when it runs', async () => {
    const problems: string[] = [];
    classify.infer?.({
      params: { minimum: 0 },
      inputs: {
        embeddings: [{ type: 'embeddings', space: { ...handMade, dims: 24 }, from: '*Encode pictures*' }],
        classifier: [
          {
            type: 'classifier',
            space: { ...handMade, encoder: 'x', title: 'Other', dims: 24 },
            from: '*Linear probe*',
          },
        ],
      },
      models: { describe: () => undefined, ids: () => [] },
      report: ({ message }) => problems.push(message),
    });
    expect(problems).toEqual([
      '*Classify* cannot compare its inputs: *Encode pictures* gives hand-made (24), *Linear probe* gives Other (24). Use the same encoder for both.',
    ]);
    const { outputs } = await run(linearProbe, { embeddings: given() });
    const other = { ...others(), space: { ...handMade, encoder: 'x', title: 'Other', dims: 24 } };
    await expect(
      run(classify, { embeddings: other, classifier: revived(outputs.classifier) }),
    ).rejects.toThrow(/hand-made \(24\)/);
  });

  test('knows the space of its vectors before a run', () => {
    const space = { ...handMade, dims: 24 };
    const known = linearProbe.infer?.({
      params: { c: 1, heldOut: 0, balanced: true, normalize: true, seed: 0, steps: 9 },
      inputs: { embeddings: [{ type: 'embeddings', count: 9, space }] },
      models: { describe: () => undefined, ids: () => [] },
      report: () => {},
    });
    expect(knownOf({ classifier: [known?.classifier ?? {}] }, 'classifier').space).toEqual(space);
  });

  test('is the same after it was saved and loaded', async () => {
    const { outputs } = await run(linearProbe, { embeddings: given() }, { heldOut: 20 });
    const classifier = revived(outputs.classifier);
    const saved = await run(saveClassifier, { classifier }, { name: 'kept' });
    const { path, bytes } = saved.outputs.view as Extract<View, { view: 'file' }>;
    expect(path).toMatch(/kept\.safetensors$/);
    expect(readFileSync(path).length).toBe(bytes);
    const loaded = await run(loadClassifier, {}, { path });
    expect(loaded.outputs.classifier).toEqual(outputs.classifier);
  });

  test.each([true, false])(
    'runs as an ONNX model with the same probabilities, unit %s',
    async (normalize) => {
      const { outputs } = await run(linearProbe, { embeddings: given() }, { normalize });
      const classifier = revived(outputs.classifier);
      const name = `model-${normalize}`;
      const saved = await run(saveClassifier, { classifier }, { name, format: 'onnx' });
      const { path } = saved.outputs.view as Extract<View, { view: 'file' }>;
      const session = await InferenceSession.create(path);
      expect([session.inputNames, session.outputNames]).toEqual([['vectors'], ['probabilities']]);
      const result = await run(classify, { embeddings: others(), classifier });
      // The last vector is zero, which normalising must not turn into NaN.
      const data = Float32Array.from([...expected.others, ...new Array<number>(expected.dims).fill(0)]);
      const vectors = new Tensor('float32', data, [data.length / expected.dims, expected.dims]);
      const { probabilities } = await session.run({ vectors });
      const own = Array.from(probabilities?.data as Float32Array);
      expect(worst(own.slice(0, -4), scoresOf(result.outputs.similarity))).toBeLessThan(1e-6);
      expect(own.slice(-4).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
      await session.release();
      await expect(run(loadClassifier, {}, { path })).rejects.toThrow(
        `${name}.onnx is an ONNX model, which Patchbay writes for other programs. Choose the .safetensors file of the classifier.`,
      );
    },
  );

  test('leaves no file behind if writing fails', async () => {
    const { outputs } = await run(linearProbe, { embeddings: given() });
    const classifier = revived(outputs.classifier);
    const out = join(world().folder, 'out');
    mkdirSync(join(out, 'taken.safetensors'), { recursive: true });
    const before = readdirSync(out, { recursive: true }).sort();
    await expect(run(saveClassifier, { classifier }, { name: 'taken' })).rejects.toThrow(
      /taken\.safetensors/,
    );
    expect(readdirSync(out, { recursive: true }).sort()).toEqual(before);
  });
});

describe('a file that is no good classifier', () => {
  const facts = {
    method: 'linear-probe',
    categories: ['a', 'b'],
    scale: 1,
    unit: true,
    space: { ...handMade, dims: 3 },
    learned: { counts: [1, 1], params: {} },
  };
  const numbers = (dims: readonly number[], fill = 0.5) => ({
    dtype: 'float32' as const,
    dims,
    data: new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(fill),
  });
  const load = async (
    name: string,
    tensors: Record<string, ReturnType<typeof numbers>>,
    said: unknown = facts,
  ) => {
    const metadata = said === null ? undefined : { patchbay_classifier: JSON.stringify(said) };
    const path = join(world().folder, name);
    writeFileSync(path, Buffer.concat(encodeSafetensors(new Map(Object.entries(tensors)), metadata)));
    return run(loadClassifier, {}, { path });
  };
  const good = () => ({ weights: numbers([2, 3]), bias: numbers([2]) });

  test('says why', async () => {
    expect((await load('good.safetensors', good())).outputs.classifier).toMatchObject({
      categories: ['a', 'b'],
    });
    await expect(load('vectors.safetensors', { embeddings: numbers([4, 3]) }, null)).rejects.toThrow(
      'vectors.safetensors is not a classifier of Patchbay. Choose a .safetensors file that *Save classifier* wrote.',
    );
    await expect(load('text.txt', good())).rejects.toThrow(/^text\.txt is not a classifier/);
    for (const damaged of [
      { ...facts, categories: ['a', 'a'] },
      { ...facts, categories: [] },
      { ...facts, method: 'magic' },
      { ...facts, scale: null },
      { ...facts, learned: { counts: [1], params: {} } },
      { ...facts, space: { title: 'x' } },
      'nothing',
    ])
      await expect(load('damaged.safetensors', good(), damaged)).rejects.toThrow(
        'damaged.safetensors does not say its categories and the origin of its vectors, or says them in a damaged way. Save the classifier again.',
      );
    await expect(load('part.safetensors', { weights: numbers([2, 3]) })).rejects.toThrow(
      'part.safetensors lacks the numbers "bias" of the classifier.',
    );
    await expect(load('shape.safetensors', { ...good(), weights: numbers([3, 3]) })).rejects.toThrow(
      'In shape.safetensors, "weights" has the shape 3 x 3, but 2 categories need 2 x D.',
    );
    await expect(load('dims.safetensors', { ...good(), weights: numbers([2, 4]) })).rejects.toThrow(
      'dims.safetensors is for vectors of 3 numbers, but its weights have 4 for each category.',
    );
    await expect(load('nan.safetensors', { ...good(), bias: numbers([2], Number.NaN) })).rejects.toThrow(
      'The numbers "bias" of nan.safetensors contain NaN, which is not finite.',
    );
    await expect(run(loadClassifier, {}, { path: 'gone.safetensors' })).rejects.toThrow(/gone\.safetensors/);
  });
});
