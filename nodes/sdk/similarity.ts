import type { Ops } from './ops.ts';
import type { Similarity } from './values.ts';

/** How many numbers of a similarity to read at a time: 16 MiB of float32. */
const TILE_NUMBERS = 4 * 1024 * 1024;

/** The similarity of the first `rows` queries with the whole gallery. */
export async function firstQueries(similarity: Similarity, rows: number, ops: Ops): Promise<Similarity> {
  if (rows >= similarity.queries.length) return similarity;
  const { scores } = similarity;
  return {
    ...similarity,
    queries: similarity.queries.slice(0, rows),
    scores:
      scores.form === 'dense'
        ? { form: 'dense', tensor: await ops.slice(scores.tensor, 0, 0, rows) }
        : { ...scores, left: await ops.slice(scores.left, 0, 0, rows) },
  };
}

/** Every row of a similarity as host numbers (N each). It reads some rows at a time, so Q x N numbers never exist at once. */
export async function* similarityRows(similarity: Similarity, ops: Ops): AsyncGenerator<Float32Array> {
  const { queries, gallery } = similarity;
  const step = Math.max(1, Math.floor(TILE_NUMBERS / Math.max(1, gallery.length)));
  for (let from = 0; from < queries.length; from += step) {
    const to = Math.min(queries.length, from + step);
    const { data } = await (await ops.similarityRows(similarity, from, to)).toHost();
    for (let row = 0; row < to - from; row++)
      yield data.subarray(row * gallery.length, (row + 1) * gallery.length);
  }
}
