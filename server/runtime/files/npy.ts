import { basename } from 'node:path';
import { type HostTensor, type Message, PatchbayError } from '../../../nodes/sdk/index.ts';
import { fileMessage } from '../../contract/messages/files.ts';
import { ELEMENT_BYTES, type ElementType, elementCount, toFloat32, tooLarge } from './element-types.ts';
import { openToRead } from './open-to-read.ts';
import { readExactly } from './read-at.ts';

const MAGIC = '\x93NUMPY';
/** Only record arrays have longer headers, and those are not tensors. */
const MAX_HEADER = 65_536;

const TYPES: ReadonlyMap<string, ElementType> = new Map([
  ['f8', 'F64'],
  ['f4', 'F32'],
  ['f2', 'F16'],
  ['i8', 'I64'],
  ['i4', 'I32'],
  ['i2', 'I16'],
  ['i1', 'I8'],
  ['u8', 'U64'],
  ['u4', 'U32'],
  ['u2', 'U16'],
  ['u1', 'U8'],
  ['b1', 'BOOL'],
]);

interface NpyHeader {
  readonly type: ElementType;
  readonly bigEndian: boolean;
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

/**
 * Reads an array as float32 in row-major order. It reads versions 1 to 3, both byte orders, and C and Fortran order. It never
 * executes anything in the file: arrays of Python objects are pickles, and it refuses them.
 *
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @throws PatchbayError `file.not-found`, `file.not-a-file`, `file.unreadable`, `npy.*`
 */
export async function readNpy(path: string): Promise<HostTensor<'float32'>> {
  const name = basename(path);
  const file = await openToRead(path);
  try {
    const { size } = await file.stat();
    if (size < 12) throw refuse(fileMessage('npy.too-short', { file: name }));
    const prefix = await readExactly(file, 0, 12);
    if (Buffer.from(prefix.buffer, 0, 6).toString('latin1') !== MAGIC)
      throw refuse(fileMessage('npy.no-magic', { file: name }));
    const version = prefix[6]!;
    if (version < 1 || version > 3) throw refuse(fileMessage('npy.version', { file: name, version }));
    const view = new DataView(prefix.buffer);
    const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
    const start = version === 1 ? 10 : 12;
    if (length > MAX_HEADER || start + length > size)
      throw refuse(fileMessage('npy.header-too-long', { file: name }));
    const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(
      await readExactly(file, start, length),
    );
    const header = parseHeader(text, name);
    const count = elementCount(header.shape);
    const shape = header.shape.join(', ');
    if (count === undefined) throw refuse(fileMessage('npy.shape', { file: name, shape }));
    const bytes = count * ELEMENT_BYTES[header.type];
    const held = size - start - length;
    if (bytes !== held) throw refuse(fileMessage('npy.size', { file: name, shape, needed: bytes, held }));
    const raw = await readExactly(file, start + length, bytes);
    if (header.bigEndian) swapBytes(raw, ELEMENT_BYTES[header.type]);
    const large = tooLarge(header.type, raw);
    if (large) {
      const rows = header.shape[0] ?? 1;
      const row = header.fortran ? large.index % rows : Math.floor(large.index / (count / rows));
      throw refuse(fileMessage('npy.too-large', { file: name, row: row + 1, value: String(large.value) }));
    }
    const data = toFloat32(header.type, raw);
    return {
      dtype: 'float32',
      dims: header.shape,
      data: header.fortran ? toRowMajor(data, header.shape) : data,
    };
  } catch (error) {
    throw error instanceof PatchbayError
      ? error
      : refuse(fileMessage('npy.unreadable', { file: name }), error);
  } finally {
    await file.close();
  }
}

const refuse = (message: Message, cause?: unknown): PatchbayError => new PatchbayError(message, { cause });

function parseHeader(text: string, file: string): NpyHeader {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || shape === undefined)
    throw refuse(fileMessage('npy.header', { file }));
  if (descr.includes('O')) throw refuse(fileMessage('npy.objects', { file }));
  const type = TYPES.get(descr.slice(1));
  if (type === undefined || !/[<>|=]/.test(descr[0]!))
    throw refuse(fileMessage('npy.type', { file, type: descr.slice(0, 20) }));
  const sizes = shape.split(',').map((part) => part.trim());
  return {
    type,
    bigEndian: descr.startsWith('>'),
    fortran: order === 'True',
    shape: sizes.filter((part) => part !== '').map(Number),
  };
}

function swapBytes(bytes: Uint8Array<ArrayBuffer>, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) buffer.swap16();
  if (width === 4) buffer.swap32();
  if (width === 8) buffer.swap64();
}

/** Converts Fortran order, in which the first axis varies fastest, to row-major order. */
function toRowMajor(data: Float32Array, shape: readonly number[]): Float32Array {
  const result = new Float32Array(data.length);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const index = shape.map(() => 0);
  for (let i = 0, from = 0; i < data.length; i++) {
    result[i] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]! += 1;
      from += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}

/** Encodes a tensor as an npy file (version 1, float32, C order), in parts to write one after another. */
export function encodeNpy({ dims, data }: HostTensor<'float32'>): Uint8Array[] {
  const shape = dims.length === 1 ? `${dims[0]},` : dims.join(', ');
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`;
  // The numbers begin at a multiple of 64 bytes, for readers that map the file into memory.
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const header = Buffer.alloc(10 + length, ' ');
  header.write(`${MAGIC}\x01\x00`, 'latin1');
  header.writeUInt16LE(length, 8);
  header.write(text, 10, 'latin1');
  header.write('\n', 9 + length, 'latin1');
  return [header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}
