import { readdirSync, rm } from 'node:fs';
import { join } from 'node:path';
import { type ErrorDetails, PatchbayError } from '../../nodes/sdk/index.ts';
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
  ModelSummary,
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
  ModelSummary,
  PlacedRun,
  RunnerEvent,
  RunnerResult,
} from './messages.ts';
export type { RunnerLog } from './pool.ts';

/** A run under way. */
export interface RunHandle {
  /** Never rejects: whatever happens to the process, the run has an outcome. */
  readonly done: Promise<RunnerResult>;
  /** Ends the run within a second; its outcome says `cancelled`. */
  cancel(): void;
}

/** How it stands. */
export interface SupervisorStatus {
  /** The process that runs workflows, while there is one. */
  readonly pid?: number;
  /** Processes that were lost or had to be ended so far. */
  readonly restarts: number;
  readonly rssBytes?: number;
  /** Hashes of the models that are set aside. */
  readonly quarantined: readonly string[];
}

/** Runs workflows and models in processes of their own; nothing they do reaches this one. */
export interface Supervisor {
  /** Runs a workflow. Events come in order and end with `runFinished`, whatever happens. */
  run(request: PlacedRun, onEvent: (event: RunnerEvent) => void): RunHandle;
  /** A picture within `maxEdge` pixels, as a file. @throws PatchbayError `image.*`, `asset.not-found`, `runner.*`. */
  thumbnail(assetOrPath: string, maxEdge: number): Promise<{ bytes: Uint8Array; type: string }>;
  /** One vector a text, then one a picture, row by row. @throws PatchbayError `model.*`, `image.*`, `runner.*`. */
  embed(request: EmbedRequest): Promise<{ dims: number; vectors: Float32Array }>;
  models(): Promise<readonly ModelSummary[]>;
  devices(): Promise<Devices>;
  /** Hashes a model's files and tries it. @throws PatchbayError `model.not-found`, `runner.*`. */
  verify(id: string): Promise<ModelReport>;
  /** All problems of a workflow. */
  validate(workflow: Workflow): Promise<readonly Problem[]>;
  status(): SupervisorStatus;
  /** Lets a model that was set aside be used again. */
  pardon(hash: string): void;
  /** Ends what runs, and waits until every process is gone. */
  close(): Promise<void>;
}

/** What a supervisor may let happen. */
export interface SupervisorLimits {
  /** Resident bytes of one process. Default: three quarters of the machine's memory, or the container's. */
  readonly rssBytes?: number;
  /** Milliseconds of a run in all. Default: 12 hours. */
  readonly runMs?: number;
  /** Milliseconds without a sign of progress. Default: 5 minutes. */
  readonly idleMs?: number;
  /** Runs after which a process is replaced. Default: 500. */
  readonly runsPerChild?: number;
  /** Milliseconds a cancelled run may take to end by itself. Default: 800. */
  readonly cancelGraceMs?: number;
}

export interface SupervisorOptions {
  readonly dataFolder: string;
  readonly modelFolders: readonly string[];
  readonly device: DeviceChoice;
  readonly limits?: SupervisorLimits;
  /** Folders of nodes besides those that ship: `FOLDER/category/name.js`. */
  readonly nodeFolders?: readonly string[];
  /** When given, workflows read files inside these folders (and the samples) only. */
  readonly roots?: readonly string[];
  /** The compiled child. Default: the package's. */
  readonly entry?: string;
  readonly log?: (entry: RunnerLog) => void;
}

const MINUTE = 60_000;
/** What is quick, in milliseconds; the last two may have to hash or try something first. */
const CALL_MS = { thumbnail: 5000, validate: MINUTE, models: MINUTE, devices: MINUTE } as const;

/** Starts the processes and gives the way to them. */
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
          // It was asked to stop because it took too long: that is what there is to say.
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
            // The child calls cancelled what was stopped for another reason.
            if (why && why.kind !== 'cancelled') end(sentenceOf(why));
            else settle(ledger.finish(answer as RunnerResult));
          },
          failed: end,
          lost: end,
        },
      );
      pool.submit(task);
      return { done, cancel: () => pool.cancel(task) };
    },
    thumbnail: (picture, maxEdge) => quick('thumbnail', { picture, maxEdge }),
    embed: (request) => call('embed', request, runLimits),
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
    pardon(hash) {
      quarantine.pardon(hash);
      pool.spreadQuarantine();
    },
    async close() {
      await pool.close();
      await quarantine.settled();
    },
  };
}

/** Folders of processes whose supervisor is gone, and could not remove them. */
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
