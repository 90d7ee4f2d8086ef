import { describe, expect, test } from 'vitest';
import { CANVAS, PORT_LOOKS } from '../../../../client/ui/theme/ports.tsx';
import { PORT_TYPES } from '../../../../nodes/sdk/values.ts';

/** Relative luminance of an sRGB colour (WCAG 2.2). */
function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio (WCAG 2.2). */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

describe('ports', () => {
  test('every port type has a look', () =>
    expect(Object.keys(PORT_LOOKS).sort()).toEqual([...PORT_TYPES, 'any'].sort()));

  for (const scheme of ['light', 'dark'] as const)
    for (const [type, look] of Object.entries(PORT_LOOKS))
      test(`${type} stands out from the ${scheme} canvas by 3:1`, () =>
        expect(contrast(look[scheme], CANVAS[scheme])).toBeGreaterThanOrEqual(3));
});
