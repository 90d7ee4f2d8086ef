import type { ErrorDetails, Message, ModelInfo } from '../../nodes/sdk/index.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import type { RunEvent, RunStatus } from '../engine/events.ts';
import type { NodeOutcome } from '../engine/execute.ts';
import type { Problem } from '../engine/problem.ts';
import type { DeviceChoice, DeviceReport, MeasuredFiles, ModelReport } from '../runtime/index.ts';

/** A run, as a runner is asked for it. */
export interface RunnerRequest {
  readonly runId: string;
  readonly workflow: Workflow;
  /** Ids of the nodes to run to; all terminal nodes and named outputs when absent. */
  readonly targets?: readonly string[];
  /** Whether kept results may be used; they are kept in any case. */
  readonly useCache: boolean;
  /** Where relative paths of the workflow start. */
  readonly workflowFolder: string;
  /** Where nodes that save may write; also takes results too large to be told. */
  readonly outFolder: string;
  /** Signs the references to pictures in what is told; without it there are none. */
  readonly secret?: string;
}

/** How a node ended, without what only a log would want. */
export type RunnerNode = Omit<NodeOutcome, 'cause'>;

/** How a run ended; all of it plain JSON. */
export interface RunnerOutcome {
  readonly status: RunStatus;
  readonly ms: number;
  readonly problems: readonly ErrorDetails[];
  readonly nodes: Readonly<Record<string, RunnerNode>>;
  /** By the name the workflow gives it, or `node.port`: as `patchbay run --json` prints it; what is large is `{ file, bytes }`. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What nodes show, by node. */
  readonly views: Readonly<Record<string, unknown>>;
}

/** Omit that keeps a union a union. */
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** What happened in a run, as plain JSON: a preview's tensors are lists of numbers, its pictures references. */
export type RunnerEvent =
  | Exclude<RunEvent, { type: 'nodePreviewed' }>
  | (Omit<Extract<RunEvent, { type: 'nodePreviewed' }>, 'view'> & { readonly view: unknown });
/** An event before it is numbered. */
export type RunnerEventBody = Without<RunnerEvent, 'seq'>;

/** Vectors asked for without a workflow. */
export interface EmbedRequest {
  readonly model: string;
  readonly texts?: readonly string[];
  /** `asset:HASH`, or paths. */
  readonly images?: readonly string[];
}

/** A model, as a list of models shows it. */
export interface ModelSummary extends ModelInfo {
  readonly folder?: string;
  /** Why it cannot be used. */
  readonly problem?: Message;
  /** What was measured of its very files. */
  readonly measured?: MeasuredFiles;
}

/** What works here, and why the rest does not. */
export interface DeviceSummary {
  readonly chosen: string;
  readonly devices: readonly DeviceReport[];
}

/** What a runner can be asked besides runs, by name. */
export interface Calls {
  run: { ask: RunnerRequest; answer: RunnerOutcome };
  thumbnail: { ask: { picture: string; maxEdge: number }; answer: { bytes: Uint8Array; type: string } };
  embed: { ask: EmbedRequest; answer: { dims: number; vectors: Float32Array } };
  models: { ask: null; answer: readonly ModelSummary[] };
  devices: { ask: null; answer: DeviceSummary };
  verify: { ask: string; answer: ModelReport };
  validate: { ask: Workflow; answer: readonly Problem[] };
}
export type CallName = keyof Calls;

/** What a child must know before it can do anything. */
export interface StartOptions {
  readonly dataFolder: string;
  readonly modelFolders: readonly string[];
  /** Folders of nodes besides those that ship. */
  readonly nodeFolders: readonly string[];
  /** When given, workflows read files inside these folders (and the samples) only. */
  readonly roots?: readonly string[];
  readonly device: DeviceChoice;
  /** Where it notes which models it is about to use. */
  readonly notesFile: string;
  /** Hashes of models that must not be used. */
  readonly quarantined: readonly string[];
}

/** From the supervisor to a child. */
export type ToChild =
  | { readonly type: 'start'; readonly options: StartOptions }
  | {
      [K in CallName]: {
        readonly type: 'ask';
        readonly id: number;
        readonly name: K;
        readonly ask: Calls[K]['ask'];
      };
    }[CallName]
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'quarantined'; readonly hashes: readonly string[] }
  | { readonly type: 'leave' };

/** From a child to its supervisor. */
export type FromChild =
  | { readonly type: 'ready' }
  /** Could not start; it leaves. */
  | { readonly type: 'unusable'; readonly error: ErrorDetails }
  | { readonly type: 'beat'; readonly rssBytes: number; readonly strays: number }
  | { readonly type: 'taken'; readonly id: number }
  /** A sign of progress from what has no events. */
  | { readonly type: 'alive'; readonly id: number }
  | { readonly type: 'event'; readonly id: number; readonly event: RunnerEvent }
  | { readonly type: 'done'; readonly id: number; readonly answer: Calls[CallName]['answer'] }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorDetails };
