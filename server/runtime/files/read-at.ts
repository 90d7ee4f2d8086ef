import type { FileHandle } from 'node:fs/promises';

/** The most bytes of one read, so that a read does not occupy a thread of the pool for seconds. */
const CHUNK = 64 * 2 ** 20;

/**
 * Reads exactly `length` bytes at `position` into a new buffer.
 * @throws RangeError when the file ends earlier
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
