import {
  defineNode,
  knownOf,
  param,
  port,
  type Similarity,
  selectedOf,
  selectedParam,
  selectedParamZh,
  selectionPort,
  selectionPortZh,
} from '../sdk/index.ts';

export default defineNode({
  title: 'Similarity matrix',
  description:
    'Compares every item of a set with every other item, by cosine. The map shows the first items; Top k and Table read all of them.',
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
    selected: selectedParam,
    shown: param.integer({
      default: 64,
      min: 1,
      max: 512,
      title: 'Items on the map',
      help: 'The map shows this many items, from the first one.',
      advanced: true,
    }),
  },
  outputs: {
    similarity: port.similarity({
      help: 'A score for every pair. Scores are computed only when another node reads them, so any number of items fits in memory.',
    }),
    view: port.view({ help: 'A map of the scores of the first items.', title: 'Heatmap' }),
    selection: selectionPort,
  },
  resource: 'device',
  // Version 2: equal vectors give equal bits.
  version: 2,
  infer: ({ inputs }) => {
    const { count, space } = knownOf(inputs, 'embeddings');
    return {
      similarity: { type: 'similarity', count, dims: count, space },
      view: { type: 'view' },
      selection: { type: 'images' },
    };
  },
  run: async ({ inputs: { embeddings }, params: { selected, shown }, ctx }) => {
    const { ops } = ctx;
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
      view: {
        kind: 'view',
        view: 'heatmap',
        encoder: space.title,
        rows: head,
        columns: head,
        tensor,
        total: items.length,
      },
      selection: await selectedOf(items, selected, ctx, skipped),
    };
  },
  translations: {
    zh: {
      title: '相似度矩阵',
      description:
        '用余弦相似度把集合中的每一项与其他各项比较。热图显示前面的若干项；“前 k 名”和“表格”读取全部。',
      inputs: {
        embeddings: { title: '向量', help: '要相互比较的向量。' },
      },
      params: {
        selected: selectedParamZh,
        shown: { title: '热图上的项数', help: '热图最多显示这么多项，从第一项开始。' },
      },
      outputs: {
        similarity: {
          title: '相似度',
          help: '每一对的得分。其他节点读取时才计算，因此任意多的项都放得进内存。',
        },
        view: { title: '热图', help: '前面若干项得分的热图。' },
        selection: selectionPortZh,
      },
    },
  },
});
