import { expect, test } from 'vitest';
import { encoderSpace, type ModelInfo, spaceMismatch, tokenLayer } from '../../nodes/sdk/index.ts';

const model = (...layers: string[]): ModelInfo => ({
  id: 'clip',
  title: 'CLIP',
  family: 'clip',
  towers: { image: { dims: 8, layers: ['embedding', ...layers], projection: true }, text: { dims: 8 } },
});
const vit = model('patch-embedding', 'hidden', ...[0, 1, 2, 3].map((i) => `hidden.${i}`));

test('the last layer is the hidden state, and the latents of an autoencoder', () => {
  expect(tokenLayer(vit, 'last', 0)).toEqual({ layer: 'hidden' });
  expect(tokenLayer(model('latent'), 'last', 0)).toEqual({ layer: 'latent' });
  expect(tokenLayer(model(), 'last', 0)).toEqual({
    problem: expect.stringMatching(/^CLIP shows no tokens of its pictures\. It gives one vector a picture/),
  });
});

test('numbers count as hidden_states do in Transformers, negative ones from the end', () => {
  const layer = (number: number) => tokenLayer(vit, 'numbered', number);
  expect(layer(0)).toEqual({ layer: 'hidden.0' });
  expect(layer(3)).toEqual({ layer: 'hidden.3' });
  expect(layer(-1)).toEqual({ layer: 'hidden.3' });
  expect(layer(-4)).toEqual({ layer: 'hidden.0' });
  for (const number of [4, -5])
    expect(layer(number)).toEqual({
      problem: `CLIP has no layer ${number} that can be reached: it has layers 0 to 3, or -1 to -4 counted from the end.`,
      param: 'number',
    });
});

test('where some layers are missing nothing is counted from the end', () => {
  const some = model('hidden', 'hidden.2', 'hidden.5');
  expect(tokenLayer(some, 'numbered', 5)).toEqual({ layer: 'hidden.5' });
  expect(tokenLayer(some, 'numbered', -1)).toEqual({
    problem: 'CLIP has no layer -1 that can be reached: it has the layers 2, 5.',
    param: 'number',
  });
  expect(tokenLayer(model('hidden'), 'numbered', -1)).toEqual({
    problem: 'The layers of CLIP cannot be reached one by one. It has its last layer (hidden).',
    param: 'layer',
  });
  expect(tokenLayer(model('latent'), 'numbered', 1)).toMatchObject({
    problem: expect.stringMatching(/It has its latents, as the last layer\.$/),
  });
});

test('tokens in the space of the embedding are patches or queries', () => {
  expect(tokenLayer(vit, 'projected', 0)).toEqual({ layer: 'patch-embedding' });
  expect(tokenLayer(model('query-embedding', 'hidden'), 'projected', 0)).toEqual({
    layer: 'query-embedding',
  });
  expect(tokenLayer(model('hidden'), 'projected', 0)).toMatchObject({ param: 'layer' });
});

test('patches in the space of the embedding are compared with texts and whole pictures, and no hidden state is', () => {
  const patches = encoderSpace(vit, 'image', 'patch-embedding');
  expect(spaceMismatch(patches, encoderSpace(vit, 'text'))).toBeNull();
  expect(spaceMismatch(encoderSpace(vit, 'image'), patches)).toBeNull();
  expect(spaceMismatch({ ...patches, pooling: 'mean' }, encoderSpace(vit, 'image'))).toBeNull();
  expect(spaceMismatch(encoderSpace(vit, 'image', 'hidden'), encoderSpace(vit, 'text'))).toMatch(/hidden/);
});
