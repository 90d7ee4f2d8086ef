import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ImageItem, ImageService, Images, Texts } from '../../../nodes/sdk/index.ts';
import { type EmbeddingCache, noEmbeddingCache } from '../../../server/runtime/encoders/embedding-cache.ts';
import { createEncoderService } from '../../../server/runtime/encoders/encoder-service.ts';
import { createAssetStore } from '../../../server/runtime/files/assets.ts';
import { createPathResolver } from '../../../server/runtime/files/paths.ts';
import { createContentKeys } from '../../../server/runtime/images/content-keys.ts';
import { createImageService } from '../../../server/runtime/images/image-service.ts';
import { openModelStore } from '../../../server/runtime/models/store.ts';
import { CPU, type Device } from '../../../server/runtime/ort/device.ts';
import { SessionPool } from '../../../server/runtime/ort/session-pool.ts';
import { TensorScope } from '../../../server/runtime/ort/tensor.ts';

export const never = new AbortController().signal;

/** A picture on disk as an item. */
export function imageItem(path: string, name = basename(path)): ImageItem {
  const { size, mtimeMs } = statSync(path);
  return { kind: 'image', name, path: name, source: { kind: 'file', path, size, mtimeMs } };
}

/** Pictures on disk as a list. */
export function imagesOf(paths: readonly string[]): Images {
  return { kind: 'images', items: paths.map((path) => imageItem(path)), skipped: [] };
}

/** Texts as a list. */
export function textsOf(texts: readonly string[]): Texts {
  return { kind: 'texts', items: texts.map((text) => ({ kind: 'text', text })) };
}

/** Encoders with real models and pictures. It counts the pictures that models run on. */
export async function openWorld(
  folders: readonly string[],
  cache: EmbeddingCache = noEmbeddingCache,
  device: Device = CPU,
) {
  const pool = new SessionPool(device, { threads: 1 });
  const scope = new TensorScope();
  const store = await openModelStore({ folders });
  const contentKeys = createContentKeys();
  const paths = createPathResolver({ workflowDir: tmpdir(), samplesDir: tmpdir(), uploadsDir: tmpdir() });
  const assets = createAssetStore(join(tmpdir(), 'patchbay-no-assets'));
  const service = createImageService({ pool, paths, assets, contentKeys });
  const batches: string[][] = [];
  const images: Pick<ImageService, 'batches'> = {
    async *batches(pixels, options) {
      for await (const batch of service.batches(pixels, options)) {
        batches.push(batch.items.map(({ name }) => name));
        yield batch;
      }
    },
  };
  const encoders = createEncoderService({ pool, scope, images, store, embeddingCache: cache, contentKeys });
  return {
    pool,
    store,
    encoders,
    /** Names of the pictures of each batch that a model ran on. */
    batches,
    async close() {
      scope.end();
      await pool.dispose();
    },
  };
}
