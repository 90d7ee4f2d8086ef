import type { Workflow } from '../../workflows/workflow.ts';
import type { Problem } from '../contract/basics.ts';
import { type AnalyseOptions, analyse } from './analyse.ts';
import type { Info } from './inference.ts';
import { refusalOf } from './partial.ts';
import type { Registry } from './registry.ts';

export type { Problem } from '../contract/basics.ts';

/** The result of checking a workflow without running it. */
export interface Validation {
  /** All problems, each with a code, a place and a message; empty if the workflow can run. */
  readonly problems: readonly Problem[];
  /** What is known about every output, by node and port. */
  readonly info: Info;
  /** The problems that keep a run from starting, see {@link refusalOf}. */
  readonly refusal: (partial: boolean) => readonly Problem[];
}

/** Checks a workflow. With `targets`, it checks only the part that leads to them. It never throws. */
export function validate(workflow: Workflow, registry: Registry, options: AnalyseOptions): Validation {
  const analysis = analyse(workflow, registry, options);
  const { problems, info } = analysis;
  return { problems, info, refusal: (partial) => refusalOf(analysis, partial) };
}
