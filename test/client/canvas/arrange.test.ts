import { describe, expect, test } from 'vitest';
import {
  align,
  autoLayout,
  distribute,
  frameAround,
  outOfTheWay,
  sameWidth,
} from '../../../client/canvas/arrange.ts';

const boxes = [
  { id: 'a', x: 0, y: 0, width: 100, height: 50 },
  { id: 'b', x: 40, y: 200, width: 200, height: 100 },
  { id: 'c', x: 300, y: 90, width: 50, height: 40 },
];

describe('aligning', () => {
  test('left edges meet at the leftmost', () =>
    expect(Object.values(align(boxes, 'left')).map(({ x }) => x)).toEqual([0, 0, 0]));
  test('right edges meet at the rightmost', () =>
    expect(align(boxes, 'right')).toMatchObject({ a: { x: 250 }, b: { x: 150 }, c: { x: 300 } }));
  test('middles meet halfway', () =>
    expect(align(boxes, 'middle')).toMatchObject({ a: { y: 125 }, b: { y: 100 }, c: { y: 130 } }));
});

test('boxes of the same width are as wide as the widest, and as high as they were', () =>
  expect(sameWidth(boxes)).toEqual({
    a: { width: 200, height: 50 },
    b: { width: 200, height: 100 },
    c: { width: 200, height: 40 },
  }));

describe('distributing', () => {
  test('gaps are equal and the outermost stay', () => {
    const places = distribute(boxes, 'x');
    expect(places.a?.x).toBe(0);
    expect(places.c?.x).toBe(300);
    expect(places.b!.x - 100).toBe(300 - (places.b!.x + 200));
  });
  test('two are left alone', () => expect(distribute(boxes.slice(0, 2), 'x')).toEqual({}));
});

describe('layout', () => {
  const wires = [
    ['a', 'b'],
    ['b', 'c'],
    ['a', 'c'],
  ] as const;
  const places = autoLayout(boxes, wires);
  test('goes from left to right along the wires', () => {
    expect(places.a!.x + 100).toBeLessThan(places.b!.x);
    expect(places.b!.x + 200).toBeLessThan(places.c!.x);
  });
  test('keeps the upper left corner and the grid', () => {
    expect(Math.min(...Object.values(places).map(({ x }) => x))).toBe(0);
    expect(Object.values(places).every(({ x, y }) => x % 8 === 0 && y % 8 === 0)).toBe(true);
  });
  test('stands a cycle', () => {
    const cycle = [
      ['a', 'b'],
      ['b', 'a'],
    ] as const;
    expect(Object.keys(autoLayout(boxes, cycle))).toHaveLength(3);
  });
  test('boxes do not overlap', () => {
    const many = Array.from({ length: 30 }, (_, n) => ({
      id: `n${n}`,
      x: 0,
      y: 0,
      width: 200,
      height: 100 + n,
    }));
    const tree = many.slice(1).map(({ id }, n) => [`n${Math.floor(n / 2)}`, id] as const);
    const laid = autoLayout(many, tree);
    for (const [i, a] of many.entries())
      for (const b of many.slice(i + 1)) {
        const [p, q] = [laid[a.id]!, laid[b.id]!];
        const apart =
          p.x + a.width <= q.x || q.x + b.width <= p.x || p.y + a.height <= q.y || q.y + b.height <= p.y;
        expect(apart, `${a.id} and ${b.id}`).toBe(true);
      }
  });
});

describe('the frame of a group', () => {
  test('goes round all that stood on it, with room for its title', () => {
    const frame = frameAround(boxes)!;
    for (const { x, y, width, height } of boxes) {
      expect(x).toBeGreaterThan(frame.x);
      expect(y).toBeGreaterThan(frame.y + 24);
      expect(x + width).toBeLessThan(frame.x + frame.width);
      expect(y + height).toBeLessThan(frame.y + frame.height);
    }
  });
  test('stays where nothing stood on it', () => expect(frameAround([])).toBeUndefined());
});

test('parts that no wire connects lie beside each other instead of in a tower, and on each other never', () => {
  const many = Array.from({ length: 24 }, (_, at) => ({ id: `n${at}`, x: 0, y: 0, width: 240, height: 160 }));
  const wires = Array.from({ length: 12 }, (_, at) => [`n${2 * at}`, `n${2 * at + 1}`] as const);
  const places = autoLayout(many, wires);
  const laid = many.map((box) => ({ ...box, ...places[box.id] }));
  const width = Math.max(...laid.map(({ x }) => x)) + 240;
  const height = Math.max(...laid.map(({ y }) => y)) + 160;
  expect(width / height).toBeGreaterThan(0.8);
  expect(width / height).toBeLessThan(3);
  for (const a of laid)
    for (const b of laid)
      if (a !== b) expect(Math.abs(a.x - b.x) >= 240 || Math.abs(a.y - b.y) >= 160).toBe(true);
});

test('a note that nodes would lie on goes above them, and another stays', () => {
  const notes = [
    { id: 'under', x: 10, y: 10, width: 100, height: 50 },
    { id: 'free', x: 900, y: 900, width: 100, height: 50 },
  ];
  const moved = outOfTheWay(notes, boxes);
  expect(Object.keys(moved)).toEqual(['under']);
  expect(moved.under!.y + 50).toBeLessThan(0);
});
