import { type Message, PatchbayError, type TensorHandle } from '../../../nodes/sdk/index.ts';
import { type OperationCode, tensorMessage } from '../../contract/messages/tensors.ts';

/** A shape for people, such as `2 x 3`. */
export function showShape(dims: readonly number[]): string | Message {
  return dims.length === 0 ? tensorMessage('tensor.scalar') : dims.join(' x ');
}

/** @throws PatchbayError `tensor.dtype` unless every tensor is float32, because a graph cannot change its types at run time */
export function assertFloat(operation: OperationCode, ...tensors: readonly TensorHandle[]): void {
  const wrong = tensors.find(({ dtype }) => dtype !== 'float32');
  if (!wrong) return;
  throw new PatchbayError({
    ...tensorMessage('tensor.dtype', { operation: tensorMessage(operation), dtype: wrong.dtype }),
    expected: 'float32',
    got: wrong.dtype,
  });
}

/** Counts an axis from the front. @throws PatchbayError `tensor.axis` when the tensor has no such axis */
export function axisOf(operation: OperationCode, { dims }: TensorHandle, axis: number): number {
  const index = axis < 0 ? axis + dims.length : axis;
  if (Number.isInteger(axis) && index >= 0 && index < dims.length) return index;
  throw new PatchbayError({
    ...tensorMessage('tensor.axis', { operation: tensorMessage(operation), axis, shape: showShape(dims) }),
    expected: `${-dims.length}..${dims.length - 1}`,
    got: String(axis),
  });
}

/** The shape that two tensors broadcast to, by NumPy's rules. @throws PatchbayError `tensor.broadcast` */
export function broadcast(
  operation: OperationCode,
  a: readonly number[],
  b: readonly number[],
): readonly number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    if (x !== y && x !== 1 && y !== 1)
      throw new PatchbayError({
        ...tensorMessage('tensor.broadcast', {
          operation: tensorMessage(operation),
          left: showShape(a),
          right: showShape(b),
        }),
        expected: a.join(' x '),
        got: b.join(' x '),
      });
    return x === 1 ? y : x;
  });
}

/** The shape of a [..., M, K] times b [K, N], or times b [N, K] transposed. @throws PatchbayError `tensor.product`, `tensor.product-transposed` */
export function matmulShape(
  a: readonly number[],
  b: readonly number[],
  transposeB: boolean,
): readonly number[] {
  const [rows, columns] = transposeB ? [b[1], b[0]] : [b[0], b[1]];
  if (a.length < 2 || b.length !== 2 || rows === undefined || columns === undefined || a.at(-1) !== rows)
    throw new PatchbayError({
      ...tensorMessage(transposeB ? 'tensor.product-transposed' : 'tensor.product', {
        left: showShape(a),
        right: showShape(b),
      }),
      expected: transposeB ? `N x ${a.at(-1)}` : `${a.at(-1)} x N`,
      got: b.join(' x '),
    });
  return [...a.slice(0, -1), columns];
}

/** The shape after joining along an axis. @throws PatchbayError `tensor.nothing-to-join`, `tensor.axis`, `tensor.join` */
export function concatShape(parts: readonly TensorHandle[], axis: number): readonly number[] {
  const first = parts[0];
  if (!first) throw new PatchbayError(tensorMessage('tensor.nothing-to-join'));
  const at = axisOf('operation.join', first, axis);
  for (const { dims } of parts) {
    if (dims.length !== first.dims.length || dims.some((dim, i) => i !== at && dim !== first.dims[i]))
      throw new PatchbayError({
        ...tensorMessage('tensor.join', { axis, first: showShape(first.dims), other: showShape(dims) }),
        expected: first.dims.join(' x '),
        got: dims.join(' x '),
      });
  }
  return first.dims.with(
    at,
    parts.reduce((sum, { dims }) => sum + dims[at]!, 0),
  );
}

/** The shape of elements start..end of an axis. @throws PatchbayError `tensor.slice` */
export function sliceShape(
  dims: readonly number[],
  axis: number,
  start: number,
  end: number,
): readonly number[] {
  const size = dims[axis]!;
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end < start || end > size)
    throw new PatchbayError({
      ...tensorMessage('tensor.slice', { start, end, axis, shape: showShape(dims) }),
      expected: `0..${size}`,
      got: `${start}..${end}`,
    });
  return dims.with(axis, end - start);
}
