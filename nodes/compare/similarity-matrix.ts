import { defineNode, knownOf, param, port, type Similarity } from '../sdk/index.ts';

export default defineNode({
  title: 'Similarity matrix',
  description:
    'How alike every item of one collection is to every other, by cosine. The map shows the first ones; Top k and Table read all of them.',
  keywords: [
    'all pairs',
    'pairwise',
    'heatmap',
    'cluster',
    'groups',
    'duplicates',
    'cosine',
    'compare',
    'self-similarity',
  ],
  inputs: { embeddings: port.embeddings({ help: 'The vectors to compare with each other.' }) },
  params: {
    shown: param.integer({
      default: 64,
      min: 1,
      max: 512,
      help: 'How many of the first items the map shows.',
    }),
  },
  outputs: {
    similarity: port.similarity({
      help: 'A score for every pair, worked out as it is needed: any number of items fits in memory.',
    }),
    view: port.view({ help: 'A map of the scores of the first items.', title: 'Map' }),
  },
  resource: 'device',
  infer: ({ inputs }) => {
    const { count, space } = knownOf(inputs, 'embeddings');
    return { similarity: { type: 'similarity', count, dims: count, space }, view: { type: 'view' } };
  },
  run: async ({ inputs: { embeddings }, params: { shown }, ctx: { ops } }) => {
    const { items, skipped, space } = embeddings;
    const unit = await ops.l2Normalize(embeddings.tensor);
    const head = items.slice(0, shown);
    const first = head.length < items.length ? await ops.slice(unit, 0, 0, head.length) : unit;
    const similarity: Similarity = {
      kind: 'similarity',
      queries: items,
      gallery: items,
      metric: 'cosine',
      space,
      scores: { form: 'product', left: unit, right: unit },
      skipped,
    };
    const shownPart: Similarity = {
      ...similarity,
      queries: head,
      gallery: head,
      scores: { form: 'product', left: first, right: first },
    };
    const tensor = await ops.similarityRows(shownPart, 0, head.length);
    return {
      similarity,
      view: { kind: 'view', view: 'heatmap', rows: head, columns: head, tensor },
    };
  },
});
