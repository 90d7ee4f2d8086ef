import { expect, test } from 'vitest';
import { type Line, wireNear } from '../../../client/canvas/low-wires.tsx';

const line = (id: string, from: [number, number], to: [number, number]): Line => ({
  edge: { id, type: 'wire', source: 'a', target: 'b' },
  from: { x: from[0], y: from[1] },
  to: { x: to[0], y: to[1] },
});
const lines = [
  line('flat', [0, 0], [100, 0]),
  line('steep', [0, 50], [100, 150]),
  line('dot', [300, 300], [300, 300]),
];

test('the nearest wire within reach is the one that was meant', () => {
  expect(wireNear(lines, { x: 50, y: 4 }, 10)).toBe('flat');
  expect(wireNear(lines, { x: 50, y: 96 }, 10)).toBe('steep');
  expect(wireNear(lines, { x: 50, y: 30 }, 100)).toBe('flat');
});

test('a wire is not near beyond its ends, and one without length is a point', () => {
  expect(wireNear(lines, { x: 120, y: 0 }, 10)).toBeUndefined();
  expect(wireNear(lines, { x: 300, y: 306 }, 10)).toBe('dot');
  expect(wireNear(lines, { x: 200, y: 0 }, 10)).toBeUndefined();
});
