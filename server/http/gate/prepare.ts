import type { ErrorDetails, ModelCatalogue, ModelInfo, ParamSpec, Said } from '../../../nodes/sdk/index.ts';
import { parseWorkflow } from '../../../workflows/parse.ts';
import type { Workflow, WorkflowNode } from '../../../workflows/workflow.ts';
import type { Problem } from '../../contract/basics.ts';
import type { RouteAnswer } from '../../contract/http.ts';
import { modelMessage } from '../../contract/messages/models.ts';
import { requestMessage } from '../../contract/messages/requests.ts';
import type { RunRequest } from '../../contract/run.ts';
import { briefOfWorkflow } from '../../contract/run-brief.ts';
import type { Registry } from '../../engine/registry.ts';
import { type Validation, validate } from '../../engine/validate.ts';
import type { ManifestReader } from '../../runtime/collections/manifest.ts';
import type { Lane } from '../../store/run-rows.ts';
import type { QueuedRun } from '../../store/runs.ts';
import { describeWorkflow, parseBody, type Reading } from './read-body.ts';

/** A checked request, with its named inputs in the params of its nodes. */
export type PreparedRun = Omit<QueuedRun, 'workflowRevision' | 'idempotency'>;

/** The inputs and options of a run of a saved workflow. */
export type SavedWishes = Omit<RunRequest, 'workflow'>;

/** What the analysis says about a workflow, as JSON. */
export type Inspection = RouteAnswer<'validateWorkflow'>;

type Json = NonNullable<WorkflowNode['params']>[string];

/** A model as the runner lists it. A model that cannot be used has a problem. */
export type KnownModel = ModelInfo & { readonly problem?: Said };

/** The models as a catalogue for the analysis. @param models null if the list could not be read */
export function catalogueOf(models: readonly KnownModel[] | null): ModelCatalogue {
  if (models === null)
    return {
      describe: () => undefined,
      ids: () => [],
      problem: () => modelMessage('model.list-unread'),
    };
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

/** Turns a text into a list with one entry if the param takes a list, as the command line does. */
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
  const names = [...named.keys()];
  const problems: ErrorDetails[] = [];
  for (const [name, value] of Object.entries(inputs)) {
    const input = named.get(name);
    const node = input && nodes.get(input.node);
    if (node) node.params = { ...node.params, [input.param]: valueFor(node, input.param, value, registry) };
    else
      problems.push({
        ...(names.length === 0
          ? requestMessage('run.no-inputs', { name })
          : requestMessage('run.input', { name, names })),
        expected: names.join(' | '),
        got: name,
      });
  }
  return problems;
}

function laneOf(workflow: Workflow, registry: Registry): Lane {
  return workflow.nodes.some(({ type }) => registry.get(type)?.resource === 'device') ? 'device' : 'light';
}

/** The most problems in the answer for a run that is refused, as for a file that cannot be read. */
const MOST_REFUSED = 100;
/** The most problems that the editor gets: it marks each node. */
const MOST_SHOWN = 1000;

function firstOf(problems: readonly Problem[], most: number): readonly Problem[] {
  const count = problems.length - most;
  return count > 0
    ? [...problems.slice(0, most), requestMessage('request.more-problems', { count })]
    : problems;
}

/** Checks requests against the available nodes and models. */
export interface Examiner {
  /** Turns the body of a run request into a run for the queue. */
  request(body: string): Reading<PreparedRun>;
  /** Turns a saved workflow and its inputs and options into a run for the queue. */
  saved(workflowText: string, wishes: SavedWishes): Reading<PreparedRun>;
  /** Answers the body of a request to validate a workflow. */
  inspect(body: string): Reading<Inspection>;
  setModels(models: readonly KnownModel[] | null): void;
}

/**
 * Makes an examiner. It keeps its last analysis, because an editor that runs on every change also validates the workflow that it
 * submits.
 * @param labelSets the names of the label sets at this moment; without it, names of sets are not checked
 * @param collections what nodes may know of collections before a run
 */
export function createExaminer(
  registry: Registry,
  labelSets?: () => readonly string[],
  collections?: ManifestReader,
): Examiner {
  let models = catalogueOf([]);
  let last: { readonly key: string; readonly validation: Validation } | undefined;

  function analysed(workflow: Workflow, text: string, targets: RunRequest['targets']): Validation {
    const sets = labelSets?.();
    // A collection may have changed, and only workflows that name one care.
    const state = text.includes('"collection/') ? collections?.state() : undefined;
    const key = `${JSON.stringify([targets, sets, state])}${text}`;
    const known = { ...models, ...(collections && { collections }) };
    if (last?.key !== key)
      last = {
        key,
        validation: validate(workflow, registry, {
          models: known,
          targets,
          ...(sets && { labelSets: () => sets }),
        }),
      };
    return last.validation;
  }

  function prepare({ workflow, inputs = {}, ...rest }: RunRequest): Reading<PreparedRun> {
    const strays = applyInputs(workflow, inputs, registry);
    const { text, name } = describeWorkflow(workflow);
    const problems = analysed(workflow, text, rest.targets).refusal(rest.partial);
    if (strays.length + problems.length > 0)
      return { problems: firstOf([...strays, ...problems], MOST_REFUSED) };
    const lane = laneOf(workflow, registry);
    const brief = briefOfWorkflow(workflow, (type) => registry.get(type)?.params);
    return { value: { ...rest, ...brief, workflowText: text, name, lane } };
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
      return { value: { problems: firstOf(problems, MOST_SHOWN), info: Object.fromEntries(info) } };
    },
    setModels(listed) {
      models = catalogueOf(listed);
      last = undefined;
    },
  };
}
