import type { Neighbours } from '../../../../nodes/sdk/index.ts';

/** Directed edges with weights in 0..1, grouped by their first end: those of row i are from `starts[i]` to `starts[i + 1]`. */
export interface Edges {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly weights: Float64Array;
}

const STEPS = 64;
const EXACT = 1e-5;
/** The smallest scale of a row, relative to its mean distance. */
const LEAST_SCALE = 1e-3;

/**
 * How strongly each vector is joined to each of its neighbours: 1 for the nearest one, falling with the distance so fast that all
 * weights add up to log2(`counted`). `smooth_knn_dist` and `compute_membership_strengths` of umap-learn 0.5.
 * @param counted how many neighbours count, the vector itself included
 * @param isNearestSure whether the nearest one always has weight 1, as within a map
 */
export function memberships(
  { k, indices, distances }: Neighbours,
  counted: number,
  isNearestSure: boolean,
): Float64Array {
  const rows = k === 0 ? 0 : indices.length / k;
  const weights = new Float64Array(rows * k);
  const target = Math.log2(counted);
  // umap-learn's means count the vector itself, at distance 0.
  const mean = distances.reduce((sum, far) => sum + far, 0) / Math.max(1, rows * (k + +isNearestSure));
  for (let row = 0; row < rows; row++) {
    const own = distances.subarray(row * k, (row + 1) * k);
    const nearest = isNearestSure ? (own.find((far) => far > 0) ?? 0) : 0;
    const ownMean = own.reduce((sum, far) => sum + far, 0) / (k + +isNearestSure);
    const least = LEAST_SCALE * (nearest > 0 ? ownMean : mean);
    const scale = Math.max(least, scaleOf(own, nearest, target));
    for (let j = 0; j < k; j++) {
      const beyond = own[j]! - nearest;
      weights[row * k + j] = beyond <= 0 || scale === 0 ? 1 : Math.exp(-beyond / scale);
    }
  }
  return weights;
}

/** The scale at which the weights of a row add up to the target, by bisection. */
function scaleOf(own: Float64Array, nearest: number, target: number): number {
  let [low, high, middle] = [0, Number.POSITIVE_INFINITY, 1];
  for (let step = 0; step < STEPS; step++) {
    let sum = 0;
    for (const far of own) sum += far > nearest ? Math.exp(-(far - nearest) / middle) : 1;
    if (Math.abs(sum - target) < EXACT) break;
    if (sum > target) {
      high = middle;
      middle = (low + high) / 2;
    } else {
      low = middle;
      middle = high === Number.POSITIVE_INFINITY ? middle * 2 : (low + high) / 2;
    }
  }
  return middle;
}

/** The fuzzy union of both directions, a + b - a b: symmetric, with the ends of each row in ascending order. */
export function joined({ k, indices }: Neighbours, weights: Float64Array): Edges {
  const rows = k === 0 ? 0 : indices.length / k;
  const there = sortedRows(indices, weights, rows, k);
  const back = transposed(there, rows);
  const most = there.ends.length * 2;
  const starts = new Int32Array(rows + 1);
  const ends = new Int32Array(most);
  const sums = new Float64Array(most);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    let [i, j] = [there.starts[row]!, back.starts[row]!];
    const [iEnd, jEnd] = [there.starts[row + 1]!, back.starts[row + 1]!];
    while (i < iEnd || j < jEnd) {
      const one = i < iEnd ? there.ends[i]! : rows;
      const other = j < jEnd ? back.ends[j]! : rows;
      const a = one <= other ? there.weights[i++]! : 0;
      const b = other <= one ? back.weights[j++]! : 0;
      ends[at] = Math.min(one, other);
      sums[at++] = a + b - a * b;
    }
    starts[row + 1] = at;
  }
  return { starts, ends: ends.slice(0, at), weights: sums.slice(0, at) };
}

function sortedRows(indices: Int32Array, weights: Float64Array, rows: number, k: number): Edges {
  const ends = new Int32Array(indices.length);
  const sorted = new Float64Array(indices.length);
  const order = Array.from({ length: k }, (_, j) => j);
  for (let row = 0; row < rows; row++) {
    const from = row * k;
    order.sort((a, b) => indices[from + a]! - indices[from + b]!);
    for (const [place, j] of order.entries()) {
      ends[from + place] = indices[from + j]!;
      sorted[from + place] = weights[from + j]!;
    }
  }
  return { starts: Int32Array.from({ length: rows + 1 }, (_, row) => row * k), ends, weights: sorted };
}

function transposed({ starts, ends, weights }: Edges, rows: number): Edges {
  const turned = new Int32Array(rows + 1);
  for (const end of ends) turned[end + 1]!++;
  for (let row = 0; row < rows; row++) turned[row + 1]! += turned[row]!;
  const next = turned.slice();
  const from = new Int32Array(ends.length);
  const moved = new Float64Array(ends.length);
  for (let row = 0; row < rows; row++)
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      const place = next[ends[at]!]!++;
      from[place] = row;
      moved[place] = weights[at]!;
    }
  return { starts: turned, ends: from, weights: moved };
}
