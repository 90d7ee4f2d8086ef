import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { confusion } from '../../../client/results/confusion/confusion-view.tsx';
import { columnsFor, matrixOf, shownCategories } from '../../../client/results/confusion/matrix.ts';
import { formatShare } from '../../../client/ui/format.ts';
import { readView, type ViewOf } from '../../../server/contract/view.ts';

const json = {
  view: 'confusion',
  categories: ['ant', 'bee', 'cat', 'dog'],
  cells: [
    [0, 0, 5],
    [1, 1, 1],
    [1, 2, 3],
    [2, 2, 4],
    [3, 1, 2],
    [3, 4, 6],
  ],
  pictures: [
    { item: { path: 'a.png', file: '/x/a.png', ref: 'r', label: 'bee' }, truth: 1, predicted: 2 },
    { item: { path: 'b.png', file: '/x/b.png', ref: 's', label: 'dog' }, truth: 3, predicted: 4, score: 0.5 },
  ],
  total: 21,
};
const view = readView(json) as ViewOf<'confusion'>;

describe('a confusion', () => {
  test('counts cells, rows and what is right', () => {
    const matrix = matrixOf(view);
    expect(matrix.totals).toEqual([5, 4, 4, 8]);
    expect([matrix.right, matrix.all, matrix.hasNone]).toEqual([10, 21, true]);
    expect(matrix.share(1, 2)).toBe(0.75);
    expect(matrix.wrong.map(({ row, column, count }) => [row, column, count])).toEqual([
      [3, 4, 6],
      [1, 2, 3],
      [3, 1, 2],
    ]);
  });

  test('shows the most confused categories first, or in their order', () => {
    const matrix = matrixOf(view);
    // Wrong predictions of them and as them: ant 0, bee 5, cat 3, dog 8.
    expect(shownCategories(view, matrix, 'confused', 4)).toEqual([3, 1, 2, 0]);
    expect(shownCategories(view, matrix, 'confused', 2)).toEqual([3, 1]);
    expect(shownCategories(view, matrix, 'category', 2)).toEqual([1, 3]);
    expect(shownCategories(view, matrix, 'category', 4)).toEqual([0, 1, 2, 3]);
    expect(columnsFor([1, 3], view, matrix)).toEqual([1, 3, 4]);
  });

  test('exports the whole matrix with the column of pictures without prediction', () => {
    expect(confusion.rows?.(view)).toEqual({
      header: ['true', 'ant', 'bee', 'cat', 'dog', '(no prediction)'],
      rows: [
        ['ant', 5, 0, 0, 0, 0],
        ['bee', 0, 1, 3, 0, 0],
        ['cat', 0, 0, 4, 0, 0],
        ['dog', 0, 2, 0, 0, 6],
      ],
    });
  });

  test('without hidden pictures still counts all', () => {
    const less = confusion.without?.(view, new Set(['file:/x/a.png']));
    expect(less?.pictures.map(({ item }) => item.title)).toEqual(['b.png']);
    expect(less?.cells).toEqual(view.cells);
  });

  test('reads without the cells and pictures that are broken or outside', () => {
    const broken = readView({
      ...json,
      cells: [[0, 0, 5], [9, 0, 1], [0, 5, 1], 'x', [0, -1, 2]],
      pictures: [null, { item: {}, truth: 8, predicted: 0 }, json.pictures[0]],
    }) as ViewOf<'confusion'>;
    expect(broken.cells).toEqual([[0, 0, 5]]);
    expect(broken.pictures).toHaveLength(1);
  });

  test('of any cells has all of its pictures in its rows', () => {
    const place = fc.nat({ max: 5 });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(place, fc.nat({ max: 6 }), fc.nat({ max: 9 })), {
          selector: ([a, b]) => `${a} ${b}`,
        }),
        (cells) => {
          const any = { categories: ['a', 'b', 'c', 'd', 'e', 'f'], cells };
          const matrix = matrixOf(any);
          const sum = matrix.totals.reduce((total, own) => total + own, 0);
          expect(sum).toBe(matrix.all);
          expect(matrix.right + matrix.wrong.reduce((total, { count }) => total + count, 0)).toBe(sum);
          expect(shownCategories(any, matrix, 'confused', 6).toSorted((a, b) => a - b)).toEqual([
            0, 1, 2, 3, 4, 5,
          ]);
        },
      ),
    );
  });
});

test('a share that is not all and not nothing never reads so', () => {
  expect([0, 0.001, 0.005, 0.5, 0.994, 0.9999, 1, Number.NaN].map(formatShare)).toEqual([
    '0%',
    '<1%',
    '1%',
    '50%',
    '99%',
    '>99%',
    '100%',
    '–',
  ]);
});
