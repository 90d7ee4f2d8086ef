import {
  type DType,
  type HostArrays,
  type HostTensor,
  PatchbayError,
  type TensorHandle,
} from '../../../nodes/sdk/index.ts';
import { tensorMessage } from '../../contract/messages/tensors.ts';
import { ELEMENT_BYTES, elementCount } from '../onnx/elements.ts';
import type { OrtTensor } from './ort.ts';

/** A tensor that counts its holders and frees its memory after the last one. Its maker is the first holder. */
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
    throw new PatchbayError(tensorMessage('tensor.released', { shape: this.dims.join(' x ') }));
  }
}

/** A tensor in this process's memory. */
export class HostTensorHandle<D extends DType = DType> extends CountedTensor<D> {
  private data: HostArrays[D] | undefined;

  constructor({ dtype, dims, data }: HostTensor<D>) {
    super(dtype, dims);
    const needed = elementCount(dims);
    if (data.length !== needed)
      throw new PatchbayError({
        ...tensorMessage('tensor.length', { count: data.length, shape: dims.join(' x '), needed }),
        expected: String(needed),
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

/** Copies device tensors to the host, and is told when they are freed. */
export interface DeviceMemory {
  download<D extends DType>(handle: DeviceTensorHandle<D>): Promise<HostTensor<D>>;
  /** Called after the memory of a tensor was freed. Until then, the session that made the tensor must stay loaded. */
  freed(handle: DeviceTensorHandle): void;
}

/** A tensor in a device's memory. */
export class DeviceTensorHandle<D extends DType = DType> extends CountedTensor<D> {
  private readonly tensor: OrtTensor;
  private readonly memory: DeviceMemory;

  constructor(tensor: OrtTensor, memory: DeviceMemory) {
    super(tensor.type as D, tensor.dims);
    this.tensor = tensor;
    this.memory = memory;
  }

  /** The tensor, for a session of the same device. */
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

  /** Frees the memory, even if the tensor still has holders. */
  destroy(): void {
    while (this.alive) this.release();
  }

  protected free(): void {
    this.tensor.dispose();
    this.memory.freed(this);
  }
}

/** Wraps host numbers as a handle without copying them. Do not change the array afterwards. */
export function hostTensor<D extends DType>(host: HostTensor<D>): HostTensorHandle<D> {
  return new HostTensorHandle(host);
}

/** Tracks the tensors that one node makes while it runs. */
export class TensorScope {
  private readonly onDevice = new Set<TensorHandle>();
  // Weak references, because a node that works piece by piece drops its pieces. They must not stay in memory until it
  // ends.
  private readonly onHost = new Set<WeakRef<TensorHandle>>();
  private ended = false;

  /** Takes over the maker's hold on `tensor`. After the scope has ended, it releases the tensor at once. */
  track<T extends TensorHandle>(tensor: T): T {
    if (this.ended) tensor.release();
    else if (tensor instanceof HostTensorHandle) this.onHost.add(new WeakRef(tensor));
    else this.onDevice.add(tensor);
    return tensor;
  }

  /** Releases every tracked tensor once. A tensor that was retained stays alive. */
  end(): void {
    this.ended = true;
    for (const tensor of this.onDevice) tensor.release();
    for (const reference of this.onHost) reference.deref()?.release();
    this.onDevice.clear();
    this.onHost.clear();
  }
}
