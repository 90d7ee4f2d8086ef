import { type RankedRow, type Similarity, throwIfAborted } from '../../../nodes/sdk/index.ts';
import { bytesOf } from './bytes/byte-galleries.ts';
import { type RankOptions, rankDense } from './rank-dense.ts';
import { ProductSearch } from './rank-product.ts';
import { factorsOf } from './row-lengths.ts';
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
  return rankProduct(run, scores, options);
}

async function rankProduct(
  run: GraphRunner,
  { left, right, lengths }: Extract<Similarity['scores'], { readonly form: 'product' }>,
  options: RankOptions,
): Promise<RankedRow[]> {
  assertFloat('operation.rank', left, right);
  const [queries = 0, gallery = 0] = matmulShape(left.dims, right.dims, true);
  const rows: RankedRow[] = [];
  if (gallery === 0 || options.k <= 0) {
    return Array.from({ length: queries }, () => ({ indices: [], scores: [] }));
  }
  const factors = lengths && (await factorsOf(lengths));
  // On a graphics card, the floats are read faster than bytes here.
  const bytes = run.onCpu ? bytesOf(right, factors, queries) : undefined;
  const search = new ProductSearch(
    run,
    { left: (await left.toHost()).data, right, factors, ...(bytes && { bytes }) },
    options,
  );
  for (let from = 0; from < queries; from += QUERIES_AT_ONCE) {
    throwIfAborted(options.signal);
    rows.push(...(await search.rows(from, Math.min(queries, from + QUERIES_AT_ONCE))));
    options.onProgress?.(rows.length);
  }
  return rows;
}
