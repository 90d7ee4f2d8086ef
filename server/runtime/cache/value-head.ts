import { crc32 } from 'node:zlib';
import type { DType } from '../../../nodes/sdk/index.ts';

/** Keys from the value down to a part of it. */
export type Way = readonly string[];

/** All of a value but its tensors' numbers. */
export interface StoredHead {
  /** The value as JSON; null stands where a tensor or an odd number was. */
  readonly value: unknown;
  readonly tensors: readonly {
    readonly way: Way;
    readonly dtype: DType;
    readonly dims: readonly number[];
    /** First byte in what follows the head. */
    readonly offset: number;
    readonly bytes: number;
  }[];
  readonly odd: readonly { readonly way: Way; readonly number: string }[];
}

/** Four letters and the version of the format: raised whenever old bytes would be misread. */
const MAGIC = Buffer.from('PBV\x01', 'latin1');
/** Magic, length of the JSON, checksum of the JSON, checksum of what follows. */
const PREFIX = 16;

/** The head's bytes, padded to a multiple of 8 so that tensors are aligned. */
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

/** @throws RangeError when the bytes are none of this version or were damaged */
export function parseHead(bytes: Uint8Array): { head: StoredHead; rest: Uint8Array; checksum: number } {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < PREFIX || view.compare(MAGIC, 0, 4, 0, 4) !== 0)
    throw new RangeError('These bytes are no stored value of this version.');
  const length = view.readUInt32LE(4);
  const json = view.subarray(PREFIX, PREFIX + length);
  if (json.length !== length || crc32(json) !== view.readUInt32LE(8))
    throw new RangeError('The description of a stored value is damaged.');
  const head = JSON.parse(json.toString('utf8')) as StoredHead;
  return { head, rest: bytes.subarray(PREFIX + length), checksum: view.readUInt32LE(12) };
}
