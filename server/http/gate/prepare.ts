import type { ErrorDetails, ModelCatalogue, ModelInfo, ParamSpec, Said } from '../../../nodes/sdk/index.ts';
import { parseWorkflow } from '../../../workflows/parse.ts';
import type { Workflow, WorkflowNode } from '../../../workflows/workflow.ts';
import type { RouteAnswer } from '../../contract/http.ts';
import type { RunRequest } from '../../contract/run.ts';
import type { Registry } from '../../engine/registry.ts';
import { type Validation, validate } from '../../engine/validate.ts';
import type { Lane } from '../../store/run-rows.ts';
import type { QueuedRun } from '../../store/runs.ts';
import { describeWorkflow, parseBody, type Reading } from './read-body.ts';

/** A request that can run: checked, its named inputs in the params of its nodes. */
export type PreparedRun = Omit<QueuedRun, 'workflowRevision' | 'idempotency'>;

/** What a saved workflow is run with. */
export type SavedWishes = Omit<RunRequest, 'workflow'>;

/** What is known of a workflow without running it, as JSON. */
export type Inspection = RouteAnswer<'validateWorkflow'>;

type Json = NonNullable<WorkflowNode['params']>[string];

/** A model as the runner lists it: usable, or with the problem that says why not. */
export type KnownModel = ModelInfo & { readonly problem?: Said };

/** Models as inference wants them. */
export function catalogueOf(models: readonly KnownModel[]): ModelCatalogue {
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
  inputs: NonNullable<RunRequest['inputs']>,
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

/** Checks what callers send against the nodes and models there are. */
export interface Examiner {
  /** The body of a run request, to a run that can be queued. */
  request(body: string): Reading<PreparedRun>;
  /** A saved workflow and what it is run with, to a run that can be queued. */
  saved(workflowText: string, wishes: SavedWishes): Reading<PreparedRun>;
  /** The body of a request to validate a workflow. */
  inspect(body: string): Reading<Inspection>;
  setModels(models: readonly KnownModel[]): void;
}

/**
 * An examiner. It remembers its last analysis: an editor that runs on every change asks about the workflow that it has just
 * submitted.
 */
export function createExaminer(registry: Registry): Examiner {
  let models = catalogueOf([]);
  let last: { readonly key: string; readonly validation: Validation } | undefined;

  function analysed(workflow: Workflow, text: string, targets: RunRequest['targets']): Validation {
    const key = `${JSON.stringify(targets ?? null)}${text}`;
    if (last?.key !== key) last = { key, validation: validate(workflow, registry, { models, targets }) };
    return last.validation;
  }

  function prepare({ workflow, inputs = {}, ...rest }: RunRequest): Reading<PreparedRun> {
    const strays = applyInputs(workflow, inputs, registry);
    const { text, name } = describeWorkflow(workflow);
    const { problems } = analysed(workflow, text, rest.targets);
    if (strays.length + problems.length > 0) return { problems: [...strays, ...problems] };
    return { value: { ...rest, workflowText: text, name, lane: laneOf(workflow, registry) } };
  }

  return {
    request(body) {
      const { value, problems } = parseBody('submitRun', body);
      return problems ? { problems } : prepare(value);
    },
    saved(workflowText, wishes) {
      const { workflow } = parseWorkflow(workflowText);
      if (!workflow) throw new Error('A stored workflow cannot be read.');
      return prepare({ ...wishes, workflow });
    },
    inspect(body) {
      const { value, problems: faults } = parseBody('validateWorkflow', body);
      if (faults) return { problems: faults };
      const { problems, info } = analysed(value.workflow, JSON.stringify(value.workflow), value.targets);
      return { value: { problems, info: Object.fromEntries(info) } };
    },
    setModels(listed) {
      models = catalogueOf(listed);
      last = undefined;
    },
  };
}
