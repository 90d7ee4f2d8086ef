import { expect, test } from 'vitest';
import { cellAt, cellBy } from '../../../client/results/matrix-cell.ts';
import { placeBy } from '../../../client/results/pair-card.tsx';
import { nextStop } from '../../../client/results/pictures/next-stop.ts';
import { fileOfRun } from '../../../client/ui/api/runs.ts';
import { newId } from '../../../server/store/ids.ts';

test('a path that a result names tells the run that wrote it, on every system', () => {
  const run = newId('run');
  expect(fileOfRun(`/data/outputs/${run}/a/b.csv`)).toEqual({ runId: run, path: 'a/b.csv' });
  expect(fileOfRun(`C:\\data\\outputs\\${run}\\a\\b.csv`)).toEqual({ runId: run, path: 'a/b.csv' });
  expect(fileOfRun('/data/outputs/run_x/a.csv')).toBeUndefined();
  expect(fileOfRun(`/data/outputs/${run}`)).toBeUndefined();
});

test('arrows move by rows as they lie on the screen', () => {
  const grid = [0, 1, 2, 3, 4].map((at) => ({
    offsetTop: Math.floor(at / 3) * 70,
    offsetLeft: (at % 3) * 70,
  }));
  expect(nextStop('ArrowDown', 1, grid)).toBe(4);
  expect(nextStop('ArrowDown', 2, grid)).toBe(4);
  expect(nextStop('ArrowUp', 4, grid)).toBe(1);
  expect(nextStop('ArrowUp', 1, grid)).toBe(1);
  expect(nextStop('ArrowLeft', 0, grid)).toBe(0);
  expect(nextStop('End', 0, grid)).toBe(4);
  expect(nextStop('Enter', 0, grid)).toBeUndefined();
});

test('a point of a heatmap is in one cell, its right and lower edges in none', () => {
  expect(cellAt(0, 0, 2, 4)).toEqual({ row: 0, column: 0 });
  expect(cellAt(0.99, 0.5, 2, 4)).toEqual({ row: 1, column: 3 });
  expect(cellAt(1, 0.5, 2, 4)).toBeUndefined();
  expect(cellAt(-0.01, 0.5, 2, 4)).toBeUndefined();
});

test('arrow keys stay within a heatmap, and Shift goes ten', () => {
  const by = (key: string, shiftKey = false) => cellBy({ key, shiftKey }, { row: 5, column: 0 }, 12, 12);
  expect(by('ArrowLeft')).toEqual({ row: 5, column: 0 });
  expect(by('ArrowDown', true)).toEqual({ row: 11, column: 0 });
  expect(by('End')).toEqual({ row: 5, column: 11 });
  expect(by('x')).toBeUndefined();
});

test('a pair is shown below what is pointed at, above where there is no room, and always inside', () => {
  const room = { width: 1000, height: 800 };
  const card = { width: 400, height: 300 };
  expect(placeBy({ left: 500, right: 560, top: 100, bottom: 160 }, card, room)).toEqual({
    left: 330,
    top: 168,
  });
  expect(placeBy({ left: 0, right: 60, top: 700, bottom: 760 }, card, room)).toEqual({ left: 8, top: 392 });
  const tight = placeBy({ left: 980, right: 999, top: 200, bottom: 260 }, card, { width: 1000, height: 400 });
  expect(tight).toEqual({ left: 592, top: 92 });
});
