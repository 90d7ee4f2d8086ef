import type { ErrorDetails, Message, PortValue, Skipped, View } from '../../nodes/sdk/index.ts';

/** How a node ended. */
export type NodeStatus = 'done' | 'cached' | 'failed' | 'skipped' | 'cancelled';

/** How a run ended. `partial`: some terminal nodes have results and some have not. */
export type RunStatus = 'completed' | 'partial' | 'failed' | 'cancelled';

/** Why a node's result was taken from the cache, or was not. */
export interface CacheReason extends Message {
  readonly hit: boolean;
  /**
   * Where it came from: `memory`, `disk`, `shared` (an equal node of the run), `unneeded` (all that need it had results).
   * Or what changed: `new`, `params`, `inputs`, `outside`, `version`, `device`, `never`, `off`, `evicted`.
   */
  readonly reason:
    | 'memory'
    | 'disk'
    | 'shared'
    | 'unneeded'
    | 'new'
    | 'params'
    | 'inputs'
    | 'outside'
    | 'version'
    | 'device'
    | 'never'
    | 'off'
    | 'evicted';
}

type Body =
  | { readonly type: 'runStarted'; readonly nodes: readonly string[]; readonly device: string }
  | { readonly type: 'nodeStarted'; readonly nodeId: string; readonly cache: CacheReason }
  /** Only what changed since the last one of that node; coalesced. */
  | {
      readonly type: 'nodeProgressed';
      readonly nodeId: string;
      readonly done: number;
      readonly total?: number;
    }
  | { readonly type: 'nodePreviewed'; readonly nodeId: string; readonly view: View }
  | ({ readonly type: 'nodeWarned'; readonly nodeId: string } & Message)
  | {
      readonly type: 'nodeCached';
      readonly nodeId: string;
      readonly cache: CacheReason;
      readonly ms: number;
      readonly skipped?: readonly Skipped[];
    }
  | {
      readonly type: 'nodeFinished';
      readonly nodeId: string;
      readonly ms: number;
      readonly skipped?: readonly Skipped[];
    }
  | {
      readonly type: 'nodeFailed';
      readonly nodeId: string;
      readonly ms: number;
      readonly error: ErrorDetails;
    }
  | {
      readonly type: 'nodeSkipped';
      readonly nodeId: string;
      readonly because: string;
      readonly message: string;
    }
  | {
      readonly type: 'runFinished';
      readonly status: RunStatus;
      readonly ms: number;
      readonly problems: readonly ErrorDetails[];
    };

/** What happened, in order. `seq` starts at 1 and has no gaps within a run. */
export type RunEvent = { readonly seq: number } & Body;
/** An event before it is numbered. */
export type RunEventBody = Body;

/** Results by node and port of the nodes that have one. The caller releases it when done. */
export interface RunResults {
  get(nodeId: string, port: string): PortValue | undefined;
  release(): void;
}
