import {
  type F32,
  type Ops,
  PatchbayError,
  type Principal,
  throwIfAborted,
} from '../../../nodes/sdk/index.ts';
import { tensorMessage } from '../../contract/messages/tensors.ts';
import { hostTensor } from '../ort/tensor.ts';
import { along, rowSum, scatter } from './graphs.ts';
import { largestEigen } from './largest-eigen.ts';
import { type GraphRunner, onHost } from './runner.ts';
import { assertFloat, showShape } from './shapes.ts';

/** A variance below this, relative to the largest one, is a rounding error of float32 and counts as 0. */
const ROUNDING = 1e-7;

type Options = Parameters<Ops['principal']>[2];

/**
 * Finds principal components; see `Ops.principal`. The device computes the sums and products of each part in float32.
 * They are added up in float64, and the eigenproblem is solved in float64. It is only D x D, for any number of vectors.
 * @throws PatchbayError `tensor.vector-sizes`, `tensor.not-finite`, `tensor.dtype`; CancelledError
 */
export async function principal(
  run: GraphRunner,
  parts: readonly F32[],
  k: number,
  { signal, onProgress }: Options,
): Promise<Principal> {
  const dims = widthOf(parts);
  const total = parts.reduce((sum, part) => sum + part.dims[0]!, 0);
  const filled = parts.filter((part) => part.dims[0]! > 0);
  const steps = filled.length * 3;
  let done = 0;
  const added = async (key: string, make: () => Uint8Array, size: number, feeds: Feeds = {}) => {
    const sum = new Float64Array(size);
    for (const x of filled) {
      throwIfAborted(signal);
      const { y } = await (await run.session(key, make)).run({ x, ...feeds });
      const { data } = await onHost(y as F32);
      for (let i = 0; i < size; i++) sum[i]! += data[i]!;
      (y as F32).release();
      onProgress?.(++done, steps);
    }
    return sum.map((value) => value / Math.max(1, total));
  };
  const mean = vector(await added('row sum', rowSum, dims), dims);
  if (!mean.host.data.every(Number.isFinite)) throw new PatchbayError(tensorMessage('tensor.not-finite'));
  const covariance = await added('scatter', scatter, dims * dims, { mean });
  const { values: found, vectors } = largestEigen(covariance, dims, Math.min(k, dims));
  const values = found.filter((value) => value > ROUNDING * found[0]!);
  const components = new Float32Array(k * dims);
  for (let row = 0; row < values.length; row++)
    components.set(turned(vectors.subarray(row * dims, (row + 1) * dims)), row * dims);
  const directions = hostTensor({ dtype: 'float32', dims: [k, dims], data: components });
  const scores = new Float32Array(total * k);
  let offset = 0;
  for (const x of filled) {
    throwIfAborted(signal);
    const { y } = await (await run.session('along', along)).run({ x, mean, directions });
    const { data } = await onHost(y as F32);
    scores.set(data, offset);
    offset += data.length;
    (y as F32).release();
    onProgress?.(++done, steps);
  }
  return {
    scores: run.wrap(scores, [total, k]),
    components: directions.host,
    variances: Array.from({ length: k }, (_, i) => values[i] ?? 0),
  };
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
