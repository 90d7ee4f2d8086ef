import { describe, expect, test } from 'vitest';
import diverse from '../../nodes/explore/diverse.ts';
import outliers from '../../nodes/explore/outliers.ts';
import unsure from '../../nodes/explore/unsure.ts';
import {
  type Embeddings,
  entropyOf,
  type Images,
  type Matches,
  type Similarity,
  type Table,
} from '../../nodes/sdk/index.ts';
import { type BlobShape, blobRows, explored } from './blobs.ts';
import { deviceWorld } from './device-world.ts';
import type { Matrix } from './numbers.ts';
import { named } from './run-pure.ts';
import { distances, type Metric } from './trustworthiness.ts';

const { tensor, vectors, run } = deviceWorld();

const pictures = (rows: Matrix): Embeddings => ({
  ...vectors([]),
  tensor: tensor(rows),
  items: named(rows.map((_, row) => `${row}.png`)).items,
});
const placesOf = (value: unknown) => (value as Images).items.map(({ path }) => Number.parseInt(path, 10));
const scoresOf = (value: unknown) => (value as Matches).results[0]!.results.map(({ score }) => score);

describe('outliers', () => {
  const { cases } = explored<{
    cases: readonly { metric: Metric; blobs: BlobShape; k: number; factors: number[]; means: number[] }[];
  }>('outliers');

  test.each(cases)(
    'scores are those of scikit-learn: $metric',
    async ({ metric, blobs, k, factors, means }) => {
      const embeddings = pictures(blobRows(blobs));
      for (const [method, expected] of [
        ['local', factors],
        ['distance', means],
      ] as const) {
        const { outputs } = await run(
          outliers,
          { embeddings },
          { method, metric, neighbours: k, count: 1000 },
        );
        const order = placesOf(outputs.images);
        for (const [at, score] of scoresOf(outputs.matches).entries())
          expect(Math.abs(score - expected[order[at]!]!)).toBeLessThan(1e-5);
        const { rows } = outputs.table as Table;
        expect(rows).toHaveLength(blobs.count);
        expect(rows.map(([item]) => item)).toEqual(order.map((row) => `${row}.png`));
      }
    },
  );

  test('the odd one comes first; few, one and broken vectors are said', async () => {
    const rows = [...Array.from({ length: 12 }, (_, i) => [1, i / 100]), [-1, 0.2]];
    const { outputs, warnings } = await run(outliers, { embeddings: pictures(rows) }, { count: 2 });
    expect(placesOf(outputs.images)[0]).toBe(12);
    expect(placesOf(outputs.images)).toHaveLength(2);
    expect((outputs.table as Table).rows[0]?.slice(2, 3)).toEqual(['11.png']);
    expect(warnings).toEqual(['There are only 13 vectors, so each has 12 neighbours instead of 20.']);
    for (const method of ['local', 'distance']) {
      const one = await run(outliers, { embeddings: pictures([[1, 2]]) }, { method });
      expect(scoresOf(one.outputs.matches)).toEqual([method === 'local' ? 1 : 0]);
      const equal = await run(
        outliers,
        {
          embeddings: pictures([
            [1, 2],
            [1, 2],
            [1, 2],
          ]),
        },
        { method },
      );
      for (const score of scoresOf(equal.outputs.matches))
        expect(score).toBeCloseTo(method === 'local' ? 1 : 0, 9);
      expect((await run(outliers, { embeddings: pictures([]) }, { method })).warnings).toEqual([]);
    }
    await expect(run(outliers, { embeddings: pictures([[1], [Number.POSITIVE_INFINITY]]) })).rejects.toThrow(
      'The vector of 1.png contains a number that is not finite or too large, so *Outliers* cannot use it.',
    );
  });
});

describe('most different', () => {
  const rows = blobRows({ seed: 41, count: 80, dims: 6, groups: 5, spread: 0.1, noise: 0.05 });

  test('each is the farthest from all before it', async () => {
    const { outputs } = await run(diverse, { embeddings: pictures(rows) }, { count: 9, seed: 3 });
    const order = placesOf(outputs.images);
    const far = distances(rows, rows, 'cosine');
    for (let at = 1; at < order.length; at++) {
      const nearest = far.map((one) => Math.min(...order.slice(0, at).map((other) => one[other]!)));
      const score = scoresOf(outputs.matches)[at]!;
      expect(Math.abs(score - Math.max(...nearest))).toBeLessThan(2e-5);
      expect(nearest[order[at]!]).toBeCloseTo(score, 5);
    }
    // The first one is far from nothing.
    expect(scoresOf(outputs.matches)[0]).toBeNaN();
    expect((outputs.table as Table).rows[0]).toEqual([`${order[0]}.png`, null]);
    const again = await run(diverse, { embeddings: pictures(rows) }, { count: 9, seed: 3 });
    expect(placesOf(again.outputs.images)).toEqual(order);
  });

  test('differs from those chosen before, and says when there are too few', async () => {
    const embeddings = pictures([
      [1, 0],
      [0, 1],
      [0.9, 0.1],
    ]);
    const { outputs } = await run(diverse, { embeddings, others: vectors([[1, 0]]) }, { count: 1 });
    expect(placesOf(outputs.images)).toEqual([1]);
    expect((outputs.table as Table).rows[0]?.[1]).toBeCloseTo(1, 6);
    const all = await run(diverse, { embeddings });
    expect(placesOf(all.outputs.images).sort()).toEqual([0, 1, 2]);
    expect(all.warnings).toEqual(['There are only 3 pictures, so all are chosen.']);
    const foreign = vectors([[1, 0]], undefined, { encoder: 'other', title: 'other' });
    await expect(run(diverse, { embeddings, others: foreign })).rejects.toMatchObject({
      code: 'space.mismatch',
    });
    expect((await run(diverse, { embeddings: pictures([]) })).warnings).toEqual([]);
  });
});

describe('least sure', () => {
  const probabilities = (rows: Matrix, metric: Similarity['metric'] = 'softmax'): Similarity => ({
    kind: 'similarity',
    queries: named(rows.map((_, row) => `${row}.png`)).items,
    gallery: (rows[0] ?? []).map((_, at) => ({ kind: 'text', text: 'abc'[at]!, label: 'abc'[at]! })),
    metric,
    scores: { form: 'dense', tensor: tensor(rows) },
    skipped: [],
  });
  const rows = [
    [0.9, 0.05, 0.05],
    [0.48, 0.47, 0.05],
    [0.34, 0.33, 0.33],
    [0.5, 0.25, 0.25],
  ];

  test('by the margin of the best two, or by the entropy of all', async () => {
    const margin = await run(unsure, { probabilities: probabilities(rows) }, { count: 3 });
    expect(placesOf(margin.outputs.images)).toEqual([1, 2, 3]);
    expect(scoresOf(margin.outputs.matches)[0]).toBeCloseTo(0.99, 6);
    const { rows: lines } = margin.outputs.table as Table;
    expect(lines.map(([item]) => item)).toEqual(['1.png', '2.png', '3.png', '0.png']);
    expect([lines[0]?.[2], lines[0]?.[4]]).toEqual(['a', 'b']);
    const entropy = await run(unsure, { probabilities: probabilities(rows) }, { how: 'entropy' });
    expect(placesOf(entropy.outputs.images)).toEqual([2, 3, 1, 0]);
    const wanted = -(0.5 * Math.log(0.5) + 0.5 * Math.log(0.25)) / Math.log(3);
    expect(scoresOf(entropy.outputs.matches)[1]).toBeCloseTo(wanted, 6);
  });

  test('one category on its own is least sure at one half', async () => {
    const one = probabilities([[0.99], [0.5], [0.2]], 'sigmoid');
    for (const how of ['margin', 'entropy'])
      expect(placesOf((await run(unsure, { probabilities: one }, { how })).outputs.images)).toEqual([
        1, 2, 0,
      ]);
    expect([entropyOf([0.5]), entropyOf([1]), entropyOf([0, 0])]).toEqual([1, 0, 1]);
  });

  test('says so where there are no probabilities or no categories', async () => {
    const { warnings } = await run(unsure, { probabilities: probabilities(rows, 'cosine') });
    expect(warnings).toEqual([expect.stringContaining('*Probabilities* holds scores, not probabilities.')]);
    await expect(run(unsure, { probabilities: probabilities([[], []]) })).rejects.toThrow(
      'There are no categories at *Probabilities*',
    );
    await expect(run(unsure, { probabilities: probabilities([[Number.NaN, 1]]) })).rejects.toThrow(
      'The probabilities of 0.png contain a number that is not finite.',
    );
    expect((await run(unsure, { probabilities: probabilities([]) })).warnings).toEqual([]);
  });
});
