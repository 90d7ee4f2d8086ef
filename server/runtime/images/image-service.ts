import type { ImageService } from '../../../nodes/sdk/index.ts';
import type { AssetStore } from '../files/assets.ts';
import type { PathResolver } from '../files/paths.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import type { TensorScope } from '../ort/tensor.ts';
import type { ContentKeys } from './content-keys.ts';

/** What pictures are found and realised with. */
export interface ImageServiceDeps {
  readonly pool: SessionPool;
  readonly scope: TensorScope;
  readonly paths: PathResolver;
  readonly assets: AssetStore;
  readonly contentKeys: ContentKeys;
}
export declare function createImageService(deps: ImageServiceDeps): ImageService;
