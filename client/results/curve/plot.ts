import type { ViewCell, ViewOf, ViewSeries } from '../../../server/contract/view.ts';

type Curve = ViewOf<'curve'>;

/** One axis: the numbers at its ends, and those that are written beside it. */
export interface Axis {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
}

/**
 * The one of 1, 2 and 5 times a power of ten that gives about so many steps between two numbers: the nearest by ratio,
 * so that there are at most √2.5 times as many steps as asked, and at least 1/√2.5 times as many.
 */
export function stepOf(span: number, about: number): number {
  const power = 10 ** Math.floor(Math.log10(span / about));
  const share = span / about / power;
  return power * (share < Math.SQRT2 ? 1 : share < Math.sqrt(10) ? 2 : share < Math.sqrt(50) ? 5 : 10);
}

function range(values: Iterable<number>): { min: number; max: number; whole: boolean } {
  let [min, max, whole] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
  for (const value of values)
    if (Number.isFinite(value)) {
      min = Math.min(min, value);
      max = Math.max(max, value);
      whole &&= Number.isInteger(value);
    }
  return min <= max ? { min, max, whole } : { min: 0, max: 1, whole: false };
}

/** Numbers below this are zero for an axis: powers of ten of their steps would have no exact digits. */
const TINY = 1e-290;

/** A number without the last digits of an inexact product, so that 3 * 0.1 is written 0.3. */
const plain = (value: number): number => Number(value.toPrecision(12));

/**
 * An axis for some numbers. Numbers that are not finite count for nothing.
 * Whole numbers get no steps between them.
 * @param about how many steps it should have
 * @param round lets the axis begin and end at a tick, and at zero if the numbers come near to it
 */
export function axisOf(values: Iterable<number>, about: number, round = false): Axis {
  let { min, max, whole } = range(values);
  if (round && min > 0 && min < max / 2) min = 0;
  if (round && max < 0 && max > min / 2) max = 0;
  // One number alone, or numbers too near to tell apart, lie in the middle.
  const size = Math.max(Math.abs(min), Math.abs(max));
  if (max - min <= Math.max(size * 1e-12, TINY)) {
    const around = size > TINY ? size / 2 : 0.5;
    [min, max] = [min - around, max + around];
  }
  const step = Math.max(stepOf(max - min, about), whole ? 1 : 0);
  if (round)
    [min, max] = [plain(Math.floor(min / step + 1e-9) * step), plain(Math.ceil(max / step - 1e-9) * step)];
  const first = Math.ceil(min / step - 1e-9);
  const count = Math.floor(max / step + 1e-9) - first + 1;
  const ticks = Array.from({ length: count }, (_, at) => plain((first + at) * step));
  return { min, max, ticks };
}

/** A number beside an axis, with as few digits as it has: `0.2`, `5000`, `2e-7`. */
export const tickText = (tick: number): string =>
  tick !== 0 && (Math.abs(tick) >= 1e6 || Math.abs(tick) < 1e-4) ? tick.toExponential() : String(tick);

/** A rectangle in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Both axes of a curve, and where its numbers are in a rectangle. */
export interface Plot {
  readonly box: Box;
  readonly x: Axis;
  readonly y: Axis;
  readonly xAt: (value: number) => number;
  readonly yAt: (value: number) => number;
}

function* numbersOf(series: readonly ViewSeries[], axis: 0 | 1): Generator<number> {
  for (const { points } of series) for (const point of points) yield point[axis];
}

/** Places a curve in a rectangle: about one written number for each 80 pixels across and 44 pixels down. */
export function plotOf({ series }: Pick<Curve, 'series'>, box: Box): Plot {
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const x = axisOf(numbersOf(series, 0), Math.max(2, Math.floor(width / 80)));
  const y = axisOf(numbersOf(series, 1), Math.max(2, Math.floor(height / 44)), true);
  return {
    box,
    x,
    y,
    xAt: (value) => box.left + ((value - x.min) / (x.max - x.min)) * width,
    yAt: (value) => box.bottom - ((value - y.min) / (y.max - y.min)) * height,
  };
}

/** The pixels of a line. It is interrupted where a number is missing. */
export function strokesOf({ points }: ViewSeries, { xAt, yAt }: Plot): (readonly [number, number])[][] {
  const strokes: (readonly [number, number])[][] = [];
  let open = false;
  for (const [x, y] of points) {
    const known = Number.isFinite(x) && Number.isFinite(y);
    if (known && !open) strokes.push([]);
    if (known) strokes.at(-1)?.push([xAt(x), yAt(y)]);
    open = known;
  }
  return strokes;
}

/** A curve as rows: each x with the value of each line there. */
export interface CurveRows {
  readonly columns: ViewOf<'table'>['columns'];
  readonly rows: (readonly ViewCell[])[];
}

/**
 * All points as rows, by x. The points of several lines with one x share a row. If a line has two points with one x, the second
 * is in another row. Points without an x are left out.
 */
export function rowsOf({ x, series }: Pick<Curve, 'x' | 'series'>): CurveRows {
  const rows = new Map<string, { readonly x: number; readonly values: (number | null)[] }>();
  for (const [column, { points }] of series.entries()) {
    const times = new Map<number, number>();
    for (const [at, value] of points) {
      if (!Number.isFinite(at)) continue;
      const time = times.get(at) ?? 0;
      times.set(at, time + 1);
      const key = `${at} ${time}`;
      const row = rows.get(key) ?? { x: at, values: Array<number | null>(series.length).fill(null) };
      row.values[column] = Number.isFinite(value) ? value : null;
      rows.set(key, row);
    }
  }
  return {
    columns: [
      { key: 'x', title: x, type: 'number' },
      ...series.map(({ name }, at) => ({ key: `y${at}`, title: name, type: 'number' as const })),
    ],
    rows: [...rows.values()].sort((a, b) => a.x - b.x).map(({ x: at, values }) => [at, ...values]),
  };
}

/** The row whose x is nearest to a number; undefined if there are no rows. */
export function nearestRow({ rows }: CurveRows, x: number): number | undefined {
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [at, [own]] of rows.entries()) {
    const far = Math.abs(Number(own) - x);
    if (far < least) [best, least] = [at, far];
  }
  return best;
}
