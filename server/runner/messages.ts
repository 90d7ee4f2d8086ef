import type { ErrorDetails, Message, ModelInfo } from '../../nodes/sdk/index.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import type { Problem } from '../contract/basics.ts';
import type { Devices } from '../contract/http.ts';
import type { ModelReport, Parity } from '../contract/models.ts';
import type { RunEventBody, RunResult, RunTask } from '../contract/run.ts';
import type { EngineEvent } from '../engine/events.ts';
import type { Executed } from '../engine/execution.ts';
import type { DeviceChoice } from '../runtime/index.ts';

/** A run with its place: the folders it reads from and writes to. */
export interface PlacedRun extends Omit<RunTask, 'workflow'> {
  readonly runId: string;
  /** The checked workflow as JSON text, as the journal has it: the process that runs it parses it, no process on the way. */
  readonly workflowText: string;
  /** Where relative paths of the workflow start. */
  readonly workflowFolder: string;
  /** Where nodes that save may write; also takes results too large to be told. */
  readonly outFolder: string;
  /** Signs the references to pictures in what is told; without it there are none. */
  readonly secret?: string;
}

/**
 * How a run ended, as plain JSON. The server lists the files. A value too large for a message is `{ file, bytes }`.
 */
export type RunnerResult = Omit<RunResult, 'files'> & Pick<Executed, 'status' | 'ms'>;

/** What happened in a run, as plain JSON: a preview's tensors are lists of numbers, its pictures references. */
export type RunnerEvent =
  | Exclude<EngineEvent, { readonly type: 'nodePreviewed' }>
  | Extract<RunEventBody, { readonly type: 'nodePreviewed' }>;

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
  /** How near these exact files come to the original's numbers; absent when nothing checked them. */
  readonly checked?: Omit<Extract<Parity, { readonly of: 'files' }>, 'of'>;
}

/** What a runner can be asked besides runs, by name. */
export interface Calls {
  run: { ask: PlacedRun; answer: RunnerResult };
  thumbnail: { ask: { picture: string; maxEdge: number }; answer: { bytes: Uint8Array; type: string } };
  embed: { ask: EmbedRequest; answer: { dims: number; vectors: Float32Array } };
  models: { ask: null; answer: readonly ModelSummary[] };
  devices: { ask: null; answer: Devices };
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
  /** Events of a run, in order. */
  | { readonly type: 'events'; readonly id: number; readonly events: readonly RunnerEvent[] }
  | { readonly type: 'done'; readonly id: number; readonly answer: Calls[CallName]['answer'] }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorDetails };
