import { resolve } from 'node:path';
import type { ErrorDetails } from '../../nodes/sdk/index.ts';
import type { RunStatus } from '../engine/events.ts';
import { execute, type RunOutcome } from '../engine/execute.ts';
import { type NamedResult, namedResults } from '../results/named-results.ts';
import { type SaveMatrix, valueJson } from '../results/value-json.ts';
import type { DeviceChoice } from '../runtime/index.ts';
import { applyOverrides, type Overrides } from './overrides.ts';
import { print } from './print.ts';
import { ProgressBar } from './progress-bar.ts';
import { valueLines } from './result-text.ts';
import { openSession, type Session } from './session.ts';
import { EXIT } from './usage.ts';
import { loadWorkflow } from './workflow-file.ts';

/** The options of `patchbay run`. */
export interface RunOptions extends Overrides {
  readonly to: readonly string[];
  readonly device: DeviceChoice;
  readonly out: string;
  readonly json: boolean;
  readonly cache: boolean;
  readonly quiet: boolean;
}

async function outputsJson(
  results: readonly NamedResult[],
  session: Session,
): Promise<Record<string, unknown>> {
  const save: SaveMatrix = async (name, tensor, metadata) => {
    const file = `${name.replaceAll(/[^\w.-]+/g, '-')}.safetensors`;
    return (await session.runtime.files.writeMatrix(file, 'safetensors', tensor, metadata)).path;
  };
  const outputs: [string, unknown][] = [];
  for (const { name, value } of results) outputs.push([name, await valueJson(name, value, save)]);
  return Object.fromEntries(outputs);
}

function sentence(problem: ErrorDetails, titles: ReadonlyMap<string, string>): string {
  const place = problem.nodeId === undefined ? '' : `${titles.get(problem.nodeId) ?? problem.nodeId}: `;
  return `${place}${problem.message}`;
}

function printText(
  outcome: RunOutcome,
  results: readonly NamedResult[],
  titles: ReadonlyMap<string, string>,
  device: string,
  quiet: boolean,
): void {
  for (const { name, value } of results) console.log([name, ...valueLines(value)].join('\n'));
  for (const problem of outcome.problems) console.error(sentence(problem, titles));
  if (quiet) return;
  const nodes = [...outcome.nodes.values()];
  const cached = nodes.filter(({ status }) => status === 'cached').length;
  console.error(
    `${outcome.status} in ${(outcome.ms / 1000).toFixed(2)} s on ${device}: ${nodes.length} nodes, ${cached} from the cache`,
  );
}

const EXIT_OF: Readonly<Record<RunStatus, number>> = {
  completed: EXIT.completed,
  partial: EXIT.partial,
  failed: EXIT.failed,
  cancelled: EXIT.cancelled,
};

/** Aborts on the first Ctrl+C and leaves at once on the second. */
function interruptible(): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.cancelled);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    end: () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}

/** Runs a workflow file and prints its results. @returns the exit code. */
export async function runCommand(file: string, options: RunOptions): Promise<number> {
  const { workflow: saved, folder } = await loadWorkflow(file);
  const session = await openSession({
    device: options.device,
    workflowFolder: folder,
    outFolder: resolve(options.out),
    cache: options.cache,
  });
  const interrupt = interruptible();
  try {
    const { registry, runtime, cache } = session;
    const workflow = applyOverrides(saved, registry, options);
    const titles = new Map(
      workflow.nodes.map(({ id, type, title }) => [id, title ?? registry.get(type)?.title ?? type]),
    );
    const bar = new ProgressBar(titles, { quiet: options.quiet || options.json });
    const targets = options.to.length > 0 ? options.to : undefined;
    const outcome = await execute(
      {
        workflow,
        registry,
        services: runtime.services,
        cache,
        signal: interrupt.signal,
        targets,
        useCache: options.cache,
      },
      (event) => {
        bar.on(event);
        if (event.type !== 'nodeWarned' || options.quiet || options.json) return;
        bar.clear();
        console.error(`${titles.get(event.nodeId) ?? event.nodeId}: ${event.message}`);
      },
    );
    bar.clear();
    try {
      const results = namedResults(workflow, registry, outcome.results, options.to);
      if (options.json) {
        const nodes = Object.fromEntries(
          [...outcome.nodes].map(([id, { status, cache: why, ms }]) => [
            id,
            { status, cache: why?.reason ?? null, ms },
          ]),
        );
        const outputs = await outputsJson(results, session);
        const document = {
          status: outcome.status,
          durationMs: outcome.ms,
          device: runtime.services.device,
          nodes,
          outputs,
          problems: outcome.problems,
        };
        await print(`${JSON.stringify(document, null, 2)}\n`);
      } else {
        printText(outcome, results, titles, runtime.services.device, options.quiet);
      }
    } finally {
      outcome.results.release();
    }
    return EXIT_OF[outcome.status];
  } finally {
    interrupt.end();
    await session.close();
  }
}
