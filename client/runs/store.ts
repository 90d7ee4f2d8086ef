import type { ProblemMessage } from '../../server/protocol.ts';

/** How a node stands in the run that is shown. */
export interface NodeRunState {
  readonly state: 'idle' | 'queued' | 'running' | 'cached' | 'done' | 'warning' | 'failed' | 'skipped';
  readonly done?: number;
  readonly total?: number;
  readonly ms?: number;
  readonly cache?: { readonly hit: boolean; readonly reason: string; readonly message: string };
  readonly error?: ProblemMessage;
  readonly skipped?: readonly { readonly name: string; readonly path?: string; readonly reason: string }[];
  /** What the node shows, as JSON of a View. */
  readonly view?: unknown;
  readonly preview?: unknown;
}

const IDLE: NodeRunState = { state: 'idle' };

/** The state of one node; renders only when that node's changes. */
export function useRunState(_nodeId: string): NodeRunState {
  return IDLE;
}
