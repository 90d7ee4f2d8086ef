import { expect, test } from 'vitest';
import { nearestName } from '../../nodes/sdk/index.ts';

test.each([
  ['emoji-clp', 'emoji-clip'],
  ['Emoji-CLIP', 'emoji-clip'],
  ['dinov2', 'dinov2-small'],
  ['something-else-entirely', undefined],
])('%s is probably %s', (typed, meant) => {
  expect(nearestName(typed, ['emoji-clip', 'dinov2-small', 'siglip'])).toBe(meant);
});
