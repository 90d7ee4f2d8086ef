import { type F32, type HostTensor, PatchbayError, type TensorHandle } from '../../../nodes/sdk/index.ts';
import type { Session } from '../ort/session.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import { HostTensorHandle, hostTensor, type TensorScope } from '../ort/tensor.ts';

/** A tensor of int64 numbers, for the small inputs of an operation. */
export function int64(values: readonly number[]): HostTensorHandle<'int64'> {
  return hostTensor({ dtype: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) });
}

/** A scalar tensor of one float32 number. */
export function float32(value: number): HostTensorHandle<'float32'> {
  return hostTensor({ dtype: 'float32', dims: [], data: Float32Array.of(value) });
}

/** The numbers of a tensor on the host. A host tensor is not copied. */
export async function onHost(tensor: F32): Promise<HostTensor<'float32'>> {
  return tensor instanceof HostTensorHandle ? tensor.host : tensor.toHost();
}

/** Whether a tensor's numbers are on the host and can be read without copying. */
export function isOnHost(tensor: F32): tensor is HostTensorHandle<'float32'> {
  return tensor instanceof HostTensorHandle;
}

/** The codes of errors after which the CPU is used: the device cannot load the graph, or has too little memory. */
const REFUSALS: ReadonlySet<string> = new Set(['operation.not-loaded', 'operation.failed']);

/** Runs the graphs of one node's operations. Results belong to the node's scope. */
export class GraphRunner {
  private readonly pool: SessionPool;
  private readonly scope: TensorScope;

  /** The most scores that a ranking holds at a time. */
  readonly tileScores: number;

  constructor(pool: SessionPool, scope: TensorScope, tileScores: number) {
    this.pool = pool;
    this.scope = scope;
    this.tileScores = tileScores;
  }

  /** Whether the device is the CPU, so that numbers need no copy. */
  get onCpu(): boolean {
    return this.pool.device.provider === 'cpu';
  }

  session(key: string, make: () => Uint8Array): Promise<Session> {
    return this.pool.graph(key, make);
  }

  /** Runs a graph and tracks all its results. If the device cannot load or run it, the CPU does. */
  async all(
    key: string,
    make: () => Uint8Array,
    feeds: Readonly<Record<string, TensorHandle>>,
  ): Promise<Record<string, TensorHandle>> {
    const results = await this.untracked(key, make, feeds);
    for (const tensor of Object.values(results)) this.scope.track(tensor);
    return results;
  }

  /** As {@link all}, but the caller releases the results. */
  async untracked(
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

  /** Runs a graph with one result, named `y`. */
  async one(
    key: string,
    make: () => Uint8Array,
    feeds: Readonly<Record<string, TensorHandle>>,
  ): Promise<F32> {
    return (await this.all(key, make, feeds)).y as F32;
  }

  /** Makes a tracked host tensor. */
  wrap(data: Float32Array, dims: readonly number[]): F32 {
    return this.scope.track(hostTensor({ dtype: 'float32', dims, data }));
  }

  /** Makes a tracked tensor of zeros; it is empty if a size is 0. */
  zeros(dims: readonly number[]): F32 {
    return this.wrap(new Float32Array(dims.reduce((product, dim) => product * dim, 1)), dims);
  }
}
