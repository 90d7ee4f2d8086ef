import { join } from 'node:path';
import type {
  FileService,
  FingerprintContext,
  ImageItem,
  ModelCatalogue,
  NodeContext,
  PortValue,
} from '../../nodes/sdk/index.ts';
import { createAdapterService } from './adapters/adapter-service.ts';
import { createDiskStore } from './cache/disk-store.ts';
import { createValueCodec } from './cache/value-codec.ts';
import { createClassifierService } from './classifiers/classifier-service.ts';
import { createCollectionService, openCollections } from './collections/collection-service.ts';
import { manifestReader } from './collections/manifest.ts';
import { createEmbeddingCache, noEmbeddingCache, unreadCache } from './encoders/embedding-cache.ts';
import { createEncoderService } from './encoders/encoder-service.ts';
import { createExploreService } from './explore/explore-service.ts';
import { createAssetStore } from './files/assets.ts';
import { createFileService } from './files/file-service.ts';
import { movesOf } from './files/moves.ts';
import { ownFilesOf } from './files/own-files.ts';
import { createPathResolver } from './files/paths.ts';
import { createContentKeys } from './images/content-keys.ts';
import { createImageService } from './images/image-service.ts';
import { createLabelService, openLabelReader } from './labels/label-service.ts';
import { setNamesIn } from './labels/set-file.ts';
import type { ModelEntry } from './models/model-entry.ts';
import { type ModelStore, openModelStore } from './models/store.ts';
import { lazyOps } from './ops/lazy-ops.ts';
import { chooseDevice, type DeviceChoice, type DeviceReport } from './ort/devices.ts';
import { SessionPool, type SessionWatch } from './ort/session-pool.ts';
import { TensorScope } from './ort/tensor.ts';
import { createTrainingService } from './train/training-service.ts';

export type { ModelReport } from './encoders/verify-model.ts';
export type { CheckedFiles } from './models/model-entry.ts';
export {
  chooseDevice,
  type DeviceChoice,
  type DeviceReport,
  type ModelEntry,
  type ModelStore,
  openModelStore,
};

const GIB = 1024 ** 3;

/** Options of a runtime. */
export interface RuntimeOptions {
  readonly device: DeviceChoice;
  /** The folder for caches, assets, and facts about models and devices. */
  readonly dataFolder: string;
  readonly modelFolders: readonly string[];
  /** The folder behind `sample:` paths. */
  readonly samplesFolder: string;
  /** The folder of relative paths. */
  readonly workflowFolder: string;
  /** The folder that nodes may write to. */
  readonly outFolder: string;
  /** When given, nodes may read files inside these folders only, and write only below `outFolder`. */
  readonly roots?: readonly string[];
  /** Whether to keep results on disk for later runs. */
  readonly cache: boolean;
  /** Receives every use of a model's file; see {@link SessionWatch}. */
  readonly watch?: SessionWatch;
}

type EngineContext = Pick<NodeContext, 'nodeId' | 'signal' | 'stop' | 'progress' | 'warn' | 'preview'>;

/** The folders of a run. With `useCache` false, its encoders read no vectors of earlier runs. */
export type RunPlace = Pick<RuntimeOptions, 'workflowFolder' | 'outFolder'> & { readonly useCache?: boolean };

/** Models, pictures, files and tensors behind the interfaces of the sdk. The engine takes `services`. */
export interface Runtime {
  readonly services: {
    readonly device: string;
    readonly deviceKey: string;
    readonly models: ModelCatalogue;
    readonly labelSets: () => readonly string[];
    lease(engine: EngineContext): { readonly ctx: NodeContext; end(): void };
    readonly outside: FingerprintContext;
    readonly codec: {
      encode(value: PortValue): Promise<Uint8Array[]>;
      decode(bytes: Uint8Array): PortValue;
    };
    readonly disk?: {
      read(key: string): Promise<Uint8Array | undefined>;
      write(key: string, parts: readonly Uint8Array[]): Promise<void>;
    };
  };
  readonly models: ModelStore;
  readonly files: FileService;
  /** The path of a stored picture. */
  assetFile(hash: string): string;
  /** A picture from bytes that are not stored. It can be read until it is released. */
  lend(bytes: Uint8Array): { readonly item: ImageItem; release(): void };
  readonly reports: readonly DeviceReport[];
  /** The same runtime for one run. Models, devices and caches are shared; the list of models is the current one. */
  at(place: RunPlace): Pick<Runtime, 'services' | 'files'>;
  /** Loads the modules that nodes compute with, so that the first node does not wait for them. Never fails. */
  warm(): Promise<void>;
  /** Writes the facts about files to disk. A long-lived process calls it after each run. */
  flush(): Promise<void>;
  /** Waits for running work, writes the facts about files, and unloads all sessions. */
  dispose(): Promise<void>;
}

/** Opens models and the device. @throws PatchbayError `device.unavailable` when a forced device does not work */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { dataFolder } = options;
  const [{ device, reports }, models] = await Promise.all([
    chooseDevice(options.device, { cacheFile: join(dataFolder, 'devices.json') }),
    openModelStore({ folders: options.modelFolders, dataFolder }),
  ]);
  const pool = new SessionPool(device, { watch: options.watch });
  const assets = createAssetStore(join(dataFolder, 'assets'));
  const contentKeys = createContentKeys(
    options.cache ? join(dataFolder, 'cache', 'content-keys') : undefined,
  );
  const embeddingCache = options.cache
    ? createEmbeddingCache(join(dataFolder, 'cache', 'embeddings'), { maxBytes: 4 * GIB })
    : noEmbeddingCache;
  const disk = options.cache
    ? createDiskStore(join(dataFolder, 'cache', 'results'), { maxBytes: 2 * GIB })
    : undefined;
  // Who may read every file here is the owner of this computer, and may write where they like.
  const own = options.roots === undefined ? ownFilesOf(dataFolder) : undefined;
  const labelSets = openLabelReader(join(dataFolder, 'labels'));
  const collectionStore = openCollections(join(dataFolder, 'collections'));
  const collections = createCollectionService(collectionStore);
  const manifests = manifestReader(collectionStore.root);
  const moves = own && movesOf(dataFolder);
  const codec = createValueCodec();
  const outsideScope = new TensorScope();

  const at = ({ workflowFolder, outFolder, useCache }: RunPlace) => {
    const vectors = useCache === false ? unreadCache(embeddingCache) : embeddingCache;
    const paths = createPathResolver({
      workflowDir: workflowFolder,
      samplesDir: options.samplesFolder,
      uploadsDir: join(dataFolder, 'files'),
      roots: options.roots,
    });
    const labels = createLabelService({ sets: labelSets, paths });
    const files = createFileService({ paths, outDir: outFolder, own, moves });
    const servicesOf = (scope: TensorScope, warn?: EngineContext['warn']) => {
      const ops = lazyOps(pool, scope);
      const images = createImageService({ pool, paths, assets, contentKeys, warn });
      const encoders = createEncoderService({
        pool,
        scope,
        images,
        store: models,
        embeddingCache: vectors,
        contentKeys,
      });
      const adapters = createAdapterService({ ops, paths });
      const training = createTrainingService(pool, scope);
      const classifiers = createClassifierService({ pool, scope, ops, paths });
      const explore = createExploreService(pool, scope);
      return {
        ...{ ops, images, encoders, adapters, classifiers, training, explore, files, labels },
        collections,
      };
    };
    const { ops: _, training: __, explore: ___, ...outside } = servicesOf(outsideScope);
    const services: Runtime['services'] = {
      device: device.name,
      deviceKey: device.key,
      models: { ...models.catalogue(), collections: manifests },
      labelSets: () => setNamesIn(labelSets.folder),
      lease(engine) {
        const scope = new TensorScope();
        return { ctx: { ...engine, ...servicesOf(scope, engine.warn) }, end: () => scope.end() };
      },
      outside,
      codec,
      disk,
    };
    return { services, files };
  };

  return {
    ...at(options),
    at,
    models,
    assetFile: (hash) => assets.path(hash),
    lend(bytes) {
      const { release, ...source } = assets.lend(bytes);
      return {
        item: { kind: 'image', name: 'picture', path: 'picture', source: { kind: 'asset', ...source } },
        release,
      };
    },
    reports,
    async warm() {
      await Promise.allSettled([
        import('./ort/pooled-session.ts'),
        import('./ops/ops.ts'),
        import('./images/batches.ts'),
        import('./preprocess/realise.ts'),
        import('./encoders/image-tower.ts'),
        import('./encoders/text-tower.ts'),
      ]);
    },
    flush: () => contentKeys.flush(),
    async dispose() {
      outsideScope.end();
      await contentKeys.flush();
      await pool.dispose();
    },
  };
}
