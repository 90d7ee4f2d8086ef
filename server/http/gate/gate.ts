import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ErrorDetails } from '../../../nodes/sdk/index.ts';
import type { Log } from '../../log.ts';
import { HttpError } from '../http-error.ts';
import type { BodyName, BodyOf } from './bodies.ts';
import type { ListedModel, PreparedRun, RunWishes } from './prepare.ts';
import type { Reading } from './read-body.ts';
import type { GateAnswer, GateMessage, GateStart, GateTask } from './worker.ts';

/** Longest a body may take; far beyond what eight megabytes need. */
const DEADLINE_MS = 20_000;
/** More waiting than this means that somebody floods. */
const MAX_WAITING = 200;

/** Reads and checks what callers send, in a thread of its own. */
export interface Gate {
  read<N extends BodyName>(body: N, text: string): Promise<Reading<BodyOf<N>>>;
  prepare(workflow: string, wishes: RunWishes): Promise<Reading<PreparedRun>>;
  inspect(
    workflow: string,
    wishes: Pick<RunWishes, 'targets'>,
  ): Promise<{ readonly problems: readonly ErrorDetails[]; readonly info: unknown }>;
  /** The models that workflows may name from now on; until the first time, checks wait. */
  setModels(models: readonly ListedModel[]): void;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

const busy = () =>
  new HttpError(503, {
    code: 'server.busy',
    message: 'The server is busy reading requests. Try again soon.',
  });

/** Starts the thread; it is started again when it dies. */
export function createGate(workerData: GateStart, log: Log): Gate {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let models: readonly ListedModel[] = [];
  let isReady = () => {};
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  let closed = false;
  let worker = start();

  function start(): Worker {
    const url = new URL(`./worker${extname(new URL(import.meta.url).pathname)}`, import.meta.url);
    const thread = new Worker(url, { workerData, resourceLimits: { maxOldGenerationSizeMb: 1024 } });
    thread.unref();
    thread.postMessage({ models } satisfies GateMessage);
    thread.on('message', ({ id, result, error }: GateAnswer) => {
      const one = waiting.get(id);
      if (!one) return;
      waiting.delete(id);
      clearTimeout(one.timer);
      if (error === undefined) one.resolve(result);
      else one.reject(new Error(error));
    });
    thread.on('error', (error) => log.error('the reading thread failed', { error: String(error) }));
    thread.on('exit', () => {
      if (thread === worker) replace();
    });
    return thread;
  }

  function replace(): void {
    if (closed) return;
    worker = start();
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer);
      reject(busy());
    }
    waiting.clear();
  }

  function ask<T>(task: GateTask): Promise<T> {
    if (closed || waiting.size >= MAX_WAITING) return Promise.reject(busy());
    const id = ++lastId;
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        log.warn('a request took too long to read', { task: task.task });
        const stuck = worker;
        replace();
        void stuck.terminate();
      }, DEADLINE_MS);
      timer.unref();
      waiting.set(id, { resolve: resolve as (result: unknown) => void, reject, timer });
      worker.postMessage({ id, task } satisfies GateMessage);
    });
  }

  return {
    read: (body, text) => ask({ task: 'read', body, text }),
    prepare: (text, wishes) => ready.then(() => ask({ task: 'prepare', text, wishes })),
    inspect: (text, wishes) => ready.then(() => ask({ task: 'inspect', text, wishes })),
    setModels(next) {
      models = next;
      isReady();
      worker.postMessage({ models } satisfies GateMessage);
    },
    async close() {
      closed = true;
      await worker.terminate();
    },
  };
}
