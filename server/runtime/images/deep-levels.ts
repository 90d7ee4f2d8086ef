import type { ReadOptions } from '../../../nodes/sdk/index.ts';

/** A picture's levels as its file has them: height x width x channels, one channel for grey. */
export interface RawLevels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Float32Array;
}

/** Colour spaces of the decoder whose levels can be read as they are. */
export const DEEP_SPACES: ReadonlySet<string> = new Set(['b-w', 'grey16', 'rgb16', 'srgb']);

/** Bits of cameras, scanners and file formats. */
const BITS = [8, 10, 12, 14, 16, 24, 32];
/** Below this all levels look black: with less, a picture of 16 bits uses at most 14 of them. */
const NEARLY_BLACK = 64;

function rangeOf(data: Float32Array): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const level of data) {
    if (level < low) low = level;
    if (level > high) high = level;
  }
  return low > high ? { low: 0, high: 0 } : { low, high };
}

/** Whether levels are lost when they are cut to 0..255: they lie outside, or all of them between 0 and 1. */
export function isCut({ data }: RawLevels): boolean {
  const { low, high } = rangeOf(data);
  return low < 0 || high > 255 || (high > 0 && high <= 1);
}

/** Whether a picture uses so few of its 16 bits that hardly anything is left of it. */
export function isNearlyBlack(data: Uint8Array): boolean {
  let any = false;
  for (const level of data) {
    if (level >= NEARLY_BLACK) return false;
    any ||= level > 0;
  }
  return any;
}

/** Turns levels into 0..255, three channels; see {@link ReadOptions.levels}. What is not a number becomes black. */
export function toBytes({ data, channels }: RawLevels, rule: NonNullable<ReadOptions['levels']>): Uint8Array {
  const { low, high } = rangeOf(data);
  const [black, white] = rule === 'stretch' ? [low, high] : [0, whiteFor(high)];
  const scale = white > black ? 255 / (white - black) : 0;
  const isGrey = channels < 3;
  const pixels = data.length / channels;
  const bytes = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const level = data[pixel * channels + (isGrey ? 0 : channel)]!;
      const value = Math.round((level - black) * scale);
      bytes[pixel * 3 + channel] = value > 0 ? Math.min(255, value) : 0;
    }
  }
  return bytes;
}

function whiteFor(high: number): number {
  if (high <= 1) return 1;
  const bits = BITS.find((some) => high <= 2 ** some - 1);
  return bits === undefined ? high : 2 ** bits - 1;
}
