import { describe, expect, test } from 'vitest';
import {
  describeSpace,
  encoderSpace,
  fieldTitle,
  type ModelInfo,
  mixedSpaces,
  nodeTitle,
  requireSameSpace,
  type Space,
  spaceMismatch,
} from '../../nodes/sdk/index.ts';

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
  ['a space and itself', clip, {}],
  ['spaces that differ only in normalisation', clip, { normalized: true }],
  ['the towers of one model', text, {}],
  ['a space that is not fully known yet', clip, { revision: undefined, dims: undefined }],
  ['an adapted picture and the text it was trained to fit', text, { adapter: lora(1) }],
] as const)('%s can be compared', (_, a, change) => {
  const b = { ...clip, ...change };
  expect([spaceMismatch(a, b), spaceMismatch(b, a)]).toEqual([null, null]);
});

test.each([
  ['two encoders', clip, { encoder: 'siglip' }, 'space.encoders', 'They come from different encoders.'],
  [
    'two versions',
    clip,
    { revision: 'r2' },
    'space.revisions',
    'They come from different versions of one encoder.',
  ],
  [
    'two layers',
    clip,
    { layer: 'pre-projection' },
    'space.layers',
    'One is the layer embedding of the encoder, the other is the layer pre-projection.',
  ],
  ['two sizes', text, { dims: 256 }, 'space.sizes', 'One has 512 numbers per vector, the other has 256.'],
  ['two poolings', clip, { pooling: 'mean' }, 'space.poolings', 'One is pooled by model, the other by mean.'],
  [
    'two projections',
    clip,
    { projection: 'identity' },
    'space.projections',
    'They are projected differently.',
  ],
  [
    'an adapted picture and a plain one',
    clip,
    { adapter: lora(1) },
    'space.one-adapter',
    'Only one of them went through an adapter.',
  ],
] as const)('%s cannot be compared, and the reason says why', (_, a, change, code, message) => {
  const b = { ...clip, ...change };
  expect(spaceMismatch(a, b)).toMatchObject({ code, message });
  expect(spaceMismatch(b, a)).toMatchObject({ code });
});

test('two adapters, or two strengths of one, do not mix', () => {
  const adapted = { ...clip, adapter: lora(1) };
  expect(spaceMismatch(adapted, { ...clip, adapter: { ...lora(1), hash: 'other' } })).toEqual({
    code: 'space.adapters',
    message: 'They went through different adapters.',
  });
  expect(spaceMismatch(adapted, { ...clip, adapter: lora(0.5) })).toEqual({
    code: 'space.strengths',
    message: 'Their adapters have different strengths.',
  });
  expect(spaceMismatch(adapted, { ...clip, adapter: lora(1) })).toBeNull();
});

test('a space names everything that differs from the model’s own result', () => {
  expect(describeSpace(clip)).toBe('CLIP (512)');
  expect(describeSpace({ ...clip, dims: undefined })).toBe('CLIP');
  expect(describeSpace({ ...clip, layer: 'pre-projection', pooling: 'cls', adapter: lora(0.5) })).toBe(
    'CLIP (512, pre-projection, cls, adapter cats x 0.5)',
  );
});

const model = (id: string, title: string, dims: number): ModelInfo => ({
  id,
  title,
  family: 'clip',
  towers: {
    image: {
      dims,
      layers: ['embedding', 'pre-projection'],
      layerDims: { 'pre-projection': 768 },
      projection: true,
    },
    text: { dims },
  },
});
const clipModel = model('clip', 'CLIP B/32', 512);
const dino = model('dino', 'DINOv2 small', 384);
const cosine = { type: 'compare/cosine', title: 'Cosine' };
const at = (port: string, title: string, space?: Space, from?: string) => ({ port, title, space, from });

describe('two embeddings', () => {
  test('of different encoders are refused, and the message names both', () => {
    const problem = mixedSpaces(
      cosine,
      at('queries', 'Image', encoderSpace(dino, 'image')),
      at('gallery', 'Prompts', encoderSpace(clipModel, 'text')),
    );
    expect(problem).toMatchObject({
      code: 'space.mismatch',
      port: 'gallery',
      expected: 'DINOv2 small (384)',
      got: 'CLIP B/32 (512)',
      args: {
        node: nodeTitle('compare/cosine', 'Cosine'),
        left: fieldTitle('input', 'compare/cosine', 'queries', 'Image'),
        first: { code: 'space.named', args: { title: 'DINOv2 small', notes: ['384'] } },
      },
    });
    expect(problem?.message).toBe(
      '*Cosine* cannot compare its inputs: *Image* gives DINOv2 small (384), *Prompts* gives CLIP B/32 (512). Use the same encoder for both.',
    );
  });

  test('are named by the nodes they come from, unless the nodes have the same name', () => {
    const said = (from: string) =>
      mixedSpaces(
        cosine,
        at('queries', 'Queries', encoderSpace(dino, 'image'), '*Image*'),
        at('gallery', 'Gallery', encoderSpace(clipModel, 'image'), from),
      )?.message;
    expect(said('*Prompts*')).toContain('*Image* gives DINOv2 small (384), *Prompts* gives');
    expect(said('*Image*')).toContain('*Queries* gives DINOv2 small (384), *Gallery* gives');
  });

  test('of two layers of one encoder are refused with the reason', () => {
    const a = at('queries', 'Queries', encoderSpace(clipModel, 'image', 'pre-projection'));
    const b = at('gallery', 'Gallery', encoderSpace(clipModel, 'image'));
    expect(() => requireSameSpace(cosine, a, b)).toThrow(
      '*Cosine* cannot compare its inputs: *Queries* gives CLIP B/32 (768, pre-projection), *Gallery* gives CLIP B/32 (512). One is the layer pre-projection of the encoder, the other is the layer embedding. Set up both branches the same way.',
    );
  });

  test('of the two towers of one encoder are compared', () => {
    const a = at('queries', 'Queries', encoderSpace(clipModel, 'text', 'embedding', 'hash'));
    const b = at('gallery', 'Gallery', encoderSpace(clipModel, 'image', 'embedding', 'hash'));
    expect(mixedSpaces(cosine, a, b)).toBeNull();
  });

  test('are accepted while one space is not known yet', () => {
    expect(mixedSpaces(cosine, at('a', 'A'), at('b', 'B', encoderSpace(clipModel, 'image')))).toBeNull();
  });

  test('are accepted while a revision is not known yet; two different revisions are refused', () => {
    const known = encoderSpace(clipModel, 'image', 'embedding', 'one');
    expect(
      mixedSpaces(cosine, at('a', 'A', known), at('b', 'B', encoderSpace(clipModel, 'text'))),
    ).toBeNull();
    expect(
      mixedSpaces(cosine, at('a', 'A', known), at('b', 'B', { ...known, revision: 'two' }))?.message,
    ).toMatch(/different versions/);
  });
});
