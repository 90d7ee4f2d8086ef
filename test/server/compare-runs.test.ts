import { expect, test } from 'vitest';
import {
  type ComparableRun,
  changesIn,
  compareRuns,
  comparisonTable,
  sizeOfChange,
} from '../../server/contract/compare-runs.ts';
import { readView } from '../../server/contract/view.ts';
import type { WorkflowNode } from '../../workflows/workflow.ts';

const picture = (path: string, label: string | null = null) => ({ path, label, ref: `ref-${path}` });

function run(
  views: Readonly<Record<string, unknown>>,
  nodes: readonly Partial<WorkflowNode>[] = [],
): ComparableRun {
  return {
    workflow: { nodes: nodes.map((node) => ({ id: 'n', type: 'view/matches', ...node })) },
    views: Object.fromEntries(Object.entries(views).map(([id, json]) => [id, readView(json)])),
  };
}

const ranking = (query: object, scores: readonly (readonly [path: string, score: number])[]) => ({
  query,
  results: scores.map(([path, score]) => ({ item: picture(path), score })),
});
const matches = (...rankings: object[]) => ({ view: 'matches', matches: rankings });
const told = (comparison: ReturnType<typeof compareRuns>, part = 0) =>
  comparison.parts[part]?.rows.map(({ item, change, before, after, difference }) => [
    item.title,
    change,
    before?.rank ?? null,
    after?.rank ?? null,
    difference,
  ]);

test('equal scores share a rank, so pictures that only change places in a tie have not moved', () => {
  const query = { text: 'cat' };
  const before = run({
    show: matches(
      ranking(query, [
        ['a', 0.9],
        ['b', 0.5],
        ['c', 0.5],
        ['d', 0.1],
      ]),
    ),
  });
  const after = run({
    show: matches(
      ranking(query, [
        ['c', 0.5],
        ['b', 0.5],
        ['a', 0.4],
        ['d', 0.1],
      ]),
    ),
  });
  expect(told(compareRuns(before, after))).toEqual([
    ['c', 'up', 2, 1, 1],
    ['b', 'up', 2, 1, 1],
    ['a', 'down', 1, 3, -2],
    ['d', 'same', 4, 4, 0],
  ]);
  const swapped = run({
    show: matches(
      ranking(query, [
        ['a', 0.9],
        ['c', 0.5],
        ['b', 0.5],
        ['d', 0.1],
      ]),
    ),
  });
  expect(changesIn(compareRuns(before, swapped).parts[0]?.rows ?? [])).toMatchObject({ same: 4 });
});

test('a picture that only one run has is new or gone, and sorts before every picture that moved', () => {
  const before = run({
    show: matches(
      ranking({ text: 'x' }, [
        ['a', 0.9],
        ['b', 0.8],
        ['c', 0.7],
      ]),
    ),
  });
  const after = run({
    show: matches(
      ranking({ text: 'x' }, [
        ['d', 0.9],
        ['c', 0.8],
        ['b', 0.7],
      ]),
    ),
  });
  const comparison = compareRuns(before, after);
  expect(told(comparison)).toEqual([
    ['d', 'new', null, 1, null],
    ['c', 'up', 3, 2, 1],
    ['b', 'down', 2, 3, -1],
    ['a', 'gone', 1, null, null],
  ]);
  const rows = comparison.parts[0]?.rows ?? [];
  expect(rows.toSorted((a, b) => sizeOfChange(b) - sizeOfChange(a)).map(({ item }) => item.title)).toEqual([
    'd',
    'a',
    'c',
    'b',
  ]);
});

test('queries are paired by what they are, and a changed query meets the one in its place', () => {
  const one = (text: string, path: string) => ranking({ text }, [[path, 0.5]]);
  const before = run({ show: matches(one('cat', 'a'), one('dog', 'b')) });
  const after = run({ show: matches(one('bird', 'c'), one('cat', 'a'), one('fish', 'd')) });
  const { parts } = compareRuns(before, after);
  expect(parts.map(({ query }) => [query?.before?.title ?? null, query?.after?.title ?? null])).toEqual([
    ['dog', 'bird'],
    ['cat', 'cat'],
    [null, 'fish'],
  ]);
  expect(told({ params: [], parts }, 2)).toEqual([['d', 'new', null, 1, null]]);
});

test('equal file names in two folders are two pictures', () => {
  const at = (ref: string) =>
    matches({ query: { text: 'x' }, results: [{ item: { path: 'a.jpg', ref }, score: 1 }] });
  expect(
    told(compareRuns(run({ show: at('here') }), run({ show: at('there') })))?.map(([, change]) => change),
  ).toEqual(['new', 'gone']);
});

test('pictures whose best category differs have changed category; a tie keeps the first one', () => {
  const bars = (...groups: readonly (readonly [string, Readonly<Record<string, number>>])[]) => ({
    view: 'bars',
    groups: groups.map(([path, values]) => ({
      item: picture(path),
      bars: Object.entries(values).map(([label, value]) => ({ label, value })),
    })),
  });
  const before = run({ show: bars(['a', { cat: 0.6, dog: 0.4 }], ['b', { cat: 0.5, dog: 0.5 }]) });
  const after = run({ show: bars(['a', { cat: 0.2, dog: 0.8 }], ['b', { cat: 0.75, dog: 0.25 }]) });
  const [part] = compareRuns(before, after).parts;
  expect(part).toMatchObject({
    kind: 'categories',
    rows: [
      { change: 'changed', before: { category: 'cat' }, after: { category: 'dog' }, difference: null },
      { change: 'same', before: { category: 'cat', value: 0.5 }, difference: 0.25 },
    ],
  });
});

test('numbers of a table are compared by the texts of their row and the title of their column', () => {
  const table = (rows: readonly object[]) => ({
    view: 'table',
    columns: [
      { key: 'name', title: 'Name', type: 'text' },
      { key: 'mean', title: 'Mean', type: 'number' },
      { key: 'std', title: 'Spread', type: 'number' },
    ],
    rows,
  });
  const before = run({
    show: table([
      { name: 'red', mean: 1, std: 2 },
      { name: 'green', mean: 3, std: null },
    ]),
  });
  const after = run({
    show: table([
      { name: 'green', mean: 3, std: 7 },
      { name: 'red', mean: 1.5, std: 1 },
    ]),
  });
  expect(
    compareRuns(before, after).parts[0]?.rows.map(({ item, change, difference }) => [
      item.title,
      change,
      difference,
    ]),
  ).toEqual([
    ['green · Mean', 'same', 0],
    ['green · Spread', 'new', null],
    ['red · Mean', 'up', 0.5],
    ['red · Spread', 'down', -1],
  ]);
});

test('two runs without a view of one kind have nothing to compare, and damaged views do no harm', () => {
  const words = run({ show: matches(ranking({ text: 'x' }, [['a', 1]])) });
  expect(compareRuns(words, run({ show: { view: 'gallery', items: [] } })).parts).toEqual([]);
  expect(compareRuns(words, run({ show: { view: 'matches', matches: 7 } })).parts).toHaveLength(1);
  expect(compareRuns(run({}), run({ a: null, b: { view: 'future' } })).parts).toEqual([]);
  expect(compareRuns(run({ a: { view: 'patches' } }), run({ a: { view: 'patches' } })).parts).toEqual([]);
  const other = run({ other: matches(ranking({ text: 'x' }, [['a', 1]])) });
  expect(told(compareRuns(words, other))).toEqual([['a', 'same', 1, 1, 0]]);
});

test('params that differ are named, also those that only one run has', () => {
  const before = run({}, [{ id: 'top', type: 'compare/top-k', title: 'Best', params: { k: 3, a: [1] } }]);
  const after = run({}, [
    { id: 'top', type: 'compare/top-k', title: 'Best', params: { k: 5, a: [1], least: 0.1 } },
    { id: 'more', params: { x: 1 } },
  ]);
  expect(compareRuns(before, after).params).toEqual([
    { nodeId: 'top', title: 'Best', type: 'compare/top-k', param: 'k', before: 3, after: 5 },
    { nodeId: 'top', title: 'Best', type: 'compare/top-k', param: 'least', before: undefined, after: 0.1 },
  ]);
});

test('the table for export has one row for each row of each part', () => {
  const before = run({ show: matches(ranking({ text: 'x' }, [['a', 0.25]])) });
  const after = run({ show: matches(ranking({ text: 'y' }, [['b', 0.5]])) });
  const { header, rows } = comparisonTable(compareRuns(before, after));
  expect(rows.map((row) => Object.fromEntries(row.map((cell, at) => [header[at], cell])))).toMatchObject([
    {
      node: 'show',
      query_before: 'x',
      query_after: 'y',
      item: 'b',
      change: 'new',
      rank_after: 1,
      value_after: 0.5,
    },
    { item: 'a', change: 'gone', rank_before: 1, value_before: 0.25, rank_after: null },
  ]);
});
