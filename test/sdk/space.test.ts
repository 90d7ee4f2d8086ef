import { expect, test } from 'vitest';
import { describeSpace, type Space, spaceMismatch } from '../../nodes/sdk/index.ts';

const clip: Space = {
  encoder: 'clip',
  title: 'CLIP',
  revision: 'r1',
  layer: 'embedding',
  projection: 'model',
  pooling: 'model',
  tower: 'image',
  dims: 512,
  normalized: false,
};
const text: Space = { ...clip, tower: 'text' };
const lora = (strength: number) => ({ id: 'cats', hash: 'h', strength });

test.each([
  ['a space and itself', clip, {}, null],
  ['what differs in normalisation alone', clip, { normalized: true }, null],
  ['the towers of one model', text, {}, null],
  ['what is not known yet', clip, { revision: undefined, dims: undefined }, null],
  ['an adapted picture and the text it was trained to meet', text, { adapter: lora(1) }, null],
  ['two encoders', clip, { encoder: 'siglip' }, /different encoders/],
  ['two versions', clip, { revision: 'r2' }, /different versions/],
  ['two layers', clip, { layer: 'pre-projection' }, /pre-projection/],
  ['two sizes', text, { dims: 256 }, /512.*256|256.*512/],
  ['two poolings', clip, { pooling: 'mean' }, /pooled/],
  ['two projections', clip, { projection: 'identity' }, /projected/],
  ['an adapted picture and a plain one', clip, { adapter: lora(1) }, /adapter/],
] as const)('%s', (_, a, change, expected) => {
  const b = { ...clip, ...change };
  for (const why of [spaceMismatch(a, b), spaceMismatch(b, a)]) {
    if (expected === null) expect(why).toBeNull();
    else expect(why).toMatch(expected);
  }
});

test('two strengths of one adapter do not mix', () => {
  expect(spaceMismatch({ ...clip, adapter: lora(1) }, { ...clip, adapter: lora(0.5) })).toMatch(/strengths/);
  expect(spaceMismatch({ ...clip, adapter: lora(1) }, { ...clip, adapter: lora(1) })).toBeNull();
});

test('a space says what sets it apart', () => {
  expect(describeSpace(clip)).toBe('CLIP (512)');
  expect(describeSpace({ ...clip, dims: undefined })).toBe('CLIP');
  expect(describeSpace({ ...clip, layer: 'pre-projection', pooling: 'cls', adapter: lora(0.5) })).toBe(
    'CLIP (512, pre-projection, cls, adapter cats x 0.5)',
  );
});
