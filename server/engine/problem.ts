import type { ErrorDetails } from '../../nodes/sdk/index.ts';

/** Something that keeps a workflow, or a part of it, from running. */
export interface Problem extends ErrorDetails {
  /** All nodes concerned, where it is more than one: the path of a cycle. */
  readonly nodes?: readonly string[];
}
