import { type ErrorDetails, PatchbayError, type Skipped } from '../../nodes/sdk/index.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { analyse } from './analyse.ts';
import type { CacheReason, NodeStatus, RunEvent, RunResults, RunStatus } from './events.ts';
import type { Problem } from './problem.ts';
import type { Registry } from './registry.ts';
import type { ResultCache } from './result-cache.ts';
import { Run } from './run.ts';
import type { EngineServices } from './services.ts';

/** What to run, and in which world. */
export interface ExecuteRequest {
  readonly workflow: Workflow;
  readonly registry: Registry;
  readonly services: EngineServices;
  readonly cache: ResultCache;
  readonly signal: AbortSignal;
  /** Ids of the nodes to run to; all terminal nodes and named outputs when absent. An empty list is an error. */
  readonly targets?: readonly string[];
  /** Whether kept results may be used. Results are kept in any case. Default true. */
  readonly useCache?: boolean;
  /** Runs what can run: nodes with problems fail at once, and the others go on. Default false. */
  readonly allowInvalid?: boolean;
  /** How many nodes of each resource run side by side. Default cpu 4, io 8, device 1. */
  readonly concurrency?: { readonly cpu?: number; readonly io?: number; readonly device?: number };
}

/** How one node ended. */
export interface NodeOutcome {
  readonly status: NodeStatus;
  /** Milliseconds it ran; 0 for what did not run. */
  readonly ms: number;
  readonly cache?: CacheReason;
  readonly error?: ErrorDetails;
  /** What was thrown, for the log; never shown to users. */
  readonly cause?: unknown;
  readonly skipped?: readonly Skipped[];
}

/** How a run ended. The caller releases `results`. */
export interface RunOutcome {
  readonly status: RunStatus;
  readonly ms: number;
  readonly problems: readonly ErrorDetails[];
  readonly nodes: ReadonlyMap<string, NodeOutcome>;
  readonly results: RunResults;
  /** Resolves when the results that are worth it are on disk, for later runs and processes. Nobody has to wait to show them. */
  readonly kept: Promise<void>;
}

/** A workflow that was refused, with all that is wrong with it. */
export class InvalidWorkflowError extends PatchbayError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const [first, ...others] = problems;
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    super({ code: 'workflow.invalid', message: `The workflow cannot run: ${first?.message}${more}` });
    this.problems = problems;
  }
}

/**
 * Runs a workflow. The same for server, command line and tests: only the services differ.
 *
 * Ends within a second of `signal`, whatever its nodes do; late results are dropped. A failing node takes its
 * dependents with it and nothing else.
 * @throws InvalidWorkflowError `workflow.invalid`, with all `problems`, before anything runs.
 */
export async function execute(
  request: ExecuteRequest,
  onEvent: (event: RunEvent) => void,
): Promise<RunOutcome> {
  const { workflow, registry, services, targets, allowInvalid } = request;
  const analysis = analyse(workflow, registry, { models: services.models, targets });
  if (analysis.problems.length > 0 && (!allowInvalid || analysis.targets.size === 0))
    throw new InvalidWorkflowError(analysis.problems);
  return await new Run(request, analysis, onEvent).execute();
}
