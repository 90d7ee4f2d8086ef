import type { Resample } from '../../../nodes/sdk/index.ts';

/** A decoded picture: height x width x 3 bytes, rows from the top. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Pillow keeps weights as integers of this many fractional bits: 32 less 8 of the level less 2 of headroom. */
const FRACTION = 22;
const HALF = 1 << (FRACTION - 1);

/** Integer weights of every output position along one axis: `size` at most for each, starting at source `start`. */
interface Taps {
  readonly size: number;
  readonly start: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
}

function triangle(x: number): number {
  return Math.max(0, 1 - Math.abs(x));
}

/** Keys' cubic with a = -0.5. */
function cubic(x: number): number {
  const t = Math.abs(x);
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
}

function tapsOf(from: number, to: number, resample: 2 | 3): Taps {
  const kernel = resample === 3 ? cubic : triangle;
  const ratio = from / to;
  // The filter widens when shrinking: that is the antialiasing.
  const widening = Math.max(ratio, 1);
  const support = (resample === 3 ? 2 : 1) * widening;
  const size = Math.ceil(support) * 2 + 1;
  const taps = {
    size,
    start: new Int32Array(to),
    count: new Int32Array(to),
    weights: new Int32Array(to * size),
  };
  const exact = new Float64Array(size);
  for (let i = 0; i < to; i += 1) {
    const centre = (i + 0.5) * ratio;
    const low = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(from, Math.trunc(centre + support + 0.5)) - low;
    let sum = 0;
    for (let k = 0; k < count; k += 1) {
      exact[k] = kernel((k + low - centre + 0.5) / widening);
      sum += exact[k]!;
    }
    for (let k = 0; k < count; k += 1) {
      const weight = (sum === 0 ? exact[k]! : exact[k]! / sum) * (1 << FRACTION);
      taps.weights[i * size + k] = Math.trunc(weight < 0 ? weight - 0.5 : weight + 0.5);
    }
    taps.start[i] = low;
    taps.count[i] = count;
  }
  return taps;
}

function clampByte(total: number): number {
  const level = total >> FRACTION;
  return Math.max(0, Math.min(255, level));
}

/** Only rows `first` to `last` are needed by the pass that follows. */
function across(source: RgbImage, taps: Taps, width: number, first: number, last: number): Uint8Array {
  const { data } = source;
  const { size, start, count, weights } = taps;
  const out = new Uint8Array((last - first) * width * 3);
  let at = 0;
  for (let y = first; y < last; y += 1) {
    const row = y * source.width * 3;
    for (let x = 0; x < width; x += 1) {
      let [red, green, blue] = [HALF, HALF, HALF];
      let from = row + start[x]! * 3;
      const end = x * size + count[x]!;
      for (let k = x * size; k < end; k += 1, from += 3) {
        const weight = weights[k]!;
        red = (red + data[from]! * weight) | 0;
        green = (green + data[from + 1]! * weight) | 0;
        blue = (blue + data[from + 2]! * weight) | 0;
      }
      out[at] = clampByte(red);
      out[at + 1] = clampByte(green);
      out[at + 2] = clampByte(blue);
      at += 3;
    }
  }
  return out;
}

function down(data: Uint8Array, stride: number, taps: Taps, height: number, first: number): Uint8Array {
  const { size, start, count, weights } = taps;
  const out = new Uint8Array(height * stride);
  const totals = new Int32Array(stride);
  for (let y = 0; y < height; y += 1) {
    totals.fill(HALF);
    for (let k = 0; k < count[y]!; k += 1) {
      const weight = weights[y * size + k]!;
      const row = (start[y]! + k - first) * stride;
      for (let i = 0; i < stride; i += 1) totals[i] = (totals[i]! + data[row + i]! * weight) | 0;
    }
    const row = y * stride;
    for (let i = 0; i < stride; i += 1) out[row + i] = clampByte(totals[i]!);
  }
  return out;
}

/** The position is a running float64 sum, as in Pillow: its rounding is part of the answer. */
function nearestIndices(from: number, to: number): Int32Array {
  const step = from / to;
  const indices = new Int32Array(to);
  for (let i = 0, position = step * 0.5; i < to; i += 1, position += step)
    indices[i] = Math.min(from - 1, Math.trunc(position));
  return indices;
}

function nearest(source: RgbImage, width: number, height: number): Uint8Array {
  const columns = nearestIndices(source.width, width);
  const rows = nearestIndices(source.height, height);
  const out = new Uint8Array(width * height * 3);
  let at = 0;
  for (const row of rows) {
    for (const column of columns) {
      const from = (row * source.width + column) * 3;
      out[at] = source.data[from]!;
      out[at + 1] = source.data[from + 1]!;
      out[at + 2] = source.data[from + 2]!;
      at += 3;
    }
  }
  return out;
}

/**
 * Resizes as Pillow does, to the last bit: integer weights of 22 fractional bits, across and rounded to bytes, then down.
 *
 * ONNX `Resize` comes within a level but rounds halves otherwise: at ratios such as 3:2 one value in twenty differs.
 * @param width of the result in pixels.
 * @param height of the result in pixels.
 */
export function pillowResize(source: RgbImage, width: number, height: number, resample: Resample): RgbImage {
  if (source.width === width && source.height === height) return source;
  if (resample === 0) return { width, height, data: nearest(source, width, height) };
  const vertical = tapsOf(source.height, height, resample);
  const first = vertical.start[0]!;
  const last = vertical.start[height - 1]! + vertical.count[height - 1]!;
  const middle =
    source.width === width
      ? source.data.subarray(first * width * 3, last * width * 3)
      : across(source, tapsOf(source.width, width, resample), width, first, last);
  if (source.height === height) return { width, height, data: middle };
  return { width, height, data: down(middle, width * 3, vertical, height, first) };
}
