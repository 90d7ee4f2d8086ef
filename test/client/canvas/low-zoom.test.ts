import { expect, test } from 'vitest';
import { nodeLook } from '../../../client/canvas/low-zoom.ts';

test('a small workflow that opens on a small screen shows its nodes and results in full', () =>
  expect(nodeLook(0.25, 8)).toBe('full'));

test('from far away nodes are boxes with their titles, and plain ones where there are very many', () => {
  expect(nodeLook(0.25, 200)).toBe('titled');
  expect(nodeLook(0.05, 8)).toBe('titled');
  expect(nodeLook(0.25, 1000)).toBe('plain');
  expect(nodeLook(0.5, 1000)).toBe('full');
});
