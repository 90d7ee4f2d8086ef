import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { requestMessage } from '../../contract/messages/requests.ts';
import type { Log } from '../../log.ts';
import { HttpError } from '../http-error.ts';
import type { BodyOf, BodyRoute } from './bodies.ts';
import type { Inspection, KnownModel, PreparedRun, SavedWishes } from './prepare.ts';
import type { Reading } from './read-body.ts';
import type { GateAnswer, GateMessage, GateStart, GateTask } from './worker.ts';

/** The longest that reading a body can take; eight megabytes need far less. */
const DEADLINE_MS = 20_000;
/** The memory of a thread. */
const MAX_MEGABYTES = 300;
/** A body with more characters is large. Reading a smaller one takes less than 200 ms. */
const USUAL_CHARACTERS = 64 * 1024;
/** More waiting requests than this are a flood. */
const MAX_WAITING = 200;

/** Reads and checks request bodies in separate threads. */
export interface Gate {
  read<N extends BodyRoute>(route: N, body: string): Promise<Reading<BodyOf<N>>>;
  /** Turns the body of a run request into a run for the queue. */
  request(body: string): Promise<Reading<PreparedRun>>;
  /** Turns a saved workflow and its inputs and options into a run for the queue. */
  saved(workflowText: string, wishes: SavedWishes): Promise<Reading<PreparedRun>>;
  /** Answers the body of a request to validate a workflow. */
  inspect(body: string): Promise<Reading<Inspection>>;
  /** Sets the models that workflows can name; null if the list could not be read. Checks of workflows wait until the first call. */
  setModels(models: readonly KnownModel[] | null): void;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

const busy = () => new HttpError(503, requestMessage('server.busy'));

/** A thread that reads bodies one after the other. */
interface Reader {
  ask<T>(task: GateTask): Promise<T>;
  setModels(models: readonly KnownModel[] | null): void;
  close(): Promise<void>;
}

/** Starts a thread. A thread that ends is started again. @param env the variables that nodes see there */
function startReader(workerData: GateStart, log: Log, env: NodeJS.ProcessEnv): Reader {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let models: readonly KnownModel[] | null = [];
  let closed = false;
  let worker = start();

  function start(): Worker {
    const url = new URL(`./worker${extname(new URL(import.meta.url).pathname)}`, import.meta.url);
    const thread = new Worker(url, {
      workerData,
      env,
      // What nodes print belongs to the log. The stdout of the server is for its address.
      stdout: true,
      resourceLimits: { maxOldGenerationSizeMb: MAX_MEGABYTES },
    });
    thread.stdout.pipe(process.stderr, { end: false });
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
    ask,
    setModels(next) {
      models = next;
      worker.postMessage({ models } satisfies GateMessage);
    },
    async close() {
      closed = true;
      await worker.terminate();
    },
  };
}

/**
 * Starts a thread for bodies of usual size. A second one starts with the first large body, so that a caller with a small body
 * never waits for a large one.
 */
export function createGate(workerData: GateStart, log: Log, env: NodeJS.ProcessEnv = process.env): Gate {
  const usual = startReader(workerData, log, env);
  let large: Reader | undefined;
  let models: readonly KnownModel[] | null | undefined;
  let isReady = () => {};
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const ask = <T>(task: GateTask): Promise<T> => {
    if (task.text.length <= USUAL_CHARACTERS) return usual.ask(task);
    if (!large) {
      large = startReader(workerData, log, env);
      if (models !== undefined) large.setModels(models);
    }
    return large.ask(task);
  };
  return {
    read: (route, text) => ask({ task: 'read', route, text }),
    request: (text) => ready.then(() => ask({ task: 'request', text })),
    saved: (text, wishes) => ready.then(() => ask({ task: 'saved', text, wishes })),
    inspect: (text) => ready.then(() => ask({ task: 'inspect', text })),
    setModels(next) {
      models = next;
      isReady();
      usual.setModels(next);
      large?.setModels(next);
    },
    close: async () => void (await Promise.all([usual.close(), large?.close()])),
  };
}
