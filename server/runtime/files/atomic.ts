import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from './make-folder.ts';

/** The bytes of a file: at once, in parts, or as a stream. */
export type FileData = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Writes a file completely or not at all: it writes a temporary file beside it, flushes it and renames it. Missing folders are
 * created.
 *
 * @returns the number of bytes written
 * @throws the system's error or the error of `data`; the temporary file is removed and the old file stays as it was
 */
export async function writeFileAtomic(
  path: string,
  data: FileData,
  options: { readonly durable?: boolean } = {},
): Promise<number> {
  const folder = dirname(path);
  await makeFolder(folder);
  // In the same folder, because a rename across file systems would be a copy.
  const temporary = join(folder, `.${basename(path).slice(0, 80)}.${randomUUID()}.tmp`);
  let bytes = 0;
  try {
    const file = await open(temporary, 'wx');
    try {
      for await (const part of data instanceof Uint8Array ? [data] : data) {
        for (let offset = 0; offset < part.byteLength; ) {
          const { bytesWritten } = await file.write(
            part,
            offset,
            Math.min(part.byteLength - offset, 2 ** 30),
          );
          offset += bytesWritten;
        }
        bytes += part.byteLength;
      }
      if (options.durable ?? true) await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  if (options.durable ?? true) await syncFolder(folder);
  return bytes;
}

/** Makes the rename survive a power cut, on systems that can open folders. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {}
}
