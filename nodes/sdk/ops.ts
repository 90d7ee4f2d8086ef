import type { DType, F32, HostTensor, TensorHandle } from './tensor.ts';
import type { Similarity } from './values.ts';

/** The result of {@link Ops.topK}, best first. Of equal values, the lower index comes first. */
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

/** The result of {@link Ops.principal}, largest variance first. */
export interface Principal {
  /** N x k: the position of each vector along each component, measured from the mean of all vectors. */
  readonly scores: F32;
  /** M x k: the positions of `others` along the same components, measured from the same mean. */
  readonly others: F32;
  /** k x D, orthogonal unit vectors. */
  readonly components: HostTensor<'float32'>;
  /** Variance along each component: the sum of squares divided by N. */
  readonly variances: readonly number[];
  /** The sum of the variances along all directions. */
  readonly total: number;
}

/**
 * Tensor operations. ONNX graphs compute them on the device of the run, and results stay there.
 *
 * Shapes broadcast as in NumPy. A negative axis counts from the end.
 * @throws PatchbayError `tensor.*` that names the shapes when they do not fit
 */
export interface Ops {
  /** Wraps host numbers, without a copy where possible. Do not write to the array afterwards. */
  tensor<D extends DType>(host: HostTensor<D>): TensorHandle<D>;
  /** a [..., M, K] by b [K, N], or by b [N, K] with `transposeB`. */
  matmul(a: F32, b: F32, options?: { readonly transposeB?: boolean }): Promise<F32>;
  add(a: F32, b: F32): Promise<F32>;
  subtract(a: F32, b: F32): Promise<F32>;
  multiply(a: F32, b: F32): Promise<F32>;
  divide(a: F32, b: F32): Promise<F32>;
  scale(a: F32, factor: number, bias?: number): Promise<F32>;
  /** Divides each vector along the last axis by its length; a zero vector stays zero. */
  l2Normalize(a: F32): Promise<F32>;
  /**
   * The length of each row of a (N x D), as N. Computed once for a tensor. Undefined if some rows are so long or short that
   * products with them could overflow or vanish; normalise these instead.
   */
  rowLengths(a: F32): Promise<F32 | undefined>;
  /** Cosine of each row of a (Q x D) with each row of b (N x D), as Q x N within -1..1; 0 if a vector is zero. It makes no copy of b. */
  cosine(a: F32, b: F32): Promise<F32>;
  /**
   * The first k principal components of all vectors together. `parts` hold n x D each. The largest element of each
   * component is positive (the first one of equal ones), as with scikit-learn's `svd_flip` on V. Components beyond the
   * rank of the vectors are zero. `others` are placed along the components and have no part in finding them. It reads some
   * vectors at a time and copies none on the CPU.
   */
  principal(
    parts: readonly F32[],
    k: number,
    options: {
      readonly others?: readonly F32[];
      readonly signal: AbortSignal;
      readonly onProgress?: (done: number, total: number) => void;
    },
  ): Promise<Principal>;
  softmax(a: F32): Promise<F32>;
  sigmoid(a: F32): Promise<F32>;
  /** The largest (or smallest) k along the last axis. */
  topK(a: F32, k: number, options?: { readonly largest?: boolean }): Promise<TopK>;
  mean(a: F32, axis: number): Promise<F32>;
  max(a: F32, axis: number): Promise<F32>;
  /** Elements start..end of an axis, without `end`. */
  slice(a: F32, axis: number, start: number, end: number): Promise<F32>;
  concat(parts: readonly F32[], axis: number): Promise<F32>;
  transpose(a: F32, order: readonly number[]): Promise<F32>;
  /** Rows of the first axis, in the order of `indices`. */
  gather(a: F32, indices: readonly number[]): Promise<F32>;
  reshape(a: F32, dims: readonly number[]): Promise<F32>;
  /** Rows from..to of a similarity as a (to - from) x N tensor, without `to`; cosines within -1..1. */
  similarityRows(similarity: Similarity, from: number, to: number): Promise<F32>;
  /**
   * The exact best k of each row. If scores are equal, the lower index comes first. It computes a few rows at a time,
   * so memory is limited. Cosines are computed in float64 with the vectors' own lengths, so equal vectors score exactly
   * 1. `exclude(row)` returns a gallery position to leave out of the ranking of that row.
   */
  rank(
    similarity: Similarity,
    options: {
      readonly k: number;
      readonly threshold?: number;
      readonly exclude?: (row: number) => number | undefined;
      /** 1 for each gallery position that may be ranked, otherwise 0. The scores are those that a ranking of all gives. */
      readonly only?: Uint8Array;
      readonly signal: AbortSignal;
      readonly onProgress?: (doneRows: number) => void;
    },
  ): Promise<readonly RankedRow[]>;
}
