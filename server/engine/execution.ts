import type { Problem } from '../contract/basics.ts';
import type { NodeOutcome, RunEnd, RunTask } from '../contract/run.ts';
import type { ResultValues } from './events.ts';
import type { Registry } from './registry.ts';
import type { ResultCache } from './result-cache.ts';
import type { EngineServices } from './services.ts';

/** What to run, and in which world. Without `targets`: to all terminal nodes and named outputs; `useCache` is true unless given. */
export interface ExecuteRequest extends Omit<RunTask, 'useCache'>, Partial<Pick<RunTask, 'useCache'>> {
  readonly registry: Registry;
  readonly services: EngineServices;
  readonly cache: ResultCache;
  readonly signal: AbortSignal;
  /** Runs what can run: nodes with problems fail at once, and the others go on. Default false. */
  readonly allowInvalid?: boolean;
  /** How many nodes of each resource run side by side. Default cpu 4, io 8, device 1. */
  readonly concurrency?: { readonly cpu?: number; readonly io?: number; readonly device?: number };
}

/** How a node ended, with the error that was thrown, for the log; users never see it. */
export type CausedOutcome = NodeOutcome & { readonly cause?: unknown };

/** How a run ended, with its values. The caller releases `results`. */
export interface Executed {
  readonly status: RunEnd;
  readonly ms: number;
  readonly problems: readonly Problem[];
  readonly nodes: ReadonlyMap<string, CausedOutcome>;
  readonly results: ResultValues;
  /** Resolves when the results that are worth it are on disk, for later runs and processes. Nobody has to wait to show them. */
  readonly kept: Promise<void>;
}
