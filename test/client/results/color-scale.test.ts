import { describe, expect, test } from 'vitest';
import { colorOf, paintCells, scaleOf, stepOf } from '../../../client/results/color-scale.ts';

const lightness = (step: number, steps: Uint8Array) => {
  const linear = [0, 1, 2].map((channel) => {
    const value = (steps[step * 3 + channel] as number) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const y = 0.2126 * (linear[0] as number) + 0.7152 * (linear[1] as number) + 0.0722 * (linear[2] as number);
  return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
};

describe('the colours of a heatmap', () => {
  test('unsigned numbers run through viridis, which grows lighter all the way', () => {
    const scale = scaleOf([0.2, 0.5, 0.9]);
    expect(scale).toMatchObject({ kind: 'sequential', min: 0.2, max: 0.9 });
    expect(colorOf(scale, 0.2)).toBe('rgb(68 1 84)');
    expect(colorOf(scale, 0.9)).toBe('rgb(253 231 37)');
    for (let step = 1; step < 256; step++)
      expect(lightness(step, scale.steps)).toBeGreaterThan(lightness(step - 1, scale.steps) - 0.2);
  });

  test('signed numbers diverge about zero, to the same distance both ways', () => {
    const scale = scaleOf([-0.25, 0.5]);
    expect(scale).toMatchObject({ kind: 'diverging', min: -0.5, max: 0.5 });
    const [low, middle, high] = [0, 128, 255].map((step) => lightness(step, scale.steps)) as [
      number,
      number,
      number,
    ];
    expect(middle).toBeGreaterThan(90);
    expect(Math.abs(low - high)).toBeLessThan(5);
    expect(stepOf(scale, 0)).toBe(128);
  });

  test('equal numbers and no numbers have a colour and no division by zero', () => {
    expect(stepOf(scaleOf([3, 3]), 3)).toBe(128);
    expect(scaleOf([Number.NaN])).toMatchObject({ min: 0, max: 1 });
  });

  test('painting gives each cell the colour of its number, and leaves what is none transparent', () => {
    const values = [0, 0.31, Number.NaN, 1];
    const scale = scaleOf(values);
    const rgba = new Uint8ClampedArray(16);
    paintCells(values, scale, rgba);
    const painted = (at: number) => `rgb(${rgba[at * 4]} ${rgba[at * 4 + 1]} ${rgba[at * 4 + 2]})`;
    for (const at of [0, 1, 3]) expect(painted(at)).toBe(colorOf(scale, values[at] as number));
    expect([...rgba.subarray(8, 12)]).toEqual([0, 0, 0, 0]);
    const same = new Uint8ClampedArray(4);
    paintCells([7], scaleOf([7]), same);
    expect(same[3]).toBe(255);
  });
});
