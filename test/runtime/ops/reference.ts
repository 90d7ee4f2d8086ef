import { expect } from 'vitest';
import type { F32 } from '../../../nodes/sdk/index.ts';

/** Numbers in -1..1 that are the same every time (mulberry32). */
export function random(dims: readonly number[], seed: number): number[] {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
  return Array.from({ length: dims.reduce((a, b) => a * b, 1) }, next);
}

/** Reads the numbers of a tensor. */
export async function read(tensor: F32): Promise<number[]> {
  return Array.from((await tensor.toHost()).data);
}

/** Makes a matrix from a formula, in row-major order. */
export function matrix(rows: number, columns: number, at: (i: number, j: number) => number): number[] {
  return Array.from({ length: rows * columns }, (_, i) => at(Math.floor(i / columns), i % columns));
}

/** Expects every number to be within a relative or absolute tolerance. */
export function close(actual: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  const worst = actual.findIndex(
    (value, i) => !(Math.abs(value - expected[i]!) <= tolerance * Math.max(1, Math.abs(expected[i]!))),
  );
  expect({ worst, value: actual[worst] }, `expected ${expected[worst]}`).toEqual({
    worst: -1,
    value: undefined,
  });
}
