import { crc32 } from 'node:zlib';
import {
  type DType,
  type HostTensor,
  isTensorHandle,
  type PortValue,
  type TensorHandle,
} from '../../../nodes/sdk/index.ts';
import { hostTensor } from '../ort/tensor.ts';
import { parseHead, type StoredHead, type Way, writeHead } from './value-head.ts';

/** Turns a value to bytes and back. */
export interface ValueCodec {
  encode(value: PortValue): Promise<Uint8Array[]>;
  /** @throws RangeError when `encode` of this version did not make the bytes */
  decode(bytes: Uint8Array): PortValue;
}

type Container = Record<string | number, unknown>;

/** Numbers that JSON does not have. */
const ODD_NUMBERS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
};

/**
 * Writes a value as JSON, followed by the bytes of its tensors; checksums cover both.
 * Numbers keep their values, also NaN, infinities and -0. Undefined fields come back absent.
 */
export function createValueCodec(): ValueCodec {
  return {
    async encode(value) {
      const tensors: { way: Way; handle: TensorHandle }[] = [];
      const odd: { way: Way; number: string }[] = [];
      const json = lift(value, [], (part, way) => {
        if (isTensorHandle(part)) tensors.push({ way, handle: part });
        else odd.push({ way, number: Object.is(part, -0) ? '-0' : String(part) });
      });
      const hosts = await Promise.all(tensors.map(({ handle }) => handle.toHost()));
      let offset = 0;
      const segments: Uint8Array[] = [];
      const places = hosts.map(({ dtype, dims, data }, i) => {
        const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
        const padded = Math.ceil(bytes.length / 8) * 8;
        const place = { way: tensors[i]!.way, dtype, dims, offset, bytes: bytes.length };
        segments.push(bytes, new Uint8Array(padded - bytes.length));
        offset += padded;
        return place;
      });
      const checksum = segments.reduce((sum, segment) => crc32(segment, sum), 0);
      return [writeHead({ value: json, tensors: places, odd }, checksum), ...segments];
    },

    decode(bytes) {
      const { head, rest, checksum } = parseHead(bytes);
      if (crc32(rest) !== checksum) throw new RangeError('The checksum of a stored value is wrong.');
      const root: Container = { value: head.value };
      for (const { way, number } of head.odd) put(root, way, ODD_NUMBERS[number]);
      for (const tensor of head.tensors) put(root, tensor.way, hostTensor(tensorOf(tensor, rest)));
      return root.value as PortValue;
    },
  };
}

/** Copies a value without the parts that JSON cannot hold, and passes those to `found`. Everything else is shared. */
function lift(part: unknown, way: Way, found: (part: unknown, way: Way) => void): unknown {
  if (isTensorHandle(part) || (typeof part === 'number' && (!Number.isFinite(part) || Object.is(part, -0)))) {
    found(part, way);
    return null;
  }
  if (typeof part !== 'object' || part === null) return part;
  let copy: Container | undefined;
  for (const [key, value] of Object.entries(part)) {
    const lifted = lift(value, [...way, key], found);
    if (lifted === value) continue;
    copy ??= (Array.isArray(part) ? [...part] : { ...part }) as Container;
    copy[key] = lifted;
  }
  return copy ?? part;
}

/** Sets `part` at the end of the path `way`. It follows own keys only, so no prototype can be changed. */
function put(root: Container, way: Way, part: unknown): void {
  let at: Container = root;
  const keys = ['value', ...way];
  const last = keys.pop()!;
  for (const key of keys) {
    if (!Object.hasOwn(at, key)) throw new RangeError('A stored value does not fit its own description.');
    at = at[key] as Container;
  }
  if (typeof at !== 'object' || at === null || !Object.hasOwn(at, last))
    throw new RangeError('A stored value does not fit its own description.');
  Object.defineProperty(at, last, { value: part, enumerable: true, writable: true, configurable: true });
}

const ARRAYS = {
  float32: Float32Array,
  float16: Uint16Array,
  uint8: Uint8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} as const;

function tensorOf(
  { dtype, dims, offset, bytes }: StoredHead['tensors'][number],
  rest: Uint8Array,
): HostTensor {
  const View = ARRAYS[dtype as DType];
  const count = dims.reduce((product, size) => product * size, 1);
  if (View === undefined || count * View.BYTES_PER_ELEMENT !== bytes || offset + bytes > rest.length)
    throw new RangeError('A stored tensor does not fit its shape.');
  const segment = rest.subarray(offset, offset + bytes);
  const aligned = segment.byteOffset % View.BYTES_PER_ELEMENT === 0 ? segment : segment.slice();
  const data = new View(aligned.buffer as ArrayBuffer, aligned.byteOffset, count);
  return { dtype, dims, data } as HostTensor;
}
