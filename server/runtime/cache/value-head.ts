import { crc32 } from 'node:zlib';
import type { DType } from '../../../nodes/sdk/index.ts';

/** The keys from a value down to one of its parts. */
export type Way = readonly string[];

/** A value without the numbers of its tensors. */
export interface StoredHead {
  /** The value as JSON, with null for each tensor and for each number that JSON does not have. */
  readonly value: unknown;
  readonly tensors: readonly {
    readonly way: Way;
    readonly dtype: DType;
    readonly dims: readonly number[];
    /** The first byte, counted from the end of the head. */
    readonly offset: number;
    readonly bytes: number;
  }[];
  readonly odd: readonly { readonly way: Way; readonly number: string }[];
}

/** Three letters and the version of the format. Raise the version if new code would misread old bytes. */
const MAGIC = Buffer.from('PBV\x01', 'latin1');
/** Magic, length of the JSON, checksum of the JSON, checksum of the rest. */
const PREFIX = 16;

/** Serialises a head, padded to a multiple of 8 bytes so that tensors are aligned. */
export function writeHead(head: StoredHead, checksumOfRest: number): Uint8Array {
  const json = Buffer.from(JSON.stringify(head));
  const bytes = Buffer.alloc(Math.ceil((PREFIX + json.length) / 8) * 8, ' ');
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(bytes.length - PREFIX, 4);
  json.copy(bytes, PREFIX);
  bytes.writeUInt32LE(crc32(bytes.subarray(PREFIX)), 8);
  bytes.writeUInt32LE(checksumOfRest, 12);
  return bytes;
}

/** Reads a head. @throws RangeError when the bytes have another version or are damaged */
export function parseHead(bytes: Uint8Array): { head: StoredHead; rest: Uint8Array; checksum: number } {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < PREFIX || view.compare(MAGIC, 0, 4, 0, 4) !== 0)
    throw new RangeError('These bytes are not a stored value of this version.');
  const length = view.readUInt32LE(4);
  const json = view.subarray(PREFIX, PREFIX + length);
  if (json.length !== length || crc32(json) !== view.readUInt32LE(8))
    throw new RangeError('The description of a stored value is damaged.');
  const head = JSON.parse(json.toString('utf8')) as StoredHead;
  return { head, rest: bytes.subarray(PREFIX + length), checksum: view.readUInt32LE(12) };
}
