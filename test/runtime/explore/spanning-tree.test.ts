import { describe, expect, test } from 'vitest';
import { reachabilityOf } from '../../../server/runtime/explore/hdbscan/reachability.ts';
import { type SpanningTree, spanningTree } from '../../../server/runtime/explore/hdbscan/spanning-tree.ts';
import { nearest } from '../../../server/runtime/explore/nearest.ts';
import { Turns } from '../../../server/runtime/explore/turns.ts';
import { GraphRunner } from '../../../server/runtime/ops/runner.ts';
import { CPU } from '../../../server/runtime/ort/device.ts';
import { blobs } from '../../nodes/blobs.ts';
import { workbench } from '../ort/test-devices.ts';

const { pool, scope, ops } = workbench(CPU);
const run = new GraphRunner(pool, scope, 0);
const { signal } = new AbortController();

/** The lengths of the smallest tree by Prim (1957), which compares every pair in float64. */
function byPrim(count: number, far: (one: number, other: number) => number): number[] {
  const reach = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const open = new Set(Array.from({ length: count - 1 }, (_, at) => at + 1));
  const lengths: number[] = [];
  for (let current = 0; open.size > 0; ) {
    let next = -1;
    for (const point of open) {
      reach[point] = Math.min(reach[point]!, far(current, point));
      if (next < 0 || reach[point]! < reach[next]!) next = point;
    }
    lengths.push(reach[next]!);
    open.delete(next);
    current = next;
  }
  return lengths.sort((a, b) => a - b);
}

async function treeOf(data: Float32Array, dims: number, samples: number, known: number) {
  const count = data.length / dims;
  const vectors = ops.tensor({ dtype: 'float32', dims: [count, dims], data });
  const near = await nearest(run, vectors, { k: Math.max(samples - 1, known), metric: 'euclidean', signal });
  const cores = Float64Array.from({ length: count }, (_, row) => near.distances[row * near.k + samples - 2]!);
  const space = reachabilityOf(run, vectors, data, cores, signal);
  const progress: number[] = [];
  const tree = await spanningTree(near, space, new Turns(signal), (done) => progress.push(done));
  return { tree, space, count, progress };
}

/** Whether the edges join all points, and each is as long as its ends are apart. */
function expectTree({ from, to, lengths }: SpanningTree, mutual: (a: number, b: number) => number) {
  const joined = new Set([0]);
  const next = new Map<number, number[]>();
  for (const [at, one] of from.entries()) {
    expect(lengths[at]).toBe(mutual(one, to[at]!));
    next.set(one, [...(next.get(one) ?? []), to[at]!]);
    next.set(to[at]!, [...(next.get(to[at]!) ?? []), one]);
  }
  const open = [0];
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const other of next.get(at) ?? [])
      if (!joined.has(other)) {
        joined.add(other);
        open.push(other);
      }
  expect(joined.size).toBe(from.length + 1);
}

describe('the smallest tree by mutual reachability', () => {
  const shape = { seed: 5, count: 1500, dims: 9, groups: 12, spread: 0.05, noise: 0.1 };

  test.each([
    // 24 neighbours of each point leave the groups apart, so that points are compared with all others.
    ['of groups far from each other', blobs(shape).data, 9, 5, 24],
    ['of points of which only the nearest is known', blobs({ ...shape, seed: 6 }).data, 9, 2, 1],
    ['of places on a grid, most of which are equally far', gridded(20), 2, 4, 8],
    ['of points that are there many times', gridded(6).map((value) => Math.round(value / 3)), 2, 3, 4],
  ] as const)('%s is as short as that of all pairs', async (_, data, dims, samples, known) => {
    const { tree, space, count, progress } = await treeOf(data, dims, samples, known);
    expectTree(tree, space.mutual);
    const lengths = [...tree.lengths].sort((a, b) => a - b);
    const other = byPrim(count, space.mutual);
    // Float32 finds the candidates, so an edge can be longer than the shortest by a millionth.
    for (const [at, length] of lengths.entries()) {
      expect(length).toBeGreaterThanOrEqual(other[at]! - 1e-12);
      expect(length).toBeLessThanOrEqual(other[at]! + 2e-6);
    }
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
  });
});

function gridded(side: number): Float32Array {
  return Float32Array.from({ length: 2 * side * side }, (_, at) =>
    at % 2 === 0 ? Math.floor(at / 2 / side) : Math.floor(at / 2) % side,
  );
}
