import type { TensorHandle } from '../../../nodes/sdk/index.ts';
import type { Loadable } from './exact-integers.ts';
import {
  createOrtSession,
  hostOrtTensor,
  type OrtSession,
  type OrtSessionOptions,
  type OrtTensor,
} from './ort.ts';
import { declared, handleOf, loadFailed, runFailed, type Session, type ValueSpec } from './session.ts';
import { type DeviceMemory, DeviceTensorHandle, HostTensorHandle } from './tensor.ts';

/** Where a session comes from; `load` is called before each load and checks what must be checked. */
export interface SessionSource {
  /** What it is, for sentences: `The model /a/b.onnx`. */
  readonly title: string;
  readonly options: OrtSessionOptions;
  load(): Promise<Loadable & { readonly bytes: number }>;
  /** Told before ONNX Runtime loads or runs it; what it gives is called afterwards. */
  watch?(): () => void;
}

/** What the pool does for its sessions. */
export interface PoolServices extends DeviceMemory {
  /** Runs work alone; must not be called from within. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /** Unloads resting sessions until the pool is within its limit. */
  makeRoom(forSession: PooledSession): Promise<void>;
  /** A number that grows with every call. */
  tick(): number;
  /** Told of a tensor that keeps `maker` loaded until it is freed. */
  made(tensor: DeviceTensorHandle, maker: PooledSession): void;
}

/** What a session takes besides its weights, about. */
const SESSION_BYTES = 1 << 18;

/** A session of a pool, loaded while it is used and for as long as there is room. */
export class PooledSession implements Session {
  inputs: readonly ValueSpec[] = [];
  outputs: readonly ValueSpec[] = [];
  /** Bytes it takes now; 0 while unloaded. */
  bytes = 0;
  lastUsed = 0;
  /** Runs under way and device tensors that live in its memory. */
  users = 0;
  private readonly source: SessionSource;
  private readonly pool: PoolServices;
  private loaded: OrtSession | undefined;

  constructor(source: SessionSource, pool: PoolServices) {
    this.source = source;
    this.pool = pool;
  }

  /** Whether it may be unloaded. */
  get resting(): boolean {
    return this.loaded !== undefined && this.users === 0;
  }

  /** Loads it if it is not loaded. @throws PatchbayError `model.invalid`, `model.unsafe`. */
  async ready(): Promise<void> {
    if (!this.loaded) await this.pool.exclusive(() => this.load());
  }

  async unload(): Promise<void> {
    const { loaded } = this;
    this.loaded = undefined;
    this.bytes = 0;
    await loaded?.release();
  }

  async run(
    feeds: Readonly<Record<string, TensorHandle>>,
    options: { readonly fetches?: readonly string[]; readonly host?: boolean } = {},
  ): Promise<Record<string, TensorHandle>> {
    const held: TensorHandle[] = [];
    this.users += 1;
    try {
      // A run waits for its turn, and its tensors must outlive that.
      for (const handle of Object.values(feeds)) {
        handle.retain();
        held.push(handle);
      }
      const entries = await Promise.all(
        Object.entries(feeds).map(async ([name, handle]) => [name, await this.feed(handle)] as const),
      );
      // Where results stay on the device ONNX Runtime keeps an output that is not fetched from the run before, and refuses
      // the next run when its shape differs: all are fetched there, and what nobody asked for is given back.
      const fetches = this.source.options.preferredOutputLocation ? undefined : options.fetches;
      const results = await this.pool.exclusive(() => this.runLoaded(Object.fromEntries(entries), fetches));
      const all = Object.entries(results).map(([name, tensor]) => [name, this.wrap(tensor)] as const);
      const wanted = (name: string) => options.fetches?.includes(name) ?? true;
      for (const [name, handle] of all) if (!wanted(name)) handle.release();
      const made = all.filter(([name]) => wanted(name));
      const settled = options.host
        ? await Promise.all(made.map(async ([name, handle]) => [name, await toHostHandle(handle)] as const))
        : made;
      return Object.fromEntries(settled);
    } finally {
      this.users -= 1;
      for (const handle of held) handle.release();
    }
  }

  private async runLoaded(feeds: Record<string, OrtTensor>, fetches: readonly string[] | undefined) {
    const session = await this.load();
    const survived = this.source.watch?.();
    try {
      return (await (fetches ? session.run(feeds, fetches) : session.run(feeds))) as Record<
        string,
        OrtTensor
      >;
    } catch (cause) {
      throw runFailed(this.source.title, cause);
    } finally {
      survived?.();
    }
  }

  private async load(): Promise<OrtSession> {
    this.lastUsed = this.pool.tick();
    if (this.loaded) return this.loaded;
    const { from, bytes, extra } = await this.source.load();
    const survived = this.source.watch?.();
    try {
      this.loaded = await createOrtSession(from, { ...this.source.options, ...(extra && { extra }) });
    } catch (cause) {
      throw loadFailed(this.source.title, cause);
    } finally {
      survived?.();
    }
    ({ inputs: this.inputs, outputs: this.outputs } = declared(this.loaded));
    this.bytes = bytes + SESSION_BYTES;
    await this.pool.makeRoom(this);
    return this.loaded;
  }

  /** Feeds device tensors where they are to sessions of the same device, and by way of the host elsewhere. */
  private async feed(handle: TensorHandle): Promise<OrtTensor> {
    const sameDevice = this.source.options.executionProviders?.[0] !== 'cpu';
    if (handle instanceof DeviceTensorHandle && sameDevice && handle.isIn(this.pool)) return handle.ort;
    const { dtype, data, dims } = handle instanceof HostTensorHandle ? handle.host : await handle.toHost();
    return hostOrtTensor(dtype, data, dims);
  }

  private wrap(tensor: OrtTensor): TensorHandle {
    const handle = handleOf(tensor, this.pool);
    if (handle instanceof DeviceTensorHandle) {
      this.users += 1;
      this.pool.made(handle, this);
    }
    return handle;
  }
}

async function toHostHandle(handle: TensorHandle): Promise<TensorHandle> {
  if (handle instanceof HostTensorHandle) return handle;
  try {
    return new HostTensorHandle(await handle.toHost());
  } finally {
    handle.release();
  }
}
