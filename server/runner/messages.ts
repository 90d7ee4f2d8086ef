import type { ErrorDetails, LabelFolder, Message, ModelInfo } from '../../nodes/sdk/index.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import type { Problem } from '../contract/basics.ts';
import type { Devices } from '../contract/http.ts';
import type { ModelReport, Parity } from '../contract/models.ts';
import type { RunEventBody, RunResult, RunTask } from '../contract/run.ts';
import type { EngineEvent } from '../engine/events.ts';
import type { Executed } from '../engine/execution.ts';
import type { DeviceChoice } from '../runtime/index.ts';

/** A run with the folders it reads from and writes to. */
export interface PlacedRun extends Omit<RunTask, 'workflow'> {
  readonly runId: string;
  /** The checked workflow as JSON text, as stored in the journal. Only the process that runs it parses the text. */
  readonly workflowText: string;
  /** The folder where relative paths of the workflow start. */
  readonly workflowFolder: string;
  /** The folder where nodes can write files. Results too large for a message are also written here. */
  readonly outFolder: string;
  /** The key that signs references to pictures. Without it, results contain no references. */
  readonly secret?: string;
}

/**
 * How a run ended, as plain JSON, without the list of files, which the server adds. A value too large for a message
 * becomes `{ file, bytes }`.
 */
export type RunnerResult = Omit<RunResult, 'files'> & Pick<Executed, 'status' | 'ms'>;

/** An event of a run as plain JSON. In a preview, tensors are lists of numbers and pictures are references. */
export type RunnerEvent =
  | Exclude<EngineEvent, { readonly type: 'nodePreviewed' }>
  | Extract<RunEventBody, { readonly type: 'nodePreviewed' }>;

/** A request for embeddings without a workflow. */
export interface EmbedRequest {
  readonly model: string;
  readonly texts?: readonly string[];
  /** Each is `asset:HASH`, a path, or the bytes of a picture, which are not stored. */
  readonly images?: readonly (string | Uint8Array)[];
}

/** The hash of a picture file, or why it has none. */
export type PictureHash = { readonly hash: string } | { readonly problem: Message };

/** A picture of a folder. */
export interface FolderPicture {
  /** Absolute. */
  readonly file: string;
  /** Below the folder, with forward slashes. */
  readonly path: string;
  /** The name of the subfolder that was asked for. */
  readonly label?: string;
}

/** A model as lists of models show it. */
export interface ModelSummary extends ModelInfo {
  readonly folder?: string;
  /** Why the model cannot be used. */
  readonly problem?: Message;
  /** How close these exact files come to the numbers of the original model; absent if they were not checked. */
  readonly checked?: Omit<Extract<Parity, { readonly of: 'files' }>, 'of'>;
}

/** The requests that a runner answers, by name. */
export interface Calls {
  run: { ask: PlacedRun; answer: RunnerResult };
  thumbnail: { ask: { picture: string; maxEdge: number }; answer: { bytes: Uint8Array; type: string } };
  hashes: { ask: readonly string[]; answer: readonly PictureHash[] };
  pictures: {
    ask: { readonly folder: string; readonly labelFolder: LabelFolder };
    answer: readonly FolderPicture[];
  };
  embed: { ask: EmbedRequest; answer: { dims: number; vectors: Float32Array } };
  models: { ask: null; answer: readonly ModelSummary[] };
  devices: { ask: null; answer: Devices };
  verify: { ask: string; answer: ModelReport };
  validate: { ask: Workflow; answer: readonly Problem[] };
}
export type CallName = keyof Calls;

/** What a child needs to know before its first task. */
export interface StartOptions {
  readonly dataFolder: string;
  readonly modelFolders: readonly string[];
  /** Folders of additional nodes. */
  readonly nodeFolders: readonly string[];
  /** If given, workflows can read files only inside these folders and the samples. */
  readonly roots?: readonly string[];
  readonly device: DeviceChoice;
  /** The file where the child notes which models it is using. */
  readonly notesFile: string;
  /** Hashes of models that must not be used. */
  readonly quarantined: readonly string[];
}

/** A message from the supervisor to a child. */
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
  /** Asks a node of a run for its best result so far. */
  | { readonly type: 'stopNode'; readonly id: number; readonly nodeId: string }
  | { readonly type: 'quarantined'; readonly hashes: readonly string[] }
  | { readonly type: 'leave' };

/** A message from a child to the supervisor. */
export type FromChild =
  | { readonly type: 'ready' }
  /** The child could not start and exits. */
  | { readonly type: 'unusable'; readonly error: ErrorDetails }
  | { readonly type: 'beat'; readonly rssBytes: number; readonly strays: number }
  | { readonly type: 'taken'; readonly id: number }
  /** Reports progress of a task that sends no events. */
  | { readonly type: 'alive'; readonly id: number }
  /** A cancelled run keeps the best result so far of a node, so it ends a little later. */
  | { readonly type: 'saving'; readonly id: number }
  /** Events of a run, in order. */
  | { readonly type: 'events'; readonly id: number; readonly events: readonly RunnerEvent[] }
  | { readonly type: 'done'; readonly id: number; readonly answer: Calls[CallName]['answer'] }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorDetails };
