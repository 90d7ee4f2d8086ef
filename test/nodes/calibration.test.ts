import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import cutOff from '../../nodes/compare/cut-off.ts';
import calibrate from '../../nodes/evaluate/calibration.ts';
import findCutOffs from '../../nodes/evaluate/cut-offs.ts';
import {
  type Activation,
  activated,
  calibrationError,
  fitTemperature,
  type Labels,
  likelihoodOf,
  logitsOf,
  lowestCutOff,
  type Matches,
  reliabilityBins,
  type Similarity,
  seededRandom,
  stratifiedFolds,
  type Table,
  wilsonLower,
} from '../../nodes/sdk/index.ts';
import { deviceWorld, rowsOf } from './device-world.ts';
import { categories, measuring, pictures, predictions } from './measuring.ts';
import { softmax } from './numbers.ts';

const near = 1e-6;
const { tensor, run } = deviceWorld();

const fixture = measuring<{
  readonly categories: string[];
  readonly truth: string[];
  readonly probabilities: number[][];
  readonly inverse: number;
  readonly inverseSklearn: number;
  readonly lossBefore: number;
  readonly lossAfter: number;
  readonly eceBefore: number;
  readonly eceAfter: number;
}>('calibration');

const similarityOf = (
  probabilities: readonly (readonly number[])[],
  truth: readonly string[],
): Similarity => ({
  kind: 'similarity',
  queries: pictures(truth),
  gallery: categories(fixture.categories),
  metric: 'softmax',
  scores: { form: 'dense', tensor: tensor(probabilities) },
  skipped: [],
});
const valuesOf = (outputs: Readonly<Record<string, unknown>>) =>
  (outputs.metrics as { values: Record<string, number> }).values;

/** Pictures of three categories whose probabilities are right, then made too sure by a factor. */
function tooSure(count: number, factor: number, seed: number) {
  const next = seededRandom(seed);
  const truth: string[] = [];
  const rows: number[][] = [];
  for (let at = 0; at < count; at++) {
    const logits = fixture.categories.map(() => 3 * next());
    const honest = softmax(logits);
    let draw = next();
    const own = honest.findIndex((share) => {
      draw -= share;
      return draw <= 0;
    });
    truth.push(fixture.categories[own < 0 ? 0 : own]!);
    rows.push([...softmax(logits.map((value) => factor * value))]);
  }
  return { truth, rows };
}

describe('a temperature', () => {
  const rows = fixture.probabilities.map((row, at) => ({
    logits: logitsOf(row, 'softmax'),
    truth: fixture.categories.indexOf(fixture.truth[at]!),
  }));

  test('is the one of SciPy and scikit-learn, and so are likelihood and calibration error', async () => {
    const inverse = (await fitTemperature(() => rows, 'softmax')) ?? Number.NaN;
    expect(Math.abs(inverse - fixture.inverseSklearn)).toBeLessThan(near);
    expect(Math.abs(inverse - fixture.inverse)).toBeLessThan(near);
    const measure = (factor: number) => {
      const all = rows.map(({ logits }) => activated(logits, factor, 'softmax'));
      const isRight = all.map((row, at) => row.indexOf(Math.max(...row)) === rows[at]!.truth);
      return {
        loss: rows.reduce((sum, row) => sum + likelihoodOf(row, factor, 'softmax')[0], 0) / rows.length,
        ece: calibrationError(
          reliabilityBins(
            all.map((row) => Math.max(...row)),
            isRight,
            15,
          ),
        ),
      };
    };
    for (const [factor, loss, ece] of [
      [1, fixture.lossBefore, fixture.eceBefore],
      [inverse, fixture.lossAfter, fixture.eceAfter],
    ] as const) {
      expect(Math.abs(measure(factor).loss - loss)).toBeLessThan(near);
      // torchmetrics computes its bins in float32.
      expect(Math.abs(measure(factor).ece - ece)).toBeLessThan(near);
    }
  });

  test.each<Activation>(['softmax', 'sigmoid'])('leaves no slope: %s', async (activation) => {
    const numbers = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 3, maxLength: 3 });
    const row = fc.record({ logits: numbers, truth: fc.nat({ max: 2 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 5, maxLength: 30 }), async (some) => {
        const inverse = await fitTemperature(() => some, activation);
        const loss = (factor: number) =>
          some.reduce((sum, one) => sum + likelihoodOf(one, factor, activation)[0], 0);
        if (inverse === undefined) {
          // The likelihood rises or falls all the way.
          expect(Math.min(loss(1e-3), loss(1e3))).toBeLessThanOrEqual(loss(1) + 1e-9);
          return;
        }
        for (const factor of [1 / inverse, 0.9, 1.1])
          expect(loss(inverse * factor)).toBeGreaterThanOrEqual(loss(inverse) - 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  test('and its inverse give the same probabilities back', () => {
    const row = [0.7, 0.2, 0.1];
    expect([...activated(logitsOf(row, 'softmax'), 1, 'softmax')].map((p) => p.toFixed(6))).toEqual(
      row.map((p) => p.toFixed(6)),
    );
    expect([...activated(logitsOf([0.9, 0.9], 'sigmoid'), 1, 'sigmoid')][0]).toBeCloseTo(0.9, 9);
  });
});

describe('calibrate', () => {
  test('finds how much too sure the probabilities are, and measures on the other half', async () => {
    const { truth, rows } = tooSure(1200, 3, 5);
    const { outputs, warnings } = await run(calibrate, { probabilities: similarityOf(rows, truth) });
    const values = valuesOf(outputs);
    // Probabilities of logits times 3 are right at a temperature of 3.
    expect(values.temperature).toBeGreaterThan(2.4);
    expect(values.temperature).toBeLessThan(3.6);
    expect(values['calibration error after']).toBeLessThan(values['calibration error before']! / 3);
    expect(values['log loss after']).toBeLessThan(values['log loss before']!);
    expect(values['measured pictures']).toBe(600);
    expect(warnings).toEqual([]);
    const made = outputs.probabilities as { scores: { tensor: never } };
    const calibrated = rowsOf(made.scores.tensor);
    for (const [at, row] of calibrated.slice(0, 50).entries()) {
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      // A temperature changes no category.
      expect(row.indexOf(Math.max(...row))).toBe(rows[at]!.indexOf(Math.max(...rows[at]!)));
    }
    const { rows: bins } = outputs.bins as unknown as Table;
    expect(bins).toHaveLength(15);
    expect(bins.reduce((sum, row) => sum + Number(row[2]), 0)).toBe(600);
  });

  test('says so if no temperature fits, or if almost nothing has a true category', async () => {
    const sure = fixture.categories.map((_, own) =>
      fixture.categories.map((_, at) => (at === own ? 0.6 : 0.1)),
    );
    const rows = [...sure, ...sure, ...sure, ...sure];
    const truth = [
      ...fixture.categories,
      ...fixture.categories,
      ...fixture.categories,
      ...fixture.categories,
    ];
    const all = await run(calibrate, { probabilities: similarityOf(rows, truth) });
    expect(all.warnings.join()).toMatch(/^No temperature fits best/);
    const few = {
      ...similarityOf(rows.slice(0, 2), ['a', 'a']),
      queries: pictures(['a', undefined]),
    };
    const { outputs, warnings } = await run(calibrate, { probabilities: few });
    expect(warnings.at(-1)).toBe(
      'Only 1 picture has a true category, so the probabilities stay as they are. Connect more pictures with true categories.',
    );
    expect(valuesOf(outputs).temperature).toBe(1);
  });
});

test('stratified parts have every category and all pictures as evenly as possible', () => {
  const names = fc.array(fc.option(fc.constantFrom('a', 'b', 'c', 'd'), { nil: undefined }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(names, fc.integer({ min: 2, max: 7 }), fc.nat(), (given, k, seed) => {
      const folds = stratifiedFolds(given, k, seed);
      expect(folds.map((fold) => fold === undefined)).toEqual(given.map((name) => name === undefined));
      for (const own of [undefined, 'a', 'b', 'c', 'd']) {
        const sizes = Array<number>(k).fill(0);
        for (const [at, fold] of folds.entries())
          if (fold !== undefined && (own === undefined || given[at] === own)) sizes[fold]!++;
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }
      expect(stratifiedFolds(given, k, seed)).toEqual(folds);
    }),
  );
});

describe('a cut-off', () => {
  test('is the lowest threshold of scikit-learn that reaches the precision', () => {
    for (const { wanted, scores, right, cutOff: expected, precision } of measuring<
      {
        readonly wanted: number;
        readonly scores: number[];
        readonly right: boolean[];
        readonly cutOff: number | null;
        readonly precision: number | null;
      }[]
    >('cut-offs')) {
      const found = lowestCutOff(
        scores.map((score, at) => ({ score, isRight: right[at]! })),
        wanted,
      );
      expect(found?.score ?? null).toBe(expected);
      if (precision !== null) expect(Math.abs((found?.precision ?? 0) - precision)).toBeLessThan(near);
    }
  });

  test('with certainty keeps no more, and is what the formula of Wilson says', () => {
    // Worked by hand with z = 1.6449: 9 of 10 are at least 0.6524.
    expect(wilsonLower(9, 10)).toBeCloseTo(0.6524, 3);
    expect(wilsonLower(0, 0)).toBe(0);
    const some = fc.array(fc.record({ score: fc.integer({ min: 0, max: 9 }), isRight: fc.boolean() }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(some, fc.double({ min: 0.1, max: 1, noNaN: true }), (scored, wanted) => {
        const counted = lowestCutOff(scored, wanted);
        const sure = lowestCutOff(scored, wanted, 'sure');
        expect(sure?.score ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(
          counted?.score ?? Number.POSITIVE_INFINITY,
        );
        if (!counted) return;
        const kept = scored.filter(({ score }) => score >= counted.score);
        expect(kept.filter(({ isRight }) => isRight).length / kept.length).toBeGreaterThanOrEqual(wanted);
      }),
    );
  });

  test('for each category keeps the wanted share right, and those with few predictions share one', async () => {
    const next = seededRandom(11);
    const truth = Array.from({ length: 400 }, () => (next() < 0.5 ? 'cat' : 'dog'));
    const said = truth.map((own) => (next() < 0.8 ? own : own === 'cat' ? 'dog' : 'cat'));
    const scores = truth.map((own, at) => (own === said[at] ? 0.3 + 0.7 * next() : 0.8 * next()));
    const labels = predictions(pictures([...truth, 'cat']), [...said, 'emu'], [...scores, 0.9]);
    const found = await run(findCutOffs, { source: labels }, { precision: 0.95 });
    const table = found.outputs.table as unknown as Table;
    expect(table.rows.map(([name]) => name)).toEqual(['*', 'cat', 'dog']);
    expect(found.warnings).toEqual([
      '1 category has fewer than 10 predictions and gets the cut-off of all together, in the row "*".',
    ]);
    const { outputs, warnings } = await run(cutOff, { source: labels, table });
    const kept = outputs.source as unknown as Labels;
    for (const name of ['cat', 'dog']) {
      const own = kept.labels.flatMap((label, at) => (label === name ? [at] : []));
      const right = own.filter((at) => kept.items[at]?.label === name).length;
      expect(right / own.length).toBeGreaterThanOrEqual(0.95);
      expect(own.length).toBe(table.rows.find(([key]) => key === name)?.[3]);
    }
    const values = valuesOf(outputs);
    expect(values.kept! + values['left out']!).toBe(401);
    expect(warnings).toEqual([`${values['left out']} of 401 are below their cut-off and left out.`]);
  });

  test('for matches is by category or by query, and an unreachable one keeps nothing and says so', async () => {
    const items = pictures(['cat', 'dog', 'cat', 'dog']);
    const texts = categories(['cat', 'dog']);
    const matches: Matches = {
      kind: 'matches',
      metric: 'cosine',
      results: [
        {
          query: texts[0]!,
          results: [0.9, 0.8, 0.7, 0.6].map((score, index) => ({
            item: items[[0, 2, 1, 3][index]!]!,
            index,
            score,
          })),
        },
        {
          query: texts[1]!,
          results: [0.9, 0.8].map((score, index) => ({ item: items[[0, 2][index]!]!, index, score })),
        },
      ],
      skipped: [],
    };
    const found = await run(findCutOffs, { source: matches }, { precision: 1, least: 1, each: 'query' });
    const table = found.outputs.table as unknown as Table;
    expect(table.rows.map((row) => row.slice(0, 4))).toEqual([
      ['*', null, null, 0],
      ['cat', 0.8, 1, 2],
      ['dog', null, null, 0],
    ]);
    expect(found.warnings).toEqual([
      'No score of dog reaches a precision of 1. Nothing of them will be kept. Choose a lower precision or use more pictures.',
    ]);
    const { outputs } = await run(cutOff, { source: matches, table });
    expect((outputs.source as unknown as Matches).results.map(({ results }) => results.length)).toEqual([
      2, 0,
    ]);
    expect(valuesOf(outputs)).toEqual({ kept: 2, 'left out': 4 });
  });

  test('keeps what the table does not name, and says how much; without scores it refuses', async () => {
    const table: Table = {
      kind: 'table',
      columns: [
        { key: 'n', title: 'N', type: 'text' },
        { key: 's', title: 'S', type: 'number' },
      ],
      rows: [['a', 0.5]],
    };
    const labels = predictions(pictures(['a', 'b']), ['a', 'b'], [0.4, 0.1]);
    const { outputs, warnings } = await run(cutOff, { source: labels, table });
    expect((outputs.source as unknown as Labels).labels).toEqual([null, 'b']);
    expect(warnings[0]).toBe(
      '*Cut-offs* has no row for 1 of 2, and no row "*" for all others. They are kept.',
    );
    const bare = predictions(pictures(['a']), ['a']);
    await expect(run(cutOff, { source: bare, table })).rejects.toThrow(/^These categories have no scores/);
    await expect(run(findCutOffs, { source: bare })).rejects.toThrow(/^These categories have no scores/);
    await expect(run(cutOff, { source: labels, table: { ...table, columns: [] } })).rejects.toThrow(
      /needs a column of texts/,
    );
  });
});
