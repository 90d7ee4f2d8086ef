import type { TensorHandle } from '../../../nodes/sdk/index.ts';
import type { Loadable } from './exact-integers.ts';
import {
  createOrtSession,
  hostOrtTensor,
  type OrtSession,
  type OrtSessionOptions,
  type OrtTensor,
} from './ort.ts';
import {
  declared,
  handleOf,
  loadFailed,
  runFailed,
  type Session,
  type SessionSubject,
  type ValueSpec,
} from './session.ts';
import { type DeviceMemory, DeviceTensorHandle, HostTensorHandle } from './tensor.ts';

/** A model or a graph to load. `load` checks it and is called before each load. */
export interface SessionSource {
  readonly subject: SessionSubject;
  readonly options: OrtSessionOptions;
  load(): Promise<Loadable & { readonly bytes: number }>;
  /** Called before ONNX Runtime loads or runs it; the returned function is called afterwards. */
  watch?(): () => void;
}

/** The services that a pool offers its sessions. */
export interface PoolServices extends DeviceMemory {
  /** Runs work while no other work of the pool runs. The work must not call `exclusive` itself. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /** Unloads idle sessions until the pool is within its limit. */
  makeRoom(forSession: PooledSession): Promise<void>;
  /** A number that grows with every call. */
  tick(): number;
  /** Registers a tensor. `maker`, which made it, stays loaded until the tensor is freed. */
  made(tensor: DeviceTensorHandle, maker: PooledSession): void;
}

/** About how many bytes a session takes in addition to its weights. */
const SESSION_BYTES = 1 << 18;

/** A session of a pool. It is loaded while it is in use, and stays loaded while there is room. */
export class PooledSession implements Session {
  inputs: readonly ValueSpec[] = [];
  outputs: readonly ValueSpec[] = [];
  /** The bytes that it takes now; 0 while unloaded. */
  bytes = 0;
  lastUsed = 0;
  /** The number of active runs, plus the device tensors in its memory. */
  users = 0;
  private readonly source: SessionSource;
  private readonly pool: PoolServices;
  private loaded: OrtSession | undefined;

  constructor(source: SessionSource, pool: PoolServices) {
    this.source = source;
    this.pool = pool;
  }

  /** Whether it can be unloaded. */
  get isIdle(): boolean {
    return this.loaded !== undefined && this.users === 0;
  }

  /** Loads it if needed. @throws PatchbayError `model.not-loaded`, `operation.not-loaded`, or the errors of `source.load` */
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
      // The run may have to wait, and its tensors must live until then.
      for (const handle of Object.values(feeds)) {
        handle.retain();
        held.push(handle);
      }
      const entries = await Promise.all(
        Object.entries(feeds).map(async ([name, handle]) => [name, await this.feed(handle)] as const),
      );
      // When results stay on the device, ONNX Runtime reuses an output that was not fetched, and the next run fails if its shape
      // differs. So all outputs are fetched there, and those that the caller did not ask for are released.
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
      throw runFailed(this.source.subject, cause);
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
      throw loadFailed(this.source.subject, cause);
    } finally {
      survived?.();
    }
    ({ inputs: this.inputs, outputs: this.outputs } = declared(this.loaded));
    this.bytes = bytes + SESSION_BYTES;
    await this.pool.makeRoom(this);
    return this.loaded;
  }

  /** A device tensor goes directly to a session of the same device, and through host memory to any other session. */
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
