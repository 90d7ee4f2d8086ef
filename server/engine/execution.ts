import type { Problem } from '../contract/basics.ts';
import type { NodeOutcome, RunEnd, RunTask } from '../contract/run.ts';
import type { ResultValues } from './events.ts';
import type { Registry } from './registry.ts';
import type { ResultCache } from './result-cache.ts';
import type { EngineServices } from './services.ts';

/**
 * A workflow to run and the services to run it with. Without `targets`, the run computes all terminal nodes and named
 * outputs. `useCache` is true by default, and `partial` false.
 */
export interface ExecuteRequest
  extends Pick<RunTask, 'workflow' | 'targets'>,
    Partial<Pick<RunTask, 'useCache' | 'partial'>> {
  readonly registry: Registry;
  readonly services: EngineServices;
  readonly cache: ResultCache;
  readonly signal: AbortSignal;
  /** Called at the start, with a function that asks a running node for its best result so far; it does nothing for other nodes. */
  readonly onStop?: (stop: (nodeId: string) => void) => void;
  /** Called at a cancel if nodes were asked for their best result so far: the run then ends within a few seconds. */
  readonly onSaving?: () => void;
  /** How many nodes of each resource run at the same time. Default cpu 4, io 8, device 1. */
  readonly concurrency?: { readonly cpu?: number; readonly io?: number; readonly device?: number };
}

/** How a node ended. `cause` is the error that was thrown, for the log only. */
export type CausedOutcome = NodeOutcome & { readonly cause?: unknown };

/** How a run ended, with its values. The caller must release `results`. */
export interface Executed {
  readonly status: RunEnd;
  readonly ms: number;
  readonly problems: readonly Problem[];
  readonly nodes: ReadonlyMap<string, CausedOutcome>;
  readonly results: ResultValues;
  /** Resolves when all disk writes of the run have ended. The results can be shown before that. */
  readonly kept: Promise<void>;
}
