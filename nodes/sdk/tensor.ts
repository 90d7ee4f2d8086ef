/** Element types that cross between nodes; names are ONNX Runtime's. */
export type DType = 'float32' | 'float16' | 'uint8' | 'int32' | 'int64' | 'bool';

/** Host memory of a tensor, by dtype; float16 is its raw 16 bits, bool one byte an element. */
export interface HostArrays {
  float32: Float32Array;
  float16: Uint16Array;
  uint8: Uint8Array;
  int32: Int32Array;
  int64: BigInt64Array;
  bool: Uint8Array;
}

/** A tensor whose numbers are in this process's memory, row-major. */
export interface HostTensor<D extends DType = DType> {
  readonly dtype: D;
  readonly dims: readonly number[];
  readonly data: HostArrays[D];
}

/**
 * A tensor, wherever its numbers are.
 *
 * Nodes pass handles to `ctx.ops`; only what shows or saves numbers calls {@link toHost}. A handle made
 * during a node's run and not part of its outputs is released when the run of that node ends.
 */
export interface TensorHandle<D extends DType = DType> {
  readonly kind: 'tensor';
  readonly dtype: D;
  /** Row-major sizes, outermost first; a scalar has none. */
  readonly dims: readonly number[];
  /** Size in bytes, wherever it is. */
  readonly bytes: number;
  /** Copies to host memory if it is not there already. The result must not be written to. */
  toHost(): Promise<HostTensor<D>>;
  /** Counts one more holder. Called by caches and runs, never by nodes. */
  retain(): void;
  /** Counts one holder less; the memory is given back with the last one. Called by caches and runs, never by nodes. */
  release(): void;
}

/** A float32 handle, the currency of almost every operation. */
export type F32 = TensorHandle<'float32'>;

/** Whether a value found anywhere inside a port value is a tensor handle. */
export function isTensorHandle(value: unknown): value is TensorHandle {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'tensor';
}
