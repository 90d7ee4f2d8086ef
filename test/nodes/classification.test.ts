import { describe, expect, test } from 'vitest';
import classification from '../../nodes/evaluate/classification.ts';
import {
  type Confusion,
  classificationScores,
  confusionOf,
  type Labels,
  type Metrics,
  mcnemarExact,
  type Similarity,
  type Table,
} from '../../nodes/sdk/index.ts';
import { deviceWorld } from './device-world.ts';
import { categories, measuring, pictures, predictions } from './measuring.ts';

const near = 1e-6;
const { tensor, run } = deviceWorld();

type Averages = readonly [precision: number, recall: number, f1: number];
const fixture = measuring<{
  readonly categories: string[];
  readonly probabilities: number[][];
  readonly truth: string[];
  readonly predicted: (string | null)[];
  readonly scores: number[];
  readonly labels: string[];
  readonly precision: number[];
  readonly recall: number[];
  readonly f1: number[];
  readonly support: number[];
  readonly accuracy: number;
  readonly macro: Averages;
  readonly micro: Averages;
  readonly weighted: Averages;
  readonly confusion: number[][];
  readonly logLoss: number;
  readonly top5: number;
  readonly ece: number;
}>('classification');

const items = pictures(fixture.truth);
const given = predictions(items, fixture.predicted, fixture.scores);
const similarity = (): Similarity => ({
  kind: 'similarity',
  queries: items,
  gallery: categories(fixture.categories),
  metric: 'softmax',
  scores: { form: 'dense', tensor: tensor(fixture.probabilities) },
  skipped: [],
});

function expectNear(values: Readonly<Record<string, number>>, expected: Readonly<Record<string, number>>) {
  for (const [name, value] of Object.entries(expected))
    expect(Math.abs((values[name] ?? Number.NaN) - value), name).toBeLessThan(near);
}

const averages = (name: string, [precision, recall, f1]: Averages) => ({
  [`${name} precision`]: precision,
  [`${name} recall`]: recall,
  [`${name} F1`]: f1,
});

describe('measure predictions', () => {
  test('gives the numbers of scikit-learn', async () => {
    const { outputs } = await run(classification, { predictions: given, probabilities: similarity() });
    const { values } = outputs.metrics as unknown as Metrics & { values: Record<string, number> };
    expectNear(values, {
      accuracy: fixture.accuracy,
      ...averages('macro', fixture.macro),
      ...averages('micro', fixture.micro),
      ...averages('weighted', fixture.weighted),
      'log loss': fixture.logLoss,
      'top-5 accuracy': fixture.top5,
      'calibration error': fixture.ece,
    });
    const { rows } = outputs.categories as unknown as Table;
    expect(rows.map(([name]) => name)).toEqual(fixture.labels);
    for (const [at, row] of rows.entries())
      expectNear(Object.fromEntries(row.slice(1, 5).entries()) as Record<string, number>, {
        0: fixture.precision[at]!,
        1: fixture.recall[at]!,
        2: fixture.f1[at]!,
        3: fixture.support[at]!,
      });
  });

  test('says what was never predicted, what has no picture, and how many have no prediction', async () => {
    const { warnings } = await run(classification, { predictions: given });
    const missing = fixture.predicted.filter((name) => name === null).length;
    expect(warnings).toEqual([
      `${missing} of 240 pictures have a true category but no prediction. They count as not found.`,
      '1 category was never predicted, and 1 has no picture. Where a score is 0 divided by 0, it counts as 0, also in the averages.',
    ]);
  });

  test('takes true categories from a list, by picture, in any order', async () => {
    const bare = predictions(pictures(fixture.truth.map(() => undefined)), fixture.predicted, fixture.scores);
    const order = fixture.truth.map((_, at) => (at * 7) % fixture.truth.length);
    const truth = predictions(
      order.map((at) => items[at]!),
      order.map((at) => fixture.truth[at]!),
    );
    const plain = await run(classification, { predictions: given });
    const listed = await run(classification, { predictions: bare, truth });
    expect(listed.outputs.metrics).toEqual(plain.outputs.metrics);
    expect(listed.outputs.categories).toEqual(plain.outputs.categories);
    expect((listed.outputs.predictions as unknown as Labels).items[3]?.label).toBe(fixture.truth[3]);
  });

  test('probabilities may stand in another order, and may lack pictures', async () => {
    const kept = fixture.truth.map((_, at) => at).filter((at) => at % 3 > 0);
    const order = kept.toReversed();
    const probabilities = {
      ...similarity(),
      queries: order.map((at) => items[at]!),
      scores: { form: 'dense', tensor: tensor(order.map((at) => fixture.probabilities[at]!)) },
    };
    const part = predictions(
      kept.map((at) => items[at]!),
      kept.map((at) => fixture.predicted[at]!),
    );
    const sorted = {
      ...similarity(),
      queries: part.items,
      scores: { form: 'dense', tensor: tensor(kept.map((at) => fixture.probabilities[at]!)) },
    };
    const whole = await run(classification, { predictions: given, probabilities });
    const some = await run(classification, { predictions: part, probabilities: sorted });
    const logLoss = ({ outputs }: typeof some) =>
      (outputs.metrics as unknown as { values: Record<string, number> }).values['log loss'];
    expect(logLoss(whole)).toBeCloseTo(logLoss(some)!, 9);
    expect(whole.warnings).toContain(
      '*Probabilities* has no row for 80 of 240 measured pictures. Log loss and top-5 accuracy are of the others.',
    );
  });

  test('leaves out pictures without prediction if asked to, and pictures without true category always', async () => {
    const some = pictures(['a', 'a', undefined, 'b']);
    const said = predictions(some, ['a', null, 'a', 'b']);
    const all = await run(classification, { predictions: said });
    expect(all.outputs.metrics).toMatchObject({
      values: {
        accuracy: 2 / 3,
        'measured pictures': 3,
        'without true category': 1,
        'without prediction': 1,
      },
    });
    const { outputs, warnings } = await run(
      classification,
      { predictions: said },
      { unpredicted: 'leftOut' },
    );
    expect(outputs.metrics).toMatchObject({ values: { accuracy: 1, 'measured pictures': 2 } });
    expect(warnings).toEqual([
      '1 of 4 pictures has no true category and is not measured.',
      '1 of 4 pictures has a true category but no prediction. They are left out.',
    ]);
  });

  test('refuses pictures of which none has a true category, and says what to do', async () => {
    const bare = predictions(pictures([undefined, undefined]), ['a', 'b']);
    await expect(run(classification, { predictions: bare })).rejects.toThrow(
      'None of the 2 pictures has a true category, so there is nothing to measure against. Turn on *Categories from subfolders* in *Load folder*, or connect the true categories to *Truth*.',
    );
  });
});

describe('a confusion', () => {
  test('counts as the matrix of scikit-learn', () => {
    const { categories: names, cells } = confusionOf(fixture);
    expect(names).toEqual(fixture.labels);
    const dense = names.map(() => Array<number>(names.length + 1).fill(0));
    for (const [row, column, count] of cells) dense[row]![column] = count;
    expect(dense).toEqual(fixture.confusion);
  });

  test('of nothing has no numbers', () => {
    const scores = classificationScores({ categories: [], cells: [] } satisfies Confusion);
    expect([scores.accuracy, scores.macro.f1, scores.micro.f1, scores.weighted.f1]).toEqual(
      Array(4).fill(Number.NaN),
    );
  });
});

test("McNemar's exact test gives the p-values of SciPy", () => {
  for (const { first, second, p } of measuring<{ first: number; second: number; p: number }[]>('mcnemar')) {
    expect(Math.abs(mcnemarExact(first, second) - p)).toBeLessThan(near);
    expect(mcnemarExact(second, first)).toBe(mcnemarExact(first, second));
    expect(mcnemarExact(first, second) / p).toBeCloseTo(1, 6);
  }
});
