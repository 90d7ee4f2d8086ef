import type { F32 } from '../../../nodes/sdk/index.ts';
import { products } from './products.ts';
import type { GraphRunner } from './runner.ts';
import { assertFloat, matmulShape } from './shapes.ts';

/** The cosines of all rows of Q x D with all rows of N x D, as Q x N. The graph divides by the vectors' lengths. */
export async function cosine(run: GraphRunner, a: F32, b: F32): Promise<F32> {
  assertFloat('operation.cosine', a, b);
  const dims = matmulShape(a.dims, b.dims, true);
  if (dims.includes(0) || a.dims[1] === 0) return run.zeros(dims);
  return products(run, a, b, { unit: 'both', bounded: true });
}
