import { type ErrorDetails, PatchbayError, type PortValue } from '../../nodes/sdk/index.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { tellCauses } from '../console.ts';
import type { NodeOutcome } from '../contract/run.ts';
import type { ResultValues } from '../engine/events.ts';
import { execute, InvalidWorkflowError } from '../engine/execute.ts';
import type { Executed, ExecuteRequest } from '../engine/execution.ts';
import { allScores } from '../results/all-scores.ts';
import { namedResults } from '../results/named-results.ts';
import { createReferences } from '../results/references.ts';
import { type ResultTools, valueJson } from '../results/value-json.ts';
import type { PlacedRun, RunnerEvent, RunnerResult } from './messages.ts';
import { fewLeftOut, plainEvents } from './plain-events.ts';
import type { World } from './world.ts';

/** Longer JSON is written to a file, so that parsing one message never blocks the server for long. */
const TOLD_BYTES = 512 * 1024;

interface Teller {
  /** Returns a value as JSON, or the file that it was written to. The same value is told alike, under its first name. */
  tell(name: string, value: PortValue): Promise<unknown>;
}

function createTeller(
  files: ReturnType<World['at']>['files'],
  scores: ResultTools['scores'],
  named: <T>(json: T) => T,
): Teller {
  const fileName = (name: string, extension: string) => `${name.replaceAll(/[^\w.-]+/g, '-')}.${extension}`;
  const tools: ResultTools = {
    scores,
    save: async (name, tensor, metadata) =>
      (await files.writeMatrix(fileName(name, 'safetensors'), 'safetensors', tensor, metadata)).path,
  };
  /** A view is both an output and what its node shows. It is told, and written to a file, once. */
  const told = new Map<PortValue, unknown>();
  return {
    async tell(name, value) {
      if (told.has(value)) return told.get(value);
      const json = named(await valueJson(name, value, tools));
      const bytes = Buffer.from(JSON.stringify(json) ?? 'null');
      if (bytes.byteLength <= TOLD_BYTES) {
        told.set(value, json);
        return json;
      }
      const written = await files.write(fileName(name, 'json'), bytes);
      const kind = value.kind === 'view' ? { view: value.view, title: value.title } : {};
      const place = { ...kind, file: written.path, bytes: written.bytes };
      told.set(value, place);
      return place;
    },
  };
}

function nodesOf(outcome: Executed): Record<string, NodeOutcome> {
  return Object.fromEntries(
    [...outcome.nodes].map(([id, { cause: _, skipped, ...node }]) => [
      id,
      skipped ? { ...node, skipped: fewLeftOut(skipped) } : node,
    ]),
  );
}

/** The first view of each node that has one. */
function viewsOf({ nodes }: Workflow, results: ResultValues, world: World): [string, PortValue][] {
  return nodes.flatMap(({ id, type }) => {
    const ports = Object.keys(world.registry.get(type)?.outputs ?? {});
    const view = ports.map((port) => results.get(id, port)).find((value) => value?.kind === 'view');
    return view ? [[id, view] as [string, PortValue]] : [];
  });
}

/** The part of a cancelled workflow that has a result all the same: its nodes that ended early with the best so far. */
function endedEarly(workflow: Workflow, { nodes }: Executed, { registry }: World): Workflow {
  const early = workflow.nodes.filter(
    ({ id, type }) => registry.get(type)?.endsEarly && nodes.get(id)?.status === 'done',
  );
  const ids = new Set(early.map(({ id }) => id));
  return { ...workflow, nodes: early, outputs: (workflow.outputs ?? []).filter(({ node }) => ids.has(node)) };
}

/**
 * Runs a workflow and returns its outcome as plain JSON. A result that cannot be written becomes a problem of the run.
 */
export async function runJob(
  request: PlacedRun,
  world: World,
  signal: AbortSignal,
  {
    emit,
    ...listeners
  }: { readonly emit: (event: RunnerEvent) => void } & Pick<ExecuteRequest, 'onStop' | 'onSaving'>,
): Promise<RunnerResult> {
  const { targets, useCache, partial, workflowFolder, outFolder, secret } = request;
  // The gate has checked this workflow before it became text.
  const workflow = JSON.parse(request.workflowText) as Workflow;
  const named = secret === undefined ? <T>(json: T) => json : createReferences(secret).addTo;
  const started = performance.now();
  await world.refresh();
  const { services, files, over } = world.at({ workflowFolder, outFolder, useCache });
  const { registry, cache } = world;
  let outcome: Executed;
  try {
    outcome = await execute(
      { workflow, registry, services, cache, signal, ...listeners, targets, useCache, partial },
      plainEvents(emit, named),
    );
  } catch (error) {
    over();
    if (!(error instanceof InvalidWorkflowError)) throw error;
    const ms = performance.now() - started;
    return { status: 'failed', ms, problems: error.problems, nodes: {}, outputs: {}, views: {} };
  }
  if (process.env.PATCHBAY_DEBUG) tellCauses(outcome.nodes);
  const problems: ErrorDetails[] = [...outcome.problems];
  const outputs: Record<string, unknown> = Object.create(null);
  const views: Record<string, unknown> = Object.create(null);
  try {
    const teller = createTeller(files, allScores(services, signal), named);
    const tell = async (into: Record<string, unknown>, key: string, name: string, value: PortValue) => {
      try {
        into[key] = await teller.tell(name, value);
      } catch (error) {
        if (!(error instanceof PatchbayError)) throw error;
        problems.push(error.toJSON());
      }
    };
    const { results } = outcome;
    const shown = outcome.status === 'cancelled' ? endedEarly(workflow, outcome, world) : workflow;
    for (const { name, value } of namedResults(shown, registry, results, targets ?? []))
      await tell(outputs, name, name, value);
    for (const [id, view] of viewsOf(shown, results, world)) await tell(views, id, `${id}-view`, view);
  } finally {
    over();
    world.keep(outcome.kept);
    outcome.results.release();
    await world.runtime.flush().catch(() => undefined);
  }
  const spoilt = outcome.status === 'completed' && problems.length > outcome.problems.length;
  return {
    status: spoilt ? 'partial' : outcome.status,
    ms: outcome.ms,
    problems,
    nodes: nodesOf(outcome),
    outputs,
    views,
  };
}
