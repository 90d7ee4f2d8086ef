import { type F32, PatchbayError } from '../../../nodes/sdk/index.ts';
import { tensorMessage } from '../../contract/messages/tensors.ts';
import { elementCount } from '../onnx/elements.ts';
import { concat, gather, reshape, slice } from './graphs.ts';
import { type GraphRunner, int64, isOnHost } from './runner.ts';
import { assertFloat, axisOf, concatShape, showShape, sliceShape } from './shapes.ts';

// Operations that move numbers without computing any. Contiguous numbers on the host are not copied.

/** Most tensors that one graph joins, because devices limit the number of inputs. */
const JOINED_AT_ONCE = 8;

/** Elements start..end of an axis. If they are contiguous on the host, the result is a view. */
export async function sliceAxis(
  run: GraphRunner,
  x: F32,
  axis: number,
  start: number,
  end: number,
): Promise<F32> {
  assertFloat('operation.slice', x);
  const at = axisOf('operation.slice', x, axis);
  const dims = sliceShape(x.dims, at, start, end);
  if (elementCount(dims) === 0) return run.zeros(dims);
  if (isOnHost(x) && elementCount(x.dims.slice(0, at)) === 1) {
    const row = elementCount(x.dims.slice(at + 1));
    return run.wrap(x.host.data.subarray(start * row, end * row), dims);
  }
  return run.one(`slice ${at}`, slice(at), { x, start: int64([start]), end: int64([end]) });
}

/** Joins tensors along an axis, eight at a time. */
export async function concatAxis(run: GraphRunner, parts: readonly F32[], axis: number): Promise<F32> {
  assertFloat('operation.join', ...parts);
  const dims = concatShape(parts, axis);
  const at = axisOf('operation.join', parts[0]!, axis);
  let left = parts.filter((part) => elementCount(part.dims) > 0);
  if (left.length === 0) return run.zeros(dims);
  if (elementCount(dims.slice(0, at)) === 1 && left.every(isOnHost)) {
    const whole = new Float32Array(elementCount(dims));
    let offset = 0;
    for (const part of left) {
      const { data } = (part as F32 & { host: { data: Float32Array } }).host;
      whole.set(data, offset);
      offset += data.length;
    }
    return run.wrap(whole, dims);
  }
  do {
    const joined: F32[] = [];
    for (let i = 0; i < left.length; i += JOINED_AT_ONCE) {
      const group = left.slice(i, i + JOINED_AT_ONCE);
      const feeds = Object.fromEntries(group.map((part, n) => [`x${n}`, part]));
      joined.push(await run.one(`concat ${group.length} ${at}`, concat(group.length, at), feeds));
    }
    left = joined;
  } while (left.length > 1);
  return left[0]!;
}

/** The same numbers in another shape. On the host it makes no copy. */
export async function reshapeTo(run: GraphRunner, x: F32, dims: readonly number[]): Promise<F32> {
  assertFloat('operation.reshape', x);
  const fits = dims.every((dim) => Number.isInteger(dim) && dim >= 0);
  if (!fits || elementCount(dims) !== elementCount(x.dims))
    throw new PatchbayError({
      ...tensorMessage('tensor.reshape', {
        shape: showShape(x.dims),
        wanted: showShape(dims),
        count: elementCount(x.dims),
      }),
      expected: String(elementCount(x.dims)),
      got: dims.join(' x '),
    });
  if (elementCount(dims) === 0) return run.zeros(dims);
  if (isOnHost(x)) return run.wrap(x.host.data, dims);
  return run.one('reshape', reshape, { x, dims: int64(dims) });
}

/** Rows of the first axis, in the order of `indices`. */
export async function gatherRows(run: GraphRunner, x: F32, indices: readonly number[]): Promise<F32> {
  assertFloat('operation.rows', x);
  axisOf('operation.rows', x, 0);
  const rows = x.dims[0]!;
  const outside = indices.find((index) => !Number.isInteger(index) || index < 0 || index >= rows);
  if (outside !== undefined)
    throw new PatchbayError({
      ...tensorMessage('tensor.row', { row: outside, shape: showShape(x.dims) }),
      expected: `0..${rows - 1}`,
      got: String(outside),
    });
  const dims = x.dims.with(0, indices.length);
  if (elementCount(dims) === 0) return run.zeros(dims);
  return run.one('gather', gather, { x, indices: int64(indices) });
}
