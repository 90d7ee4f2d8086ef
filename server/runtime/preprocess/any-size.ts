import { PatchbayError, type PreprocessSpec, type Resample } from '../../../nodes/sdk/index.ts';
import { preprocessMessage } from '../../contract/messages/preprocess.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { cropSpan, splitSteps } from './geometry.ts';
import { type OpenAxis, openAxis, openNearest } from './open-axis.ts';
import { DOUBLE, double, ints, numbers, pass } from './stage-graph.ts';

const INT64 = 7;
const INT32 = 6;

type Value = string;
/** A size in pixels: known, or a float64 scalar of the graph. */
type Side = number | Value;
type Step = ReturnType<typeof splitSteps>['shape'][number];
type Resize = Extract<Step, { op: 'resize' }>;
type Crop = Extract<Step, { op: 'crop' }>;

/** 3 x height x width levels of a graph, uint8 or float64. */
interface Levels {
  readonly value: Value;
  readonly height: Side;
  readonly width: Side;
}

/** Prepared pictures: float32, 3 x height x width. */
export interface Prepared {
  readonly value: Value;
  readonly height: number;
  readonly width: number;
}

const refuse = (reason: 'preprocess.open-size' | 'preprocess.open-padding') =>
  new PatchbayError(preprocessMessage(reason));

const scalar = (g: GraphBuilder, side: Side): Value => (typeof side === 'number' ? double(g, side) : side);
const whole = (g: GraphBuilder, value: Value): Value =>
  g.node('Reshape', [g.node('Cast', [value], { to: INT64 }), ints(g, 1)]);

/** The length of an axis as a float64 scalar. */
function sideOf(g: GraphBuilder, picture: Value, axis: number): Value {
  const at = g.constant({ dtype: 'int64', dims: [], data: BigInt64Array.of(BigInt(axis)) });
  return g.node('Cast', [g.node('Gather', [g.node('Shape', [picture]), at])], { to: DOUBLE });
}

/** `resizedSize` of geometry.ts. */
function resized(g: GraphBuilder, step: Resize, { height, width }: Levels): { height: Side; width: Side } {
  if (step.mode === 'exact') return step;
  const [h, w] = [scalar(g, height), scalar(g, width)];
  const edge = double(g, step.size);
  const ratio = g.node('Div', [g.node('Mul', [edge, g.node('Max', [h, w])]), g.node('Min', [h, w])]);
  const long = g.node('Floor', [ratio]);
  const isWide = g.node('Less', [h, w]);
  return { width: g.node('Where', [isWide, long, edge]), height: g.node('Where', [isWide, edge, long]) };
}

/** The first position that a crop keeps, of an axis that is at least as long as the crop; `cropSpan` of geometry.ts. */
function cropFirst(g: GraphBuilder, side: Side, crop: number, margin: Crop['margin']): Value {
  if (typeof side === 'number') return double(g, cropSpan(side, crop, margin).first);
  const half = g.node('Mul', [g.node('Sub', [side, double(g, crop)]), double(g, 0.5)]);
  return g.node(margin === 'even' ? 'Round' : 'Floor', [half]);
}

/** Resizes and then keeps the middle, if the spec says so. Only results that are kept are computed. */
function resizedAndCut(g: GraphBuilder, picture: Levels, step: Resize, crop: Crop | undefined): Levels {
  const size = resized(g, step, picture);
  const result = crop ?? size;
  const { height, width } = result;
  if (typeof height !== 'number' || typeof width !== 'number') throw refuse('preprocess.open-size');
  const axis = (from: Side, to: Side, count: number): OpenAxis => {
    // After a resize to the shorter edge, both sides have at least that size.
    const least = typeof to === 'number' ? to : step.mode === 'shortest' ? step.size : 0;
    if (least < count) throw refuse('preprocess.open-padding');
    const first = crop ? cropFirst(g, to, count, crop.margin) : double(g, 0);
    return { from: scalar(g, from), to: scalar(g, to), first, count, resample: step.resample };
  };
  const across = axis(picture.width, size.width, width);
  const down = axis(picture.height, size.height, height);
  return { value: resampled(g, picture.value, step.resample, across, down), height, width };
}

function resampled(
  g: GraphBuilder,
  picture: Value,
  resample: Resample,
  across: OpenAxis,
  down: OpenAxis,
): Value {
  if (resample === 0) {
    const columns = g.node('Gather', [picture, openNearest(g, across)], { axis: 2 });
    return g.node('Gather', [columns, openNearest(g, down)], { axis: 1 });
  }
  const rows = openAxis(g, { ...down, resample });
  // Of a tall picture, only the rows that the result needs are resized across.
  const [top, bottom] = [
    g.node('Gather', [rows.starts, ints(g, 0)]),
    g.node('Gather', [rows.ends, ints(g, -1)]),
  ];
  const used = g.node('Slice', [picture, top, bottom, ints(g, 1)]);
  const wide = pass(g, used, 2, openAxis(g, { ...across, resample }));
  const shifted = {
    ...rows,
    starts: g.node('Sub', [rows.starts, top]),
    ends: g.node('Sub', [rows.ends, top]),
  };
  const both = pass(g, wide, 1, shifted);
  return g.node('Slice', [both, ints(g, 0, 0), ints(g, down.count, across.count), ints(g, 1, 2)]);
}

/** Keeps the middle of a picture, and puts black around it where it is smaller than the crop. */
function cut(g: GraphBuilder, picture: Levels, { height, width, margin }: Crop): Levels {
  const span = (side: Side, crop: number) => {
    const zero = double(g, 0);
    const left = g.node('Sub', [scalar(g, side), double(g, crop)]);
    const missing = g.node('Max', [zero, g.node('Neg', [left])]);
    const before = g.node('Ceil', [g.node('Mul', [missing, double(g, 0.5)])]);
    const first = g.node('Max', [zero, cropFirst(g, scalar(g, side), crop, margin)]);
    const end = g.node('Add', [first, g.node('Min', [scalar(g, side), double(g, crop)])]);
    const list = (value: Value) => whole(g, value);
    return {
      first: list(first),
      end: list(end),
      before: list(before),
      after: list(g.node('Sub', [missing, before])),
    };
  };
  const [rows, columns] = [span(picture.height, height), span(picture.width, width)];
  const pair = (a: Value, b: Value) => g.node('Concat', [a, b], { axis: 0 });
  const kept = g.node('Slice', [
    picture.value,
    pair(rows.first, columns.first),
    pair(rows.end, columns.end),
    ints(g, 1, 2),
  ]);
  const none = ints(g, 0);
  const margins = g.node('Concat', [none, rows.before, columns.before, none, rows.after, columns.after], {
    axis: 0,
  });
  const levels = g.node('Cast', [kept], { to: INT32 });
  const black = g.constant({ dtype: 'int32', dims: [], data: Int32Array.of(0) });
  const padded = g.node('Cast', [g.node('Pad', [levels, margins, black])], { to: DOUBLE });
  return { value: padded, height, width };
}

/**
 * Prepares a picture of any size inside a graph, as a spec says: `picture` is height x width x 3 uint8, upright. The numbers equal those
 * of `createRealiser`, which computes its weights outside the graph, because there the size is known.
 * @throws PatchbayError `preprocess.open-size` when pictures of different sizes give results of different sizes;
 *   `preprocess.open-padding` for a crop beyond a resized picture; `preprocess.step-order`
 */
export function prepared(g: GraphBuilder, picture: Value, spec: PreprocessSpec): Prepared {
  const { shape, numbers: last } = splitSteps(spec);
  let levels: Levels = {
    value: g.node('Transpose', [picture], { perm: [2, 0, 1] }),
    height: sideOf(g, picture, 0),
    width: sideOf(g, picture, 1),
  };
  for (let i = 0; i < shape.length; i++) {
    const step = shape[i]!;
    if (step.op === 'crop') {
      levels = cut(g, levels, step);
      continue;
    }
    const next = shape[i + 1];
    const crop = next?.op === 'crop' ? next : undefined;
    if (crop) i += 1;
    levels = resizedAndCut(g, levels, step, crop);
  }
  const { height, width } = levels;
  if (typeof height !== 'number' || typeof width !== 'number') throw refuse('preprocess.open-size');
  return { value: numbers(g, levels.value, last), height, width };
}
