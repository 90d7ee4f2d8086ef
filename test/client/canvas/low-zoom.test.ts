import { expect, test } from 'vitest';
import { fitsRows, nodeLook, READABLE_ZOOM, titleSize } from '../../../client/canvas/low-zoom.ts';

test('nodes are drawn in full only where people can read their smallest text', () => {
  expect(nodeLook(READABLE_ZOOM, 8)).toBe('full');
  expect(nodeLook(0.8, 8)).toBe('outline');
  expect(nodeLook(0.8, 1000)).toBe('outline');
});

test('a small workflow keeps its pictures on a small screen', () =>
  expect(nodeLook(0.25, 8)).toBe('outline'));

test('from far away nodes are boxes with their titles, and plain ones where there are very many', () => {
  expect(nodeLook(0.25, 200)).toBe('titled');
  expect(nodeLook(0.1, 8)).toBe('titled');
  expect(nodeLook(0.05, 8)).toBe('plain');
  expect(nodeLook(0.25, 1000)).toBe('plain');
});

test('a title has at least 11 pixels on the screen at every zoom, and at most a quarter more', () => {
  for (let zoom = 0.08; zoom < 1; zoom += 0.01) {
    expect(titleSize(zoom) * zoom).toBeGreaterThan(10.9);
    expect(titleSize(zoom) * zoom).toBeLessThan(11 * 1.3);
  }
});

test('rows of a node show their text down to the zoom at which readable letters are taller than a row', () => {
  for (const zoom of [0.91, 0.76, 0.67, 0.6]) expect(fitsRows(titleSize(zoom))).toBe(true);
  for (const zoom of [0.55, 0.42, 0.2]) expect(fitsRows(titleSize(zoom))).toBe(false);
});
