import { readdirSync, rm } from 'node:fs';
import { join } from 'node:path';
import { type ErrorDetails, type LabelFolder, PatchbayError } from '../../nodes/sdk/index.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import type { Problem } from '../contract/basics.ts';
import type { Devices } from '../contract/http.ts';
import type { ModelReport } from '../contract/models.ts';
import { packageRoot } from '../package-root.ts';
import type { DeviceChoice } from '../runtime/index.ts';
import { sentenceOf } from './endings.ts';
import { memoryAllowed } from './memory.ts';
import type {
  CallName,
  Calls,
  EmbedRequest,
  FolderPicture,
  ModelSummary,
  PictureHash,
  PlacedRun,
  RunnerEvent,
  RunnerResult,
} from './messages.ts';
import { type RunnerLog, RunnerPool } from './pool.ts';
import { openQuarantine } from './quarantine.ts';
import { createRunLedger } from './run-ledger.ts';
import { Task, type TaskLimits } from './task.ts';

export type {
  EmbedRequest,
  FolderPicture,
  ModelSummary,
  PictureHash,
  PlacedRun,
  RunnerEvent,
  RunnerResult,
} from './messages.ts';
export type { RunnerLog } from './pool.ts';

/** A run that was started. */
export interface RunHandle {
  /** Never rejects. The run has an outcome even if its process crashes. */
  readonly done: Promise<RunnerResult>;
  /** Ends the run within a second, with the status `cancelled`. */
  cancel(): void;
  /** Asks a running node that can end early for its best result so far; the run then goes on. */
  stopNode(nodeId: string): void;
}

/** The state of a supervisor. */
export interface SupervisorStatus {
  /** The process that runs workflows; undefined if there is none. */
  readonly pid?: number;
  /** How many processes crashed or had to be ended so far. */
  readonly restarts: number;
  readonly rssBytes?: number;
  /** Hashes of the quarantined models. */
  readonly quarantined: readonly string[];
}

/** Runs workflows and models in separate processes, so that a crash cannot reach this process. */
export interface Supervisor {
  /** Runs a workflow. Events come in order, and the last one is always `runFinished`. */
  run(request: PlacedRun, onEvent: (event: RunnerEvent) => void): RunHandle;
  /**
   * Makes a thumbnail of at most `maxEdge` pixels, as a file. @throws PatchbayError `image.*`, `asset.not-found`,
   * `runner.*`.
   */
  thumbnail(assetOrPath: string, maxEdge: number): Promise<{ bytes: Uint8Array; type: string }>;
  /**
   * Returns one vector for each text, then one for each picture. @throws PatchbayError `model.*`, `image.*`,
   * `runner.*`.
   */
  embed(request: EmbedRequest): Promise<{ dims: number; vectors: Float32Array }>;
  /** Hashes pictures by their paths or as `asset:HASH`, in order. @throws PatchbayError `runner.*` */
  hashes(paths: readonly string[]): Promise<readonly PictureHash[]>;
  /** Lists the pictures of a folder with the names of their subfolders. @throws PatchbayError `image.*`, `runner.*` */
  pictures(folder: string, labelFolder: LabelFolder): Promise<readonly FolderPicture[]>;
  models(): Promise<readonly ModelSummary[]>;
  devices(): Promise<Devices>;
  /** Hashes the files of a model and runs it. @throws PatchbayError `model.not-found`, `runner.*`. */
  verify(id: string): Promise<ModelReport>;
  /** Lists all problems of a workflow. */
  validate(workflow: Workflow): Promise<readonly Problem[]>;
  status(): SupervisorStatus;
  /** The ids of the quarantined models. */
  blocked(): readonly string[];
  /** Takes a model out of quarantine. @returns whether it was there */
  pardon(id: string): boolean;
  /** Ends all work and waits until every process is gone. */
  close(): Promise<void>;
}

/** Limits for processes and runs. */
export interface SupervisorLimits {
  /** Resident bytes of one process. Default: 75% of the memory of the machine or its container. */
  readonly rssBytes?: number;
  /** The longest time of a run, in milliseconds. Default: 12 hours. */
  readonly runMs?: number;
  /** The longest time without progress, in milliseconds. Default: 5 minutes. */
  readonly idleMs?: number;
  /** After this many runs a process is replaced. Default: 500. */
  readonly runsPerChild?: number;
  /** How long a cancelled run may take to end by itself, in milliseconds. Default: 800. */
  readonly cancelGraceMs?: number;
}

export interface SupervisorOptions {
  readonly dataFolder: string;
  readonly modelFolders: readonly string[];
  readonly device: DeviceChoice;
  readonly limits?: SupervisorLimits;
  /** Folders of additional nodes: `FOLDER/category/name.js`. */
  readonly nodeFolders?: readonly string[];
  /** If given, workflows can read files only inside these folders and the samples. */
  readonly roots?: readonly string[];
  /** The compiled child. Default: the one of this package. */
  readonly entry?: string;
  readonly log?: (entry: RunnerLog) => void;
}

const MINUTE = 60_000;
/** Time limits of short calls, in milliseconds. `models` may have to hash files, and `devices` to try them, first. */
const CALL_MS = { thumbnail: 5000, validate: MINUTE, models: MINUTE, devices: MINUTE } as const;

/** Starts the processes and returns the supervisor that talks to them. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { dataFolder, modelFolders, device, limits = {}, nodeFolders = [], roots } = options;
  const rssBytes = limits.rssBytes ?? Math.round(memoryAllowed() * 0.75);
  const folder = join(dataFolder, 'runner');
  removeStale(folder);
  const quarantine = openQuarantine(dataFolder, device);
  const pool = new RunnerPool({
    entry: options.entry ?? join(packageRoot, 'dist', 'server', 'runner', 'child.js'),
    folder,
    start: { dataFolder, modelFolders, nodeFolders, roots, device },
    limits: {
      rssBytes,
      restBytes: rssBytes / 2,
      runsPerChild: limits.runsPerChild ?? 500,
      cancelGraceMs: limits.cancelGraceMs ?? 800,
    },
    quarantine,
    log: options.log ?? (() => {}),
  });
  const runLimits: TaskLimits = {
    totalMs: limits.runMs ?? 12 * 60 * MINUTE,
    idleMs: limits.idleMs ?? 5 * MINUTE,
  };
  let lastId = 0;
  const nextId = () => {
    lastId += 1;
    return lastId;
  };

  function call<K extends CallName>(
    name: K,
    ask: Calls[K]['ask'],
    taskLimits: TaskLimits,
  ): Promise<Calls[K]['answer']> {
    return new Promise((resolve, reject) => {
      const refuse = (error: ErrorDetails) => reject(new PatchbayError(error));
      const task: Task = new Task(
        { id: nextId(), name, ask, limits: taskLimits },
        {
          done: (answer) => resolve(answer as Calls[K]['answer']),
          // A call that was stopped reports the reason, for example a time limit.
          failed: (error) =>
            refuse(task.stopping ? sentenceOf(task.stopping.ending, { subject: task.subject }) : error),
          lost: refuse,
        },
      );
      pool.submit(task);
    });
  }
  const quick = <K extends keyof typeof CALL_MS>(name: K, ask: Calls[K]['ask']) =>
    call(name, ask, { totalMs: CALL_MS[name], idleMs: CALL_MS[name] });

  return {
    run(request, onEvent) {
      const ledger = createRunLedger(onEvent);
      let settle: (outcome: RunnerResult) => void = () => {};
      const done = new Promise<RunnerResult>((resolve) => {
        settle = resolve;
      });
      const end = (error: ErrorDetails) =>
        settle(error.code === 'run.cancelled' ? ledger.end('cancelled') : ledger.end('failed', error));
      const task: Task = new Task(
        { id: nextId(), name: 'run', ask: request, limits: runLimits },
        {
          event: ledger.event,
          done: (answer) => {
            const why = task.stopping?.ending;
            // The child reports every stopped run as cancelled. The real reason is known only here.
            if (why && why.kind !== 'cancelled') end(sentenceOf(why));
            else settle(ledger.finish(answer as RunnerResult));
          },
          failed: end,
          lost: end,
        },
      );
      pool.submit(task);
      return {
        done,
        cancel: () => pool.cancel(task),
        stopNode: (nodeId) => pool.stopNode(task, nodeId),
      };
    },
    thumbnail: (picture, maxEdge) => quick('thumbnail', { picture, maxEdge }),
    embed: (request) => call('embed', request, runLimits),
    hashes: (paths) => call('hashes', paths, runLimits),
    pictures: (folder, labelFolder) => call('pictures', { folder, labelFolder }, runLimits),
    models: () => quick('models', null),
    devices: () => quick('devices', null),
    verify: (id) => call('verify', id, runLimits),
    validate: (workflow) => quick('validate', workflow),
    status: () => ({
      pid: pool.front?.pid,
      restarts: pool.restarts,
      rssBytes: pool.front?.rssBytes || undefined,
      quarantined: quarantine.hashes(),
    }),
    blocked: () => quarantine.ids(),
    pardon(id) {
      const known = quarantine.pardon(id);
      pool.spreadQuarantine();
      return known;
    },
    async close() {
      await pool.close();
      await quarantine.settled();
    },
  };
}

/** Deletes folders of processes whose supervisor was killed before it could delete them. */
function removeStale(folder: string): void {
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) {
    const pid = Number.parseInt(name, 10);
    if (pid > 0 && !isAlive(pid)) rm(join(folder, name), { recursive: true, force: true }, () => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
