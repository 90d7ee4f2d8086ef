import { readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { didYouMean, type ImageItem, nearestName, PatchbayError } from '../../../nodes/sdk/index.ts';
import { imageMessage } from '../../contract/messages/images.ts';
import { disk } from '../disk/disk.ts';
import type { AssetStore } from '../files/assets.ts';
import { checkBytes, gone, MAX_FILE_BYTES } from './left-out.ts';

/**
 * Reads a picture's bytes from its file or from the asset store.
 * @throws PatchbayError `image.gone`, `image.no-access`, `image.not-a-file`, `image.file-too-large`, `asset.not-found`
 */
export async function readItem(item: ImageItem, assets: AssetStore): Promise<Uint8Array> {
  if (item.source.kind === 'asset') return assets.read(item.source.hash);
  try {
    const { path } = item.source;
    const answer = await disk.run('read', { path, maxBytes: MAX_FILE_BYTES }, () => path);
    if (!('byteLength' in answer)) checkBytes(item.name, answer.bytes);
    return answer as Uint8Array;
  } catch (error) {
    throw error instanceof PatchbayError ? error : gone(item.name, error);
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
