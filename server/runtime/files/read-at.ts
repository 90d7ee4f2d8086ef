import type { FileHandle } from 'node:fs/promises';

/** One read is at most this long, so that the pool's threads are not held for seconds. */
const CHUNK = 64 * 2 ** 20;

/**
 * Reads exactly `length` bytes at `position` into memory of their own.
 * @throws RangeError when the file ends before
 */
export async function readExactly(
  file: FileHandle,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, Math.min(CHUNK, length - done), position + done);
    if (bytesRead === 0) throw new RangeError(`the file ends ${length - done} bytes early`);
    done += bytesRead;
  }
  return bytes;
}
