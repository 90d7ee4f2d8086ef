import { buildGraph, type GraphBuilder } from '../onnx/graph-builder.ts';
import type { NumberStep } from './geometry.ts';
import { FRACTION_BITS } from './taps.ts';

/** The numbers of element types in ONNX (TensorProto.DataType). */
const FLOAT = 1;
const UINT8 = 2;
export const DOUBLE = 11;

/** The form of a stage's graph. Stages with equal layouts share a session. */
export interface StageLayout {
  /** The number of column blocks and their width; undefined when columns are only cut. */
  readonly across?: { readonly blocks: number; readonly width: number };
  /** The same for rows. */
  readonly down?: { readonly blocks: number; readonly width: number };
  readonly pads: boolean;
  /** `bytes`: the result is height x width x 3 bytes. A list: these steps turn them into 3 x height x width numbers. */
  readonly finish: 'bytes' | readonly NumberStep[];
}

type Value = string;

/**
 * A number as an exact float64 scalar: a sum of float32 parts, which ONNX Runtime computes once when it loads the session.
 * Float64 multiplies integer weights and levels without rounding, and rescales as NumPy does.
 */
export function double(g: GraphBuilder, value: number): Value {
  const parts: number[] = [];
  for (let rest = value, i = 0; i < 3; i++) {
    parts.push(Math.fround(rest));
    rest -= parts[i]!;
  }
  return parts
    .map((part) =>
      g.node('Cast', [g.constant({ dtype: 'float32', dims: [], data: Float32Array.of(part) })], {
        to: DOUBLE,
      }),
    )
    .reduce((sum, part) => g.node('Add', [sum, part]));
}

/** A list of whole numbers. */
export const ints = (g: GraphBuilder, ...values: number[]): Value =>
  g.constant({ dtype: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) });

/**
 * Rounds to whole levels as Pillow does. Adding a half and rounding down replaces its shift; the clip replaces its
 * clamp.
 */
function toLevels(g: GraphBuilder, sums: Value): Value {
  const rounded = g.node('Floor', [g.node('Add', [sums, double(g, 0.5)])]);
  const [least, most] = [double(g, 0), double(g, 255)];
  // Before operator set 12, ONNX Runtime clips no float64.
  if (g.opset < 12) return g.node('Min', [g.node('Max', [rounded, least]), most]);
  return g.node('Clip', [rounded, least, most]);
}

/** The weights of one axis as values of a graph; see `AxisBlocks`. */
export interface AxisValues {
  readonly blocks: number;
  /** int64, as many as blocks: the first source position of each, and the one after its last. */
  readonly starts: Value;
  readonly ends: Value;
  /** float64, blocks x width x reach: whole numbers in units of 2^-22. */
  readonly weights: Value;
}

/** Resizes the last axis (2) or the one before (1) of 3 x height x width levels. */
export function pass(g: GraphBuilder, picture: Value, axis: 1 | 2, { blocks, ...values }: AxisValues): Value {
  const split = (value: Value): Value[] => {
    if (blocks === 1) return [value];
    const ones = Array.from({ length: blocks }, () => 1);
    return g.opset < 13
      ? g.node('Split', [value], { axis: 0, split: ones }, { outputs: blocks })
      : g.node('Split', [value, ints(g, ...ones)], { axis: 0 }, { outputs: blocks });
  };
  const [starts, ends] = [split(values.starts), split(values.ends)];
  const scaled = g.node('Mul', [values.weights, double(g, 2 ** -FRACTION_BITS)]);
  const weights = split(axis === 2 ? g.node('Transpose', [scaled], { perm: [0, 2, 1] }) : scaled);
  const parts = weights.map((weight, block) => {
    const run = g.node('Slice', [picture, starts[block]!, ends[block]!, ints(g, axis)]);
    const levels = g.node('Cast', [run], { to: DOUBLE });
    return g.node('MatMul', axis === 2 ? [levels, weight] : [weight, levels]);
  });
  return toLevels(g, parts.length === 1 ? parts[0]! : g.node('Concat', parts, { axis }));
}

/** What `axisBlocks` computes, as inputs of a graph. */
function given(
  g: GraphBuilder,
  name: 'across' | 'down',
  { blocks, width }: { blocks: number; width: number },
): AxisValues {
  const starts = g.input(`${name}_starts`, 'int64', [blocks]);
  const ends = g.input(`${name}_ends`, 'int64', [blocks]);
  const integers = g.input(`${name}_weights`, 'int32', [blocks, width, `${name}_reach`]);
  return { blocks, starts, ends, weights: g.node('Cast', [integers], { to: DOUBLE }) };
}

/** Transformers' `rescale` (float64, then float32) and `normalize` (float32), in their order. */
export function numbers(g: GraphBuilder, levels: Value, steps: readonly NumberStep[]): Value {
  const perChannel = (values: readonly number[]) =>
    g.constant({ dtype: 'float32', dims: [3, 1, 1], data: Float32Array.from(values) });
  let value = levels;
  for (const step of steps) {
    if (step.op === 'rescale') {
      const wide = g.node('Cast', [value], { to: DOUBLE });
      value = g.node('Cast', [g.node('Mul', [wide, double(g, step.factor)])], { to: FLOAT });
    } else {
      const single = g.node('Cast', [value], { to: FLOAT });
      value = g.node('Div', [g.node('Sub', [single, perChannel(step.mean)]), perChannel(step.std)]);
    }
  }
  return g.node('Cast', [value], { to: FLOAT });
}

/**
 * Builds the graph of one stage: it resizes across, resizes down, cuts, pads, and turns bytes into numbers.
 *
 * The result equals Pillow's 8-bit resampling bit for bit: integer weights, sums without rounding, columns first, and whole
 * levels between the two passes. ONNX `Resize` uses float32 weights and is one level off where a sum is close to a half.
 */
export function stageGraph(layout: StageLayout): Uint8Array {
  return buildGraph((g) => {
    const picture = g.input('picture', 'uint8', ['height', 'width', 3]);
    const cutFrom = g.input('cut_from', 'int64', [2]);
    const cutTo = g.input('cut_to', 'int64', [2]);
    let value = g.node('Transpose', [picture], { perm: [2, 0, 1] });
    if (layout.across) value = pass(g, value, 2, given(g, 'across', layout.across));
    if (layout.down) value = pass(g, value, 1, given(g, 'down', layout.down));
    value = g.node('Slice', [value, cutFrom, cutTo, ints(g, 1, 2)]);
    if (layout.pads) {
      const levels = g.node('Cast', [value], { to: UINT8 });
      // Margins for all axes. When ONNX Runtime's optimizer moves a Transpose past a Pad with named axes, it pads the
      // wrong ones.
      const margins = g.input('margins', 'int64', [6]);
      const zero = g.constant({ dtype: 'uint8', dims: [], data: Uint8Array.of(0) });
      value = g.node('Pad', [levels, margins, zero]);
    }
    if (layout.finish === 'bytes') {
      const levels = g.node('Cast', [value], { to: UINT8 });
      g.output('result', g.node('Transpose', [levels], { perm: [1, 2, 0] }), 'uint8', ['rows', 'columns', 3]);
    } else {
      g.output('result', numbers(g, value, layout.finish), 'float32', [3, 'rows', 'columns']);
    }
  });
}
