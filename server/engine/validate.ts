import type { Workflow } from '../../workflows/workflow.ts';
import type { Problem } from '../contract/basics.ts';
import { type AnalyseOptions, analyse } from './analyse.ts';
import type { Info } from './inference.ts';
import type { Registry } from './registry.ts';

export type { Problem } from '../contract/basics.ts';

/** What is found out about a workflow without running it. */
export interface Validation {
  /** All of them at once, each with a code, its place and a sentence; empty when the workflow can run. */
  readonly problems: readonly Problem[];
  /** What is known of every output, by node and port. */
  readonly info: Info;
}

/** Checks a workflow, or with `targets` the part of it that leads to them. Total: it never throws. */
export function validate(workflow: Workflow, registry: Registry, options: AnalyseOptions): Validation {
  const { problems, info } = analyse(workflow, registry, options);
  return { problems, info };
}
