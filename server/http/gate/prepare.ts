import type { ErrorDetails, ModelCatalogue, ModelInfo, ParamSpec, Said } from '../../../nodes/sdk/index.ts';
import { parseWorkflow } from '../../../workflows/parse.ts';
import type { Workflow, WorkflowNode } from '../../../workflows/workflow.ts';
import type { Registry } from '../../engine/registry.ts';
import { validate } from '../../engine/validate.ts';
import type { Lane } from '../../store/run-rows.ts';
import type { ReadWorkflow } from './bodies.ts';
import { describeWorkflow, type Reading } from './read-body.ts';

/** What turns a workflow into a run. */
export interface RunWishes {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly targets?: readonly string[];
}

/** A workflow that can run, with its inputs in place. */
export type PreparedRun = ReadWorkflow & { readonly lane: Lane };

type Json = NonNullable<WorkflowNode['params']>[string];

/** A model as the runner lists it: usable, or with the problem that says why not. */
export type ListedModel = ModelInfo & { readonly problem?: Said };

/** Models as inference wants them. */
export function catalogueOf(models: readonly ListedModel[]): ModelCatalogue {
  const usable = models.filter(({ problem }) => problem === undefined);
  const byId = new Map(usable.map((model) => [model.id, model]));
  const problems = new Map(models.map(({ id, problem }) => [id, problem]));
  return {
    describe: (id, precision) => {
      const model = byId.get(id);
      if (!model || precision === undefined) return model;
      return model.precisions?.includes(precision) ? { ...model, precision } : undefined;
    },
    ids: () => [...byId.keys()],
    problem: (id) => problems.get(id),
  };
}

/** One text where a list of texts is wanted is a list of one, as on the command line; all else is taken as it is. */
function valueFor(node: WorkflowNode, param: string, value: unknown, registry: Registry): Json {
  const params = registry.get(node.type)?.params as Readonly<Record<string, ParamSpec>> | undefined;
  const isList = params !== undefined && Object.hasOwn(params, param) && params[param]?.type === 'strings';
  return (isList && typeof value === 'string' ? [value] : value) as Json;
}

function applyInputs(
  workflow: Workflow,
  inputs: NonNullable<RunWishes['inputs']>,
  registry: Registry,
): ErrorDetails[] {
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
  const named = new Map((workflow.inputs ?? []).map((input) => [input.name, input]));
  const problems: ErrorDetails[] = [];
  for (const [name, value] of Object.entries(inputs)) {
    const input = named.get(name);
    const node = input && nodes.get(input.node);
    if (node) node.params = { ...node.params, [input.param]: valueFor(node, input.param, value, registry) };
    else
      problems.push({
        code: 'run.input',
        message: `The workflow has no input "${name}". ${named.size === 0 ? 'It has no named inputs.' : `It has: ${[...named.keys()].join(', ')}.`}`,
        expected: [...named.keys()].join(' | '),
        got: name,
      });
  }
  return problems;
}

function laneOf(workflow: Workflow, registry: Registry): Lane {
  return workflow.nodes.some(({ type }) => registry.get(type)?.resource === 'device') ? 'device' : 'light';
}

function parsed(text: string): Workflow {
  const { workflow } = parseWorkflow(text);
  if (!workflow) throw new Error('A stored workflow cannot be read.');
  return workflow;
}

/** Applies a run's inputs to a workflow and checks that it can run. */
export function prepareRun(
  text: string,
  wishes: RunWishes,
  registry: Registry,
  models: ModelCatalogue,
): Reading<PreparedRun> {
  const workflow = parsed(text);
  const strays = applyInputs(workflow, wishes.inputs ?? {}, registry);
  const { problems } = validate(workflow, registry, { models, targets: wishes.targets });
  if (strays.length + problems.length > 0) return { problems: [...strays, ...problems] };
  return { value: { ...describeWorkflow(workflow), lane: laneOf(workflow, registry) } };
}

/** All that can be said of a workflow without running it, as JSON. */
export function inspectWorkflow(
  text: string,
  wishes: Pick<RunWishes, 'targets'>,
  registry: Registry,
  models: ModelCatalogue,
): { readonly problems: readonly ErrorDetails[]; readonly info: unknown } {
  const { problems, info } = validate(parsed(text), registry, { models, targets: wishes.targets });
  return { problems, info: Object.fromEntries(info) };
}
