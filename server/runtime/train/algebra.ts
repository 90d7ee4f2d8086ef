import type { Attribute, GraphBuilder } from '../onnx/graph-builder.ts';

/** Short names for the operations of a training graph, so that its formulas read as formulas. Values are float32 if not said otherwise. */
export interface Algebra {
  scalar(value: number): string;
  /** A list of int64 numbers. */
  ints(...values: readonly number[]): string;
  add(a: string, b: string): string;
  sub(a: string, b: string): string;
  mul(a: string, ...others: readonly string[]): string;
  div(a: string, b: string): string;
  max(a: string, b: string): string;
  exp(a: string): string;
  sqrt(a: string): string;
  square(a: string): string;
  /** a b, plus c if given. With `left` or `right`, that side is transposed. */
  product(
    a: string,
    b: string,
    options?: { readonly left?: boolean; readonly right?: boolean; readonly plus?: string },
  ): string;
  /** The sum of all elements, as a scalar. */
  total(a: string): string;
  /** The sum of each row: n x m becomes n x 1. */
  rowSum(a: string): string;
  transpose(a: string): string;
  /** Elements of the first axis; the indices are int64, and a scalar index drops the axis. */
  gather(a: string, indices: string): string;
  /** n becomes n x 1 (axis 1) or 1 x n (axis 0). */
  widen(a: string, axis: 0 | 1): string;
  /** Where the bool `when` holds, `then`; elsewhere `other`. */
  where(when: string, then: string, other: string): string;
  /** A bool as 0 or 1. */
  float(bool: string): string;
  equal(a: string, b: string): string;
  greater(a: string, b: string): string;
  /** Rows of 0 with a 1 at each of the int64 positions: n becomes n x size (an int64 scalar). */
  oneHot(positions: string, size: string): string;
  /** The size of an axis, as an int64 scalar. */
  size(a: string, axis: number): string;
}

const FLOAT = 1;

/** The operations of a graph under short names. */
export function algebra(g: GraphBuilder): Algebra {
  const scalar = (value: number) => g.constant({ dtype: 'float32', dims: [], data: Float32Array.of(value) });
  const ints = (...values: readonly number[]) =>
    g.constant({ dtype: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) });
  const gemm = (inputs: readonly string[], attributes: Readonly<Record<string, Attribute>>) =>
    g.node('Gemm', inputs, attributes);
  return {
    scalar,
    ints,
    add: (a, b) => g.node('Add', [a, b]),
    sub: (a, b) => g.node('Sub', [a, b]),
    mul: (a, ...others) => others.reduce((product, other) => g.node('Mul', [product, other]), a),
    div: (a, b) => g.node('Div', [a, b]),
    max: (a, b) => g.node('Max', [a, b]),
    exp: (a) => g.node('Exp', [a]),
    sqrt: (a) => g.node('Sqrt', [a]),
    square: (a) => g.node('Mul', [a, a]),
    product: (a, b, { left = false, right = false, plus } = {}) =>
      left || right || plus !== undefined
        ? gemm(plus === undefined ? [a, b] : [a, b, plus], {
            transA: Number(left),
            transB: Number(right),
          })
        : g.node('MatMul', [a, b]),
    total: (a) => g.node('ReduceSum', [a], { keepdims: 0 }),
    rowSum: (a) => g.node('ReduceSum', [a, ints(1)], { keepdims: 1 }),
    transpose: (a) => g.node('Transpose', [a], { perm: [1, 0] }),
    gather: (a, indices) => g.node('Gather', [a, indices], { axis: 0 }),
    widen: (a, axis) => g.node('Unsqueeze', [a, ints(axis)]),
    where: (when, then, other) => g.node('Where', [when, then, other]),
    float: (bool) => g.node('Cast', [bool], { to: FLOAT }),
    equal: (a, b) => g.node('Equal', [a, b]),
    greater: (a, b) => g.node('Greater', [a, b]),
    oneHot: (positions, size) =>
      g.node('OneHot', [
        positions,
        size,
        g.constant({ dtype: 'float32', dims: [2], data: Float32Array.of(0, 1) }),
      ]),
    size: (a, axis) => g.node('Squeeze', [g.node('Shape', [a], { start: axis, end: axis + 1 })]),
  };
}
