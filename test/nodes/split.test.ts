import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import split from '../../nodes/image/split.ts';
import { named, runPure } from './run-pure.ts';

const many = (label: string, count: number) => Array.from({ length: count }, (_, n) => `${label}/${n}.jpg`);
const paths = (images: { items: readonly { path: string }[] }) => images.items.map(({ path }) => path);

describe('split', () => {
  test('gives every picture to one set, in its order', async () => {
    const counts = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 5 });
    const shares = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }));
    await fc.assert(
      fc.asyncProperty(counts, shares, fc.boolean(), fc.nat(), async (sizes, [a, b], stratified, seed) => {
        const [train, validation] = [a, Math.min(b, 100 - a)];
        const all = sizes.flatMap((count, label) => many(`l${label}`, count));
        const sets = await runPure(split, { images: named(all) }, { train, validation, stratified, seed });
        const found = [sets.train, sets.validation, sets.test].map(paths);
        expect(found.flat().sort()).toEqual([...all].sort());
        for (const list of found) expect(list).toEqual(all.filter((path) => list.includes(path)));
      }),
      { numRuns: 60 },
    );
  });

  test('keeps the mix of labels: 70, 15 and 15% of each', async () => {
    const all = [...many('a', 100), ...many('b', 40)];
    const sets = await runPure(split, { images: named(all) });
    const count = (images: typeof sets.train, label: string) =>
      images.items.filter((item) => item.label === label).length;
    expect(['a', 'b'].map((label) => count(sets.train, label))).toEqual([70, 28]);
    expect(['a', 'b'].map((label) => count(sets.validation, label))).toEqual([15, 6]);
    expect(['a', 'b'].map((label) => count(sets.test, label))).toEqual([15, 6]);
  });

  test('keeps the shares over many small labels', async () => {
    const all = Array.from({ length: 100 }, (_, label) => many(`l${label}`, 3)).flat();
    const sets = await runPure(split, { images: named(all) }, { train: 50, validation: 25 });
    expect([sets.train.items.length, sets.validation.items.length, sets.test.items.length]).toEqual([
      150, 75, 75,
    ]);
  });

  test('keeps a training picture of every label', async () => {
    const all = Array.from({ length: 20 }, (_, label) => many(`l${label}`, 2)).flat();
    const { train } = await runPure(split, { images: named(all) }, { train: 20, validation: 20 });
    expect(new Set(train.items.map(({ label }) => label)).size).toBe(20);
  });

  test('depends only on the seed', async () => {
    const images = named(many('a', 50));
    const [one, again, other] = await Promise.all(
      [1, 1, 2].map((seed) => runPure(split, { images }, { seed })),
    );
    expect(paths(again!.train)).toEqual(paths(one!.train));
    expect(paths(other!.train)).not.toEqual(paths(one!.train));
  });

  test('refuses shares of more than 100%', async () => {
    await expect(runPure(split, { images: named([]) }, { train: 70, validation: 40 })).rejects.toThrow(
      'Train and validation together take 110% of the pictures, but there is only 100%. Lower one of them.',
    );
  });
});
