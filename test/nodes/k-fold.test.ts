import { describe, expect, test } from 'vitest';
import kFold from '../../nodes/evaluate/k-fold.ts';
import {
  accuracyAndF1,
  type Labels,
  type LearnedMethod,
  type LearningSet,
  meanAndDeviation,
  predictHeldOut,
  type Table,
} from '../../nodes/sdk/index.ts';
import { deviceWorld, handMade, rowsOf } from './device-world.ts';
import { categories, measuring, pictures, predictions } from './measuring.ts';

const near = 1e-6;
const { world, tensor, run } = deviceWorld();

interface Scores {
  readonly accuracy: number;
  readonly macroF1: number;
}
const fixture = measuring<{
  readonly labels: string[];
  readonly vectors: number[][];
  readonly fold: number[];
  readonly k: number;
  readonly folds: Readonly<Record<LearnedMethod, Scores[]>>;
  readonly mean: Readonly<Record<LearnedMethod, Scores>>;
  readonly std: Readonly<Record<LearnedMethod, Scores>>;
}>('k-fold');
const names = [...new Set(fixture.labels)].sort();
const embeddings = (labels: readonly (string | undefined)[] = fixture.labels) => ({
  kind: 'embeddings',
  tensor: tensor(fixture.vectors),
  items: pictures(labels),
  skipped: [],
  space: handMade,
});
const settings = {
  neighbours: fixture.k,
  scale: 30,
  probe: { c: 1, balanced: false, unit: true, steps: 200 },
};

describe('on given folds', () => {
  test.each(['knn', 'prototypes', 'linear-probe'] as const)(
    '%s has the numbers of the reference',
    async (method) => {
      const lease = world().runtime.services.lease({
        nodeId: 'x',
        signal: new AbortController().signal,
        progress: () => {},
        warn: () => {},
        preview: () => {},
      });
      const all: Scores[] = [];
      for (let part = 0; part < 5; part++) {
        const rows = [...fixture.fold.keys()];
        const set: LearningSet = {
          vectors: tensor(fixture.vectors),
          items: pictures(fixture.labels),
          categories: names,
          targets: fixture.labels.map((label) => names.indexOf(label)),
          training: rows.filter((row) => fixture.fold[row] !== part),
          heldOut: rows.filter((row) => fixture.fold[row] === part),
          space: handMade,
        };
        const p = await predictHeldOut(method, set, settings, lease.ctx);
        const predicted = set.heldOut.map((_, at) => {
          const own = [...p.subarray(at * 3, at * 3 + 3)];
          return names[own.indexOf(Math.max(...own))]!;
        });
        all.push(accuracyAndF1({ truth: set.heldOut.map((row) => fixture.labels[row]!), predicted }));
      }
      lease.end();
      for (const field of ['accuracy', 'macroF1'] as const) {
        const { mean, deviation } = meanAndDeviation(all.map((one) => one[field]));
        for (const [part, one] of all.entries())
          expect(Math.abs(one[field] - fixture.folds[method][part]![field]), `fold ${part}`).toBeLessThan(
            near,
          );
        expect(Math.abs(mean - fixture.mean[method][field])).toBeLessThan(near);
        expect(Math.abs(deviation - fixture.std[method][field])).toBeLessThan(near);
      }
    },
  );
});

describe('cross-validate', () => {
  const tableOf = (outputs: Readonly<Record<string, unknown>>) => outputs.table as unknown as Table;

  test('measures every picture once by a model that did not learn from it, the same again for the same seed', async () => {
    const { outputs, warnings } = await run(kFold, { embeddings: embeddings() }, { shown: 'knn', seed: 3 });
    const { rows } = tableOf(outputs);
    expect(rows.map(([method]) => method)).toEqual([
      'nearest neighbours',
      'nearest prototypes',
      'linear probe',
    ]);
    for (const row of rows) {
      expect(row[1]).toBeGreaterThan(0.7);
      expect(row[1]).toBeLessThan(0.95);
      expect(row[5]).toBe(5);
    }
    // Folds of 18 pictures: their mean accuracy is that of all predictions together.
    const labels = outputs.labels as unknown as Labels;
    const right = labels.labels.filter((label, at) => label === fixture.labels[at]).length;
    expect(rows[0]?.[1]).toBeCloseTo(right / 90, 9);
    const made = outputs.probabilities as { scores: { tensor: never } };
    for (const row of rowsOf(made.scores.tensor)) expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    expect(warnings).toEqual([]);
    const again = await run(kFold, { embeddings: embeddings() }, { shown: 'knn', seed: 3 });
    expect(again.outputs).toEqual(outputs);
    const other = await run(kFold, { embeddings: embeddings() }, { shown: 'knn', seed: 4 });
    expect(tableOf(other.outputs)).not.toEqual(tableOf(outputs));
  });

  test('measures a LoRA too if wished, which is no worse than the prototypes that it starts from', async () => {
    const { outputs } = await run(kFold, { embeddings: embeddings() }, { lora: true, folds: 3 });
    const { rows } = tableOf(outputs);
    const of = (name: string) => rows.find(([method]) => method === name)?.[1] as number;
    expect(rows.map(([method]) => method)).toContain('LoRA');
    expect(of('LoRA')).toBeGreaterThanOrEqual(of('nearest prototypes') - 0.05);
  });

  test('finds nothing in vectors that have nothing to do with the categories', async () => {
    const shuffledLabels = fixture.labels.map((_, at) => names[at % 3]!);
    const { outputs } = await run(kFold, { embeddings: embeddings(shuffledLabels) });
    for (const [, accuracy] of tableOf(outputs).rows) expect(accuracy).toBeLessThan(0.55);
  });

  test('measures zero-shot with texts, whose other categories count as wrong', async () => {
    const mean = (name: string) => {
      const rows = fixture.vectors.filter((_, at) => fixture.labels[at] === name);
      return rows[0]!.map((_, at) => rows.reduce((sum, row) => sum + row[at]!, 0) / rows.length);
    };
    const texts = (more: readonly string[], vectors: readonly (readonly number[])[]) => ({
      kind: 'embeddings',
      tensor: tensor([...names.map(mean), ...vectors]),
      items: categories([...names, ...more]),
      skipped: [],
      space: { ...handMade, tower: 'text' },
    });
    const plain = await run(kFold, { embeddings: embeddings(), texts: texts([], []) });
    const row = tableOf(plain.outputs).rows.at(-1);
    expect(row?.[0]).toBe('zero-shot');
    expect(row?.[1]).toBeGreaterThan(0.7);
    const other = await run(kFold, { embeddings: embeddings(), texts: texts(['other'], [mean('x')]) });
    // Of equal cosines, the category that comes first wins, so the copy takes nothing away.
    expect(tableOf(other.outputs).rows.at(-1)?.[1]).toBe(row?.[1]);
  });

  test('takes categories from a list, leaves out pictures without one, and warns of small categories', async () => {
    const truth = predictions(
      pictures(fixture.labels),
      fixture.labels.map((label, at) => (at === 4 ? null : label)),
    );
    const bare = embeddings(fixture.labels.map(() => 'from the folder'));
    const { outputs, warnings } = await run(kFold, { embeddings: bare, truth }, { folds: 40 });
    expect((outputs.labels as unknown as Labels).items).toHaveLength(89);
    expect(warnings.join()).toMatch(/3 of 3 categories have fewer pictures than there are folds \(40\)/);
  });
});
