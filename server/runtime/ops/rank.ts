import { type F32, type RankedRow, type Similarity, throwIfAborted } from '../../../nodes/sdk/index.ts';
import { type RankOptions, rankDense } from './rank-dense.ts';
import { ProductSearch } from './rank-product.ts';
import type { GraphRunner } from './runner.ts';
import { assertFloat, matmulShape } from './shapes.ts';

/** How many queries are searched together. With more, reading the gallery would not be faster. */
const QUERIES_AT_ONCE = 64;

/** The best k of every row; see `Ops.rank`. */
export async function rank(
  run: GraphRunner,
  similarity: Similarity,
  options: RankOptions,
): Promise<readonly RankedRow[]> {
  const { scores } = similarity;
  if (scores.form === 'dense') return rankDense(run, scores.tensor, options);
  return rankProduct(run, scores.left, scores.right, options);
}

async function rankProduct(
  run: GraphRunner,
  left: F32,
  right: F32,
  options: RankOptions,
): Promise<RankedRow[]> {
  assertFloat('operation.rank', left, right);
  const [queries = 0, gallery = 0] = matmulShape(left.dims, right.dims, true);
  const rows: RankedRow[] = [];
  if (gallery === 0 || options.k <= 0) {
    return Array.from({ length: queries }, () => ({ indices: [], scores: [] }));
  }
  const search = new ProductSearch(run, (await left.toHost()).data, right, options);
  for (let from = 0; from < queries; from += QUERIES_AT_ONCE) {
    throwIfAborted(options.signal);
    rows.push(...(await search.rows(from, Math.min(queries, from + QUERIES_AT_ONCE))));
    options.onProgress?.(rows.length);
  }
  return rows;
}
