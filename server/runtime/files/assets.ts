import { createHash } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
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
  /** Deletes an asset. @returns whether it existed */
  remove(hash: string): Promise<boolean>;
  /**
   * Makes bytes readable by their hash in this process, until they are released. They are not stored.
   */
  lend(bytes: Uint8Array): { readonly hash: string; readonly size: number; release(): void };
  /** @throws PatchbayError `asset.not-found` */
  read(hash: string): Promise<Uint8Array>;
}

/** Opens a store that keeps files as `folder/ab/abcdef...`. Several processes may share it. */
export function createAssetStore(folder: string): AssetStore {
  const path = (hash: string) => {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new PatchbayError(fileMessage('asset.invalid'));
    return join(folder, hash.slice(0, 2), hash);
  };
  const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  /** Bytes that are lent, with the number of their borrowers. */
  const lent = new Map<string, { readonly bytes: Uint8Array; count: number }>();
  return {
    path,
    async put(bytes) {
      const hash = hashOf(bytes);
      const known = await stat(path(hash)).catch(() => undefined);
      if (known?.size !== bytes.byteLength) await writeFileAtomic(path(hash), bytes);
      return { hash, size: bytes.byteLength };
    },
    async remove(hash) {
      const file = path(hash);
      const known = await stat(file).catch(() => undefined);
      await rm(file, { force: true });
      return known !== undefined;
    },
    lend(bytes) {
      const hash = hashOf(bytes);
      const entry = lent.get(hash) ?? { bytes, count: 0 };
      entry.count += 1;
      lent.set(hash, entry);
      let released = false;
      const release = () => {
        if (released) return;
        released = true;
        entry.count -= 1;
        if (entry.count === 0) lent.delete(hash);
      };
      return { hash, size: bytes.byteLength, release };
    },
    async read(hash) {
      const borrowed = lent.get(hash);
      if (borrowed) return borrowed.bytes;
      try {
        return await readRegular(path(hash));
      } catch (cause) {
        if (cause instanceof PatchbayError) throw cause;
        throw new PatchbayError(fileMessage('asset.not-found'), { cause });
      }
    },
  };
}
