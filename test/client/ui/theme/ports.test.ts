import { describe, expect, test } from 'vitest';
import { CANVAS, PORT_LOOKS } from '../../../../client/ui/theme/ports.tsx';
import { PORT_TYPES } from '../../../../nodes/sdk/values.ts';
import { contrast } from './contrast.ts';

describe('ports', () => {
  test('every port type has a look', () =>
    expect(Object.keys(PORT_LOOKS).sort()).toEqual([...PORT_TYPES, 'any'].sort()));

  for (const scheme of ['light', 'dark'] as const)
    for (const [type, look] of Object.entries(PORT_LOOKS))
      test(`${type} stands out from the ${scheme} canvas by 3:1`, () =>
        expect(contrast(look[scheme], CANVAS[scheme])).toBeGreaterThanOrEqual(3));
});
