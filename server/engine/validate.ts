import type { ModelCatalogue, ValueInfo } from '../../nodes/sdk/index.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import type { Problem } from './problem.ts';
import type { Registry } from './registry.ts';

export type { Problem } from './problem.ts';

/** What is found out about a workflow without running it. */
export interface Validation {
  /** All of them at once; empty when the workflow can run. */
  readonly problems: readonly Problem[];
  /** What is known of every output, by node and port. */
  readonly info: ReadonlyMap<string, Readonly<Record<string, ValueInfo>>>;
}

/** Checks a workflow, or with `targets` the part of it that leads to them. Total: it never throws. */
export function validate(
  _workflow: Workflow,
  _registry: Registry,
  _options: { readonly models: ModelCatalogue; readonly targets?: readonly string[] },
): Validation {
  throw new Error('not yet');
}
