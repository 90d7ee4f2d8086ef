import {
  type F32,
  type Ops,
  PatchbayError,
  type RankedRow,
  throwIfAborted,
} from '../../../nodes/sdk/index.ts';
import { tensorMessage } from '../../contract/messages/tensors.ts';
import { topK } from './graphs.ts';
import { type GraphRunner, int64 } from './runner.ts';
import { assertFloat, showShape } from './shapes.ts';
import { sliceAxis } from './structure.ts';

/** The settings of a ranking. */
export type RankOptions = Parameters<Ops['rank']>[1];

/** The best k of every row of a Q x N tensor. */
export async function rankDense(run: GraphRunner, scores: F32, options: RankOptions): Promise<RankedRow[]> {
  assertFloat('operation.rank', scores);
  const [queries, gallery] = scores.dims;
  if (scores.dims.length !== 2 || queries === undefined || gallery === undefined)
    throw new PatchbayError({
      ...tensorMessage('tensor.ranking', { shape: showShape(scores.dims) }),
      expected: 'Q x N',
      got: scores.dims.join(' x '),
    });
  const k = Math.min(gallery, options.k + (options.exclude ? 1 : 0));
  if (k <= 0 || gallery === 0) return Array.from({ length: queries }, () => ({ indices: [], scores: [] }));
  const batch = Math.max(1, Math.floor(run.tileScores / gallery));
  const rows: RankedRow[] = [];
  const session = await run.session('topK true', () => topK(true));
  for (let from = 0; from < queries; from += batch) {
    throwIfAborted(options.signal);
    const to = Math.min(queries, from + batch);
    const x = await sliceAxis(run, scores, 0, from, to);
    const best = await session.run({ x, k: int64([k]) }, { host: true });
    const values = (await (best.values as F32).toHost()).data;
    const indices = (await best.indices!.toHost()).data as BigInt64Array;
    for (let row = from; row < to; row += 1) {
      const start = (row - from) * k;
      const some = Array.from({ length: k }, (_, i) => Number(indices[start + i]!));
      const found = { indices: some, scores: Array.from(values.subarray(start, start + k)) };
      // NaN has no rank, but TopK may have returned it instead of a number. So the row is sorted again without NaN.
      const isOpen = options.only !== undefined || found.scores.some(Number.isNaN);
      const ranked = isOpen ? sortRow(await rowOf(run, scores, row)) : found;
      rows.push(select(ranked, row, options));
    }
    options.onProgress?.(rows.length);
  }
  return rows;
}

async function rowOf(run: GraphRunner, scores: F32, row: number): Promise<Float32Array> {
  return (await (await sliceAxis(run, scores, 0, row, row + 1)).toHost()).data;
}

function sortRow(values: Float32Array): RankedRow {
  const indices = Array.from(values.keys())
    .filter((i) => !Number.isNaN(values[i]))
    .sort((a, b) => values[b]! - values[a]! || a - b);
  return { indices, scores: indices.map((i) => values[i]!) };
}

/** Removes the excluded index and scores below the threshold, and keeps the first k. */
export function select({ indices, scores }: RankedRow, row: number, options: RankOptions): RankedRow {
  const { k, threshold = Number.NEGATIVE_INFINITY, exclude, only } = options;
  const excluded = exclude?.(row);
  const kept = Array.from(indices.keys())
    .filter((i) => indices[i] !== excluded && only?.[indices[i]!] !== 0 && scores[i]! >= threshold)
    .slice(0, k);
  return { indices: kept.map((i) => indices[i]!), scores: kept.map((i) => scores[i]!) };
}
