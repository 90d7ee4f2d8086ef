import { defineNode, knownOf, mixedSpaces, port, requireSameSpace } from '../sdk/index.ts';

export default defineNode({
  title: 'Cosine',
  description:
    'How alike every query is to every gallery item: 1 for the same direction, 0 for nothing in common. Both must come from one encoder.',
  keywords: ['similarity', 'compare', 'distance', 'search', 'match', 'nearest', 'dot product'],
  inputs: {
    queries: port.embeddings({ help: 'What to look for: pictures or texts.' }),
    gallery: port.embeddings({ help: 'Where to look: the collection.' }),
  },
  params: {},
  outputs: {
    similarity: port.similarity({
      help: 'A score for every query and gallery item, worked out as it is needed.',
    }),
  },
  resource: 'device',
  infer: ({ inputs, report }) => {
    const [queries, gallery] = [knownOf(inputs, 'queries'), knownOf(inputs, 'gallery')];
    const problem = mixedSpaces(
      'Cosine',
      { port: 'queries', title: 'Queries', ...queries },
      { port: 'gallery', title: 'Gallery', ...gallery },
    );
    if (problem) report(problem);
    return {
      similarity: { type: 'similarity', count: queries.count, dims: gallery.count, space: queries.space },
    };
  },
  run: async ({ inputs: { queries, gallery }, ctx: { ops } }) => {
    requireSameSpace(
      'Cosine',
      { port: 'queries', title: 'Queries', space: queries.space },
      { port: 'gallery', title: 'Gallery', space: gallery.space },
    );
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
          right: await ops.l2Normalize(gallery.tensor),
        },
        skipped: [...queries.skipped, ...gallery.skipped],
      },
    };
  },
});
