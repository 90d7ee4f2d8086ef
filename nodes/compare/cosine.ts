import { defineNode, knownOf, mixedSpaces, port, requireSameSpace } from '../sdk/index.ts';

const NODE = { type: 'compare/cosine', title: 'Cosine' };

export default defineNode({
  title: NODE.title,
  description:
    'Compares every query with every item to search in. The score is 1 for the same direction and 0 for nothing in common. Both inputs must come from the same encoder.',
  keywords: ['similarity', 'compare', 'distance', 'search', 'match', 'nearest', 'dot product'],
  inputs: {
    queries: port.embeddings({ help: 'The pictures or texts to find matches for.' }),
    gallery: port.embeddings({ title: 'Search in', help: 'The pictures or texts to search in.' }),
  },
  params: {},
  outputs: {
    similarity: port.similarity({
      help: 'A score for every query and item to search in. Scores are computed only when another node reads them.',
    }),
  },
  resource: 'device',
  // Version 2: equal vectors give equal bits.
  version: 2,
  infer: ({ inputs, report }) => {
    const [queries, gallery] = [knownOf(inputs, 'queries'), knownOf(inputs, 'gallery')];
    const problem = mixedSpaces(
      NODE,
      { port: 'queries', title: 'Queries', ...queries },
      { port: 'gallery', title: 'Search in', ...gallery },
    );
    if (problem) report(problem);
    return {
      similarity: { type: 'similarity', count: queries.count, dims: gallery.count, space: queries.space },
    };
  },
  run: async ({ inputs: { queries, gallery }, ctx: { ops } }) => {
    requireSameSpace(
      NODE,
      { port: 'queries', title: 'Queries', space: queries.space },
      { port: 'gallery', title: 'Search in', space: gallery.space },
    );
    const lengths = await ops.rowLengths(gallery.tensor);
    return {
      similarity: {
        kind: 'similarity',
        queries: queries.items,
        gallery: gallery.items,
        metric: 'cosine',
        space: queries.space,
        scores: {
          form: 'product',
          left: await ops.l2Normalize(queries.tensor),
          // A gallery can be large, so every search refers to the same one.
          ...(lengths
            ? { right: gallery.tensor, lengths }
            : { right: await ops.l2Normalize(gallery.tensor) }),
        },
        skipped: [...queries.skipped, ...gallery.skipped],
      },
    };
  },
  translations: {
    zh: {
      title: '余弦相似度',
      description:
        '把每个查询与检索库中的每一项比较。得分 1 表示方向相同，0 表示毫无共同之处。两个输入必须来自同一个编码器。',
      inputs: {
        queries: { title: '查询', help: '要为其寻找匹配的图片或文本。' },
        gallery: { title: '检索库', help: '要在其中搜索的图片或文本。' },
      },
      outputs: {
        similarity: { title: '相似度', help: '每个查询与检索库中每一项的得分。其他节点读取时才计算。' },
      },
    },
  },
});
