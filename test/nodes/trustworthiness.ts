import { type Matrix, product, unit } from './numbers.ts';

export type Metric = 'euclidean' | 'cosine';

/** The distances of all rows of two matrices, in float64. */
export function distances(a: Matrix, b: Matrix, metric: Metric): Matrix {
  if (metric === 'cosine')
    return product(unit(a), unit(b)).map((row) => row.map((cosine) => Math.max(0, 1 - cosine)));
  return a.map((one) =>
    b.map((other) => {
      let sum = 0;
      for (let i = 0; i < one.length; i++) sum += (one[i]! - other[i]!) ** 2;
      return Math.sqrt(sum);
    }),
  );
}

/**
 * How far the k nearest places of a map are also near as vectors, from 0 to 1 (Venna and Kaski 2001), as `trustworthiness` of
 * scikit-learn.
 */
export function trustworthiness(rows: Matrix, places: Matrix, k: number, metric: Metric): number {
  const n = rows.length;
  const isNearer = (far: readonly number[], one: number, other: number) =>
    far[one]! < far[other]! || (far[one] === far[other] && one < other);
  const onMap = distances(places, places, 'euclidean');
  let missed = 0;
  for (const [row, far] of distances(rows, rows, metric).entries()) {
    const nearest: number[] = [];
    for (let index = 0; index < n; index++) {
      if (index === row || (nearest.length === k && !isNearer(onMap[row]!, index, nearest[k - 1]!))) continue;
      let at = nearest.length;
      while (at > 0 && isNearer(onMap[row]!, index, nearest[at - 1]!)) at--;
      nearest.splice(at, 0, index);
      nearest.length = Math.min(k, nearest.length);
    }
    for (const index of nearest) {
      let rank = 1;
      for (let other = 0; other < n; other++) if (other !== row && isNearer(far, other, index)) rank++;
      missed += Math.max(0, rank - k);
    }
  }
  return 1 - (missed * 2) / (n * k * (2 * n - 3 * k - 1));
}
