import {
  type DType,
  type HostArrays,
  type HostTensor,
  PatchbayError,
  type TensorHandle,
} from '../../../nodes/sdk/index.ts';
import { ELEMENT_BYTES, elementCount } from '../onnx/elements.ts';
import type { OrtTensor } from './ort.ts';

/** Counts holders; starts with one, its maker. */
abstract class CountedTensor<D extends DType> implements TensorHandle<D> {
  readonly kind = 'tensor';
  readonly dtype: D;
  readonly dims: readonly number[];
  readonly bytes: number;
  private holders = 1;

  constructor(dtype: D, dims: readonly number[]) {
    this.dtype = dtype;
    this.dims = dims;
    this.bytes = elementCount(dims) * ELEMENT_BYTES[dtype];
  }

  abstract toHost(): Promise<HostTensor<D>>;
  protected abstract free(): void;

  retain(): void {
    this.assertAlive();
    this.holders += 1;
  }

  release(): void {
    if (this.holders === 0) return;
    this.holders -= 1;
    if (this.holders === 0) this.free();
  }

  protected get alive(): boolean {
    return this.holders > 0;
  }

  /** @throws PatchbayError `tensor.released`. */
  protected assertAlive(): void {
    if (this.alive) return;
    throw new PatchbayError({
      code: 'tensor.released',
      message: `A ${this.dims.join(' x ')} tensor was used after its memory was given back. Keep what outlives a node's run among its outputs.`,
    });
  }
}

/** Numbers in this process's memory. */
export class HostTensorHandle<D extends DType = DType> extends CountedTensor<D> {
  private data: HostArrays[D] | undefined;

  constructor({ dtype, dims, data }: HostTensor<D>) {
    super(dtype, dims);
    if (data.length !== elementCount(dims))
      throw new PatchbayError({
        code: 'tensor.shape',
        message: `${data.length} numbers do not make a tensor of shape ${dims.join(' x ')}.`,
        expected: String(elementCount(dims)),
        got: String(data.length),
      });
    this.data = data;
  }

  /** The numbers, without waiting. */
  get host(): HostTensor<D> {
    this.assertAlive();
    return { dtype: this.dtype, dims: this.dims, data: this.data! };
  }

  async toHost(): Promise<HostTensor<D>> {
    return this.host;
  }

  protected free(): void {
    this.data = undefined;
  }
}

/** Where device tensors come from and are read back. */
export interface DeviceMemory {
  download<D extends DType>(handle: DeviceTensorHandle<D>): Promise<HostTensor<D>>;
  /** Told when the memory was given back. The session that made a tensor must outlive it. */
  freed(handle: DeviceTensorHandle): void;
}

/** Numbers in a device's memory. */
export class DeviceTensorHandle<D extends DType = DType> extends CountedTensor<D> {
  private readonly tensor: OrtTensor;
  private readonly memory: DeviceMemory;

  constructor(tensor: OrtTensor, memory: DeviceMemory) {
    super(tensor.type as D, tensor.dims);
    this.tensor = tensor;
    this.memory = memory;
  }

  /** The tensor to feed to a session of the same device. */
  get ort(): OrtTensor {
    this.assertAlive();
    return this.tensor;
  }

  isIn(memory: DeviceMemory): boolean {
    return this.memory === memory;
  }

  async toHost(): Promise<HostTensor<D>> {
    this.assertAlive();
    return this.memory.download(this);
  }

  /** Gives the memory back whoever still holds it. */
  destroy(): void {
    while (this.alive) this.release();
  }

  protected free(): void {
    this.tensor.dispose();
    this.memory.freed(this);
  }
}

/** Wraps host numbers as a handle, without a copy; the array must not be written to afterwards. */
export function hostTensor<D extends DType>(host: HostTensor<D>): HostTensorHandle<D> {
  return new HostTensorHandle(host);
}

/** Tracks tensors made during one node's run. */
export class TensorScope {
  private readonly onDevice = new Set<TensorHandle>();
  // Weakly: a node that works in pieces drops them as it goes, and its memory must not grow until it ends.
  private readonly onHost = new Set<WeakRef<TensorHandle>>();
  private ended = false;

  /** Takes over the maker's hold on `tensor`; after the end it is released at once. */
  track<T extends TensorHandle>(tensor: T): T {
    if (this.ended) tensor.release();
    else if (tensor instanceof HostTensorHandle) this.onHost.add(new WeakRef(tensor));
    else this.onDevice.add(tensor);
    return tensor;
  }

  /** Releases every tracked tensor once; those that somebody retained live on. */
  end(): void {
    this.ended = true;
    for (const tensor of this.onDevice) tensor.release();
    for (const reference of this.onHost) reference.deref()?.release();
    this.onDevice.clear();
    this.onHost.clear();
  }
}
