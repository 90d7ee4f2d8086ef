import { join } from 'node:path';
import { dataFolder, modelFolders, nodeFolders } from '../data-folder.ts';
import type { Registry } from '../engine/registry.ts';
import { createResultCache, type ResultCache } from '../engine/result-cache.ts';
import { loadNodesOf } from '../load-nodes.ts';
import { packageRoot } from '../package-root.ts';
import { limitEnvironment } from '../runner/environment.ts';
import { createRuntime, type DeviceChoice, type Runtime } from '../runtime/index.ts';

const MEMORY_CACHE_BYTES = 512 * 1024 * 1024;

/** What a command needs in order to run a workflow. */
export interface SessionOptions {
  readonly device: DeviceChoice;
  /** The types of all nodes that may run. */
  readonly types: ReadonlySet<string>;
  /** The folder where relative paths of the workflow start. */
  readonly workflowFolder: string;
  /** The folder where nodes can write files. */
  readonly outFolder: string;
  /** Whether results of earlier runs are used, and new ones kept. */
  readonly cache: boolean;
}

/** The engine and the runtime of one command. */
export interface Session {
  readonly registry: Registry;
  readonly runtime: Runtime;
  readonly cache: ResultCache;
  close(): Promise<void>;
}

/** Opens the engine and the runtime. @throws PatchbayError `device.unavailable` if a forced device does not work. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const folders = { data: dataFolder(), models: modelFolders(), nodes: nodeFolders() };
  limitEnvironment();
  const [registry, runtime] = await Promise.all([
    loadNodesOf(options.types, folders.nodes),
    createRuntime({
      device: options.device,
      dataFolder: folders.data,
      modelFolders: folders.models,
      samplesFolder: join(packageRoot, 'workflows', 'samples'),
      workflowFolder: options.workflowFolder,
      outFolder: options.outFolder,
      cache: options.cache,
    }),
  ]);
  const cache = createResultCache({ maxBytes: MEMORY_CACHE_BYTES });
  return {
    registry,
    runtime,
    cache,
    close: async () => {
      cache.clear();
      await runtime.dispose();
    },
  };
}
