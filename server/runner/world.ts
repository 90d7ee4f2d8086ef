import { join } from 'node:path';
import type { FileService, NodeContext } from '../../nodes/sdk/index.ts';
import type { Registry } from '../engine/registry.ts';
import { createResultCache, type ResultCache } from '../engine/result-cache.ts';
import type { EngineServices } from '../engine/services.ts';
import { loadAllNodes } from '../load-nodes.ts';
import { packageRoot } from '../package-root.ts';
import { makeFolderSync } from '../runtime/files/make-folder.ts';
import { createRuntime, type RunPlace, type Runtime } from '../runtime/index.ts';
import { memoryAllowed } from './memory.ts';
import type { StartOptions } from './messages.ts';
import { createModelWatch, type ModelWatch } from './model-watch.ts';
import { openModelNotes } from './notes.ts';

const MIB = 1024 * 1024;
/** Results in memory take an eighth of it, because a search that reads its gallery from disk takes seconds. */
const MEMORY_CACHE_BYTES = Math.min(4096 * MIB, Math.max(512 * MIB, Math.round(memoryAllowed() / 8)));
/** The folders of models are read again at most this often, in milliseconds. */
const REFRESH_MS = 2000;

/** The engine and the runtime of one process. */
export interface World {
  readonly registry: Registry;
  readonly cache: ResultCache;
  readonly watch: ModelWatch;
  readonly runtime: Runtime;
  /**
   * Returns what the engine needs for a run. Call `over` when the run ends, even if nodes are still
   * working.
   */
  at(place: RunPlace): {
    readonly services: EngineServices;
    readonly files: FileService;
    over(): void;
  };
  /** Calls `work` with a context that belongs to no node, and releases afterwards what was made through it. */
  borrow<T>(work: (ctx: NodeContext) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Updates the list of models, at most every two seconds. */
  refresh(): Promise<void>;
  /** How many nodes still work although their run has ended. */
  readonly strays: number;
  /** Tracks cache writes that continue after a run has finished. */
  keep(writing: Promise<void>): void;
  /** Resolves when all tracked writes have ended. */
  settled(): Promise<void>;
}

/** Opens the engine and the runtime. @throws PatchbayError `device.unavailable` if a forced device does not work. */
export async function openWorld(options: StartOptions): Promise<World> {
  const watch = createModelWatch(openModelNotes(options.notesFile), options.quarantined);
  const nowhere = join(options.dataFolder, 'runs', 'none');
  makeFolderSync(options.dataFolder);
  const [registry, runtime] = await Promise.all([
    loadAllNodes(options.nodeFolders),
    createRuntime({
      device: options.device,
      dataFolder: options.dataFolder,
      modelFolders: options.modelFolders,
      samplesFolder: join(packageRoot, 'workflows', 'samples'),
      workflowFolder: nowhere,
      outFolder: nowhere,
      roots: options.roots,
      cache: true,
      watch: watch.file,
    }),
  ]);
  // Loads libraries now, so that the first run does not wait for them.
  void runtime.warm();
  let strays = 0;
  const writes = new Set<Promise<void>>();
  let refreshed = performance.now();

  const outsideOfRuns: EngineServices['lease'] = (engine) => {
    const { ctx, end } = runtime.services.lease(engine);
    return { ctx: { ...ctx, encoders: watch.encoders(ctx.encoders) }, end };
  };

  return {
    registry,
    runtime,
    watch,
    cache: createResultCache({ maxBytes: MEMORY_CACHE_BYTES }),
    at(place) {
      const { services, files } = runtime.at(place);
      let working = 0;
      let isOver = false;
      const counted: EngineServices['lease'] = (engine) => {
        const { ctx, end } = services.lease(engine);
        working += 1;
        return {
          ctx: { ...ctx, encoders: watch.encoders(ctx.encoders, engine.nodeId) },
          end() {
            working -= 1;
            if (isOver) strays -= 1;
            end();
          },
        };
      };
      const over = () => {
        isOver = true;
        strays += working;
      };
      return { services: { ...services, lease: counted }, files, over };
    },
    async borrow(work, signal) {
      const { ctx, end } = outsideOfRuns({
        nodeId: '',
        signal,
        progress: () => {},
        warn: () => {},
        preview: () => {},
      });
      try {
        return await work(ctx);
      } finally {
        end();
      }
    },
    async refresh() {
      if (performance.now() - refreshed < REFRESH_MS) return;
      refreshed = performance.now();
      await runtime.models.refresh();
    },
    get strays() {
      return strays;
    },
    keep(writing) {
      const one = writing.finally(() => writes.delete(one));
      writes.add(one);
    },
    async settled() {
      await Promise.allSettled(writes);
    },
  };
}
