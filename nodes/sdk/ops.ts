import type { DType, F32, HostTensor, TensorHandle } from './tensor.ts';
import type { Similarity } from './values.ts';

/** What {@link Ops.topK} gives: sorted, best first; among equals the lower index first. */
export interface TopK {
  /** Q x k. */
  readonly values: F32;
  /** Q x k, positions along the last axis. */
  readonly indices: TensorHandle<'int64'>;
}

/** One row of {@link Ops.rank}: gallery positions and scores, best first. */
export interface RankedRow {
  readonly indices: readonly number[];
  readonly scores: readonly number[];
}

/** What {@link Ops.principal} gives, the greatest spread first. */
export interface Principal {
  /** N x k: how far each vector lies along each component from the mean of all. */
  readonly scores: F32;
  /** k x D, unit vectors at right angles. */
  readonly components: HostTensor<'float32'>;
  /** Variance along each component, divided by N. */
  readonly variances: readonly number[];
}

/**
 * Tensor operations, computed by ONNX graphs on the run's device; handles stay where they are computed.
 *
 * Shapes broadcast as in NumPy. A negative axis counts from the end.
 * @throws PatchbayError `tensor.shape` when shapes do not fit, naming them.
 */
export interface Ops {
  /** Wraps host numbers, without a copy where it can; the array must not be written to afterwards. */
  tensor<D extends DType>(host: HostTensor<D>): TensorHandle<D>;
  /** a [..., M, K] by b [K, N], or by b [N, K] with `transposeB`. */
  matmul(a: F32, b: F32, options?: { readonly transposeB?: boolean }): Promise<F32>;
  add(a: F32, b: F32): Promise<F32>;
  subtract(a: F32, b: F32): Promise<F32>;
  multiply(a: F32, b: F32): Promise<F32>;
  divide(a: F32, b: F32): Promise<F32>;
  scale(a: F32, factor: number, bias?: number): Promise<F32>;
  /** Divides every vector along the last axis by its length; a zero vector stays zero. */
  l2Normalize(a: F32): Promise<F32>;
  /** Cosine of every row of a Q x D with every row of b N x D, as Q x N within -1..1; 0 where a vector is zero. Nothing of b's size is made. */
  cosine(a: F32, b: F32): Promise<F32>;
  /**
   * The first k principal components of vectors given in parts (n x D each), over all of them together. The element of a
   * component that is farthest from 0 is positive, the first of several: as scikit-learn's `svd_flip` on V. Where the vectors
   * spread in fewer than k directions, the rest are zero.
   */
  principal(
    parts: readonly F32[],
    k: number,
    options: { readonly signal: AbortSignal; readonly onProgress?: (done: number, total: number) => void },
  ): Promise<Principal>;
  softmax(a: F32): Promise<F32>;
  sigmoid(a: F32): Promise<F32>;
  /** Largest (or smallest) k along the last axis. */
  topK(a: F32, k: number, options?: { readonly largest?: boolean }): Promise<TopK>;
  mean(a: F32, axis: number): Promise<F32>;
  max(a: F32, axis: number): Promise<F32>;
  /** Elements start..end of an axis. */
  slice(a: F32, axis: number, start: number, end: number): Promise<F32>;
  concat(parts: readonly F32[], axis: number): Promise<F32>;
  transpose(a: F32, order: readonly number[]): Promise<F32>;
  /** Rows of the first axis, in the order asked for. */
  gather(a: F32, indices: readonly number[]): Promise<F32>;
  reshape(a: F32, dims: readonly number[]): Promise<F32>;
  /** Rows from..to of a similarity as a (to - from) x N tensor; cosines within -1..1. */
  similarityRows(similarity: Similarity, from: number, to: number): Promise<F32>;
  /**
   * The best k of every row, tiled so that memory is bounded, exact, ties to the lower index. Cosines are worked out in
   * float64 over the vectors' own lengths, so that equal vectors score exactly 1.
   * `exclude(row)` is a gallery position left out of that row's ranking.
   */
  rank(
    similarity: Similarity,
    options: {
      readonly k: number;
      readonly threshold?: number;
      readonly exclude?: (row: number) => number | undefined;
      readonly signal: AbortSignal;
      readonly onProgress?: (doneRows: number) => void;
    },
  ): Promise<readonly RankedRow[]>;
}
