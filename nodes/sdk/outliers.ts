import type { Neighbours } from './context.ts';

/** The mean distance of each of N vectors to its neighbours; 0 without any. */
export function meanDistances({ k, distances }: Neighbours, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, row) => {
    let sum = 0;
    for (let at = row * k; at < (row + 1) * k; at++) sum += distances[at]!;
    return k === 0 ? 0 : sum / k;
  });
}

/** As scikit-learn, so that equal vectors do not divide by 0. */
const LEAST = 1e-10;

/**
 * How much less dense the place of each of N vectors is than those of its neighbours: the local outlier factor of Breunig et al. (2000),
 * as `LocalOutlierFactor` of scikit-learn (with the opposite sign). 1 where all are equally dense, and without neighbours.
 */
export function localOutlierFactors({ k, indices, distances }: Neighbours, count: number): Float64Array {
  if (k === 0) return new Float64Array(count).fill(1);
  const reach = (row: number) => distances[(row + 1) * k - 1]!;
  const densities = Float64Array.from({ length: count }, (_, row) => {
    let sum = 0;
    for (let at = row * k; at < (row + 1) * k; at++) sum += Math.max(distances[at]!, reach(indices[at]!));
    return 1 / (sum / k + LEAST);
  });
  return Float64Array.from({ length: count }, (_, row) => {
    let sum = 0;
    for (let at = row * k; at < (row + 1) * k; at++) sum += densities[indices[at]!]!;
    return sum / k / densities[row]!;
  });
}
