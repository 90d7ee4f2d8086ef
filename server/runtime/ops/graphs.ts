import { buildGraph, type GraphBuilder } from '../onnx/graph-builder.ts';

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

/**
 * y = x / |x| along the last axis, and 0 for a zero vector. It divides by the largest element first, so that squares neither
 * overflow nor vanish. The length is then at least 1, unless all elements are 0.
 */
export const l2Normalize = unary(unitRows);

function unitRows(g: GraphBuilder, x: string): string {
  const largest = g.node('ReduceMax', [g.node('Abs', [x]), axes(g, -1)], { keepdims: 1 });
  const safe = g.node('Where', [g.node('Equal', [largest, scalar(g, 0)]), scalar(g, 1), largest]);
  const scaled = g.node('Div', [x, safe]);
  const squares = g.node('ReduceSum', [g.node('Mul', [scaled, scaled]), axes(g, -1)], { keepdims: 1 });
  return g.node('Div', [scaled, g.node('Max', [g.node('Sqrt', [squares]), scalar(g, 1)])]);
}

/** The mean or the maximum along an axis, without that axis in the result. */
export function reduce(op: 'ReduceMean' | 'ReduceMax', axis: number): () => Uint8Array {
  return unary((g, x) => g.node(op, [x, axes(g, axis)], { keepdims: 0 }));
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

/**
 * The product of left Q x D and right N x D, as Q x N. For few queries it is computed as N x D by D x Q. ONNX Runtime
 * then reads the right side once, as fast as memory allows. With the transposed product it would read it several times.
 */
function products(g: GraphBuilder, few: boolean, prepare = (side: string) => side): string {
  const left = prepare(g.input('left', 'float32', ['q', 'd']));
  const right = prepare(g.input('right', 'float32', ['n', 'd']));
  if (!few) return g.node('Gemm', [left, right], { transB: 1 });
  const columns = g.node('Transpose', [left], { perm: [1, 0] });
  return g.node('Transpose', [g.node('MatMul', [right, columns])], { perm: [1, 0] });
}

/** Limits y to -1..1, because rounding can carry products of unit vectors beyond it. NaN stays NaN. */
function withinUnit(g: GraphBuilder, y: string): string {
  const [most, least] = [scalar(g, 1), scalar(g, -1)];
  const below = g.node('Where', [g.node('Greater', [y, most]), most, y]);
  return g.node('Where', [g.node('Less', [below, least]), least, below]);
}

/** The products of all unit vectors, Q x N. */
export function cosines(few: boolean): () => Uint8Array {
  return () => buildGraph((g) => g.output('y', withinUnit(g, products(g, few)), 'float32', ['q', 'n']));
}

/** The cosines of all vectors of any length, Q x N. */
export function unitCosines(few: boolean): () => Uint8Array {
  return () =>
    buildGraph((g) => {
      const y = products(g, few, (side) => unitRows(g, side));
      g.output('y', withinUnit(g, y), 'float32', ['q', 'n']);
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
export function allProducts(few: boolean): () => Uint8Array {
  return () => buildGraph((g) => g.output('y', products(g, few), 'float32', ['q', 'n']));
}

/** The k best products of each row of left. k is an input, and only Q x k numbers leave the graph. */
export function bestProducts(few: boolean): () => Uint8Array {
  return () =>
    buildGraph((g) => {
      const inputs = [products(g, few), g.input('k', 'int64', [1])];
      const [values, indices] = g.node('TopK', inputs, { axis: -1 }, { outputs: 2 });
      g.output('values', values!, 'float32', ['q', 'k']);
      g.output('indices', indices!, 'int64', ['q', 'k']);
    });
}
