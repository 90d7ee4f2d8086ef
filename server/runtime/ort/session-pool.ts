import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { type DType, type HostTensor, PatchbayError } from '../../../nodes/sdk/index.ts';
import { CPU, type Device } from './device.ts';
import type { PooledSession, PoolServices, SessionSource } from './pooled-session.ts';
import type { Session } from './session.ts';
import type { DeviceTensorHandle } from './tensor.ts';

/** How much a pool may hold. */
export interface PoolLimits {
  /** Bytes of weights, and an allowance for each session, that rest in memory. Default: a quarter of the machine's memory. */
  readonly bytes?: number;
  /** Threads of each session; the default is ONNX Runtime's, the physical cores. */
  readonly threads?: number;
  readonly watch?: SessionWatch;
}

/**
 * Told before a model's file is loaded or run, either of which may take the process down; what it gives is called when the
 * process is still there. Graphs built in code are not told of.
 */
export type SessionWatch = (file: string) => () => void;

/** Where a session runs and leaves its results. */
export interface SessionPlace {
  /** Forces the cpu whatever the pool's device is. */
  readonly provider?: 'cpu';
  /** Threads of this session, where other than the pool's: work of a millisecond is done sooner by one. */
  readonly threads?: number;
  /** Results come to the host although they could stay on the device. */
  readonly results?: 'host';
}

/**
 * Sessions of one device: made once, shared, run one at a time, the longest unused unloaded when memory is short.
 * ONNX Runtime is loaded with the first of them: a run whose results are all kept needs none.
 */
export class SessionPool {
  readonly device: Device;
  private readonly limits: PoolLimits;
  private readonly sessions = new Map<string, PooledSession>();
  private readonly makers = new Map<DeviceTensorHandle, PooledSession>();
  private queue: Promise<unknown> = Promise.resolve();
  private clock = 0;
  private closed = false;
  private readonly services: PoolServices;

  constructor(device: Device, limits: PoolLimits = {}) {
    this.device = device;
    this.limits = limits;
    this.services = {
      exclusive: (work) => this.exclusive(work),
      makeRoom: (session) => this.makeRoom(session),
      tick: () => {
        this.clock += 1;
        return this.clock;
      },
      made: (tensor, maker) => this.makers.set(tensor, maker),
      freed: (tensor) => {
        const maker = this.makers.get(tensor);
        if (maker) maker.users -= 1;
        this.makers.delete(tensor);
      },
      download: (tensor) => this.download(tensor),
    };
  }

  /** A graph built in code, by a key that says all that `make` depends on; `make` is called only when it must be loaded. */
  graph(key: string, make: () => Uint8Array, place: SessionPlace = {}): Promise<Session> {
    return this.open(`graph|${key}`, place, {
      title: `The operation ${key}`,
      // Shapes change from run to run: an arena would keep the peak of each operation for ever.
      options: { enableCpuMemArena: false },
      load: async () => {
        const { withExactIntegers } = await import('./exact-integers.ts');
        const graph = make();
        return { ...(await withExactIntegers(graph, `The operation ${key}`)), bytes: graph.byteLength };
      },
    });
  }

  /**
   * A model file; its external data may only be in its own folder. `edit` rewrites the bytes, under a `key` of its own.
   * @throws PatchbayError `model.not-found`, `model.invalid`, `model.unsafe`.
   */
  async model(
    path: string,
    options: SessionPlace & {
      readonly key?: string;
      readonly edit?: (bytes: Uint8Array) => Uint8Array;
    } = {},
  ): Promise<Session> {
    const file = resolve(path);
    const { checkModelFile, statModel } = await import('./model-file.ts');
    const { size, mtimeMs } = statModel(file);
    return this.open(`model|${file}|${size}|${mtimeMs}|${options.key ?? ''}`, options, {
      title: `The model ${file}`,
      watch: this.limits.watch && (() => this.limits.watch!(file)),
      options: {},
      load: async () => {
        const { withExactIntegers } = await import('./exact-integers.ts');
        const externalBytes = checkModelFile(file);
        const { from, extra } = await withExactIntegers(
          options.edit ? options.edit(readFileSync(file)) : file,
          file,
        );
        // Without it a model loaded from bytes reads its external data from the working directory.
        const session = { model_external_initializers_file_folder_path: dirname(file) };
        return {
          from,
          bytes: size + externalBytes,
          extra: typeof from === 'string' ? extra : { ...extra, session },
        };
      },
    });
  }

  /** What is loaded now. */
  stats(): { readonly sessions: number; readonly bytes: number } {
    const loaded = [...this.sessions.values()].filter(({ bytes }) => bytes > 0);
    return { sessions: loaded.length, bytes: loaded.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  /** Waits for what runs, then unloads everything; tensors on the device are gone with it. */
  async dispose(): Promise<void> {
    if (this.closed) return;
    const last = this.exclusive(async () => {
      // Tensors first: freeing one after its session aborts the process.
      for (const tensor of [...this.makers.keys()]) tensor.destroy();
      for (const session of this.sessions.values()) await session.unload();
      this.sessions.clear();
    });
    this.closed = true;
    await last;
  }

  private async open(key: string, place: SessionPlace, source: SessionSource): Promise<Session> {
    const full = `${place.provider ?? ''}|${place.threads ?? ''}|${place.results ?? ''}|${key}`;
    const { PooledSession } = await import('./pooled-session.ts');
    let session = this.sessions.get(full);
    if (!session) {
      session = new PooledSession(
        { ...source, options: { ...source.options, ...this.options(place) } },
        this.services,
      );
      this.sessions.set(full, session);
    }
    try {
      await session.ready();
    } catch (error) {
      if (this.sessions.get(full) === session) this.sessions.delete(full);
      throw error;
    }
    return session;
  }

  private options({
    provider,
    threads = this.limits.threads,
    results,
  }: SessionPlace): SessionSource['options'] {
    const device = provider === 'cpu' ? CPU : this.device;
    const stays = device.keepsResults && results !== 'host';
    return {
      executionProviders: [device.provider],
      // Ever-changing shapes would grow memory patterns without end.
      enableMemPattern: false,
      ...(threads !== undefined && { intraOpNumThreads: threads }),
      ...(stays && { preferredOutputLocation: 'gpu-buffer' as const }),
    };
  }

  private async exclusive<T>(work: () => Promise<T>): Promise<T> {
    if (this.closed)
      throw new PatchbayError({
        code: 'runtime.closed',
        message: 'The runtime was shut down before this work was done. Start it again.',
      });
    const result = this.queue.then(work);
    this.queue = result.catch(() => undefined);
    return result;
  }

  private async makeRoom(forSession: PooledSession): Promise<void> {
    const limit = this.limits.bytes ?? totalmem() / 4;
    let { bytes } = this.stats();
    const resting = [...this.sessions.values()]
      .filter((session) => session !== forSession && session.resting)
      .sort((a, b) => a.lastUsed - b.lastUsed);
    for (const session of resting) {
      if (bytes <= limit) return;
      bytes -= session.bytes;
      await session.unload();
    }
  }

  /** Reads a device tensor through a session with a cpu output: ONNX Runtime's own `getData()` aborts the process. */
  private async download<D extends DType>(tensor: DeviceTensorHandle<D>): Promise<HostTensor<D>> {
    const { buildGraph } = await import('../onnx/graph-builder.ts');
    const identity = await this.graph(
      `identity ${tensor.dtype}`,
      () => buildGraph((g) => g.output('y', g.input('x', tensor.dtype), tensor.dtype)),
      { results: 'host' },
    );
    const { y } = await identity.run({ x: tensor });
    return (await y!.toHost()) as HostTensor<D>;
  }
}
