import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PortValue, Similarity } from '../../nodes/sdk/index.ts';
import type { EngineEvent } from '../../server/engine/events.ts';
import { execute } from '../../server/engine/execute.ts';
import { createResultCache } from '../../server/engine/result-cache.ts';
import { loadNodes } from '../../server/load-nodes.ts';
import { createRuntime, type Runtime } from '../../server/runtime/index.ts';
import { parseWorkflow } from '../../workflows/parse.ts';
import type { Workflow } from '../../workflows/workflow.ts';

/** The project's folder. */
export const root = join(import.meta.dirname, '../..');

/** A runtime like that of the command line, on the CPU, with the models and samples that come with Patchbay. */
export function starterRuntime(folder: string): Promise<Runtime> {
  return createRuntime({
    device: 'cpu',
    dataFolder: join(folder, 'data'),
    modelFolders: [join(root, 'models')],
    samplesFolder: join(root, 'workflows/samples'),
    workflowFolder: join(root, 'workflows'),
    outFolder: join(folder, 'out'),
    cache: true,
  });
}

/** Reads a starter from its file. */
export function readStarter(name: string): Workflow {
  const { workflow, problems } = parseWorkflow(readFileSync(join(root, 'workflows', `${name}.json`), 'utf8'));
  if (!workflow) throw new Error(JSON.stringify(problems));
  return workflow;
}

/** Sets named inputs of a workflow. @throws Error for an unknown name */
export function withInputs(workflow: Workflow, values: Readonly<Record<string, unknown>>): Workflow {
  const changed = structuredClone(workflow);
  for (const [name, value] of Object.entries(values)) {
    const input = changed.inputs?.find((candidate) => candidate.name === name);
    const node = changed.nodes.find(({ id }) => id === input?.node);
    if (!input || !node) throw new Error(`There is no input ${name}.`);
    node.params = { ...node.params, [input.param]: value as never };
  }
  return changed;
}

/**
 * A finished run: its status, and the values of its named outputs. Rows of a similarity are read before it is released.
 */
export interface StarterRun {
  readonly status: string;
  readonly events: readonly EngineEvent[];
  readonly outputs: Readonly<Record<string, PortValue>>;
  rows(similarity: Similarity): Promise<number[][]>;
  release(): void;
}

/** Runs a workflow through the engine with a cold memory cache. */
export async function runWorkflow(runtime: Runtime, workflow: Workflow): Promise<StarterRun> {
  const registry = await loadNodes();
  const events: EngineEvent[] = [];
  const { signal } = new AbortController();
  const cache = createResultCache({ maxBytes: 2 ** 28 });
  const request = { workflow, registry, services: runtime.services, cache, signal };
  const outcome = await execute(request, (event) => events.push(event));
  if (outcome.problems.length > 0) throw new Error(JSON.stringify(outcome.problems));
  const outputs = Object.fromEntries(
    (workflow.outputs ?? []).map(({ name, node, port }) => [
      name,
      outcome.results.get(node, port) as PortValue,
    ]),
  );
  const quiet = { progress: () => {}, warn: () => {}, preview: () => {} };
  return {
    status: outcome.status,
    events,
    outputs,
    async rows(similarity) {
      const lease = runtime.services.lease({ nodeId: 'test', signal, ...quiet });
      const { queries, gallery } = similarity;
      const { data } = await (await lease.ctx.ops.similarityRows(similarity, 0, queries.length)).toHost();
      lease.end();
      return queries.map((_, row) => [...data.slice(row * gallery.length, (row + 1) * gallery.length)]);
    },
    release() {
      outcome.results.release();
      cache.clear();
    },
  };
}
