import { dirname, extname, parse, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { CancelledError } from '../../../nodes/sdk/index.ts';
import { readRegularSync } from '../files/regular-file.ts';
import { type DiskTasks, doTask } from './tasks.ts';
import { type DiskOrder, type DiskReport, STATE } from './worker.ts';

/** The `code` of the error for a drive that does not answer. */
export const NO_ANSWER = 'ENOANSWER';

/** A drive is given up after this many looks without any step, one look each second. */
const PATIENCE = 9;
const LOOK_MS = 1000;
/** For this long nothing more is asked of a drive that did not answer, in milliseconds. */
const DEAD_MS = 30_000;
/** How many threads read files; lists and keys have one thread of their own. */
const READERS = 4;

type TaskName = keyof DiskTasks;

interface Task {
  readonly order: DiskOrder;
  readonly pathOf: (place: number) => string;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const noAnswer = (path: string) =>
  Object.assign(new Error(`${NO_ANSWER}: no answer from the drive, '${path}'`), { code: NO_ANSWER, path });

/** One thread and the tasks that wait for it. */
class DiskThread {
  readonly #entry: URL;
  readonly #onDead: (path: string) => void;
  readonly #tasks: Task[] = [];
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(entry: URL, onDead: (path: string) => void) {
    this.#entry = entry;
    this.#onDead = onDead;
  }

  get load(): number {
    return this.#tasks.length;
  }

  add(task: Task): void {
    this.#tasks.push(task);
    if (this.#tasks.length === 1) this.#begin();
  }

  #begin(): void {
    const [task] = this.#tasks;
    if (!task) {
      this.#rest();
      return;
    }
    this.#worker ??= this.#start();
    // Only while it works: an idle thread must not keep the process alive.
    this.#worker.ref();
    this.#worker.postMessage(task.order);
    let steps = 0;
    let still = 0;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      const now = Atomics.load(task.order.state, STATE.steps);
      still = now === steps ? still + 1 : 0;
      steps = now;
      if (still >= PATIENCE) this.#giveUp(task);
    }, LOOK_MS);
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#worker?.unref();
  }

  #start(): Worker {
    const worker = new Worker(this.#entry);
    worker.on('message', ({ id, answer, error }: DiskReport) => {
      const [task] = this.#tasks;
      if (this.#worker !== worker || task?.order.id !== id) return;
      this.#tasks.shift();
      if (error) task.reject(Object.assign(new Error(error.message), error));
      else task.resolve(answer);
      this.#begin();
    });
    worker.on('error', (error) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#tasks.shift()?.reject(error);
      this.#begin();
    });
    return worker;
  }

  /** The thread waits in a call that nobody can end, so it is left alone, and another one does the rest. */
  #giveUp(task: Task): void {
    const path = task.pathOf(Atomics.load(task.order.state, STATE.place));
    const stuck = this.#worker;
    this.#worker = undefined;
    Atomics.store(task.order.state, STATE.stop, 1);
    stuck?.unref();
    void stuck?.terminate();
    this.#onDead(path);
    this.#tasks.shift();
    task.reject(noAnswer(path));
    this.#begin();
  }
}

/**
 * The place where a file's drive is attached, found without asking the drive. Without a list of drives, and on the drive of the
 * system itself: the file's folder.
 */
function driveOf(path: string): string {
  const absolute = resolve(path);
  let drive = '';
  try {
    for (const line of readRegularSync('/proc/self/mounts', 'utf8').split('\n')) {
      const place = line
        .split(' ')[1]
        ?.replaceAll(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(parseInt(code, 8)));
      if (
        place &&
        place.length > drive.length &&
        absolute.startsWith(place.endsWith('/') ? place : `${place}/`)
      )
        drive = place;
    }
  } catch {
    const { root } = parse(absolute);
    drive = root.startsWith('\\\\') ? root : '';
  }
  return drive === '' || drive === '/' ? dirname(absolute) : drive;
}

/** Settings of a {@link Disk}. */
export interface DiskOptions {
  /** The program of its threads; for tests. */
  readonly entry?: URL;
}

/**
 * Reads the disk in threads of its own, so that neither many files nor a drive that does not answer hold up this thread. A task
 * whose drive is silent for ten seconds fails; then everything on this drive fails at once for a while.
 */
export class Disk {
  readonly #entry: URL | undefined;
  readonly #index: DiskThread | undefined;
  readonly #readers: DiskThread[] = [];
  readonly #dead = new Map<string, number>();
  #lastId = 0;

  constructor({ entry }: DiskOptions = {}) {
    const ending = extname(import.meta.filename);
    // A thread cannot load the sources. There the same calls run in this thread.
    this.#entry = entry ?? (ending === '.ts' ? undefined : new URL(`./worker${ending}`, import.meta.url));
    if (this.#entry) this.#index = this.#thread(this.#entry);
  }

  /**
   * Does a task. @param pathOf the file at a place of the request's list, or its folder
   * @throws the system's error; code {@link NO_ANSWER}; CancelledError
   */
  async run<N extends TaskName>(
    name: N,
    request: Parameters<DiskTasks[N]>[0],
    pathOf: (place: number) => string,
    signal?: AbortSignal,
  ): Promise<ReturnType<DiskTasks[N]>> {
    if (signal?.aborted) throw new CancelledError();
    const first = pathOf(0);
    if (first !== '' && this.isDead(first)) throw noAnswer(first);
    if (!this.#entry) {
      await nextTurn();
      return doTask(name, request, () => {
        if (signal?.aborted) throw new CancelledError();
      });
    }
    const state = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
    let stop = () => {};
    try {
      const answer = await new Promise<unknown>((resolve, reject) => {
        stop = () => {
          Atomics.store(state, STATE.stop, 1);
          reject(new CancelledError());
        };
        signal?.addEventListener('abort', stop, { once: true });
        const order = { id: ++this.#lastId, name, request, state };
        this.#threadFor(name, this.#entry!).add({ order, pathOf, resolve, reject });
      });
      return answer as ReturnType<DiskTasks[N]>;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Whether the drive of a path did not answer a moment ago. */
  isDead(path: string): boolean {
    if (this.#dead.size === 0) return false;
    const until = this.#dead.get(driveOf(path));
    return until !== undefined && until > performance.now();
  }

  #threadFor(name: TaskName, entry: URL): DiskThread {
    if (name !== 'read') return this.#index!;
    const least = this.#readers.reduce<DiskThread | undefined>(
      (best, one) => (best === undefined || one.load < best.load ? one : best),
      undefined,
    );
    if (least && (least.load === 0 || this.#readers.length >= READERS)) return least;
    const reader = this.#thread(entry);
    this.#readers.push(reader);
    return reader;
  }

  #thread(entry: URL): DiskThread {
    return new DiskThread(entry, (path) => this.#dead.set(driveOf(path), performance.now() + DEAD_MS));
  }
}

/** The threads of this process. */
export const disk = new Disk();
