import { open, readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type ImageItem, nearestName, PatchbayError } from '../../../nodes/sdk/index.ts';
import type { AssetStore } from '../files/assets.ts';
import { readExactly } from '../files/read-at.ts';
import { gone } from './content-keys.ts';

/** Larger files are no pictures people search: they would fill the memory before a decoder sees them. */
const MAX_FILE_BYTES = 1_000_000_000;

/**
 * A picture's bytes, from its file or from the asset store.
 * @throws PatchbayError `image.not-found`, `image.unreadable`
 */
export async function readItem(item: ImageItem, assets: AssetStore): Promise<Uint8Array> {
  if (item.source.kind === 'asset') return assets.read(item.source.hash);
  try {
    const file = await open(item.source.path, 'r');
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw unreadable(`${item.name} is no file.`);
      if (stat.size > MAX_FILE_BYTES) throw unreadable(`${item.name} has more than 1 GB.`);
      return await readExactly(file, 0, stat.size);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof PatchbayError ? error : gone(item.name, error);
  }
}

/** Bytes that tell a format. */
const HEAD_BYTES = 1024;

/** A file's first bytes, fewer when it is shorter. @throws PatchbayError `image.unreadable`, `image.not-found` */
export async function headOf(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r');
    try {
      const head = new Uint8Array(HEAD_BYTES);
      const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
      return head.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw gone(path, error);
  }
}

/** The error of a picture asked for by a path that leads to none; a misspelt sample is told its nearest neighbour. */
export async function missing(path: string, file: string, cause: unknown): Promise<PatchbayError> {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return gone(path, cause);
  let hint = '';
  if (path.startsWith('sample:')) {
    const names: string[] = await readdir(dirname(file)).catch(() => []);
    const meant = nearestName(basename(file), names);
    if (meant !== undefined)
      hint = ` Did you mean "${path.slice(0, path.length - basename(file).length)}${meant}"?`;
  }
  return new PatchbayError(
    { code: 'image.not-found', message: `There is no picture ${path}. Check the path.${hint}` },
    { cause },
  );
}

function unreadable(message: string): PatchbayError {
  return new PatchbayError({ code: 'image.unreadable', message });
}
