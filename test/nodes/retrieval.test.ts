import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import retrieval from '../../nodes/evaluate/retrieval.ts';
import { foundWithin, relevantRanks, type Similarity, type Table } from '../../nodes/sdk/index.ts';
import { random } from '../runtime/ops/reference.ts';
import { deviceWorld, handMade } from './device-world.ts';
import { measuring, pictures, predictions } from './measuring.ts';
import { product, unit } from './numbers.ts';

const near = 1e-6;
const { tensor, run } = deviceWorld();

interface Case {
  readonly labels: string[];
  readonly scores: number[][];
  readonly k: number[];
  readonly queries: number;
  readonly mean: Readonly<Record<string, number>>;
  readonly ap: number[];
}
const cases = measuring<{ readonly plain: Case; readonly ties: Case }>('retrieval');

const similarityOf = ({ labels, scores }: Pick<Case, 'labels' | 'scores'>): Similarity => {
  const items = pictures(labels);
  return {
    kind: 'similarity',
    queries: items,
    gallery: items,
    metric: 'cosine',
    scores: { form: 'dense', tensor: tensor(scores) },
    skipped: [],
  };
};
const valuesOf = (outputs: Readonly<Record<string, unknown>>) =>
  (outputs.metrics as { values: Record<string, number> }).values;

describe('measure search', () => {
  test.each(['plain', 'ties'] as const)(
    'gives the numbers of torchmetrics and scikit-learn: %s',
    async (name) => {
      const { mean, k, queries, ...given } = cases[name];
      const { outputs, warnings } = await run(retrieval, { source: similarityOf(given) }, { k });
      const values = valuesOf(outputs);
      const expected: [string, number][] = [
        ...k.flatMap((at): [string, number][] => [
          [`found-any@${at}`, mean[`hit@${at}`]!],
          [`recall@${at}`, mean[`recall@${at}`]!],
          [`precision@${at}`, mean[`precision@${at}`]!],
        ]),
        ['R-precision', mean.rPrecision!],
        ['mAP', mean.ap!],
        ['MRR', mean.mrr!],
      ];
      for (const [metric, value] of expected)
        expect(Math.abs((values[metric] ?? Number.NaN) - value), metric).toBeLessThan(near);
      expect(values['measured queries']).toBe(queries);
      expect(warnings).toEqual([
        '1 of 60 queries has no other picture of the same category, so there is nothing to find. They are left out of all averages.',
      ]);
    },
  );

  test('of vectors is that of their cosines, and the table has the means of each category', async () => {
    const labels = Array.from({ length: 30 }, (_, at) => 'abc'[at % 3]!);
    const rows = labels.map((_, at) => [...random([6], at + 1)]);
    const items = pictures(labels);
    const vectors = { kind: 'embeddings', tensor: tensor(rows), items, skipped: [], space: handMade };
    const cosines = product(unit(rows), unit(rows)).map((row) => [...row]);
    const own = await run(retrieval, { source: vectors });
    const given = await run(retrieval, { source: similarityOf({ labels, scores: cosines }) });
    expect(valuesOf(own.outputs).mAP).toBeCloseTo(valuesOf(given.outputs).mAP!, 6);
    const table = own.outputs.categories as unknown as Table;
    const column = table.columns.findIndex(({ key }) => key === 'mAP');
    const mean = table.rows.reduce((sum, row) => sum + Number(row[column]) * Number(row[1]), 0) / 30;
    expect(mean).toBeCloseTo(valuesOf(own.outputs).mAP!, 9);
  });

  test('never counts a picture as its own match, also if it is listed apart from the gallery', async () => {
    const items = pictures(['a', 'a', 'b', 'b']);
    const scores = [
      [1, 0.2, 0.6, 0.5],
      [0.2, 1, 0.6, 0.5],
    ];
    const similarity = {
      ...similarityOf({ labels: ['a', 'a', 'b', 'b'], scores }),
      queries: pictures(['a', 'a', 'b', 'b']).slice(0, 2),
      gallery: items,
    };
    const { outputs } = await run(retrieval, { source: similarity }, { k: [1, 3] });
    expect(valuesOf(outputs)).toMatchObject({ 'found-any@1': 0, 'found-any@3': 1, MRR: 1 / 3, mAP: 1 / 3 });
  });

  test('takes true categories from a list, and refuses pictures without any', async () => {
    const { labels, scores, k } = cases.plain;
    const bare = { ...similarityOf({ labels, scores }), queries: pictures(labels.map(() => undefined)) };
    const gallery = bare.queries;
    const truth = predictions(gallery, labels);
    const listed = await run(retrieval, { source: { ...bare, gallery }, truth }, { k });
    const plain = await run(retrieval, { source: similarityOf({ labels, scores }) }, { k });
    expect(listed.outputs).toEqual(plain.outputs);
    await expect(run(retrieval, { source: { ...bare, gallery } })).rejects.toThrow(
      /^None of the 60 pictures has a true category/,
    );
    await expect(run(retrieval, { source: bare }, { k: [1, 0.5] })).rejects.toThrow(
      '*First matches (k)* holds 0.5, which is not a whole number from 1 on. Write numbers such as 1, 5, 10.',
    );
  });
});

describe('ranks of relevant items', () => {
  /** By sorting everything. */
  function bySorting(scores: readonly number[], relevant: readonly number[], self?: number) {
    const order = [...scores.keys()]
      .filter((at) => at !== self)
      .sort((a, b) => scores[b]! - scores[a]! || a - b);
    return order.flatMap((at, place) => (relevant.includes(at) ? [place + 1] : []));
  }

  test('are those of a stable sort', () => {
    const scores = fc.array(
      fc.integer({ min: 0, max: 6 }).map((value) => value / 6),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(
        scores,
        fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
        fc.nat({ max: 40 }),
        (values, marks, self) => {
          const relevant = [...values.keys()].filter((at) => marks[at]);
          const own = self < values.length ? self : undefined;
          const { ranks } = relevantRanks(values, relevant, own);
          expect(ranks).toEqual(
            bySorting(
              values,
              relevant.filter((at) => at !== own),
              own,
            ),
          );
          for (const k of [1, 3, 30])
            expect(foundWithin(ranks, k)).toBe(ranks.filter((rank) => rank <= k).length);
        },
      ),
    );
  });

  test('of each query give the average precision of scikit-learn, with many equal scores', () => {
    const { labels, scores, ap } = cases.ties;
    const found = labels.flatMap((label, query) => {
      const relevant = labels.flatMap((other, at) => (other === label ? [at] : []));
      const { averagePrecision } = relevantRanks(scores[query]!, relevant, query);
      return Number.isNaN(averagePrecision) ? [] : [averagePrecision];
    });
    expect(found).toHaveLength(ap.length);
    for (const [at, value] of found.entries()) expect(Math.abs(value - ap[at]!)).toBeLessThan(near);
  });

  test('a score that is no number is the lowest', () => {
    expect(relevantRanks([Number.NaN, 0.1, 0.2], [0]).ranks).toEqual([3]);
  });
});
