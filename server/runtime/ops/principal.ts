import {
  type F32,
  type Ops,
  PatchbayError,
  type Principal,
  throwIfAborted,
} from '../../../nodes/sdk/index.ts';
import { tensorMessage } from '../../contract/messages/tensors.ts';
import { hostTensor } from '../ort/tensor.ts';
import { galleryOf } from './gallery.ts';
import { along, rowSum, scatter } from './graphs.ts';
import { largestEigen } from './largest-eigen.ts';
import { type GraphRunner, onHost } from './runner.ts';
import { assertFloat, showShape } from './shapes.ts';

/** A variance below this, relative to the largest one, is a rounding error of float32 and counts as 0. */
const ROUNDING = 1e-7;

/**
 * Vectors are read in pieces of this size. Sums of short pieces are exact enough in float32, and the graphs copy no more than a
 * piece.
 */
const PIECE_BYTES = 1 << 22;

type Options = Parameters<Ops['principal']>[2];

/**
 * Finds principal components; see `Ops.principal`. The device computes the sums and products of each piece in float32.
 * They are added up in float64, and the eigenproblem is solved in float64. It is only D x D, for any number of vectors.
 * @throws PatchbayError `tensor.vector-sizes`, `tensor.not-finite`, `tensor.dtype`; CancelledError
 */
export async function principal(
  run: GraphRunner,
  parts: readonly F32[],
  k: number,
  { others = [], signal, onProgress }: Options,
): Promise<Principal> {
  const dims = widthOf([...parts, ...others]);
  const rows = Math.max(1, Math.floor(PIECE_BYTES / Math.max(4, dims * 4)));
  const pieces = (of: readonly F32[]) => of.flatMap((part) => piecesOf(run, part, rows));
  const [own, placed] = [pieces(parts), pieces(others)];
  const total = countOf(parts);
  const steps = own.length * 3 + placed.length;
  let done = 0;
  const each = async (
    { open }: Piece,
    key: string,
    make: () => Uint8Array,
    feeds: Feeds,
    use: (data: Float32Array) => void,
  ) => {
    throwIfAborted(signal);
    const x = await open();
    const { y } = await (await run.session(key, make)).run({ x, ...feeds });
    x.release();
    use((await onHost(y as F32)).data);
    (y as F32).release();
    onProgress?.(++done, steps);
  };
  const added = async (key: string, make: () => Uint8Array, size: number, feeds: Feeds = {}) => {
    const sum = new Float64Array(size);
    for (const piece of own)
      await each(piece, key, make, feeds, (data) => {
        for (let i = 0; i < size; i++) sum[i]! += data[i]!;
      });
    return sum.map((value) => value / Math.max(1, total));
  };
  const exact = await added('row sum', rowSum, dims);
  const mean = vector(exact, dims);
  if (!mean.host.data.every(Number.isFinite)) throw new PatchbayError(tensorMessage('tensor.not-finite'));
  const covariance = await added('scatter', scatter, dims * dims, { mean });
  const { values: found, vectors } = await largestEigen(covariance, dims, Math.min(k, dims));
  const values = found.filter((value) => value > ROUNDING * found[0]!);
  const components = new Float32Array(k * dims);
  for (let row = 0; row < values.length; row++)
    components.set(turned(vectors.subarray(row * dims, (row + 1) * dims)), row * dims);
  const directions = hostTensor({ dtype: 'float32', dims: [k, dims], data: components });
  // What the mean lost when it became float32, along each component.
  const lost = Float64Array.from({ length: k }, (_, row) =>
    exact.reduce((sum, value, i) => sum + (value - mean.host.data[i]!) * components[row * dims + i]!, 0),
  );
  const placedOn = async (from: readonly Piece[], count: number) => {
    const scores = new Float32Array(count * k);
    let offset = 0;
    for (const piece of from)
      await each(piece, 'along', along, { mean, directions }, (data) => {
        for (let i = 0; i < data.length; i++) scores[offset + i] = data[i]! - lost[i % k]!;
        offset += data.length;
      });
    return run.wrap(scores, [count, k]);
  };
  return {
    scores: await placedOn(own, total),
    others: await placedOn(placed, countOf(others)),
    components: directions.host,
    variances: Array.from({ length: k }, (_, i) => values[i] ?? 0),
    total: sumOfDiagonal(covariance, dims),
  };
}

/** Some vectors of a part, to be opened for one graph and released after it. */
interface Piece {
  readonly open: () => Promise<F32>;
}

function piecesOf(run: GraphRunner, part: F32, rows: number): Piece[] {
  const gallery = galleryOf(run, part);
  const count = part.dims[0]!;
  return Array.from({ length: Math.ceil(count / rows) }, (_, i) => ({
    open: () => gallery.tile(i * rows, Math.min(count, (i + 1) * rows)),
  }));
}

const countOf = (parts: readonly F32[]): number => parts.reduce((sum, part) => sum + part.dims[0]!, 0);

function sumOfDiagonal(matrix: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += matrix[i * n + i]!;
  return sum;
}

type Feeds = Readonly<Record<string, F32>>;

function vector(data: Float64Array, dims: number) {
  return hostTensor({ dtype: 'float32', dims: [dims], data: Float32Array.from(data) });
}

/** Chooses between a vector and its opposite: the one whose largest element by absolute value is positive. */
function turned(of: Float64Array): Float64Array {
  let farthest = 0;
  for (const value of of) if (Math.abs(value) > Math.abs(farthest)) farthest = value;
  return farthest < 0 ? of.map((value) => -value) : of;
}

function widthOf(parts: readonly F32[]): number {
  assertFloat('operation.principal', ...parts);
  const [first] = parts;
  const odd = parts.find(({ dims }) => dims.length !== 2 || dims[1] !== first?.dims[1]);
  if (odd)
    throw new PatchbayError({
      ...tensorMessage('tensor.vector-sizes', { first: showShape(first!.dims), other: showShape(odd.dims) }),
      expected: 'n x D',
      got: odd.dims.join(' x '),
    });
  return first?.dims[1] ?? 0;
}
