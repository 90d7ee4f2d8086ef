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
  expect(tokenLayer(model(), 'last', 0)).toMatchObject({
    problem: {
      code: 'tokens.none',
      message:
        'CLIP gives no tokens for pictures. It gives only one vector per picture. Choose a ViT, CLIP or DINOv2, or export the model with last_hidden_state.',
    },
  });
});

test('numbers count as hidden_states do in Transformers, negative ones from the end', () => {
  const layer = (number: number) => tokenLayer(vit, 'numbered', number);
  expect(layer(0)).toEqual({ layer: 'hidden.0' });
  expect(layer(3)).toEqual({ layer: 'hidden.3' });
  expect(layer(-1)).toEqual({ layer: 'hidden.3' });
  expect(layer(-4)).toEqual({ layer: 'hidden.0' });
  for (const number of [4, -5])
    expect(layer(number)).toMatchObject({
      problem: {
        code: 'tokens.no-number',
        args: { model: 'CLIP', number },
        message: `CLIP has no layer ${number}. It has layers 0 to 3, or -1 to -4 counted from the end.`,
      },
      param: 'number',
    });
});

test('where some layers are missing, no number counts from the end', () => {
  const some = model('hidden', 'hidden.2', 'hidden.5');
  expect(tokenLayer(some, 'numbered', 5)).toEqual({ layer: 'hidden.5' });
  expect(tokenLayer(some, 'numbered', -1)).toMatchObject({
    problem: { message: 'CLIP has no layer -1. It has the layers 2, 5.' },
    param: 'number',
  });
  expect(tokenLayer(model('hidden'), 'numbered', -1)).toMatchObject({
    problem: {
      code: 'tokens.not-numbered',
      message: 'CLIP has no numbered layers. It has its last layer (hidden).',
    },
    param: 'layer',
  });
  expect(tokenLayer(model('latent'), 'numbered', 1)).toMatchObject({
    problem: { message: 'CLIP has no numbered layers. It has its latents, as the last layer.' },
  });
});

test('tokens in the space of the embedding are patches or queries', () => {
  expect(tokenLayer(vit, 'projected', 0)).toEqual({ layer: 'patch-embedding' });
  expect(tokenLayer(model('query-embedding', 'hidden'), 'projected', 0)).toEqual({
    layer: 'query-embedding',
  });
  expect(tokenLayer(model('hidden'), 'projected', 0)).toMatchObject({
    problem: { code: 'tokens.none-for-texts' },
    param: 'layer',
  });
});

test('patches in the space of the embedding can be compared with texts and whole pictures, hidden states cannot', () => {
  const patches = encoderSpace(vit, 'image', 'patch-embedding');
  expect(spaceMismatch(patches, encoderSpace(vit, 'text'))).toBeNull();
  expect(spaceMismatch(encoderSpace(vit, 'image'), patches)).toBeNull();
  expect(spaceMismatch({ ...patches, pooling: 'mean' }, encoderSpace(vit, 'image'))).toBeNull();
  expect(spaceMismatch(encoderSpace(vit, 'image', 'hidden'), encoderSpace(vit, 'text'))).toMatchObject({
    code: 'space.layers',
    args: { one: 'hidden', other: 'embedding' },
  });
});
