import { dirname } from 'node:path';
import type { FileService } from '../../nodes/sdk/index.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import type { Executed } from '../engine/execution.ts';
import type { Registry } from '../engine/registry.ts';
import type { EngineServices } from '../engine/services.ts';
import type { WrittenFile } from './run-document.ts';

/** Notes every file that nodes write through their context. */
export function noteWrites(services: EngineServices): {
  readonly services: EngineServices;
  readonly written: readonly WrittenFile[];
} {
  const written: WrittenFile[] = [];
  const lease: EngineServices['lease'] = (engine) => {
    const { ctx, end } = services.lease(engine);
    const noted = (file: { readonly path: string; readonly bytes: number }) => {
      written.push({ nodeId: engine.nodeId, ...file });
      return file;
    };
    const files: FileService = {
      ...ctx.files,
      write: async (...args) => noted(await ctx.files.write(...args)),
      writeMatrix: async (...args) => noted(await ctx.files.writeMatrix(...args)),
    };
    return { ctx: { ...ctx, files }, end };
  };
  return { services: { ...services, lease }, written };
}

/** The files that nodes show as their result. A node that saves many pictures shows their folder. */
function shownFiles(workflow: Workflow, registry: Registry, outcome: Executed): WrittenFile[] {
  return workflow.nodes.flatMap(({ id, type }) =>
    Object.keys(registry.get(type)?.outputs ?? {}).flatMap((port): WrittenFile[] => {
      const value = outcome.results.get(id, port);
      return value?.kind === 'view' && value.view === 'file'
        ? [{ nodeId: id, path: value.path, bytes: value.bytes }]
        : [];
    }),
  );
}

/** The files of a run: those that nodes show, and those that they wrote besides, each once. */
export function filesOf(
  workflow: Workflow,
  registry: Registry,
  outcome: Executed,
  written: readonly WrittenFile[],
): WrittenFile[] {
  const shown = shownFiles(workflow, registry, outcome);
  const places = new Map(shown.map((file) => [file.path, file]));
  const isShown = (path: string) => {
    for (let at = path; at !== dirname(at); at = dirname(at)) if (places.has(at)) return true;
    return false;
  };
  // What was written says the size of each file. A node that shows one of two files says the size of both.
  for (const file of written) if (places.has(file.path) || !isShown(file.path)) places.set(file.path, file);
  return [...places.values()];
}
