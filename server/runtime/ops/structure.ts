import type { F32 } from '../../../nodes/sdk/index.ts';
import { elementCount } from '../onnx/elements.ts';
import { concat, gather, reshape, slice } from './graphs.ts';
import { type GraphRunner, int64, isOnHost } from './runner.ts';
import { assertFloat, axisOf, concatShape, shapeError, showShape, sliceShape } from './shapes.ts';

// Operations that move numbers without computing any. What lies on the host in one piece stays where it is.

/** Most tensors joined by one graph: devices bind only so many. */
const JOINED_AT_ONCE = 8;

/** Elements start..end of an axis; a view where they lie in one piece on the host. */
export async function sliceAxis(
  run: GraphRunner,
  x: F32,
  axis: number,
  start: number,
  end: number,
): Promise<F32> {
  assertFloat('Slicing', x);
  const at = axisOf('Slicing', x, axis);
  const dims = sliceShape(x.dims, at, start, end);
  if (elementCount(dims) === 0) return run.zeros(dims);
  if (isOnHost(x) && elementCount(x.dims.slice(0, at)) === 1) {
    const row = elementCount(x.dims.slice(at + 1));
    return run.wrap(x.host.data.subarray(start * row, end * row), dims);
  }
  return run.one(`slice ${at}`, slice(at), { x, start: int64([start]), end: int64([end]) });
}

/** Joins along an axis, eight at a time. */
export async function concatAxis(run: GraphRunner, parts: readonly F32[], axis: number): Promise<F32> {
  assertFloat('Joining', ...parts);
  const dims = concatShape(parts, axis);
  const at = axisOf('Joining', parts[0]!, axis);
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

/** The same numbers in another shape; on the host without a copy. */
export async function reshapeTo(run: GraphRunner, x: F32, dims: readonly number[]): Promise<F32> {
  assertFloat('Reshaping', x);
  const fits = dims.every((dim) => Number.isInteger(dim) && dim >= 0);
  if (!fits || elementCount(dims) !== elementCount(x.dims))
    throw shapeError(
      `A ${showShape(x.dims)} tensor cannot become ${showShape(dims)}: it has ${elementCount(x.dims)} numbers.`,
      {
        expected: `${elementCount(x.dims)} numbers`,
        got: showShape(dims),
      },
    );
  if (elementCount(dims) === 0) return run.zeros(dims);
  if (isOnHost(x)) return run.wrap(x.host.data, dims);
  return run.one('reshape', reshape, { x, dims: int64(dims) });
}

/** Rows of the first axis, in the order asked for. */
export async function gatherRows(run: GraphRunner, x: F32, indices: readonly number[]): Promise<F32> {
  assertFloat('Picking rows', x);
  axisOf('Picking rows', x, 0);
  const rows = x.dims[0]!;
  const outside = indices.find((index) => !Number.isInteger(index) || index < 0 || index >= rows);
  if (outside !== undefined)
    throw shapeError(`There is no row ${outside} in a ${showShape(x.dims)} tensor.`, {
      expected: `0 to ${rows - 1}`,
      got: String(outside),
    });
  const dims = x.dims.with(0, indices.length);
  if (elementCount(dims) === 0) return run.zeros(dims);
  return run.one('gather', gather, { x, indices: int64(indices) });
}
