import { describe, expect, test } from 'vitest';
import compare from '../../nodes/evaluate/compare.ts';
import suspects from '../../nodes/label/suspects.ts';
import type { Images, Labels, Similarity, Table } from '../../nodes/sdk/index.ts';
import { deviceWorld } from './device-world.ts';
import { categories, measuring, pictures, predictions } from './measuring.ts';

const { tensor, run } = deviceWorld();

describe('suspects', () => {
  const fixture = measuring<{
    readonly categories: string[];
    readonly given: string[];
    readonly probabilities: number[][];
    readonly suspects: { readonly at: number; readonly as: string }[];
  }>('suspects');
  const similarity = (given: readonly (string | undefined)[]): Similarity => ({
    kind: 'similarity',
    queries: pictures(given),
    gallery: categories(fixture.categories),
    metric: 'softmax',
    scores: { form: 'dense', tensor: tensor(fixture.probabilities) },
    skipped: [{ name: 'x.png', reason: 'It is broken.' }],
  });

  test('are those of confident learning, the most suspicious first, with a reason', async () => {
    const { outputs, warnings } = await run(suspects, { probabilities: similarity(fixture.given) });
    const [images, labels, table] = [outputs.images, outputs.labels, outputs.table] as unknown as [
      Images,
      Labels,
      Table,
    ];
    expect(images.items.map(({ path }) => path)).toEqual(fixture.suspects.map(({ at }) => `${at}.png`));
    expect(images.items.map(({ label }) => label)).toEqual(
      fixture.suspects.map(({ at }) => fixture.given[at]),
    );
    expect(labels.labels).toEqual(fixture.suspects.map(({ as }) => as));
    const [first] = fixture.suspects;
    const share = fixture.probabilities[first!.at]![fixture.categories.indexOf(first!.as)]!;
    expect(table.rows[0]?.slice(0, 2)).toEqual([
      `${first!.at}.png`,
      `${fixture.given[first!.at]}; ${Math.round(share * 100)}% ${first!.as}`,
    ]);
    expect(labels.scores?.[0]).toBeCloseTo(share, 9);
    expect(warnings).toEqual([]);
  });

  test('with the right categories are counted: how many are wrong, found, and found first', async () => {
    const [first, second] = fixture.suspects;
    const right = fixture.given.map((name, at) => (at === first?.at || at === second?.at ? 'other' : name));
    const unseen = fixture.given.findIndex((_, at) => !fixture.suspects.some((one) => one.at === at));
    right[unseen] = 'other';
    const { outputs } = await run(suspects, {
      probabilities: similarity(fixture.given),
      truth: predictions(pictures(fixture.given), right),
    });
    expect((outputs.metrics as unknown as { values: object }).values).toEqual({
      'checked pictures': 120,
      suspects: fixture.suspects.length,
      'really wrong': 3,
      found: 2,
      'found first': 2,
    });
    const { columns, rows } = outputs.table as unknown as Table;
    expect(columns.slice(-2).map(({ key }) => key)).toEqual(['truth', 'wrong']);
    expect(rows.slice(0, 3).map((row) => row.at(-1))).toEqual([true, true, false]);
  });

  test('are not suspected as a category that a person ruled out', async () => {
    const [first] = fixture.suspects;
    const all = similarity(fixture.given);
    const queries = all.queries.map((item, at) => (at === first!.at ? { ...item, not: [first!.as] } : item));
    const { outputs } = await run(suspects, { probabilities: { ...all, queries } as Similarity });
    const { items, labels } = outputs.labels as unknown as Labels;
    const at = items.findIndex((item) => item.kind === 'image' && item.path === `${first!.at}.png`);
    expect(at < 0 ? undefined : labels[at]).not.toBe(first!.as);
    expect(items.length).toBeGreaterThanOrEqual(fixture.suspects.length - 1);
  });

  test('are the same with categories from a list, and what cannot be judged is counted', async () => {
    const truth = predictions(pictures(fixture.given), fixture.given);
    const bare = similarity(fixture.given.map(() => undefined));
    const listed = await run(suspects, { probabilities: bare, labels: truth });
    expect((listed.outputs.labels as unknown as Labels).labels).toEqual(fixture.suspects.map(({ as }) => as));
    const some = fixture.given.map((name, at) => (at === 0 ? undefined : at === 1 ? 'unknown' : name));
    const { warnings } = await run(suspects, { probabilities: similarity(some) });
    expect(warnings).toEqual([
      '1 of 120 pictures has no true category and is not measured.',
      '1 picture has a category that is not among the categories of *Probabilities*, so it is not judged.',
    ]);
  });
});

describe('compare predictions', () => {
  const truth = [...Array<string>(40).fill('cat'), ...Array<string>(40).fill('dog')];
  const items = pictures(truth);
  const wrongAt = (places: readonly number[]) =>
    predictions(
      items,
      truth.map((name, at) => (places.includes(at) ? 'emu' : name)),
    );
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);
  const tableOf = (outputs: Readonly<Record<string, unknown>>) => outputs.table as unknown as Table;

  test('says how much they differ, and whether that could be chance', async () => {
    const before = wrongAt(range(0, 30));
    const { outputs, warnings } = await run(
      compare,
      { predictions: [before, wrongAt(range(20, 31)), wrongAt(range(0, 29)), before, wrongAt(range(0, 60))] },
      { names: ['before', 'after', 'third', 'again', 'worst'] },
    );
    const { rows } = tableOf(outputs);
    expect(rows.map(([name, accuracy]) => [name, accuracy])).toEqual([
      ['before', 50 / 80],
      ['after', 69 / 80],
      ['third', 51 / 80],
      ['again', 50 / 80],
      ['worst', 20 / 80],
    ]);
    expect(rows.map((row) => row.slice(4, 6))).toEqual([
      [null, null],
      [20, 1],
      [1, 0],
      [0, 0],
      [0, 30],
    ]);
    expect(rows.map((row) => row.at(-1))).toEqual([
      'the first',
      'clearly better',
      'could be chance',
      'the same',
      'clearly worse',
    ]);
    // Two-sided, 21 coins with at most 1 head: 2 (1 + 21) / 2^21.
    expect(rows[1]?.[6]).toBeCloseTo((2 * 22) / 2 ** 21, 12);
    expect(outputs.view).toMatchObject({
      groups: [{ bars: rows.map(([label, value]) => ({ label, value })) }],
    });
    expect(warnings).toEqual([]);
  });

  test('pairs pictures by their file, and leaves out and counts what is not in all', async () => {
    const before = wrongAt([0]);
    const order = range(5, 80).toReversed();
    const after = predictions(
      order.map((at) => items[at]!),
      order.map((at) => truth[at]!),
    );
    const { outputs, warnings } = await run(compare, { predictions: [before, after] }, { names: ['before'] });
    expect(tableOf(outputs).rows.map((row) => row.slice(0, 2))).toEqual([
      ['before', 1],
      ['2', 1],
    ]);
    expect(warnings).toEqual([
      '*Names* has 1 name, but there are 2 predictions to compare. The others are called by their number.',
      '5 pictures are not in all of the predictions, so they are left out: a comparison needs the same pictures.',
    ]);
  });
});
