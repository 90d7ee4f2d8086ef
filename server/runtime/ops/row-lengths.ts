import type { F32 } from '../../../nodes/sdk/index.ts';
import { galleryOf } from './gallery.ts';
import { rowLengths as graph, rowSumsOf } from './graphs.ts';
import { type GraphRunner, onHost } from './runner.ts';
import { assertFloat } from './shapes.ts';

/**
 * Lengths within these bounds are safe: float32 sums of their squares and products with unit vectors neither overflow nor
 * vanish.
 */
const SHORTEST = 1e-12;
const LONGEST = 1e12;

/** Rows are read in pieces, because a graph holds the squares of all its rows. */
const PIECE_BYTES = 1 << 22;

/** The lengths of each tensor, found once; null if a row is outside the bounds. Tensors never change. */
const found = new WeakMap<F32, Promise<Float32Array | null>>();

async function compute(run: GraphRunner, rows: F32): Promise<Float32Array | null> {
  const [count = 0, width = 0] = rows.dims;
  const { sums, feeds } = rowSumsOf(width, run.onCpu);
  const session = await run.session(`row lengths ${sums}`, graph(sums));
  const gallery = galleryOf(run, rows);
  const lengths = new Float32Array(count);
  const step = Math.max(1, Math.floor(PIECE_BYTES / (width * 4)));
  for (let from = 0; from < count; from += step) {
    const x = await gallery.tile(from, Math.min(count, from + step));
    const { y } = await session.run({ ...feeds, x }, { host: true });
    x.release();
    lengths.set((await (y as F32).toHost()).data, from);
  }
  const safe = lengths.every((length) => length === 0 || !(length < SHORTEST || length > LONGEST));
  // The length of a short row can round to 0. Such a row is not zero, and only normalising shows its direction.
  if (!safe) return null;
  return lengths.includes(0) && !(await onlyZeros(rows, lengths)) ? null : lengths;
}

/** Whether all rows of length 0 hold nothing but zeros. */
async function onlyZeros(rows: F32, lengths: Float32Array): Promise<boolean> {
  const { data } = await onHost(rows);
  const width = rows.dims[1]!;
  for (const [row, length] of lengths.entries())
    if (length === 0)
      for (let i = row * width; i < (row + 1) * width; i += 1) if (data[i] !== 0) return false;
  return true;
}

/** The length of each row of N x D, as N; see `Ops.rowLengths`. */
export async function rowLengths(run: GraphRunner, rows: F32): Promise<F32 | undefined> {
  assertFloat('operation.normalize', rows);
  const [count = 0, width = 0] = rows.dims;
  if (rows.dims.length !== 2 || count === 0 || width === 0) return undefined;
  const known = found.get(rows);
  const finding = known ?? compute(run, rows);
  if (!known) {
    found.set(rows, finding);
    // A failure is not kept. The next node tries again.
    finding.catch(() => found.delete(rows));
  }
  const lengths = await finding;
  return lengths === null ? undefined : run.wrap(lengths, [count]);
}

/** What to multiply products by: the inverse of each length, and 0 for a zero vector. */
export async function factorsOf(lengths: F32): Promise<Float32Array> {
  const { data } = await onHost(lengths);
  return data.map((length) => (length === 0 ? 0 : 1 / length));
}
