import { defineNode, knownOf, port } from '../sdk/index.ts';

export default defineNode({
  title: 'Normalize',
  description:
    'Makes every vector one unit long, so that only its direction counts. Cosine does this by itself; use it before saving vectors for other tools.',
  keywords: ['l2', 'unit length', 'norm', 'normalise', 'vector'],
  inputs: { embeddings: port.embeddings({ help: 'The vectors.' }) },
  params: {},
  outputs: {
    embeddings: port.embeddings({ help: 'The same vectors, each of length 1; a zero vector stays zero.' }),
  },
  resource: 'device',
  infer: ({ inputs }) => {
    const { count, dims, space } = knownOf(inputs, 'embeddings');
    return {
      embeddings: { type: 'embeddings', count, dims, space: space && { ...space, normalized: true } },
    };
  },
  run: async ({ inputs: { embeddings }, ctx }) => ({
    embeddings: {
      ...embeddings,
      tensor: await ctx.ops.l2Normalize(embeddings.tensor),
      space: { ...embeddings.space, normalized: true },
    },
  }),
});
