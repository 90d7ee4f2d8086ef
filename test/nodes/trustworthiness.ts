import { dot, type Matrix, product, unit } from './numbers.ts';

export type Metric = 'euclidean' | 'cosine';

/** The distances of all rows of two matrices, in float64. */
export function distances(a: Matrix, b: Matrix, metric: Metric): Matrix {
  if (metric === 'cosine')
    return product(unit(a), unit(b)).map((row) => row.map((cosine) => Math.max(0, 1 - cosine)));
  return a.map((one) =>
    b.map((other) => {
      const apart = one.map((value, i) => value - other[i]!);
      return Math.sqrt(dot(apart, apart));
    }),
  );
}

/**
 * How far the k nearest places of a map are also near as vectors, from 0 to 1 (Venna and Kaski 2001), as `trustworthiness` of
 * scikit-learn.
 */
export function trustworthiness(rows: Matrix, places: Matrix, k: number, metric: Metric): number {
  const n = rows.length;
  const nearest = (far: readonly number[], own: number) =>
    far
      .map((_, i) => i)
      .filter((i) => i !== own)
      .sort((a, b) => far[a]! - far[b]!);
  const onMap = distances(places, places, 'euclidean');
  let missed = 0;
  for (const [row, far] of distances(rows, rows, metric).entries()) {
    const rank = new Map(nearest(far, row).map((index, place) => [index, place + 1]));
    for (const index of nearest(onMap[row]!, row).slice(0, k)) missed += Math.max(0, rank.get(index)! - k);
  }
  return 1 - (missed * 2) / (n * k * (2 * n - 3 * k - 1));
}
