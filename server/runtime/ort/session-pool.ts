import { totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { type DType, type HostTensor, PatchbayError } from '../../../nodes/sdk/index.ts';
import { sessionMessage } from '../../contract/messages/sessions.ts';
import { readRegularSync } from '../files/regular-file.ts';
import { CPU, type Device } from './device.ts';
import type { PooledSession, PoolServices, SessionSource } from './pooled-session.ts';
import type { Session } from './session.ts';
import type { DeviceTensorHandle } from './tensor.ts';

/** Limits of a {@link SessionPool}. */
export interface PoolLimits {
  /** Most bytes in memory: weights and an allowance per session. Default: a quarter of the machine's memory. */
  readonly bytes?: number;
  /** Threads per session. The default is ONNX Runtime's: the physical cores. */
  readonly threads?: number;
  readonly watch?: SessionWatch;
}

/**
 * Called before a model file is loaded or run, because both can crash the process. If the process survives, the
 * returned function is called afterwards. Graphs built in code are not watched.
 */
export type SessionWatch = (file: string) => () => void;

/** Where a session runs and where its results go. */
export interface SessionPlace {
  /** Forces the CPU, whatever the pool's device is. */
  readonly provider?: 'cpu';
  /** Threads of this session, if not the pool's: one thread is faster for work of about a millisecond. */
  readonly threads?: number;
  /** Copies results to the host although they could stay on the device. */
  readonly results?: 'host';
}

/**
 * Shares the sessions of one device and runs one at a time. When memory is short it unloads the least recently used.
 * ONNX Runtime is loaded with the first session. A run whose results are all cached needs no session.
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

  /**
   * Opens a graph built in code. The key must name everything that `make` depends on; `make` is called only to load the graph.
   * @throws PatchbayError `operation.not-loaded`
   */
  graph(key: string, make: () => Uint8Array, place: SessionPlace = {}): Promise<Session> {
    return this.open(`graph|${key}`, place, {
      subject: { kind: 'operation', name: key },
      // No arena, because shapes change from run to run and an arena would keep the peak memory of every operation.
      options: { enableCpuMemArena: false },
      load: async () => {
        const { withExactIntegers } = await import('./exact-integers.ts');
        const graph = make();
        return { ...(await withExactIntegers(graph, `The operation ${key}`)), bytes: graph.byteLength };
      },
    });
  }

  /**
   * Opens a model file. External data must be in the same folder. `edit` changes the bytes; it needs its own `key`.
   * @throws PatchbayError `model.file-not-found`, `model.not-loaded`, or the errors of checking the file and its
   * external data
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
      subject: { kind: 'model', file },
      watch: this.limits.watch && (() => this.limits.watch!(file)),
      options: {},
      load: async () => {
        const { withExactIntegers } = await import('./exact-integers.ts');
        const externalBytes = checkModelFile(file);
        const { from, extra } = await withExactIntegers(
          options.edit ? options.edit(readRegularSync(file)) : file,
          file,
        );
        // Without this option, a model loaded from bytes reads its external data from the working directory.
        const session = { model_external_initializers_file_folder_path: dirname(file) };
        return {
          from,
          bytes: size + externalBytes,
          extra: typeof from === 'string' ? extra : { ...extra, session },
        };
      },
    });
  }

  /** The number of loaded sessions and their bytes. */
  stats(): { readonly sessions: number; readonly bytes: number } {
    const loaded = [...this.sessions.values()].filter(({ bytes }) => bytes > 0);
    return { sessions: loaded.length, bytes: loaded.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  /** Waits for running work, then unloads everything. Tensors on the device are freed too. */
  async dispose(): Promise<void> {
    if (this.closed) return;
    const last = this.exclusive(async () => {
      // Tensors go first: freeing one after its session aborts the process.
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
      // No memory patterns, because with changing shapes they would grow forever.
      enableMemPattern: false,
      ...(threads !== undefined && { intraOpNumThreads: threads }),
      ...(stays && { preferredOutputLocation: 'gpu-buffer' as const }),
    };
  }

  private async exclusive<T>(work: () => Promise<T>): Promise<T> {
    if (this.closed) throw new PatchbayError(sessionMessage('runtime.closed'));
    const result = this.queue.then(work);
    this.queue = result.catch(() => undefined);
    return result;
  }

  private async makeRoom(forSession: PooledSession): Promise<void> {
    const limit = this.limits.bytes ?? totalmem() / 4;
    let { bytes } = this.stats();
    const idle = [...this.sessions.values()]
      .filter((session) => session !== forSession && session.isIdle)
      .sort((a, b) => a.lastUsed - b.lastUsed);
    for (const session of idle) {
      if (bytes <= limit) return;
      bytes -= session.bytes;
      await session.unload();
    }
  }

  /** Reads a device tensor through a session with a CPU output, because ONNX Runtime's `getData()` aborts the process. */
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
