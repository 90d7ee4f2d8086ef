import type { ErrorDetails, Skipped } from '../../nodes/sdk/index.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import type { CacheReason, NodeStatus, RunResults, RunStatus } from './events.ts';
import type { Registry } from './registry.ts';
import type { ResultCache } from './result-cache.ts';
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
