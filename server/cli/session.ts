import { join } from 'node:path';
import type { Workflow } from '../../workflows/workflow.ts';
import { dataFolder, modelFolders, nodeFolders } from '../data-folder.ts';
import type { Registry } from '../engine/registry.ts';
import { createResultCache, type ResultCache } from '../engine/result-cache.ts';
import { loadNodesOf } from '../load-nodes.ts';
import { packageRoot } from '../package-root.ts';
import { createRuntime, type DeviceChoice, type Runtime } from '../runtime/index.ts';

const MEMORY_CACHE_BYTES = 512 * 1024 * 1024;

/** What a command needs to know of where it runs. */
export interface SessionOptions {
  readonly device: DeviceChoice;
  /** What is run. */
  readonly workflow: Workflow;
  /** Where relative paths of the workflow start. */
  readonly workflowFolder: string;
  /** Where nodes that write files may write. */
  readonly outFolder: string;
  /** Whether results of earlier runs are used and kept. */
  readonly cache: boolean;
}

/** Engine and runtime, wired for one command. */
export interface Session {
  readonly registry: Registry;
  readonly runtime: Runtime;
  readonly cache: ResultCache;
  close(): Promise<void>;
}

/** @throws PatchbayError `device.unavailable` when a forced device does not work. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const [registry, runtime] = await Promise.all([
    loadNodesOf(new Set(options.workflow.nodes.map(({ type }) => type)), nodeFolders()),
    createRuntime({
      device: options.device,
      dataFolder: dataFolder(),
      modelFolders: modelFolders(),
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
