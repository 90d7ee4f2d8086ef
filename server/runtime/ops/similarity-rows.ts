import type { F32, Similarity } from '../../../nodes/sdk/index.ts';
import { products } from './products.ts';
import type { GraphRunner } from './runner.ts';
import { matmulShape } from './shapes.ts';
import { sliceAxis } from './structure.ts';

/** Up to this many queries, one pass over the gallery for all of them is fastest; above, the transposed product is faster. */
const FEW = 8;

/** Whether a product with this many rows is faster in one pass over the right side. */
export function isFew(queries: number): boolean {
  return queries > 1 && queries <= FEW;
}

/** Rows from..to of a similarity, (to - from) x N. Products of unit vectors are limited to -1..1. */
export async function similarityRows(
  run: GraphRunner,
  similarity: Similarity,
  from: number,
  to: number,
): Promise<F32> {
  const { scores } = similarity;
  if (scores.form === 'dense') return sliceAxis(run, scores.tensor, 0, from, to);
  const left = await sliceAxis(run, scores.left, 0, from, to);
  const dims = matmulShape(left.dims, scores.right.dims, true);
  if (dims.includes(0) || left.dims[1] === 0) return run.zeros(dims);
  // Divided piece by piece, so that there is no copy of the gallery, and by the same sums as a normalised copy would be.
  return products(run, left, scores.right, { unit: scores.lengths && 'right', bounded: true });
}
