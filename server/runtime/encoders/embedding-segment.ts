import { type FileHandle, stat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { openRegular } from '../files/regular-file.ts';

const MAGIC = Buffer.from('PBEMBED1');
const HEADER = 16;
const KEY = 32;
const SCAN = 4 << 20;
/** Records further apart than this are read one by one. */
const GAP = 64 << 10;
const READ = 4 << 20;

/** The bytes of one record: key, D float32 numbers, crc32 of both. */
export const strideOf = (dims: number): number => KEY + dims * 4 + 4;

/** The first bytes of a segment of D-dimensional vectors. */
export function segmentHeader(dims: number): Buffer {
  const header = Buffer.alloc(HEADER);
  MAGIC.copy(header);
  header.writeUInt32LE(dims, 8);
  header.writeUInt32LE(crc32(header.subarray(0, 12)), 12);
  return header;
}

/** Serialises one record: 32 bytes of key, the vector, their crc32. */
export function record(key: string, vector: Float32Array): Buffer {
  const bytes = Buffer.alloc(strideOf(vector.length));
  bytes.write(key, 0, KEY, 'hex');
  Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).copy(bytes, KEY);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}

/** A vector to read: its place in a segment, and its row in the result. */
export interface Wanted {
  readonly position: number;
  readonly key: string;
  readonly row: number;
}

/** The keys of the complete records of a file from `from` on, and their end. Null if the file is not a segment of `dims`. */
export async function scanSegment(
  path: string,
  dims: number,
  from = 0,
): Promise<{ keys: Map<string, number>; end: number } | null> {
  const file = await openRegular(path);
  try {
    const { size } = await file.stat();
    const header = Buffer.alloc(HEADER);
    const { bytesRead } = await file.read(header, 0, HEADER, 0);
    if (bytesRead < HEADER || !header.equals(segmentHeader(dims))) return null;
    const stride = strideOf(dims);
    const keys = new Map<string, number>();
    const whole = Math.floor((size - HEADER) / stride);
    const perScan = Math.max(1, Math.floor(SCAN / stride));
    const first = from === 0 ? 0 : (from - HEADER) / stride;
    const buffer = Buffer.alloc(Math.min(perScan, Math.max(1, whole - first)) * stride);
    for (let at = first; at < whole; at += perScan) {
      const count = Math.min(perScan, whole - at);
      const read = await file.read(buffer, 0, count * stride, HEADER + at * stride);
      for (let i = 0; i < Math.floor(read.bytesRead / stride); i++) {
        keys.set(buffer.toString('hex', i * stride, i * stride + KEY), HEADER + (at + i) * stride);
      }
    }
    return { keys, end: HEADER + whole * stride };
  } finally {
    await file.close();
  }
}

/** Reads vectors into their rows of `out`, and calls `found` for each. It ignores damaged records. */
export async function readVectors(
  path: string,
  dims: number,
  wanted: readonly Wanted[],
  out: Float32Array,
  found: (row: number) => void,
): Promise<void> {
  const stride = strideOf(dims);
  const sorted = [...wanted].sort((a, b) => a.position - b.position);
  const file = await openRegular(path);
  try {
    for (let first = 0; first < sorted.length; ) {
      const start = sorted[first]!.position;
      let last = first;
      while (last + 1 < sorted.length) {
        const next = sorted[last + 1]!.position;
        if (next - sorted[last]!.position > GAP + stride || next + stride - start > READ) break;
        last++;
      }
      const run = sorted.slice(first, last + 1);
      await readRun(file, start, sorted[last]!.position + stride - start, run, dims, out, found);
      first = last + 1;
    }
  } finally {
    await file.close();
  }
}

async function readRun(
  file: FileHandle,
  start: number,
  length: number,
  wanted: readonly Wanted[],
  dims: number,
  out: Float32Array,
  found: (row: number) => void,
): Promise<void> {
  const stride = strideOf(dims);
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, start);
  for (const { position, key, row } of wanted) {
    const at = position - start;
    if (at + stride > bytesRead) continue;
    const bytes = buffer.subarray(at, at + stride);
    if (bytes.toString('hex', 0, KEY) !== key) continue;
    if (crc32(bytes.subarray(0, -4)) !== bytes.readUInt32LE(stride - 4)) continue;
    const vector = Buffer.from(out.buffer, out.byteOffset + row * dims * 4, dims * 4);
    bytes.copy(vector, 0, KEY, stride - 4);
    found(row);
  }
}

/** The size of a file; 0 for a missing file. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
