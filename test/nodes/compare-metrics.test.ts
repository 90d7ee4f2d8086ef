import { describe, expect, test } from 'vitest';
import compareMetrics from '../../nodes/evaluate/compare-metrics.ts';
import mixUp from '../../nodes/label/mix-up.ts';
import type { Images, Labels, Table, Texts } from '../../nodes/sdk/index.ts';
import categoryNames from '../../nodes/text/category-names.ts';
import { deviceWorld } from './device-world.ts';
import { pictures } from './measuring.ts';

const { run } = deviceWorld();
const metrics = (values: Record<string, number | readonly number[]>) => ({ kind: 'metrics', values });

describe('compare metrics', () => {
  const before = metrics({ accuracy: 0.5, mAP: 0.25, mean: [1, 2] });
  const after = metrics({ accuracy: 0.75, loss: 1 });
  const tableOf = ({ outputs }: Awaited<ReturnType<typeof run>>) => outputs.table as unknown as Table;

  test('has a column for each wire and how much the second is higher; what a wire lacks is empty', async () => {
    const ran = await run(compareMetrics, { metrics: [before, after] }, { names: ['old', ' new '] });
    const { columns, rows } = tableOf(ran);
    expect(columns.map(({ title }) => title)).toEqual(['Metric', 'old', 'new', 'Difference']);
    expect(rows).toEqual([
      ['accuracy', 0.5, 0.75, 0.25],
      ['mAP', 0.25, null, null],
      ['loss', null, 1, null],
    ]);
    expect(ran.warnings).toEqual([]);
  });

  test('of three wires says no difference, and shows the wanted numbers only', async () => {
    const ran = await run(
      compareMetrics,
      { metrics: [before, after, before] },
      { names: ['a'], only: 'ACC，map' },
    );
    expect(tableOf(ran).columns.map(({ title }) => title)).toEqual(['Metric', 'a', '2', '3']);
    expect(tableOf(ran).rows.map(([name]) => name)).toEqual(['accuracy', 'mAP']);
    expect(ran.warnings).toEqual([
      '*Names* has 1 name, but 3 wires are connected. The others are called by their number.',
    ]);
  });

  test('shows all and says so if no name fits', async () => {
    const ran = await run(compareMetrics, { metrics: [before] }, { only: 'nothing' });
    expect(tableOf(ran).rows).toHaveLength(2);
    expect(ran.warnings).toEqual([
      'No number has a name with nothing, so all are shown. There are accuracy and mAP.',
    ]);
  });
});

describe('mix up', () => {
  const given = Array.from({ length: 200 }, (_, at) => (at % 10 === 9 ? undefined : `c${at % 4}`));
  const images = { kind: 'images', items: pictures(given), skipped: [] };
  const mixed = async (params: Record<string, unknown>, source: unknown = images) => {
    const { outputs, warnings } = await run(mixUp, { images: source }, params);
    const [made, truth] = [outputs.images, outputs.truth] as unknown as [Images, Labels];
    return { labels: made.items.map(({ label }) => label), truth: truth.labels, warnings };
  };

  test('gives exactly the share another category, the same ones for the same seed, and tells the right ones', async () => {
    const { labels, truth } = await mixed({ share: 10, seed: 1 });
    expect(truth).toEqual(given.map((label) => label ?? null));
    const changed = labels.flatMap((label, at) => (label === given[at] ? [] : [at]));
    // 180 pictures have a category.
    expect(changed).toHaveLength(18);
    for (const at of changed) expect(['c0', 'c1', 'c2', 'c3']).toContain(labels[at]);
    expect(labels.filter((label) => label === undefined)).toHaveLength(20);
    expect((await mixed({ share: 10, seed: 1 })).labels).toEqual(labels);
    expect((await mixed({ share: 10, seed: 2 })).labels).not.toEqual(labels);
  });

  test('changes nothing at 0%, everything at 100%, and says if there is only one category', async () => {
    expect((await mixed({ share: 0 })).labels).toEqual(given);
    const all = await mixed({ share: 100 });
    expect(all.labels.filter((label, at) => label !== undefined && label === given[at])).toEqual([]);
    const one = { ...images, items: pictures(['cat', 'cat']) };
    const { labels, warnings } = await mixed({ share: 50 }, one);
    expect(labels).toEqual(['cat', 'cat']);
    expect(warnings).toEqual([
      'The pictures have 1 category, so none can get a wrong one. Load pictures of at least two categories.',
    ]);
  });
});

test('category names are those of the pictures, each once, in every template', async () => {
  const images = { kind: 'images', items: pictures(['dog', 'cat', undefined, 'dog']), skipped: [] };
  const { outputs } = await run(categoryNames, { images }, { templates: ['{}', 'a {}'] });
  const { items } = outputs.texts as unknown as Texts;
  expect(items.map(({ text, label }) => [text, label])).toEqual([
    ['cat', 'cat'],
    ['a cat', 'cat'],
    ['dog', 'dog'],
    ['a dog', 'dog'],
  ]);
  const bare = { ...images, items: pictures([undefined]) };
  const { warnings } = await run(categoryNames, { images: bare });
  expect(warnings[0]).toMatch(/^None of the 1 pictures has a category/);
});
