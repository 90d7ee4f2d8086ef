import { open } from 'node:fs/promises';
import { type ImageItem, PatchbayError } from '../../../nodes/sdk/index.ts';
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

function unreadable(message: string): PatchbayError {
  return new PatchbayError({ code: 'image.unreadable', message });
}
