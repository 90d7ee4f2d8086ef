import type { DType, HostTensor } from '../../../nodes/sdk/index.ts';
import { fromBFloat16, fromFloat16 } from './half.ts';

/** Bytes per element, by the names that safetensors uses; `npy.ts` maps the names of npy to them. */
export const ELEMENT_BYTES = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  U64: 8,
  I32: 4,
  U32: 4,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;

/** An element type of a file. */
export type ElementType = keyof typeof ELEMENT_BYTES;

/** The exact number of elements of a shape; undefined if the shape is invalid or the number exceeds 2^53. */
export function elementCount(shape: readonly number[]): number | undefined {
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) return undefined;
    count *= size;
    if (!Number.isSafeInteger(count)) return undefined;
  }
  return count;
}

function view(type: ElementType, b: ArrayBuffer) {
  switch (type) {
    case 'F64':
      return new Float64Array(b);
    case 'F32':
      return new Float32Array(b);
    case 'F16':
      return fromFloat16(new Uint16Array(b));
    case 'BF16':
      return fromBFloat16(new Uint16Array(b));
    case 'I64':
      return new BigInt64Array(b);
    case 'U64':
      return new BigUint64Array(b);
    case 'I32':
      return new Int32Array(b);
    case 'U32':
      return new Uint32Array(b);
    case 'I16':
      return new Int16Array(b);
    case 'U16':
      return new Uint16Array(b);
    case 'I8':
      return new Int8Array(b);
    default:
      return new Uint8Array(b);
  }
}

/** Reads little-endian bytes as numbers, each rounded to the nearest float32. */
export function toFloat32(type: ElementType, bytes: Uint8Array<ArrayBuffer>): Float32Array {
  const numbers = view(type, ownBuffer(bytes));
  if (numbers instanceof Float32Array) return numbers;
  if (numbers instanceof BigInt64Array || numbers instanceof BigUint64Array)
    return Float32Array.from(numbers as Iterable<bigint>, Number);
  return Float32Array.from(numbers);
}

/** The first number that float32 cannot hold, although it is finite in the file. Such a number would become infinite. */
export function tooLarge(
  type: ElementType,
  bytes: Uint8Array<ArrayBuffer>,
): { readonly index: number; readonly value: number } | undefined {
  // All other types have a smaller range.
  if (type !== 'F64') return undefined;
  const numbers = new Float64Array(ownBuffer(bytes));
  const index = numbers.findIndex((value) => Number.isFinite(value) && !Number.isFinite(Math.fround(value)));
  return index === -1 ? undefined : { index, value: numbers[index]! };
}

/** Reads little-endian bytes as a tensor of the same element type, or as float32 where tensors have no such type. */
export function toTensor(
  type: ElementType,
  dims: readonly number[],
  bytes: Uint8Array<ArrayBuffer>,
): HostTensor {
  const make = <D extends DType>(dtype: D, data: HostTensor<D>['data']) => ({ dtype, dims, data });
  const buffer = ownBuffer(bytes);
  switch (type) {
    case 'F16':
      return make('float16', new Uint16Array(buffer));
    case 'I64':
      return make('int64', new BigInt64Array(buffer));
    case 'I32':
      return make('int32', new Int32Array(buffer));
    case 'U8':
      return make('uint8', new Uint8Array(buffer));
    case 'BOOL':
      return make('bool', new Uint8Array(buffer));
    default:
      return make('float32', toFloat32(type, bytes));
  }
}

/** Typed arrays need aligned memory, so a view into a larger buffer is copied. */
function ownBuffer(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer {
  if (bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength) return bytes.buffer;
  return bytes.slice().buffer;
}
