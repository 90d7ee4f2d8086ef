import type { HostTensor, TensorHandle } from '../../../nodes/sdk/index.ts';
import { buildGraph, float, type GraphBuilder } from '../onnx/graph-builder.ts';
import { hostTensor } from '../ort/tensor.ts';
import { int64 } from './runner.ts';

// The graphs of the operations. Ranks and sizes stay open, so that one session serves every shape.

function scalar(g: GraphBuilder, value: number): string {
  return g.constant({ dtype: 'float32', dims: [], data: Float32Array.of(value) });
}

function axes(g: GraphBuilder, ...axis: readonly number[]): string {
  return g.constant({ dtype: 'int64', dims: [axis.length], data: BigInt64Array.from(axis, BigInt) });
}

/** y = op(x). */
export function unary(define: (g: GraphBuilder, x: string) => string): () => Uint8Array {
  return () =>
    buildGraph((g) => {
      g.output('y', define(g, g.input('x', 'float32')), 'float32');
    });
}

/** y = op(a, b). */
export function binary(define: (g: GraphBuilder, a: string, b: string) => string): () => Uint8Array {
  return () =>
    buildGraph((g) => {
      g.output('y', define(g, g.input('a', 'float32'), g.input('b', 'float32')), 'float32');
    });
}

/** y = x * factor + bias. */
export function scale(): Uint8Array {
  return buildGraph((g) => {
    const x = g.input('x', 'float32');
    const scaled = g.node('Mul', [x, g.input('factor', 'float32', [])]);
    g.output('y', g.node('Add', [scaled, g.input('bias', 'float32', [])]), 'float32');
  });
}

/** Rows of a multiple of this many floats begin on the 64 bytes that the widest vector instructions load at once. */
const ALIGNED = 16;

/**
 * How a graph adds the numbers of a row so that equal rows get equal bits, at every place and among any number of rows:
 * - `plain`: ONNX Runtime's cpu does where rows begin at the start of a vector register.
 * - `padded`: other widths are lengthened to such a width, by the input `pads`.
 * - `product`: WebGPU adds few rows in another order than many, but multiplies them in one order, here with the input `ones`.
 */
export type RowSums = 'plain' | 'padded' | 'product';

/** How to add rows of this width, and the inputs that it takes. */
export function rowSumsOf(
  width: number,
  onCpu: boolean,
): { readonly sums: RowSums; readonly feeds: Readonly<Record<string, TensorHandle>> } {
  if (!onCpu) {
    const ones = { dtype: 'float32', dims: [2, width], data: new Float32Array(2 * width).fill(1) } as const;
    return { sums: 'product', feeds: { ones: hostTensor(ones) } };
  }
  if (width % ALIGNED === 0) return { sums: 'plain', feeds: {} };
  return { sums: 'padded', feeds: { pads: int64([0, 0, 0, ALIGNED - (width % ALIGNED)]) } };
}

/** The inputs of {@link RowSums}, declared once in a graph; then the sums of rows x width, as rows x 1. */
function rowSums(g: GraphBuilder, form: RowSums): (x: string) => string {
  const reduce = (x: string) => g.node('ReduceSum', [x, axes(g, -1)], { keepdims: 1 });
  if (form === 'plain') return reduce;
  if (form === 'padded') {
    const pads = g.input('pads', 'int64', [4]);
    return (x) => reduce(g.node('Pad', [x, pads, scalar(g, 0)]));
  }
  const ones = g.input('ones', 'float32', [2, 'ones']);
  return (x) => first(g, g.node('Gemm', [x, ones], { transB: 1 }), 1);
}

/** The first row or column. */
function first(g: GraphBuilder, y: string, axis: number): string {
  return g.node('Slice', [y, axes(g, 0), axes(g, 1), axes(g, axis)]);
}

/**
 * y = x / |x| along the last axis of rows x width, and 0 for a zero vector. It divides by the largest element first, so that
 * squares neither overflow nor vanish. The length is then at least 1, unless all elements are 0.
 */
export function l2Normalize(sums: RowSums): () => Uint8Array {
  return () =>
    buildGraph((g) => {
      g.output('y', unitRows(g, g.input('x', 'float32', ['rows', 'width']), rowSums(g, sums)), 'float32');
    });
}

/** The part of a graph that divides rows by their lengths; see {@link l2Normalize}. `sumsOf` adds the numbers of each row. */
export function unitRows(g: GraphBuilder, x: string, sumsOf: (x: string) => string): string {
  const largest = g.reduce('ReduceMax', g.node('Abs', [x]), [-1], 1);
  const safe = g.node('Where', [g.node('Equal', [largest, scalar(g, 0)]), scalar(g, 1), largest]);
  const scaled = g.node('Div', [x, safe]);
  const squares = sumsOf(g.node('Mul', [scaled, scaled]));
  return g.node('Div', [scaled, g.node('Max', [g.node('Sqrt', [squares]), scalar(g, 1)])]);
}

/** {@link unitRows} for a file, where equal rows need not have equal bits. */
export function unitVectors(g: GraphBuilder, x: string): string {
  return unitRows(g, x, (rows) => g.reduce('ReduceSum', rows, [-1], 1));
}

/** How vectors become probabilities: `activation(scale * weights x + bias)`. */
export interface ProbabilityForm {
  /** C x D. */
  readonly weights: HostTensor<'float32'>;
  /** C, or one number for all. */
  readonly bias: HostTensor<'float32'>;
  readonly scale: number;
  /** Whether vectors are scaled to length 1 first. */
  readonly unit: boolean;
  readonly activation: 'softmax' | 'sigmoid';
}

/** The part of a graph that makes probabilities n x C of vectors n x D. */
export function probabilities(g: GraphBuilder, x: string, form: ProbabilityForm): string {
  const given = form.unit ? unitVectors(g, x) : x;
  const how = { transB: 1, alpha: float(form.scale) };
  const logits = g.node('Gemm', [given, g.constant(form.weights), g.constant(form.bias)], how);
  return form.activation === 'sigmoid'
    ? g.node('Sigmoid', [logits])
    : g.node('Softmax', [logits], { axis: -1 });
}

/** The part of a graph that gives the cosine of a vector, 1 x D, with each row of a gallery of unit vectors: 1 x N. */
export function cosines(g: GraphBuilder, x: string, gallery: HostTensor<'float32'>): string {
  return withinUnit(g, g.node('Gemm', [unitVectors(g, x), g.constant(gallery)], { transB: 1 }));
}

/** The maximum along the middle axis of before x n x after: before x after. */
export function maximum(): Uint8Array {
  return buildGraph((g) => {
    const x = g.input('x', 'float32', ['before', 'n', 'after']);
    g.output('y', g.node('ReduceMax', [x, axes(g, 1)], { keepdims: 0 }), 'float32');
  });
}

/**
 * The mean along the middle axis of before x n x after: before x after. It is a product with the input `ones`, 2 x n, because ONNX
 * Runtime's own sums run in an order that depends on `before` and on its threads. See {@link repeatableProducts} for `parts`.
 */
export function mean(parts: number): () => Uint8Array {
  return () =>
    buildGraph((g) => {
      const cuts = parts > 1 ? g.input('parts', 'int64', [parts]) : undefined;
      const pieces = (value: string, axis: number) =>
        cuts === undefined ? [value] : g.node('Split', [value, cuts], { axis }, { outputs: parts });
      const x = pieces(g.input('x', 'float32', ['before', 'n', 'after']), 1);
      const ones = pieces(g.input('ones', 'float32', [2, 'n']), 1);
      const sums = ones.map((some, i) => g.node('MatMul', [some, x[i]!]));
      const sum = sums.reduce((before, piece) => g.node('Add', [before, piece]));
      const flat = g.node('Squeeze', [first(g, sum, 1), axes(g, 1)]);
      g.output('y', g.node('Div', [flat, g.input('count', 'float32', [])]), 'float32');
    });
}

/** The k largest or smallest elements along the last axis, sorted. k is an input. */
export function topK(largest: boolean): Uint8Array {
  return buildGraph((g) => {
    const inputs = [g.input('x', 'float32'), g.input('k', 'int64', [1])];
    const [values, indices] = g.node(
      'TopK',
      inputs,
      { axis: -1, largest: Number(largest), sorted: 1 },
      { outputs: 2 },
    );
    g.output('values', values!, 'float32');
    g.output('indices', indices!, 'int64');
  });
}

/** Elements start..end of an axis. Both are inputs. */
export function slice(axis: number): () => Uint8Array {
  return () =>
    buildGraph((g) => {
      const inputs = [g.input('x', 'float32'), g.input('start', 'int64', [1]), g.input('end', 'int64', [1])];
      g.output('y', g.node('Slice', [...inputs, axes(g, axis)]), 'float32');
    });
}

/** Rows of the first axis. Their indices are an input. */
export function gather(): Uint8Array {
  return buildGraph((g) => {
    const inputs = [g.input('x', 'float32'), g.input('indices', 'int64', ['n'])];
    g.output('y', g.node('Gather', inputs, { axis: 0 }), 'float32');
  });
}

/** The same numbers in another shape. The shape is an input. */
export function reshape(): Uint8Array {
  return buildGraph((g) => {
    const inputs = [g.input('x', 'float32'), g.input('dims', 'int64', ['rank'])];
    g.output('y', g.node('Reshape', inputs, { allowzero: 1 }), 'float32');
  });
}

/** `count` tensors joined along an axis. */
export function concat(count: number, axis: number): () => Uint8Array {
  return () =>
    buildGraph((g) => {
      const inputs = Array.from({ length: count }, (_, i) => g.input(`x${i}`, 'float32'));
      g.output('y', g.node('Concat', inputs, { axis }), 'float32');
    });
}

/** How products are computed. */
export interface Products {
  /** Whether the left side has few rows. */
  readonly few: boolean;
  /** Whether column j is multiplied by `factors[j]`, an input. */
  readonly scaled: boolean;
}

/** A text that names the graph of these products. */
export const productsKey = ({ few, scaled }: Products): string => `${few}${scaled ? ' scaled' : ''}`;

/**
 * The product of left Q x D and right N x D, as Q x N. For few queries it is computed as N x D by D x Q. ONNX Runtime
 * then reads the right side once, as fast as memory allows. With the transposed product it would read it several times.
 */
function products(g: GraphBuilder, { few, scaled }: Products): string {
  const left = g.input('left', 'float32', ['q', 'd']);
  const right = g.input('right', 'float32', ['n', 'd']);
  const all = () => {
    if (!few) return g.node('Gemm', [left, right], { transB: 1 });
    const columns = g.node('Transpose', [left], { perm: [1, 0] });
    return g.node('Transpose', [g.node('MatMul', [right, columns])], { perm: [1, 0] });
  };
  return scaled ? g.node('Mul', [all(), g.input('factors', 'float32', ['n'])]) : all();
}

/** Limits y to -1..1, because rounding can carry products of unit vectors beyond it. NaN stays NaN. */
function withinUnit(g: GraphBuilder, y: string): string {
  const [most, least] = [scalar(g, 1), scalar(g, -1)];
  const below = g.node('Where', [g.node('Greater', [y, most]), most, y]);
  return g.node('Where', [g.node('Less', [below, least]), least, below]);
}

/** The length of each row of rows x width, as rows x 1. Squares of very long or short rows overflow or vanish. */
export function rowLengths(sums: RowSums): () => Uint8Array {
  return () =>
    buildGraph((g) => {
      const x = g.input('x', 'float32', ['rows', 'width']);
      g.output('y', g.node('Sqrt', [rowSums(g, sums)(g.node('Mul', [x, x]))]), 'float32', ['rows', 1]);
    });
}

/** What {@link repeatableProducts} depends on besides the numbers. */
export interface ProductForm {
  /** Whether a side has only one row: ONNX Runtime sums products with a single row in another order. */
  readonly oneLeft: boolean;
  readonly oneRight: boolean;
  /** In how many pieces the width is summed; their sizes are the input `parts`. */
  readonly parts: number;
  /** Divides the rows of one or both sides by their lengths first. */
  readonly unit?: { readonly sides: 'both' | 'right'; readonly sums: RowSums };
  /** Limits results to -1..1. */
  readonly bounded: boolean;
}

/**
 * The products of all rows of left Q x D and right N x D, as Q x N, where each number depends on its two rows only: not on their
 * places, nor on Q and N. ONNX Runtime (1.30, cpu) gives other bits to a single row, and cuts sums of more than 128 products at
 * places that depend on N and on its threads. So a single row is computed twice, and longer sums are cut into `parts`.
 */
export function repeatableProducts(form: ProductForm): () => Uint8Array {
  return () =>
    buildGraph((g) => {
      const sumsOf = form.unit && rowSums(g, form.unit.sums);
      const cuts = form.parts > 1 ? g.input('parts', 'int64', [form.parts]) : undefined;
      const pieces = (name: string, one: boolean) => {
        // Sizes of one name are one size to ONNX Runtime, which then shares the memory of both sides.
        const given = g.input(name, 'float32', [`${name}_rows`, 'd']);
        const isUnit = form.unit?.sides === 'both' || (form.unit && name === 'right');
        const side = sumsOf && isUnit ? unitRows(g, given, sumsOf) : given;
        const rows = one ? g.node('Concat', [side, side], { axis: 0 }) : side;
        return cuts === undefined
          ? [rows]
          : g.node('Split', [rows, cuts], { axis: 1 }, { outputs: form.parts });
      };
      const [left, right] = [pieces('left', form.oneLeft), pieces('right', form.oneRight)];
      const sum = left.reduce(
        (before, piece, i) =>
          g.node('Gemm', before === '' ? [piece, right[i]!] : [piece, right[i]!, before], { transB: 1 }),
        '',
      );
      const rows = form.oneLeft ? first(g, sum, 0) : sum;
      const y = form.oneRight ? first(g, rows, 1) : rows;
      g.output('y', form.bounded ? withinUnit(g, y) : y, 'float32', ['q', 'n']);
    });
}

/** The sum of all rows of N x D, as D. */
export function rowSum(): Uint8Array {
  return buildGraph((g) => {
    const x = g.input('x', 'float32', ['n', 'd']);
    g.output('y', g.node('ReduceSum', [x, axes(g, 0)], { keepdims: 0 }), 'float32', ['d']);
  });
}

/** The part of N x D vectors, minus the mean, in the covariance of all vectors: D x D, not divided by their number. */
export function scatter(): Uint8Array {
  return buildGraph((g) => {
    const x = g.node('Sub', [g.input('x', 'float32', ['n', 'd']), g.input('mean', 'float32', ['d'])]);
    g.output('y', g.node('Gemm', [x, x], { transA: 1 }), 'float32', ['d', 'd']);
  });
}

/** N x D vectors, minus the mean, projected on K x D directions: N x K. */
export function along(): Uint8Array {
  return buildGraph((g) => {
    const x = g.node('Sub', [g.input('x', 'float32', ['n', 'd']), g.input('mean', 'float32', ['d'])]);
    const directions = g.input('directions', 'float32', ['k', 'd']);
    g.output('y', g.node('Gemm', [x, directions], { transB: 1 }), 'float32', ['n', 'k']);
  });
}

/** The products of all vectors, Q x N. */
export function allProducts(how: Products): () => Uint8Array {
  return () => buildGraph((g) => g.output('y', products(g, how), 'float32', ['q', 'n']));
}

/** The k best products of each row of left. k is an input, and only Q x k numbers leave the graph. */
export function bestProducts(how: Products): () => Uint8Array {
  return () =>
    buildGraph((g) => {
      const inputs = [products(g, how), g.input('k', 'int64', [1])];
      const [values, indices] = g.node('TopK', inputs, { axis: -1 }, { outputs: 2 });
      g.output('values', values!, 'float32', ['q', 'k']);
      g.output('indices', indices!, 'int64', ['q', 'k']);
    });
}

/**
 * The k nearest vectors of right N x D for each row of left Q x D, by cosine or, without `unit`, by distance: with the mean taken
 * away, left . right - |right|^2 / 2 is largest for the nearest one. Only Q x k numbers leave the graph.
 */
export function nearestProducts(unit: boolean): () => Uint8Array {
  return () =>
    buildGraph((g) => {
      const given = [g.input('left', 'float32', ['q', 'd']), g.input('right', 'float32', ['n', 'd'])];
      const k = g.input('k', 'int64', [1]);
      const sums = rowSums(g, 'plain');
      const product = () => {
        if (unit) {
          const [left = '', right = ''] = given.map((side) => unitRows(g, side, sums));
          return g.node('Gemm', [left, right], { transB: 1 });
        }
        const mean = g.input('mean', 'float32', ['d']);
        const [left = '', right = ''] = given.map((side) => g.node('Sub', [side, mean]));
        const squares = g.node('Squeeze', [sums(g.node('Mul', [right, right])), axes(g, 1)]);
        return g.node('Gemm', [left, right, g.node('Mul', [squares, scalar(g, -0.5)])], { transB: 1 });
      };
      const [values, indices] = g.node('TopK', [product(), k], { axis: -1 }, { outputs: 2 });
      g.output('values', values!, 'float32', ['q', 'k']);
      g.output('indices', indices!, 'int64', ['q', 'k']);
    });
}

/**
 * The k vectors of right N x D that are nearest to each row of left Q x D by mutual reachability, among those with another number in
 * `rightGroup` than the row has in `leftGroup`. Values are -|distance|^2 / 2, at most the given ones of both sides; those of the own
 * group are -infinity.
 */
export function nearestOutside(): Uint8Array {
  return buildGraph((g) => {
    const mean = g.input('mean', 'float32', ['d']);
    const sums = rowSums(g, 'plain');
    const [left = '', right = ''] = ['left', 'right'].map((side) =>
      g.node('Sub', [g.input(side, 'float32', [side === 'left' ? 'q' : 'n', 'd']), mean]),
    );
    const half = (side: string) => g.node('Mul', [sums(g.node('Mul', [side, side])), scalar(g, -0.5)]);
    const product = g.node('Gemm', [left, right, g.node('Squeeze', [half(right), axes(g, 1)])], {
      transB: 1,
    });
    const near = g.node('Min', [
      g.node('Add', [product, half(left)]),
      g.input('leftMost', 'float32', ['q', 1]),
      g.input('rightMost', 'float32', [1, 'n']),
    ]);
    const isOwn = g.node('Equal', [
      g.input('leftGroup', 'float32', ['q', 1]),
      g.input('rightGroup', 'float32', [1, 'n']),
    ]);
    const others = g.node('Where', [isOwn, scalar(g, Number.NEGATIVE_INFINITY), near]);
    const [values, indices] = g.node(
      'TopK',
      [others, g.input('k', 'int64', [1])],
      { axis: -1 },
      { outputs: 2 },
    );
    g.output('values', values!, 'float32', ['q', 'k']);
    g.output('indices', indices!, 'int64', ['q', 'k']);
  });
}

/** x n x D, minus the mean, by K centres, plus a number for each centre: n x K. */
export function toCenters(): Uint8Array {
  return buildGraph((g) => {
    const x = g.node('Sub', [g.input('x', 'float32', ['n', 'd']), g.input('mean', 'float32', ['d'])]);
    const inputs = [x, g.input('centers', 'float32', ['k', 'd']), g.input('bias', 'float32', ['k'])];
    g.output('y', g.node('Gemm', inputs, { transB: 1 }), 'float32', ['n', 'k']);
  });
}
