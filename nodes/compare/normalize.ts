import { defineNode, knownOf, port } from '../sdk/index.ts';

export default defineNode({
  title: 'Normalize',
  description:
    'Scales every vector to length 1, so that only its direction counts. Cosine does this itself. Use this node before you save vectors for other tools.',
  keywords: ['l2', 'unit length', 'norm', 'normalise', 'vector'],
  inputs: { embeddings: port.embeddings({ help: 'The vectors to normalise.' }) },
  params: {},
  outputs: {
    embeddings: port.embeddings({ help: 'The same vectors with length 1; a zero vector stays zero.' }),
  },
  resource: 'device',
  // Version 2: equal vectors give equal bits.
  version: 2,
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
  translations: {
    zh: {
      title: '归一化',
      description:
        '把每个向量的长度变为 1，只保留方向。“余弦相似度”会自行完成这一步；把向量保存给其他工具之前，可以使用此节点。',
      inputs: {
        embeddings: { title: '向量', help: '要归一化的向量。' },
      },
      outputs: {
        embeddings: { title: '向量', help: '同样的向量，长度均为 1；零向量保持为零。' },
      },
    },
  },
});
