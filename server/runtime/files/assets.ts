import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { fileMessage } from '../../contract/messages/files.ts';
import { writeFileAtomic } from './atomic.ts';
import { readRegular } from './regular-file.ts';

/** Stored files, named by the sha256 of their bytes. */
export interface AssetStore {
  /** Stores bytes. Equal bytes are stored once. */
  put(bytes: Uint8Array): Promise<{ readonly hash: string; readonly size: number }>;
  /** The path of an asset, whether it exists or not. @throws PatchbayError `asset.invalid` when `hash` is not a sha256 */
  path(hash: string): string;
  /** @throws PatchbayError `asset.not-found` */
  read(hash: string): Promise<Uint8Array>;
}

/** Opens a store that keeps files as `folder/ab/abcdef...`. Several processes may share it. */
export function createAssetStore(folder: string): AssetStore {
  const path = (hash: string) => {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new PatchbayError(fileMessage('asset.invalid'));
    return join(folder, hash.slice(0, 2), hash);
  };
  return {
    path,
    async put(bytes) {
      const hash = createHash('sha256').update(bytes).digest('hex');
      const known = await stat(path(hash)).catch(() => undefined);
      if (known?.size !== bytes.byteLength) await writeFileAtomic(path(hash), bytes);
      return { hash, size: bytes.byteLength };
    },
    async read(hash) {
      try {
        return await readRegular(path(hash));
      } catch (cause) {
        if (cause instanceof PatchbayError) throw cause;
        throw new PatchbayError(fileMessage('asset.not-found'), { cause });
      }
    },
  };
}
