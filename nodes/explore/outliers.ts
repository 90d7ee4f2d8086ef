import {
  defineMessages,
  defineNode,
  itemTitle,
  knownOf,
  localOutlierFactors,
  meanDistances,
  metricFor,
  metricParam,
  metricTranslation,
  param,
  port,
  requireFinite,
  type Suggestion,
  suggestedCount,
  suggestedCountZh,
  suggestedValues,
  type Table,
} from '../sdk/index.ts';

const NODE = { type: 'explore/outliers', title: 'Outliers' };

const say = defineMessages({
  'outliers.few': {
    en: 'There are only {count} {count|vector|vectors}, so each has {k} {k|neighbour|neighbours} instead of {wanted}.',
    zh: '只有 {count} 个向量，因此每个向量有 {k} 个近邻，而不是 {wanted} 个。',
  },
});

const columns: Table['columns'] = [
  { key: 'item', title: 'Item', type: 'text' },
  { key: 'score', title: 'Score', type: 'number' },
  { key: 'nearest', title: 'Nearest', type: 'text' },
  { key: 'distance', title: 'Distance to it', type: 'number' },
];

export default defineNode({
  title: NODE.title,
  description:
    'Finds the pictures that are least like the others, the most unusual first: odd ones, broken ones, and those that came in by mistake.',
  keywords: [
    'anomaly',
    'novelty',
    'unusual',
    'odd',
    'lof',
    'local outlier factor',
    'nearest neighbours',
    'noise',
    'clean up',
  ],
  inputs: {
    embeddings: port.embeddings({
      title: 'Vectors',
      help: 'The vectors of the pictures, or their places on a map.',
    }),
  },
  params: {
    count: suggestedCount,
    method: param.choice({
      default: 'distance',
      choices: { distance: 'Far from all others', local: 'Farther than its neighbours (LOF)' },
      help: 'The mean distance to the nearest others, or how much larger this is than usual around there (local outlier factor, as scikit-learn): 1 is usual.',
    }),
    neighbours: param.integer({
      default: 20,
      min: 1,
      max: 1000,
      help: 'With how many of the nearest others each picture is compared. A group of fewer pictures is unusual as a whole.',
    }),
    metric: metricParam,
  },
  outputs: {
    images: port.images({ help: 'The most unusual pictures, the most unusual first.' }),
    matches: port.matches({ help: 'The same pictures with their scores: the higher, the more unusual.' }),
    table: port.table({
      help: 'All pictures with their score and the picture nearest to each, the most unusual first.',
    }),
  },
  resource: 'device',
  infer: ({ inputs }) => ({
    images: { type: 'images' },
    matches: { type: 'matches', count: 1 },
    table: { type: 'table', count: knownOf(inputs, 'embeddings').count, dims: columns.length },
  }),
  run: async ({ inputs: { embeddings }, params, ctx }) => {
    const { items, tensor, space } = embeddings;
    await requireFinite(NODE, embeddings, ctx.ops);
    const near = await ctx.explore.nearest(tensor, {
      k: params.neighbours,
      metric: metricFor(params.metric, space),
      signal: ctx.signal,
      onProgress: ctx.progress,
    });
    if (items.length > 0 && near.k < params.neighbours)
      ctx.warn(say('outliers.few', { count: items.length, k: near.k, wanted: params.neighbours }));
    const scores =
      params.method === 'local' ? localOutlierFactors(near, items.length) : meanDistances(near, items.length);
    const order = Array.from(scores, (score, index): Suggestion => ({ index, score })).sort(
      (a, b) => b.score - a.score || a.index - b.index,
    );
    return {
      ...suggestedValues(NODE.title, embeddings, order.slice(0, params.count)),
      table: {
        kind: 'table',
        columns,
        items: order.map(({ index }) => items[index]!),
        rows: order.map(({ index, score }) => [
          itemTitle(items[index]!),
          score,
          near.k > 0 ? itemTitle(items[near.indices[index * near.k]!]!) : null,
          near.k > 0 ? near.distances[index * near.k]! : null,
        ]),
      },
    };
  },
  messages: say,
  translations: {
    zh: {
      title: '离群图片',
      description: '找出与其他图片最不相像的图片，最异常的在前：奇特的、损坏的，以及误入的图片。',
      inputs: {
        embeddings: { title: '向量', help: '图片的向量，或它们在图上的位置。' },
      },
      params: {
        count: suggestedCountZh,
        method: {
          title: '方法',
          help: '到最近的其他图片的平均距离，或这一距离比附近通常的大多少（局部离群因子，与 scikit-learn 相同）：1 为正常。',
          choices: { distance: '远离所有其他图片', local: '比近邻更远（LOF）' },
        },
        neighbours: {
          title: '近邻数',
          help: '每张图片与多少张最近的其他图片比较。少于此数的一组图片会整体显得异常。',
        },
        metric: metricTranslation,
      },
      outputs: {
        images: { title: '图片', help: '最异常的图片，最异常的在前。' },
        matches: { title: '匹配结果', help: '同样的图片及其得分：越高越异常。' },
        table: { title: '表格', help: '全部图片及其得分和最接近的图片，最异常的在前。' },
      },
    },
  },
});
