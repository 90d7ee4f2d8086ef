import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvOf } from '../../../client/results/csv.ts';
import { exportName } from '../../../client/results/export-name.ts';
import { partOf, rowsOf } from '../../../client/results/export-text.ts';
import { labelsOf } from '../../../client/results/gallery-view.tsx';
import { kindOf } from '../../../client/results/kinds.ts';
import { readView } from '../../../server/contract/view.ts';

const cat = { path: 'animals/cat.png', label: 'animals', file: '/x/cat.png', ref: 'r.s' };

describe('a view as the server tells it', () => {
  test('a gallery has its pictures by reference, and what was skipped with its reason', () => {
    expect(
      readView({
        view: 'gallery',
        total: 9,
        items: [cat, { path: 'p', label: null, asset: 'h' }],
        skipped: [{ name: 'b.txt', path: 'a/b.txt', reason: 'It is no picture.' }],
      }),
    ).toMatchObject({
      total: 9,
      items: [
        { title: 'animals/cat.png', label: 'animals', picture: { ref: 'r.s' }, isPicture: true },
        { title: 'p', picture: { asset: 'h' } },
      ],
      skipped: [{ name: 'a/b.txt', reason: 'It is no picture.' }],
    });
  });

  test('a matrix is read row by row; null is no number', () => {
    const view = readView({
      view: 'heatmap',
      rows: [cat, { text: 'a dog' }],
      columns: [cat, cat],
      dims: [2, 2],
      values: [
        [1, 0.5],
        [null, -1],
      ],
    });
    expect(view.view === 'heatmap' && [...view.values]).toEqual([1, 0.5, Number.NaN, -1]);
  });

  test('what was too large for a message names its file', () => {
    expect(readView({ view: 'matches', file: '/o/a-view.json', bytes: 9 })).toEqual({
      view: 'stored',
      title: undefined,
      file: '/o/a-view.json',
      bytes: 9,
    });
    expect(readView({ view: 'heatmap', rows: [cat], columns: [cat], file: 'm.safetensors' }).view).toBe(
      'unloaded',
    );
    expect(readView({ view: 'heatmap', file: 'v.json', bytes: 1 }).view).toBe('stored');
  });

  test('no JSON at all makes it throw; an unknown kind is kept', () => {
    fc.assert(fc.property(fc.jsonValue(), (json) => void readView(json)));
    const kinds = fc.constantFrom('gallery', 'matches', 'bars', 'table', 'heatmap', 'patches', 'file');
    const anyOf = fc.record({
      view: kinds,
      items: fc.jsonValue(),
      matches: fc.jsonValue(),
      groups: fc.jsonValue(),
      columns: fc.jsonValue(),
      rows: fc.jsonValue(),
      values: fc.jsonValue(),
    });
    fc.assert(fc.property(anyOf, (json) => void rowsOf(readView(json))));
    expect(readView({ view: 'globe', x: 1 })).toMatchObject({
      view: 'unknown',
      json: { view: 'globe', x: 1 },
    });
  });
});

describe('a view as text', () => {
  test('each match is a row, with its rank', () => {
    const view = readView({
      view: 'matches',
      matches: [{ query: { text: 'cats' }, results: [{ item: cat, score: 0.75 }] }],
    });
    const table = rowsOf(view);
    expect(table && csvOf(table.header, table.rows)).toBe(
      'query,rank,match,category,score\r\ncats,1,animals/cat.png,animals,0.75\r\n',
    );
  });

  test('quotes, commas and line ends survive; a formula does not run', () => {
    expect(csvOf(['a'], [['say "hi", now\n'], ['=1+1'], [null], [Number.NaN], [-5]])).toBe(
      'a\r\n"say ""hi"", now\n"\r\n\'=1+1\r\n\r\n\r\n-5\r\n',
    );
  });

  test('a file made of a result is named after workflow, node and query, and every system takes the name', () => {
    const named = (...parts: (string | undefined)[]) => exportName(parts, 'csv');
    expect(named('Find look-alikes', 'Matches', 'cat-face')).toBe('find-look-alikes-matches-cat-face.csv');
    expect(named('Top k: "a/b"?', 'Top k: "a/b"?', undefined)).toBe('top-k-a-b.csv');
    expect(named('', '相似')).toBe('相似.csv');
    expect(named('...')).toBe('result.csv');
    expect(named('x'.repeat(300), 'y')).toBe(`${'x'.repeat(40)}-y.csv`);
  });

  test('an export of one search is named after its query, a picture without folder and extension', () => {
    const about = (...queries: object[]) => {
      const view = readView({ view: 'matches', matches: queries.map((query) => ({ query, results: [] })) });
      return kindOf(view)?.about?.(view);
    };
    expect(about(cat)).toBe('cat');
    expect(about({ text: 'a dog on a beach' })).toBe('a dog on a beach');
    expect(about(cat, { text: 'x' })).toBeUndefined();
  });
});

test('an export of part of a result says of how much it is a part, and one of all of it does not', () => {
  const gallery = (total: number) => readView({ view: 'gallery', total, items: [cat], skipped: [] })!;
  expect(partOf(gallery(336))).toMatchObject({ shown: 1, total: 336, lift: { limit: 336 } });
  expect(partOf(gallery(1))).toBeNull();
});

test('pictures are gathered by their labels, unless there are more labels than anybody chooses among', () => {
  const items = ['a', 'b', 'a', undefined].map((label) => ({ title: 'x', label, isPicture: true }));
  expect(labelsOf(items)).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
  expect(
    labelsOf(Array.from({ length: 99 }, (_, at) => ({ title: 'x', label: `${at}`, isPicture: true }))),
  ).toEqual([]);
});
