import { describe, expect, test } from 'vitest';
import reroute from '../../nodes/flow/reroute.ts';
import choose from '../../nodes/flow/switch.ts';
import type { Labels, Matches } from '../../nodes/sdk/index.ts';
import bars from '../../nodes/view/bars.ts';
import gallery from '../../nodes/view/gallery.ts';
import matchesView from '../../nodes/view/matches.ts';
import { named, runPure } from './run-pure.ts';

const images = named(['a/1.jpg', 'a/2.jpg', 'b/3.jpg']);

describe('flow', () => {
  test('a switch needs only the chosen input, and passes on the same value', async () => {
    expect(choose.needs?.({ choice: 'b' })).toEqual(['b']);
    expect((await runPure(choose, { b: images }, { choice: 'b' })).value).toBe(images);
  });

  test('a switch set to an unconnected input is refused', async () => {
    await expect(runPure(choose, { a: images }, { choice: 'b' })).rejects.toThrow(
      '*Switch* is set to B, but nothing is connected there. Connect something, or choose the other input.',
    );
  });

  test('a reroute passes on the same value', async () => {
    expect((await runPure(reroute, { value: images })).value).toBe(images);
  });
});

describe('views', () => {
  test('three numbers of one metric are named red, green and blue', async () => {
    const metrics = { kind: 'metrics', values: { mean: [0.1, 0.2, 0.3], images: 4, pair: [5, 6] } };
    const { view } = await runPure(
      bars,
      { values: metrics },
      { bars: 9 },
      { signal: new AbortController().signal },
    );
    expect(view.view === 'bars' && view.groups[0]?.bars.map(({ label }) => label)).toEqual([
      'mean red',
      'mean green',
      'mean blue',
      'images',
      'pair 1',
      'pair 2',
    ]);
  });

  test('a gallery shows the first pictures and says how many there are', async () => {
    const { view } = await runPure(gallery, { images }, { limit: 2 });
    expect(view).toEqual({
      kind: 'view',
      view: 'gallery',
      items: images.items.slice(0, 2),
      total: 3,
      skipped: [],
    });
  });

  test('a gallery of labels shows the given labels, not the labels of the pictures', async () => {
    const labels: Labels = { kind: 'labels', items: images.items, labels: ['x', null, 'y'] };
    const { view } = await runPure(gallery, { images: labels });
    expect(view.view === 'gallery' && view.items.map(({ label }) => label)).toEqual(['x', undefined, 'y']);
  });

  test('matches shows the first queries, with the first matches of each', async () => {
    const [one, two, three] = images.items as [never, never, never];
    const row = (query: never) => ({
      query,
      results: [two, three].map((item, index) => ({ item, index, score: 0.5 })),
    });
    const matches: Matches = { kind: 'matches', metric: 'cosine', results: [one, two].map(row), skipped: [] };
    const { view } = await runPure(matchesView, { matches }, { queries: 1, perQuery: 1 });
    expect(view.view === 'matches' && view.matches.results).toEqual([
      { query: one, results: [{ item: two, index: 0, score: 0.5 }] },
    ]);
    expect(view).toMatchObject({ total: 4 });
  });

  test('views show everything unless a limit is set', async () => {
    const items = Array.from({ length: 3000 }, (_, i) => ({ ...images.items[0]!, path: `${i}.png` }));
    const { view: shown } = await runPure(gallery, { images: { ...images, items } });
    expect(shown.view === 'gallery' && shown.items.length).toBe(3000);
    const results = items.slice(0, 300).map((query) => ({
      query,
      results: items.slice(0, 200).map((item, index) => ({ item, index, score: 0.5 })),
    }));
    const matches: Matches = { kind: 'matches', metric: 'cosine', results, skipped: [] };
    const { view } = await runPure(matchesView, { matches });
    expect(view.view === 'matches' && view.matches.results).toEqual(results);
  });

  test('a view of very many matches stays within what a browser can show, and says how many there are', async () => {
    const item = images.items[0]!;
    const many = Array.from({ length: 1000 }, (_, index) => ({ item, index, score: 0.5 }));
    const results = Array.from({ length: 300 }, () => ({ query: item, results: many }));
    const matches: Matches = { kind: 'matches', metric: 'cosine', results, skipped: [] };
    const { view } = await runPure(matchesView, { matches });
    if (view.view !== 'matches') throw new Error(view.view);
    expect(view.total).toBe(300_000);
    expect(view.matches.results.reduce((sum, row) => sum + row.results.length, 0)).toBe(200_000);
  });
});
