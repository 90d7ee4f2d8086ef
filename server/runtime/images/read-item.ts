import { readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { didYouMean, type ImageItem, nearestName, PatchbayError } from '../../../nodes/sdk/index.ts';
import { imageMessage } from '../../contract/messages/images.ts';
import type { AssetStore } from '../files/assets.ts';
import { readExactly } from '../files/read-at.ts';
import { openRegular } from '../files/regular-file.ts';
import { HEAD_BYTES } from './formats.ts';
import { checkBytes, gone } from './left-out.ts';

/**
 * Reads a picture's bytes from its file or from the asset store.
 * @throws PatchbayError `image.gone`, `image.no-access`, `image.not-a-file`, `image.file-too-large`, `asset.not-found`
 */
export async function readItem(item: ImageItem, assets: AssetStore): Promise<Uint8Array> {
  if (item.source.kind === 'asset') return assets.read(item.source.hash);
  try {
    const file = await openRegular(item.source.path);
    try {
      const { size } = await file.stat();
      checkBytes(item.name, size);
      return await readExactly(file, 0, size);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof PatchbayError ? error : gone(item.name, error);
  }
}

/** Reads a file's first 1024 bytes, or all of a shorter file. @throws PatchbayError `image.gone`, `image.no-access` */
export async function headOf(path: string): Promise<Uint8Array> {
  try {
    const file = await openRegular(path);
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

/** The error for a path without a picture. For a misspelt sample it suggests the nearest name. */
export async function missing(path: string, file: string, cause: unknown): Promise<PatchbayError> {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return gone(path, cause);
  let meant: string | undefined;
  if (path.startsWith('sample:')) {
    const names: string[] = await readdir(dirname(file)).catch(() => []);
    const nearest = nearestName(basename(file), names);
    if (nearest !== undefined) meant = `${path.slice(0, path.length - basename(file).length)}${nearest}`;
  }
  return new PatchbayError(imageMessage('image.not-found', { path, hint: didYouMean(meant) }), { cause });
}
