import { resolve } from 'node:path';
import type { ErrorDetails, Params } from '../../nodes/sdk/index.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { tellCauses } from '../console.ts';
import { usageMessage } from '../contract/messages/usage.ts';
import type { RunEnd } from '../contract/run.ts';
import { missingModelFolders } from '../data-folder.ts';
import { execute, InvalidWorkflowError } from '../engine/execute.ts';
import type { Registry } from '../engine/registry.ts';
import { allScores } from '../results/all-scores.ts';
import { namedResults } from '../results/named-results.ts';
import type { ResultTools } from '../results/value-json.ts';
import type { DeviceChoice, Runtime } from '../runtime/index.ts';
import { tellBrokenNodes } from './broken-nodes.ts';
import { watchForEnd } from './failure.ts';
import { applyOverrides, type Overrides } from './overrides.ts';
import { type PlaceOf, placesOf, problemLine } from './places.ts';
import { print } from './print.ts';
import { ProgressBar } from './progress-bar.ts';
import { runDocument, type Warning } from './run-document.ts';
import { printReport } from './run-report.ts';
import { openSession, type Session } from './session.ts';
import { EXIT, UsageError } from './usage.ts';
import { loadWorkflow } from './workflow-file.ts';
import { filesOf, noteWrites } from './written-files.ts';

/** The options of `patchbay run`. */
export interface RunOptions extends Overrides {
  readonly to: readonly string[];
  readonly device: DeviceChoice;
  readonly out: string;
  readonly json: boolean;
  readonly cache: boolean;
  readonly partial: boolean;
  readonly quiet: boolean;
}

const EXIT_OF: Readonly<Record<RunEnd | 'invalid', number>> = {
  completed: EXIT.completed,
  partial: EXIT.partial,
  failed: EXIT.failed,
  cancelled: EXIT.cancelled,
  invalid: EXIT.usage,
};

/** Makes a signal that fires on the first Ctrl+C. The second Ctrl+C ends the process at once. */
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

function toolsOf(runtime: Runtime, signal: AbortSignal): ResultTools {
  return {
    fileOf: (asset) => runtime.assetFile(asset),
    scores: allScores(runtime.services, signal),
    async save(name, tensor, metadata) {
      const file = `${name.replaceAll(/[^\w.-]+/g, '-')}.safetensors`;
      return (await runtime.files.writeMatrix(file, 'safetensors', tensor, metadata)).path;
    },
  };
}

/** For a file or folder that is not here: the input that says where it is. */
function hintsFor(workflow: Workflow, registry: Registry): (problem: ErrorDetails) => string {
  return ({ code, nodeId }) => {
    if (!/not-found|forbidden|outside|is-folder|not-a-folder/.test(code)) return '';
    const type = workflow.nodes.find(({ id }) => id === nodeId)?.type;
    const params = type === undefined ? undefined : (registry.get(type)?.params as Params | undefined);
    const input = workflow.inputs?.find(({ node, param }) => node === nodeId && params?.[param]?.path);
    if (!input) return '';
    const given = `${input.name}=PATH`;
    return ` ${usageMessage('usage.input-path', { input: /^[\w.=-]+$/.test(given) ? given : `"${given}"` }).message}`;
  };
}

async function runIn(
  session: Session,
  workflow: Workflow,
  options: RunOptions,
  placeOf: PlaceOf,
  signal: AbortSignal,
): Promise<number> {
  const { registry, runtime, cache } = session;
  const { services, written } = noteWrites(runtime.services);
  const bar = new ProgressBar(placeOf, { quiet: options.quiet || options.json });
  const warnings: Warning[] = [];
  try {
    const outcome = await execute(
      {
        workflow,
        registry,
        services,
        cache,
        signal,
        targets: options.to.length > 0 ? options.to : undefined,
        useCache: options.cache,
        partial: options.partial,
      },
      (event) => {
        bar.on(event);
        if (event.type !== 'nodeWarned') return;
        const { nodeId, code, args, message } = event;
        warnings.push({ nodeId, code, ...(args !== undefined && { args }), message });
        if (options.quiet || options.json) return;
        bar.clear();
        console.error(problemLine(event, placeOf));
      },
    );
    bar.clear();
    if (process.env.PATCHBAY_DEBUG) tellCauses(outcome.nodes);
    try {
      const results = namedResults(workflow, registry, outcome.results, options.to);
      const files = filesOf(workflow, registry, outcome, written);
      if (!options.json) {
        const hintOf = hintsFor(workflow, registry);
        printReport(outcome, results, files, {
          placeOf,
          hintOf,
          device: services.device,
          quiet: options.quiet,
        });
        return EXIT_OF[outcome.status];
      }
      const tools = toolsOf(runtime, signal);
      const document = await runDocument(outcome, services.device, results, tools, { files, warnings });
      await print(`${JSON.stringify(document, null, 2)}\n`);
      return EXIT_OF[document.status];
    } finally {
      outcome.results.release();
      await outcome.kept;
    }
  } catch (error) {
    if (error instanceof InvalidWorkflowError) throw new UsageError(error.problems, placeOf);
    throw error;
  } finally {
    bar.clear();
  }
}

/** What a command runs instead of the saved workflow. */
export interface Edit {
  /** The types of the nodes that it adds. */
  readonly types: readonly string[];
  /** The changed workflow, and the nodes to run. @throws UsageError */
  apply(
    workflow: Workflow,
    registry: Registry,
  ): { readonly workflow: Workflow; readonly to: readonly string[] };
}

async function runFile(file: string, options: RunOptions, signal: AbortSignal, edit?: Edit): Promise<number> {
  const { workflow: saved, folder } = await loadWorkflow(file);
  if (!options.quiet && !options.json)
    for (const missing of missingModelFolders())
      console.error(`PATCHBAY_MODELS names ${missing}, which is not there.`);
  const session = await openSession({
    device: options.device,
    types: new Set([...saved.nodes.map(({ type }) => type), ...(edit?.types ?? [])]),
    workflowFolder: folder,
    outFolder: resolve(options.out),
    cache: options.cache,
  });
  try {
    if (!options.quiet) tellBrokenNodes(session.registry, new Set(saved.nodes.map(({ type }) => type)));
    const given = applyOverrides(saved, session.registry, options);
    const { workflow, to } = edit?.apply(given, session.registry) ?? { workflow: given, to: options.to };
    return await runIn(session, workflow, { ...options, to }, placesOf(workflow, session.registry), signal);
  } finally {
    await session.close();
  }
}

/** Runs a workflow file, changed by `edit` if given, and prints its results. @returns the exit code */
export async function runCommand(file: string, options: RunOptions, edit?: Edit): Promise<number> {
  // First, so that a run that is stopped while it starts also ends properly.
  const interrupt = interruptible();
  const endWatch = watchForEnd(options);
  try {
    return await runFile(file, options, interrupt.signal, edit);
  } finally {
    endWatch();
    interrupt.end();
  }
}
