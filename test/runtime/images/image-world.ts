import { join } from 'node:path';
import { createAssetStore } from '../../../server/runtime/files/assets.ts';
import { createPathResolver } from '../../../server/runtime/files/paths.ts';
import { createContentKeys } from '../../../server/runtime/images/content-keys.ts';
import { createImageService, type ImageServiceDeps } from '../../../server/runtime/images/image-service.ts';
import { CPU } from '../../../server/runtime/ort/device.ts';
import { SessionPool } from '../../../server/runtime/ort/session-pool.ts';

/** Creates a real image service for a folder. */
export function imageWorld(folder: string, options: Partial<ImageServiceDeps> = {}) {
  const pool = new SessionPool(CPU, { threads: 1 });
  const assets = createAssetStore(join(folder, '.assets'));
  const images = createImageService({
    pool,
    assets,
    paths: createPathResolver({ workflowDir: folder, samplesDir: folder, uploadsDir: folder }),
    contentKeys: createContentKeys(),
    ...options,
  });
  return { images, assets, pool };
}
