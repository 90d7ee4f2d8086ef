/** Maps numbers to colours. */
export interface ColorScale {
  readonly kind: 'sequential' | 'diverging';
  readonly min: number;
  readonly max: number;
  /** Red, green and blue of 256 steps from `min` to `max`. */
  readonly steps: Uint8Array;
}

/**
 * Matplotlib's viridis at 17 even positions (CC0, Smith and van der Walt 2015). Its lightness increases evenly, and it
 * is readable in grey and for colour-blind people.
 */
const VIRIDIS =
  '440154 48186a 472d7b 424086 3b528b 33638d 2c728e 26828e 21918c 1fa088 28ae80 3fbc73 5ec962 84d44b addc30 d8e219 fde725';
/** From blue through light grey to orange. Equal distances from the middle have equal lightness. The middle is zero. */
const DIVERGING = '1f3f7a 2f5da0 4f80bd 7fa6d3 b3cbe4 eceded f0cfae e3a873 c97f43 a35a22 743a10';

function stepsOf(stops: string): Uint8Array {
  const colors = stops.split(' ').map((hex) => {
    const whole = Number.parseInt(hex, 16);
    return [whole >> 16, (whole >> 8) & 255, whole & 255] as const;
  });
  const steps = new Uint8Array(256 * 3);
  for (let step = 0; step < 256; step++) {
    const place = (step / 255) * (colors.length - 1);
    const from = Math.min(colors.length - 2, Math.floor(place));
    for (let channel = 0; channel < 3; channel++) {
      const [low, high] = [colors[from]?.[channel] ?? 0, colors[from + 1]?.[channel] ?? 0];
      steps[step * 3 + channel] = Math.round(low + (high - low) * (place - from));
    }
  }
  return steps;
}

const sequential = stepsOf(VIRIDIS);
const diverging = stepsOf(DIVERGING);

/** A scale with viridis from `min` to `max`. It shows how large a number is, and not its sign. */
export function sequentialScale(min: number, max: number): ColorScale {
  return { kind: 'sequential', min, max, steps: sequential };
}

/** The scale for numbers: diverging around zero if some are negative, otherwise from the smallest to the largest. */
export function scaleOf(values: ArrayLike<number>): ColorScale {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) return sequentialScale(0, 1);
  if (min >= 0) return sequentialScale(min, max);
  const reach = Math.max(-min, max);
  return { kind: 'diverging', min: -reach, max: reach, steps: diverging };
}

/** The step of a number, 0 to 255. If all numbers are equal, it is the middle one. */
export function stepOf({ min, max }: ColorScale, value: number): number {
  if (max <= min) return 128;
  return Math.max(0, Math.min(255, Math.round(((value - min) / (max - min)) * 255)));
}

/** The colour of a number, for CSS. */
export function colorOf(scale: ColorScale, value: number): string {
  const at = stepOf(scale, value) * 3;
  return `rgb(${scale.steps[at]} ${scale.steps[at + 1]} ${scale.steps[at + 2]})`;
}

/** Paints a matrix into RGBA bytes, one pixel per cell. Cells without a number stay transparent. */
export function paintCells(values: ArrayLike<number>, scale: ColorScale, rgba: Uint8ClampedArray): void {
  const { min, max, steps } = scale;
  const factor = max > min ? 255 / (max - min) : 0;
  const offset = max > min ? 0.5 : 128;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (!Number.isFinite(value)) continue;
    const step = ((value - min) * factor + offset) | 0;
    const from = (step > 255 ? 255 : step < 0 ? 0 : step) * 3;
    rgba[at * 4] = steps[from] as number;
    rgba[at * 4 + 1] = steps[from + 1] as number;
    rgba[at * 4 + 2] = steps[from + 2] as number;
    rgba[at * 4 + 3] = 255;
  }
}
