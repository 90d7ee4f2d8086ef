import type { Resample } from '../../../nodes/sdk/index.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { type AxisValues, DOUBLE, double, ints } from './stage-graph.ts';
import { FRACTION_BITS } from './taps.ts';

// What taps.ts computes for one picture, as nodes of a graph, for sizes that are known only when the graph runs.
// All numbers are float64, and each is computed in the order of taps.ts, because the last bit of a weight depends on it.

const INT64 = 7;
const BOOL = 9;

type Value = string;

/** An axis that is resized from `from` to `to` positions, float64 scalars; `count` positions from `first` on are needed. */
export interface OpenAxis {
  readonly from: Value;
  readonly to: Value;
  readonly first: Value;
  readonly count: number;
  readonly resample: Resample;
}

/** Short names for the operations of one graph. */
function mathsOf(g: GraphBuilder) {
  const two = (op: string) => (a: Value, b: Value) => g.node(op, [a, b]);
  const number = (value: number) => double(g, value);
  return {
    number,
    add: two('Add'),
    sub: two('Sub'),
    mul: two('Mul'),
    div: two('Div'),
    max: two('Max'),
    min: two('Min'),
    less: two('Less'),
    and: two('And'),
    abs: (x: Value) => g.node('Abs', [x]),
    floor: (x: Value) => g.node('Floor', [x]),
    not: (x: Value) => g.node('Not', [x]),
    where: (test: Value, then: Value, otherwise: Value) => g.node('Where', [test, then, otherwise]),
    int: (x: Value) => g.node('Cast', [x], { to: INT64 }),
    /** Adds the numbers of the last axis one after the other, as a loop does; a reduction would add them in another order. */
    sums: (x: Value) =>
      g.node('CumSum', [x, g.constant({ dtype: 'int64', dims: [], data: BigInt64Array.of(-1n) })]),
    shape: (x: Value, ...dims: number[]) => g.node('Reshape', [x, ints(g, ...dims)]),
  };
}

type Maths = ReturnType<typeof mathsOf>;

/** 0, 1, 2, ... as float64. */
function counting(g: GraphBuilder, values: readonly number[], ...dims: number[]): Value {
  const data = Float32Array.from(values);
  return g.node('Cast', [g.constant({ dtype: 'float32', dims, data })], { to: DOUBLE });
}

/** Pillow's filters; see `FILTERS` in taps.ts. */
function kernelOf(g: GraphBuilder, m: Maths, resample: Exclude<Resample, 0>, x: Value): Value {
  const { number, add, sub, mul, div, abs, less, and, not, where } = m;
  const sinc = (at: Value): Value => {
    const turned = mul(at, number(Math.PI));
    const isZero = not(g.node('Cast', [at], { to: BOOL }));
    return where(isZero, number(1), div(g.node('Sin', [turned]), where(isZero, number(1), turned)));
  };
  const t = abs(x);
  switch (resample) {
    case 1: {
      const inside = and(not(less(x, number(-3))), less(x, number(3)));
      return where(inside, mul(sinc(x), sinc(div(x, number(3)))), number(0));
    }
    case 2:
      return m.max(number(0), sub(number(1), t));
    case 3: {
      const near = add(mul(mul(sub(mul(number(1.5), t), number(2.5)), t), t), number(1));
      const inner = sub(mul(add(mul(sub(t, number(5)), t), number(8)), t), number(4));
      const far = where(less(t, number(2)), mul(inner, number(-0.5)), number(0));
      return where(less(t, number(1)), near, far);
    }
    case 4:
      return where(and(less(number(-0.5), x), not(less(number(0.5), x))), number(1), number(0));
    case 5: {
      const [most, rest] = [number(Math.fround(0.54)), number(Math.fround(0.46))];
      const window = add(most, mul(rest, g.node('Cos', [mul(x, number(Math.PI))])));
      return where(less(t, number(1)), mul(sinc(x), window), number(0));
    }
  }
}

const RADIUS = { 1: 3, 2: 1, 3: 2, 4: 0.5, 5: 1 } as const;
/** How many results a block computes: see `AxisBlocks`. More blocks make the graph larger, and fewer the products. */
const WIDTHS = [16, 32, 64, 128];
const MOST_BLOCKS = 32;

/** The weights of one axis; see `axisBlocks`. The blocks may compute a few results more than are needed. */
export function openAxis(
  g: GraphBuilder,
  { from, to, first, count, resample }: OpenAxis & { readonly resample: Exclude<Resample, 0> },
): AxisValues {
  const m = mathsOf(g);
  const { number, add, sub, mul, div, max, min, floor, less, and, not, where, int } = m;
  const width = WIDTHS.find((one) => count / one <= MOST_BLOCKS) ?? Math.ceil(count / MOST_BLOCKS);
  const blocks = Math.ceil(count / width);
  const scale = div(from, to);
  const widening = max(scale, number(1));
  const support = mul(number(RADIUS[resample]), widening);
  const narrowing = div(number(1), widening);

  // Results after the last one repeat it.
  const places = Array.from({ length: blocks * width }, (_, i) => Math.min(i, count - 1));
  const result = add(counting(g, places, blocks, width), first);
  const centre = mul(add(result, number(0.5)), scale);
  const low = max(number(0), floor(add(sub(centre, support), number(0.5))));
  const high = min(from, floor(add(add(centre, support), number(0.5))));
  const column = (value: Value, at: number) => g.node('Gather', [value, ints(g, at)], { axis: 1 });
  const [lowest, highest] = [column(low, 0), column(high, width - 1)];
  const reach = g.reduce('ReduceMax', sub(highest, lowest), [0, 1], 0);
  const start = min(lowest, sub(from, reach));

  const each = g.node('Range', [number(0), reach, number(1)]);
  const position = m.shape(add(start, each), blocks, 1, -1);
  const row = (value: Value) => m.shape(value, blocks, width, 1);
  const inside = and(not(less(position, row(low))), less(position, row(high)));
  const at = mul(add(sub(position, row(centre)), number(0.5)), narrowing);
  const exact = where(inside, kernelOf(g, m, resample, at), number(0));
  const sum = g.node('Gather', [m.sums(exact), ints(g, -1)], { axis: 2 });
  const isZero = not(g.node('Cast', [sum], { to: BOOL }));
  const share = mul(div(exact, where(isZero, number(1), sum)), number(2 ** FRACTION_BITS));
  const weights = mul(g.node('Sign', [share]), floor(add(m.abs(share), number(0.5))));
  const flat = (value: Value) => m.shape(int(value), blocks);
  return { blocks, starts: flat(start), ends: flat(add(start, reach)), weights };
}

/** The source position of each result of Pillow's nearest resize, int64; see `nearest` in taps.ts. */
export function openNearest(g: GraphBuilder, { from, to, first, count }: OpenAxis): Value {
  const m = mathsOf(g);
  const step = m.div(from, to);
  const at = m.int(first);
  const more = m.shape(m.int(m.add(first, m.number(count - 1))), 1);
  const steps = g.node(
    'Concat',
    [m.shape(m.mul(step, m.number(0.5)), 1), g.node('Expand', [m.shape(step, 1), more])],
    { axis: 0 },
  );
  const positions = m.min(m.sub(from, m.number(1)), m.floor(m.sums(steps)));
  const begin = m.shape(at, 1);
  const end = g.node('Add', [begin, ints(g, count)]);
  return m.int(g.node('Slice', [positions, begin, end, ints(g, 0)]));
}
