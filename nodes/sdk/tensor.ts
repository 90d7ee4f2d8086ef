/** Element types of tensors between nodes, named as in ONNX Runtime. */
export type DType = 'float32' | 'float16' | 'uint8' | 'int32' | 'int64' | 'bool';

/** Host memory of a tensor by dtype. float16 is kept as raw 16 bits, bool as one byte per element. */
export interface HostArrays {
  float32: Float32Array;
  float16: Uint16Array;
  uint8: Uint8Array;
  int32: Int32Array;
  int64: BigInt64Array;
  bool: Uint8Array;
}

/** A tensor with its numbers in this process's memory, row-major. */
export interface HostTensor<D extends DType = DType> {
  readonly dtype: D;
  readonly dims: readonly number[];
  readonly data: HostArrays[D];
}

/**
 * A tensor whose numbers may be on the device or on the host.
 *
 * Nodes pass handles to `ctx.ops`. Only nodes that show or save numbers call {@link toHost}. When a node's run ends, every
 * handle it made is released, except those in its outputs.
 */
export interface TensorHandle<D extends DType = DType> {
  readonly kind: 'tensor';
  readonly dtype: D;
  /** Sizes of the axes, outermost first; empty for a scalar. */
  readonly dims: readonly number[];
  /** Size in bytes. */
  readonly bytes: number;
  /** Copies the numbers to host memory if they are elsewhere. Do not write to the result. */
  toHost(): Promise<HostTensor<D>>;
  /** Adds one holder. Caches and runs call this. Nodes do not. */
  retain(): void;
  /** Removes one holder. Without a holder, the memory is freed. Caches and runs call this. Nodes do not. */
  release(): void;
}

/** A float32 handle, which most operations take and give. */
export type F32 = TensorHandle<'float32'>;

/** Whether a value inside a port value is a tensor handle. */
export function isTensorHandle(value: unknown): value is TensorHandle {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'tensor';
}
