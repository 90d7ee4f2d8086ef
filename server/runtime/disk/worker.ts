// The entry of a thread that reads the disk with blocking calls. A drive that does not answer stops this thread and no other.
import { parentPort } from 'node:worker_threads';
import { type DiskTasks, doTask } from './tasks.ts';

/** Places in the shared state of an order. */
export const STATE = {
  /** 1 after the caller has stopped waiting for the answer. */
  stop: 0,
  /** Grows with every step: a thread whose number stays the same waits for the drive. */
  steps: 1,
  /** The file of the list that the thread works on. */
  place: 2,
} as const;

/** A task for the thread. */
export interface DiskOrder {
  readonly id: number;
  readonly name: keyof DiskTasks;
  readonly request: Parameters<DiskTasks[keyof DiskTasks]>[0];
  readonly state: Int32Array;
}

/** How a task ended. */
export interface DiskReport {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: { readonly code?: string; readonly message: string };
}

const port = parentPort;
port?.on('message', ({ id, name, request, state }: DiskOrder) => {
  const pulse = (place?: number) => {
    if (Atomics.load(state, STATE.stop) === 1)
      throw Object.assign(new Error('stopped'), { code: 'ECANCELED' });
    Atomics.add(state, STATE.steps, 1);
    if (place !== undefined) Atomics.store(state, STATE.place, place);
  };
  doTask(name, request as never, pulse).then(
    (answer) => {
      const bytes: unknown = answer instanceof Uint8Array ? answer.buffer : undefined;
      port.postMessage({ id, answer } satisfies DiskReport, bytes instanceof ArrayBuffer ? [bytes] : []);
    },
    (error: NodeJS.ErrnoException) => {
      const { code, message } = error;
      port.postMessage({ id, error: { ...(code !== undefined && { code }), message } } satisfies DiskReport);
    },
  );
});
