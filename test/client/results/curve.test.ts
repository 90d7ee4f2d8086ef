import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { curve } from '../../../client/results/curve/curve-view.tsx';
import { axisOf, nearestRow, plotOf, rowsOf, strokesOf } from '../../../client/results/curve/plot.ts';
import { readView } from '../../../server/contract/view.ts';

const box = { left: 0, top: 0, right: 100, bottom: 100 };
const line = (points: readonly (readonly [number, number])[], name = 'Loss') => ({
  name,
  points: points.map(([x, y]): [number, number] => [x, y]),
});

describe('an axis', () => {
  test('has numbers at 1, 2 or 5 times a power of ten, and a rounded one ends at them', () => {
    expect(axisOf([0.03, 1.38], 3, true)).toEqual({
      min: 0,
      max: 1.5,
      ticks: [0, 0.5, 1, 1.5],
    });
    expect(axisOf([1, 60], 3)).toEqual({ min: 1, max: 60, ticks: [20, 40, 60] });
    expect(axisOf([0, 6], 12)).toEqual({ min: 0, max: 6, ticks: [0, 1, 2, 3, 4, 5, 6] });
    expect(axisOf([0.912, 0.987], 3, true)).toEqual({
      min: 0.9,
      max: 1,
      ticks: [0.9, 0.92, 0.94, 0.96, 0.98, 1],
    });
  });

  test('holds all its numbers and has about the steps that were asked for, whatever they are', () => {
    const number = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(number, { maxLength: 9 }),
        fc.integer({ min: 2, max: 9 }),
        fc.boolean(),
        (own, about, round) => {
          const { min, max, ticks } = axisOf([...own, Number.NaN], about, round);
          expect(max).toBeGreaterThan(min);
          const slack = (max - min) * 1e-6;
          for (const value of own) expect(value >= min - slack && value <= max + slack).toBe(true);
          // Steps of 2 and 5 are 2.5 times apart, so the nearest one may miss the number asked by √2.5 either way.
          // Ends that are rounded outwards add two steps at most.
          const least = own.every(Number.isInteger) ? 1 : Math.floor(about / Math.sqrt(2.5));
          expect(ticks.length).toBeGreaterThanOrEqual(least);
          expect(ticks.length).toBeLessThanOrEqual(about * Math.sqrt(2.5) + 3);
        },
      ),
      { numRuns: 1000, examples: [[[-2.9333333334666677e-30], 9, true]] },
    );
  });

  test('of one number has it in the middle, and one of none goes from 0 to 1', () => {
    const { min, max } = axisOf([7], 2);
    expect((min + max) / 2).toBe(7);
    expect(axisOf([], 2)).toMatchObject({ min: 0, max: 1 });
  });
});

test('a missing number interrupts a line, and a number alone is a point', () => {
  const series = line([
    [0, 0],
    [1, 1],
    [2, Number.NaN],
    [4, 4],
  ]);
  const strokes = strokesOf(series, plotOf({ series: [series] }, box));
  expect(strokes.map((stroke) => stroke.length)).toEqual([2, 1]);
  expect(strokes[0]?.[0]).toEqual([0, 100]);
  expect(strokes[1]?.[0]?.[0]).toBe(100);
});

test('lines share the rows of a table by x, in order; a second point at one x has a row of its own', () => {
  const series = [
    line([
      [2, 0.2],
      [1, 0.1],
      [2, 0.3],
    ]),
    line([[2, 5]], 'Accuracy'),
  ];
  const rows = rowsOf({ x: 'Step', series });
  expect(rows.columns.map(({ title }) => title)).toEqual(['Step', 'Loss', 'Accuracy']);
  expect(rows.rows).toEqual([
    [1, 0.1, null],
    [2, 0.2, 5],
    [2, 0.3, null],
  ]);
  expect([nearestRow(rows, 1.4), nearestRow(rows, 99)]).toEqual([0, 1]);
  expect(nearestRow({ columns: [], rows: [] }, 1)).toBeUndefined();
});

test('a stored curve exports the rows that its table shows', () => {
  const view = readView({
    view: 'curve',
    x: 'Step',
    y: 'Loss',
    series: [
      {
        name: 'Training',
        points: [
          [1, 0.5],
          [2, null],
        ],
      },
    ],
  });
  expect(view.view === 'curve' && curve.rows?.(view)).toEqual({
    header: ['Step', 'Training'],
    rows: [
      [1, 0.5],
      [2, null],
    ],
  });
});
