import { expect, test } from 'vitest';
import { freePlace } from '../../../client/canvas/free-place.ts';

const box = (x: number, y: number, width = 240, height = 160) => ({ x, y, width, height });

test('a wish that covers nothing is granted', () =>
  expect(freePlace(box(600, 0), [box(0, 0)], 40)).toEqual({ x: 600, y: 0 }));

test('a box that would cover another goes beside it, no farther than needed', () => {
  expect(freePlace(box(0, 100), [box(0, 0)], 40)).toEqual({ x: 0, y: 200 });
  expect(freePlace(box(220, 10), [box(0, 0)], 40)).toEqual({ x: 280, y: 10 });
});

test('a new box never covers one that is there, however many there are', () => {
  const grid = Array.from({ length: 200 }, (_, n) => box((n % 20) * 300, Math.floor(n / 20) * 220));
  const wish = box(1500, 900, 400, 360);
  const { x, y } = freePlace(wish, grid, 24);
  for (const other of grid)
    expect(x < other.x + 240 && other.x < x + 400 && y < other.y + 160 && other.y < y + 360).toBe(false);
});
