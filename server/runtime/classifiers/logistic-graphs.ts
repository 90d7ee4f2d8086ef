import { buildGraph, type GraphBuilder } from '../onnx/graph-builder.ts';

// Sizes: n vectors of d numbers, and c categories. `y` (n x 1) holds the position of each vector's category as a float.

/** ONNX's numbers of element types. */
const FLOAT = 1;
const DOUBLE = 11;

const axis = (g: GraphBuilder, at: number) =>
  g.constant({ dtype: 'int64', dims: [1], data: BigInt64Array.of(BigInt(at)) });
const cast = (g: GraphBuilder, x: string, to: number) => g.node('Cast', [x], { to });
/** A number of float64 in two of float32: the nearest one, and what it lacks. */
const whole = (g: GraphBuilder, near: string, rest: string) =>
  g.node('Add', [cast(g, near, DOUBLE), cast(g, rest, DOUBLE)]);

interface Forward {
  /** n x d, float64. */
  readonly x: string;
  /** n x c: the probabilities, float64. */
  readonly chances: string;
  /** n x c: 1 at the category of the vector, float64. */
  readonly truth: string;
  /** n x 1: minus the logarithm of the probability of the vector's category, float64. */
  readonly losses: string;
  /** n x 1: 1 where the likeliest category is the vector's own; of equal ones, the first counts. float32. */
  readonly right: string;
}

/**
 * The probabilities softmax(x w^T + b), and how they fit the categories. All is float64, because the minimum of nearly separable
 * categories depends on digits that float32 does not have. The parameters come in two parts each; see {@link whole}.
 */
function forward(g: GraphBuilder): Forward {
  const x = cast(g, g.input('x', 'float32', ['n', 'd']), DOUBLE);
  const w = whole(g, g.input('w', 'float32', ['c', 'd']), g.input('w_rest', 'float32', ['c', 'd']));
  const b = whole(g, g.input('b', 'float32', ['c']), g.input('b_rest', 'float32', ['c']));
  const z = g.node('Gemm', [x, w, b], { transB: 1 });
  const y = g.input('y', 'float32', ['n', 1]);
  const places = g.input('places', 'float32', ['c']);
  const truth = cast(g, g.node('Equal', [y, places]), DOUBLE);
  const highest = g.node('ReduceMax', [z, axis(g, -1)], { keepdims: 1 });
  const powers = g.node('Exp', [g.node('Sub', [z, highest])]);
  const sum = g.node('ReduceSum', [powers, axis(g, -1)], { keepdims: 1 });
  const own = g.node('ReduceSum', [g.node('Mul', [z, truth]), axis(g, -1)], { keepdims: 1 });
  return {
    x,
    chances: g.node('Div', [powers, sum]),
    truth,
    losses: g.node('Sub', [g.node('Add', [g.node('Log', [sum]), highest]), own]),
    right: cast(g, g.node('Equal', [y, cast(g, g.node('ArgMax', [z], { axis: -1 }), FLOAT)]), FLOAT),
  };
}

/** How probabilities fit the categories of vectors: `losses` and `right`, n x 1 each. For the cpu, because of float64. */
export function judgeGraph(): Uint8Array {
  return buildGraph((g) => {
    const { losses, right } = forward(g);
    g.output('losses', cast(g, losses, FLOAT), 'float32', ['n', 1]);
    g.output('right', right, 'float32', ['n', 1]);
  });
}

/**
 * {@link judgeGraph}, with the probabilities `p` (n x c), the sum of the losses weighted by `s` (n x 1), in the two parts `sum` and
 * `sum_rest`, and its gradient: `gw` (c x d) and `gb` (c).
 */
export function gradientGraph(): Uint8Array {
  return buildGraph((g) => {
    const { x, chances, truth, losses, right } = forward(g);
    const s = cast(g, g.input('s', 'float32', ['n', 1]), DOUBLE);
    const error = g.node('Mul', [g.node('Sub', [chances, truth]), s]);
    const sum = g.node('ReduceSum', [g.node('Mul', [losses, s]), axis(g, 0)], { keepdims: 0 });
    const near = cast(g, sum, FLOAT);
    g.output('losses', cast(g, losses, FLOAT), 'float32', ['n', 1]);
    g.output('right', right, 'float32', ['n', 1]);
    g.output('p', cast(g, chances, FLOAT), 'float32', ['n', 'c']);
    g.output('sum', near, 'float32', [1]);
    const rest = g.node('Sub', [sum, cast(g, near, DOUBLE)]);
    g.output('sum_rest', cast(g, rest, FLOAT), 'float32', [1]);
    const gw = g.node('MatMul', [g.node('Transpose', [error], { perm: [1, 0] }), x]);
    g.output('gw', cast(g, gw, FLOAT), 'float32', ['c', 'd']);
    const gb = g.node('ReduceSum', [error, axis(g, 0)], { keepdims: 0 });
    g.output('gb', cast(g, gb, FLOAT), 'float32', ['c']);
  });
}

/**
 * The second derivative of the weighted losses times a direction `w` (c x d), `b` (c), where the probabilities are `p` (n x c): `gw`
 * and `gb`. For one vector x it is (diag(p) - p p^T) applied to its change of logits, times x (Bishop 2006, equation 4.110). It
 * only sets how fast the minimum is found, so float32 is enough.
 */
export function curvatureGraph(): Uint8Array {
  return buildGraph((g) => {
    const x = g.input('x', 'float32', ['n', 'd']);
    const w = g.input('w', 'float32', ['c', 'd']);
    const u = g.node('Gemm', [x, w, g.input('b', 'float32', ['c'])], { transB: 1 });
    const p = g.input('p', 'float32', ['n', 'c']);
    const mean = g.node('ReduceSum', [g.node('Mul', [p, u]), axis(g, -1)], { keepdims: 1 });
    const moved = g.node('Mul', [p, g.node('Sub', [u, mean])]);
    const weighted = g.node('Mul', [moved, g.input('s', 'float32', ['n', 1])]);
    g.output('gw', g.node('Gemm', [weighted, x], { transA: 1 }), 'float32', ['c', 'd']);
    g.output('gb', g.node('ReduceSum', [weighted, axis(g, 0)], { keepdims: 0 }), 'float32', ['c']);
  });
}
