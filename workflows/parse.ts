import type { Workflow } from './workflow.ts';

/** Why a file is not a workflow. */
export interface ParseProblem {
  /** Stable: `workflow.not-json`, `workflow.too-deep`, ... */
  readonly code: string;
  /** One sentence for people. */
  readonly message: string;
  readonly expected?: string;
  readonly got?: string;
}

/** A workflow, or all that keeps the text from being one. */
export type ParseResult =
  | { readonly workflow: Workflow; readonly migratedFrom?: number; readonly problems?: undefined }
  | { readonly problems: readonly ParseProblem[]; readonly workflow?: undefined };

/** Reads a workflow file of any version up to the present. Total: it never throws. */
export function parseWorkflow(_text: string): ParseResult {
  throw new Error('not yet');
}

/** Reads a workflow that is parsed JSON already, such as a request's body. Total: it never throws. */
export function parseWorkflowJson(_value: unknown): ParseResult {
  throw new Error('not yet');
}

/** The text of a workflow file: the same for equal workflows, whatever the order of their keys. */
export function serializeWorkflow(_workflow: Workflow): string {
  throw new Error('not yet');
}
