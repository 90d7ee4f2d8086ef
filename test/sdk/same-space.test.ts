import { describe, expect, test } from 'vitest';
import {
  encoderSpace,
  type ModelInfo,
  mixedSpaces,
  requireSameSpace,
  type Space,
} from '../../nodes/sdk/index.ts';

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
const clip = model('clip', 'CLIP B/32', 512);
const dino = model('dino', 'DINOv2 small', 384);
const at = (port: string, title: string, space?: Space, from?: string) => ({ port, title, space, from });

describe('two embeddings', () => {
  test('of different encoders are refused in a sentence that names both', () => {
    const problem = mixedSpaces(
      'Cosine',
      at('queries', 'Image', encoderSpace(dino, 'image')),
      at('gallery', 'Prompts', encoderSpace(clip, 'text')),
    );
    expect(problem).toMatchObject({ code: 'space.mismatch', port: 'gallery' });
    expect(problem?.message).toBe(
      'Cosine needs two embeddings from one space. *Image* gives DINOv2 small (384), *Prompts* gives CLIP B/32 (512). Use the same encoder for both.',
    );
  });

  test('are named by the nodes they come from, unless those have one name', () => {
    const said = (from: string) =>
      mixedSpaces(
        'Cosine',
        at('queries', 'Queries', encoderSpace(dino, 'image'), '*Image*'),
        at('gallery', 'Gallery', encoderSpace(clip, 'image'), from),
      )?.message;
    expect(said('*Prompts*')).toContain('*Image* gives DINOv2 small (384), *Prompts* gives');
    expect(said('*Image*')).toContain('*Queries* gives DINOv2 small (384), *Gallery* gives');
  });

  test('of two layers of one encoder are refused with the reason', () => {
    const a = at('queries', 'Queries', encoderSpace(clip, 'image', 'pre-projection'));
    const b = at('gallery', 'Gallery', encoderSpace(clip, 'image'));
    expect(() => requireSameSpace('Cosine', a, b)).toThrow(
      /one is the pre-projection and the other the embedding/,
    );
  });

  test('of the two towers of one encoder are compared', () => {
    const a = at('queries', 'Queries', encoderSpace(clip, 'text', 'embedding', 'hash'));
    const b = at('gallery', 'Gallery', encoderSpace(clip, 'image', 'embedding', 'hash'));
    expect(mixedSpaces('Cosine', a, b)).toBeNull();
  });

  test('of which one is not known yet are let be', () => {
    expect(mixedSpaces('Cosine', at('a', 'A'), at('b', 'B', encoderSpace(clip, 'image')))).toBeNull();
  });

  test('of which the revision is not known yet are let be, of two revisions are refused', () => {
    const known = encoderSpace(clip, 'image', 'embedding', 'one');
    expect(mixedSpaces('Cosine', at('a', 'A', known), at('b', 'B', encoderSpace(clip, 'text')))).toBeNull();
    expect(
      mixedSpaces('Cosine', at('a', 'A', known), at('b', 'B', { ...known, revision: 'two' }))?.message,
    ).toMatch(/different versions/);
  });
});
