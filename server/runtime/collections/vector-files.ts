import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { throwIfAborted } from '../../../nodes/sdk/index.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import { encodeNpy } from '../files/npy.ts';
import { openRegular, readRegular } from '../files/regular-file.ts';
import type { Manifest } from './manifest.ts';

// Vectors are plain .npy files, which other programs can map into memory, and beside each a file of 8 bytes per vector: the number of
// its picture and the crc32 of its bytes. Measured with 1,000,000 x 512 (test/bench/collections.mjs): one buffer filled by
// plain reads is open in less than a second; the same vectors as BLOB in DuckDB take eight seconds and twice the memory.

type VectorFile = Manifest['spaces'][number]['files'][number];

/** Bytes of one read. */
const READ_BYTES = 16 << 20;
/** Reads at the same time: more than one, because each copies in a thread of its own. */
const READS = 4;
/** Rows that are written together. */
const ROWS_AT_ONCE = 4096;
const ENTRY = 2;

/** The vectors of a space, in the order in which they were added: the newest of each picture, without those of removed pictures. */
export interface SpaceRows {
  /** The number of the picture of each row. */
  readonly ids: Uint32Array;
  /** The crc32 of each row. */
  readonly sums: Uint32Array;
  /** Where each row is: the file and the row in it. */
  readonly places: { readonly file: Uint16Array; readonly row: Uint32Array };
}

/** Reads numbers of pictures. @throws the system's error */
export async function readIds(path: string): Promise<Uint32Array> {
  const bytes = await readRegular(path);
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** Writes numbers of pictures. @returns the bytes written */
export const writeIds = (path: string, ids: Uint32Array): Promise<number> =>
  writeFileAtomic(path, new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength));

/** Which vectors a space has, from the small files beside its vectors. @throws RangeError if a file has another size than it should */
export async function readRowsOf(
  folder: string,
  { files }: Pick<Manifest['spaces'][number], 'files'>,
  dead: ReadonlySet<number>,
  nextId: number,
): Promise<SpaceRows> {
  const parts = await Promise.all(files.map(({ ids }) => readIds(join(folder, ids))));
  let total = 0;
  for (const [at, part] of parts.entries()) {
    if (part.length !== files[at]!.rows * ENTRY) throw new RangeError(`${files[at]!.ids} is incomplete`);
    total += part.length / ENTRY;
  }
  /** 1 + the position of the newest vector of each picture. */
  const newest = new Uint32Array(nextId);
  let position = 0;
  for (const part of parts) for (let i = 0; i < part.length; i += ENTRY) newest[part[i]!] = ++position;
  const ids = new Uint32Array(total);
  const sums = new Uint32Array(total);
  const places = { file: new Uint16Array(total), row: new Uint32Array(total) };
  let count = 0;
  position = 0;
  for (const [file, part] of parts.entries())
    for (let i = 0; i < part.length; i += ENTRY) {
      const id = part[i]!;
      if (newest[id] !== ++position || dead.has(id)) continue;
      ids[count] = id;
      sums[count] = part[i + 1]!;
      places.file[count] = file;
      places.row[count++] = i / ENTRY;
    }
  return {
    ids: ids.subarray(0, count),
    sums: sums.subarray(0, count),
    places: { file: places.file.subarray(0, count), row: places.row.subarray(0, count) },
  };
}

/** The bytes of a row as they are summed and written. */
const bytesOf = (row: Float32Array) => new Uint8Array(row.buffer, row.byteOffset, row.byteLength);

/** The crc32 of a vector. */
export const sumOf = (row: Float32Array): number => crc32(bytesOf(row));

/**
 * Reads all vectors of a space into one matrix, rows x dims.
 * @throws RangeError if a file ends early; CancelledError; the system's error
 */
export async function readVectorsOf(
  folder: string,
  { files, dims }: Pick<Manifest['spaces'][number], 'files' | 'dims'>,
  { places, ids }: SpaceRows,
  signal: AbortSignal,
): Promise<Float32Array> {
  const stride = dims * 4;
  const rows = ids.length;
  const matrix = new Float32Array(rows * dims);
  const bytes = Buffer.from(matrix.buffer);
  /** Runs of rows that follow each other in a file and in the matrix. */
  const runs: { file: number; from: number; to: number; count: number }[] = [];
  const most = Math.max(1, Math.floor(READ_BYTES / stride));
  for (let row = 0; row < rows; ) {
    const [file, from] = [places.file[row]!, places.row[row]!];
    let count = 1;
    while (
      count < most &&
      row + count < rows &&
      places.file[row + count] === file &&
      places.row[row + count] === from + count
    )
      count++;
    runs.push({ file, from, to: row, count });
    row += count;
  }
  const handles = await Promise.all(files.map(({ file }) => openRegular(join(folder, file))));
  try {
    const queue = runs.values();
    const work = async () => {
      for (const { file, from, to, count } of queue) {
        throwIfAborted(signal);
        const start = files[file]!.offset + from * stride;
        for (let done = 0; done < count * stride; ) {
          const { bytesRead } = await handles[file]!.read(
            bytes,
            to * stride + done,
            count * stride - done,
            start + done,
          );
          if (bytesRead === 0) throw new RangeError(`${files[file]!.file} ends early`);
          done += bytesRead;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(READS, runs.length) }, work));
  } finally {
    await Promise.all(handles.map((handle) => handle.close()));
  }
  return matrix;
}

/** Rows of vectors to write, one after the other. */
export interface RowsToWrite {
  readonly count: number;
  readonly dims: number;
  /** The number of the picture of a row. */
  id(row: number): number;
  vector(row: number): Float32Array;
}

/** Writes vectors and their numbers under new names. It resolves when both are on the disk. */
export async function writeVectors(
  folder: string,
  name: string,
  { count, dims, id, vector }: RowsToWrite,
  signal: AbortSignal,
): Promise<VectorFile> {
  const [header] = encodeNpy({ dtype: 'float32', dims: [count, dims], data: new Float32Array(0) });
  const entries = new Uint32Array(count * ENTRY);
  const parts = async function* () {
    yield header!;
    for (let from = 0; from < count; from += ROWS_AT_ONCE) {
      throwIfAborted(signal);
      const some = Math.min(ROWS_AT_ONCE, count - from);
      const block = new Float32Array(some * dims);
      for (let i = 0; i < some; i++) {
        const row = vector(from + i);
        block.set(row, i * dims);
        entries[(from + i) * ENTRY] = id(from + i);
        entries[(from + i) * ENTRY + 1] = sumOf(row);
      }
      yield bytesOf(block);
    }
  };
  const file = `${name}.npy`;
  const bytes = await writeFileAtomic(join(folder, file), parts());
  const ids = `${name}.ids`;
  await writeIds(join(folder, ids), entries);
  return { file, ids, rows: count, bytes, offset: header!.byteLength };
}

/** Makes a file that another library wrote survive a power cut. */
export async function flushFile(path: string): Promise<number> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}
