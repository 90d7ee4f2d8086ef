import { PatchbayError, type TensorHandle } from '../../../nodes/sdk/index.ts';

/** A shape for people: `2 x 3`; a scalar has none. */
export function showShape(dims: readonly number[]): string {
  return dims.length === 0 ? 'a scalar' : dims.join(' x ');
}

/** The error of shapes that do not fit. */
export function shapeError(
  message: string,
  details: { expected?: string; got?: string } = {},
): PatchbayError {
  return new PatchbayError({ code: 'tensor.shape', message, ...details });
}

/** @throws PatchbayError `tensor.dtype` unless every tensor is float32: a graph's type cannot be cast away at run time. */
export function assertFloat(op: string, ...tensors: readonly TensorHandle[]): void {
  const wrong = tensors.find(({ dtype }) => dtype !== 'float32');
  if (!wrong) return;
  throw new PatchbayError({
    code: 'tensor.dtype',
    message: `${op} works on float32 numbers and was given ${wrong.dtype}.`,
    expected: 'float32',
    got: wrong.dtype,
  });
}

/** The axis counted from the front. @throws PatchbayError `tensor.shape` when the tensor has no such axis. */
export function axisOf(op: string, { dims }: TensorHandle, axis: number): number {
  const index = axis < 0 ? axis + dims.length : axis;
  if (Number.isInteger(axis) && index >= 0 && index < dims.length) return index;
  throw shapeError(`${op} along axis ${axis} is not possible: the tensor is ${showShape(dims)}.`, {
    expected: `an axis from ${-dims.length} to ${dims.length - 1}`,
    got: String(axis),
  });
}

/** The shape two tensors broadcast to, by NumPy's rules. @throws PatchbayError `tensor.shape`. */
export function broadcast(op: string, a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    if (x !== y && x !== 1 && y !== 1)
      throw shapeError(
        `${op} needs shapes that fit each other: ${showShape(a)} and ${showShape(b)} do not.`,
        {
          expected: showShape(a),
          got: showShape(b),
        },
      );
    return x === 1 ? y : x;
  });
}

/** The shape of a [..., M, K] by b [K, N] or, transposed, [N, K]. @throws PatchbayError `tensor.shape`. */
export function matmulShape(
  a: readonly number[],
  b: readonly number[],
  transposeB: boolean,
): readonly number[] {
  const [rows, columns] = transposeB ? [b[1], b[0]] : [b[0], b[1]];
  if (a.length < 2 || b.length !== 2 || rows === undefined || columns === undefined || a.at(-1) !== rows)
    throw shapeError(
      `A product needs as many columns on the left as ${transposeB ? 'columns' : 'rows'} on the right: ${showShape(a)} and ${showShape(b)} do not fit.`,
      { expected: transposeB ? `N x ${a.at(-1)}` : `${a.at(-1)} x N`, got: showShape(b) },
    );
  return [...a.slice(0, -1), columns];
}

/** The shape after joining along an axis. @throws PatchbayError `tensor.shape`. */
export function concatShape(parts: readonly TensorHandle[], axis: number): readonly number[] {
  const first = parts[0];
  if (!first) throw shapeError('There is nothing to join: the list of tensors is empty.');
  const at = axisOf('Joining', first, axis);
  for (const { dims } of parts) {
    if (dims.length !== first.dims.length || dims.some((dim, i) => i !== at && dim !== first.dims[i]))
      throw shapeError(
        `Tensors can be joined along axis ${axis} when all other sizes are equal: ${showShape(first.dims)} and ${showShape(dims)} are not.`,
        { expected: showShape(first.dims), got: showShape(dims) },
      );
  }
  return first.dims.with(
    at,
    parts.reduce((sum, { dims }) => sum + dims[at]!, 0),
  );
}

/** The shape of elements start..end of an axis. @throws PatchbayError `tensor.shape`. */
export function sliceShape(
  dims: readonly number[],
  axis: number,
  start: number,
  end: number,
): readonly number[] {
  const size = dims[axis]!;
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end < start || end > size)
    throw shapeError(
      `Elements ${start} to ${end} are not within axis ${axis} of a ${showShape(dims)} tensor.`,
      {
        expected: `0 to ${size}`,
        got: `${start} to ${end}`,
      },
    );
  return dims.with(axis, end - start);
}
