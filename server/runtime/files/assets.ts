import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { writeFileAtomic } from './atomic.ts';

/** Stored files, named by the sha256 of what they contain. */
export interface AssetStore {
  /** Stores bytes once, however often they come. */
  put(bytes: Uint8Array): Promise<{ readonly hash: string; readonly size: number }>;
  /** Where an asset's bytes are, whether or not it exists. @throws PatchbayError `asset.invalid` when `hash` is none */
  path(hash: string): string;
  /** @throws PatchbayError `asset.not-found` */
  read(hash: string): Promise<Uint8Array>;
}

/** A content-addressed store: `folder/ab/abcdef...`. Several processes may share it. */
export function createAssetStore(folder: string): AssetStore {
  const path = (hash: string) => {
    if (!/^[0-9a-f]{64}$/.test(hash))
      throw new PatchbayError({ code: 'asset.invalid', message: 'That is no name of a stored file.' });
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
        return await readFile(path(hash));
      } catch (cause) {
        if (cause instanceof PatchbayError) throw cause;
        throw new PatchbayError(
          { code: 'asset.not-found', message: 'A stored file is gone; add it again.' },
          { cause },
        );
      }
    },
  };
}
