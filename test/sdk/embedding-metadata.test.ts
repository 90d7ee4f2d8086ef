import { describe, expect, test } from 'vitest';
import { embeddingMetadata, type Item, readEmbeddingMetadata, type Space } from '../../nodes/sdk/index.ts';

const space: Space = {
  encoder: 'clip',
  title: 'CLIP',
  revision: 'abc',
  layer: 'embedding',
  projection: 'model',
  pooling: 'model',
  tower: 'image',
  adapter: { id: 'style', hash: 'def', strength: 0.5 },
  dims: 4,
  normalized: true,
};
const items: Item[] = [
  { kind: 'text', text: 'a photo of a cat', label: 'cat' },
  {
    kind: 'image',
    name: 'b.jpg',
    path: 'a/b.jpg',
    label: 'a',
    source: { kind: 'file', path: '/x/a/b.jpg', size: 3, mtimeMs: 1.5 },
  },
  { kind: 'image', name: 'c.png', path: 'c.png', source: { kind: 'asset', hash: 'ff', size: 9 } },
];

describe('the metadata of a file of vectors', () => {
  test('survives writing and reading', () => {
    expect(readEmbeddingMetadata(embeddingMetadata({ space, items }), 3)).toEqual({ space, items });
  });

  test('is ignored for another number of rows', () => {
    expect(readEmbeddingMetadata(embeddingMetadata({ space, items }), 4).items).toBeUndefined();
  });

  test.each(['', '{', 'null', '[1,2,3]', '{"encoder":5}', '[{"path":7}]', '"x"'])(
    'is ignored where it is damaged: %s',
    (damaged) => {
      expect(readEmbeddingMetadata({ space: damaged, items: damaged }, 3)).toEqual({
        space: undefined,
        items: undefined,
      });
    },
  );
});
