import { type F32, type HostTensor, PatchbayError, type TensorHandle } from '../../../nodes/sdk/index.ts';
import type { Session } from '../ort/session.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import { HostTensorHandle, hostTensor, type TensorScope } from '../ort/tensor.ts';

/** int64 numbers for an operation's small inputs. */
export function int64(values: readonly number[]): HostTensorHandle<'int64'> {
  return hostTensor({ dtype: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) });
}

/** One float32 number. */
export function float32(value: number): HostTensorHandle<'float32'> {
  return hostTensor({ dtype: 'float32', dims: [], data: Float32Array.of(value) });
}

/** Float32 numbers on the host, without a copy where they are there. */
export async function onHost(tensor: F32): Promise<HostTensor<'float32'>> {
  return tensor instanceof HostTensorHandle ? tensor.host : tensor.toHost();
}

/** Whether an operation may look at the numbers without moving them. */
export function isOnHost(tensor: F32): tensor is HostTensorHandle<'float32'> {
  return tensor instanceof HostTensorHandle;
}

/** What a device says to a graph it cannot load, and to numbers it has no room for. */
const REFUSALS: ReadonlySet<string> = new Set(['model.invalid', 'model.failed']);

/** Runs the graphs of one node's operations; results belong to the node's scope. */
export class GraphRunner {
  private readonly pool: SessionPool;
  private readonly scope: TensorScope;

  /** Scores a ranking may hold at a time. */
  readonly tileScores: number;

  constructor(pool: SessionPool, scope: TensorScope, tileScores: number) {
    this.pool = pool;
    this.scope = scope;
    this.tileScores = tileScores;
  }

  /** Whether the device is the cpu: numbers need not be sent anywhere. */
  get onCpu(): boolean {
    return this.pool.device.provider === 'cpu';
  }

  session(key: string, make: () => Uint8Array): Promise<Session> {
    return this.pool.graph(key, make);
  }

  /** Runs a graph; all its results are tracked. What is too large for the device, or beyond it, is done by the cpu. */
  async all(
    key: string,
    make: () => Uint8Array,
    feeds: Readonly<Record<string, TensorHandle>>,
  ): Promise<Record<string, TensorHandle>> {
    const results = await this.onDeviceOrCpu(key, make, feeds);
    for (const tensor of Object.values(results)) this.scope.track(tensor);
    return results;
  }

  private async onDeviceOrCpu(
    key: string,
    make: () => Uint8Array,
    feeds: Readonly<Record<string, TensorHandle>>,
  ): Promise<Record<string, TensorHandle>> {
    try {
      return await (await this.session(key, make)).run(feeds);
    } catch (error) {
      const refused = error instanceof PatchbayError && REFUSALS.has(error.code);
      if (this.onCpu || !refused) throw error;
      return (await this.pool.graph(key, make, { provider: 'cpu' })).run(feeds);
    }
  }

  /** Runs a graph whose one result is called `y`. */
  async one(
    key: string,
    make: () => Uint8Array,
    feeds: Readonly<Record<string, TensorHandle>>,
  ): Promise<F32> {
    return (await this.all(key, make, feeds)).y as F32;
  }

  /** A tracked host tensor. */
  wrap(data: Float32Array, dims: readonly number[]): F32 {
    return this.scope.track(hostTensor({ dtype: 'float32', dims, data }));
  }

  /** Zeros, or nothing at all where a size is 0. */
  zeros(dims: readonly number[]): F32 {
    return this.wrap(new Float32Array(dims.reduce((product, dim) => product * dim, 1)), dims);
  }
}
