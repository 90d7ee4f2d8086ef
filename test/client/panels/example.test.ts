import { describe, expect, it } from 'vitest';
import { exampleOf } from '../../../client/panels/example.ts';
import { validate } from '../../../server/engine/validate.ts';
import { catalogueOf } from '../../../server/http/gate/prepare.ts';
import { loadAllNodes } from '../../../server/load-nodes.ts';

const registry = await loadAllNodes([]);
const types = Object.fromEntries(registry.descriptors().map((one) => [one.type, one]));
/** The models that come with Patchbay, as the server lists them. */
const models = catalogueOf([
  {
    id: 'emoji-clip',
    title: 'Emoji CLIP',
    family: 'clip',
    probability: { kind: 'softmax', scale: 100, bias: 0 },
    towers: {
      image: {
        dims: 256,
        layers: ['embedding', 'pre-projection', 'hidden'],
        layerDims: { 'pre-projection': 384, hidden: 384 },
        projection: true,
      },
      text: { dims: 256, contextLength: 32 },
    },
  },
  {
    id: 'tiny-vae',
    title: 'Tiny autoencoder',
    family: 'vae',
    towers: {
      image: { dims: 8, layers: ['latent'], layerDims: { latent: 8 }, projection: false },
      decoder: { channels: 8 },
    },
  },
] as unknown as Parameters<typeof catalogueOf>[0]);
const ALONE = [
  'flow/note',
  'image/load-url',
  'output/load-embeddings',
  'output/load-table',
  'compare/load-classifier',
  'label/label-set',
  'collection/open',
  'collection/query',
  'collection/save',
];

describe('the example of a node', () => {
  it.each(Object.keys(types))('%s is ready to run, or the node says that it has none', (type) => {
    const example = exampleOf(type, types);
    if (ALONE.includes(type)) {
      expect(example).toBeUndefined();
      return;
    }
    expect(example!.nodes.map((node) => node.type)).toContain(type);
    expect(validate(example!, registry, { models }).problems.map(({ message }) => message)).toEqual([]);
  });

  it('of a type nobody knows is none', () => {
    expect(exampleOf('acme/thing', types)).toBeUndefined();
  });
});
