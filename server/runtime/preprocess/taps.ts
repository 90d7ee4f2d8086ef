import type { HostTensor, Resample } from '../../../nodes/sdk/index.ts';

/** Fractional bits of Pillow's integer weights: 32 bits minus 8 for a level and 2 for headroom. */
export const FRACTION_BITS = 22;

/** An axis is resized from `from` to `to` positions, of which `count` positions starting at `first` are needed. */
export interface AxisScale {
  readonly from: number;
  readonly to: number;
  readonly resample: Resample;
  readonly first: number;
  readonly count: number;
}

/**
 * The weights of one axis in blocks. Each block computes `width` neighbouring results from `reach` neighbouring source
 * positions, because matrix kernels are fast at dense products of short vectors.
 */
export interface AxisBlocks {
  readonly blocks: number;
  readonly width: number;
  readonly reach: number;
  /** The range of source positions that any block reads. */
  readonly used: { readonly first: number; readonly count: number };
  /** The first source position of each block. */
  readonly starts: readonly number[];
  /** blocks x width x reach, in units of 2^-22. */
  readonly weights: HostTensor<'int32'>;
}

/** The integer weights of one result, for the source positions from `low` on. */
interface Taps {
  readonly low: number;
  readonly weights: readonly number[];
}

const triangle = (x: number) => Math.max(0, 1 - Math.abs(x));
const box = (x: number) => (x > -0.5 && x <= 0.5 ? 1 : 0);
const sinc = (x: number) => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));
const lanczos = (x: number) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0);
/** Pillow stores both constants as float32. */
const [HAMMING, REST] = [Math.fround(0.54), Math.fround(0.46)];
const hamming = (x: number) => (Math.abs(x) < 1 ? sinc(x) * (HAMMING + REST * Math.cos(x * Math.PI)) : 0);

/** Keys' cubic with a = -0.5, computed in Pillow's order of operations, because the last bit of a weight depends on it. */
function cubic(x: number): number {
  const t = Math.abs(x);
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  return t < 2 ? (((t - 5) * t + 8) * t - 4) * -0.5 : 0;
}

/** The filters and their radii, by Pillow's numbers. */
const FILTERS = {
  1: [lanczos, 3],
  2: [triangle, 1],
  3: [cubic, 2],
  4: [box, 0.5],
  5: [hamming, 1],
} as const;

/** Pillow's `precompute_coeffs` and `normalize_coeffs_8bpc` (Resample.c). */
function filtered(resample: keyof typeof FILTERS, { from, to, first, count }: AxisScale): Taps[] {
  const [kernel, radius] = FILTERS[resample];
  const scale = from / to;
  // When a picture shrinks, the filter widens; this is the antialiasing.
  const widening = Math.max(scale, 1);
  const support = radius * widening;
  const narrowing = 1 / widening;
  return Array.from({ length: count }, (_, i) => {
    const centre = (first + i + 0.5) * scale;
    const low = Math.max(0, Math.trunc(centre - support + 0.5));
    const high = Math.min(from, Math.trunc(centre + support + 0.5));
    const exact: number[] = [];
    let sum = 0;
    for (let position = low; position < high; position++) {
      const weight = kernel((position - centre + 0.5) * narrowing);
      exact.push(weight);
      sum += weight;
    }
    const weights = exact.map((weight) => {
      const scaled = (sum === 0 ? weight : weight / sum) * 2 ** FRACTION_BITS;
      return Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    });
    return { low, weights };
  });
}

/** Pillow's `ImagingScaleAffine`. It adds up the position step by step, and its rounding errors must be reproduced. */
function nearest({ from, to, first, count }: AxisScale): Taps[] {
  const step = from / to;
  const taps: Taps[] = [];
  for (let i = 0, position = step * 0.5; i < first + count; i++, position += step)
    if (i >= first)
      taps.push({ low: Math.min(from - 1, Math.trunc(position)), weights: [2 ** FRACTION_BITS] });
  return taps;
}

/**
 * Enough blocks to keep each one short, but few enough to keep the graph small. Only a few counts are used, to reuse
 * graphs.
 */
function blockSizes(count: number): { width: number; blocks: number } {
  let width = 16;
  while (count / width > 32) width *= 2;
  const blocks = Math.ceil(count / width);
  const step = blocks > 16 ? 4 : blocks > 2 ? 2 : 1;
  return { width, blocks: Math.ceil(blocks / step) * step };
}

/** Computes the weights of one axis in float64, as Pillow does. */
export function axisBlocks(axis: AxisScale): AxisBlocks {
  const taps = axis.resample === 0 ? nearest(axis) : filtered(axis.resample, axis);
  const { width, blocks } = blockSizes(axis.count);
  const runs = Array.from({ length: blocks }, (_, block) => {
    const inside = taps.slice(block * width, (block + 1) * width);
    const low = Math.min(...inside.map((tap) => tap.low), axis.from - 1);
    return { low, reach: Math.max(1, ...inside.map((tap) => tap.low + tap.weights.length - low)) };
  });
  const reach = Math.max(...runs.map((run) => run.reach));
  const starts = runs.map((run) => Math.min(run.low, axis.from - reach));
  const first = Math.min(...starts);
  const weights = new Int32Array(blocks * width * reach);
  taps.forEach((tap, i) => {
    const skip = tap.low - starts[Math.floor(i / width)]!;
    weights.set(tap.weights, i * reach + skip);
  });
  return {
    blocks,
    width,
    reach,
    used: { first, count: Math.max(...starts) + reach - first },
    starts,
    weights: { dtype: 'int32', dims: [blocks, width, reach], data: weights },
  };
}
