import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from './make-folder.ts';

/** What a file is made of: bytes at once, in parts, or as they come. */
export type FileData = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Writes a file whole or not at all: to a temporary beside it, flushed, then renamed; folders are made as needed.
 *
 * @returns how many bytes were written
 * @throws the system's error, or that of `data`, with the temporary removed and the old file untouched
 */
export async function writeFileAtomic(
  path: string,
  data: FileData,
  options: { readonly durable?: boolean } = {},
): Promise<number> {
  const folder = dirname(path);
  await makeFolder(folder);
  // Beside the target, because a rename across file systems is a copy.
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

/** Makes the rename itself survive a power cut; some systems cannot open folders, and there it is left out. */
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
