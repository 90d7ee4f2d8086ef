import {
  defineMessages,
  defineNode,
  inferMap,
  mapSpace,
  metricFor,
  metricParam,
  metricTranslation,
  param,
  placedOn,
  port,
  requireMappable,
} from '../sdk/index.ts';

const NODE = { type: 'explore/umap', title: 'UMAP' };

const say = defineMessages({
  'umap.few': {
    en: 'There are only {count} vectors, so each has {count} neighbours instead of {wanted}, itself included.',
    zh: '只有 {count} 个向量，因此每个向量有 {count} 个邻居（含自身），而不是 {wanted} 个。',
  },
});

export default defineNode({
  title: NODE.title,
  description:
    'Places vectors on a map, so that similar pictures lie close together and groups become visible. Distances between groups mean little. The same seed gives the same map.',
  keywords: [
    'map',
    'scatter',
    'embedding',
    'reduce',
    'dimensions',
    'projection',
    '2d',
    't-sne',
    'manifold',
    'neighbours',
    'explore',
  ],
  inputs: {
    embeddings: port.embeddings({ title: 'Vectors', help: 'The vectors to place.' }),
    others: port.embeddings({
      required: false,
      help: 'More vectors from the same encoder, such as new pictures or texts. Each gets its place on the map, which stays as it is.',
    }),
  },
  params: {
    neighbours: param.integer({
      default: 15,
      min: 2,
      max: 200,
      help: 'How many of the nearest vectors count for each one, itself included. More show the large picture, fewer show details.',
    }),
    minDistance: param.number({
      default: 0.1,
      min: 0,
      max: 0.99,
      step: 0.01,
      title: 'Least distance',
      help: 'How close to each other similar pictures may lie. Small values make dense groups.',
    }),
    metric: metricParam,
    k: param.integer({
      default: 2,
      min: 1,
      max: 32,
      title: 'Numbers per vector',
      help: 'A map needs 2. More keep more of the vectors, for example for Groups.',
      advanced: true,
    }),
    epochs: param.integer({
      default: 0,
      min: 0,
      max: 10_000,
      help: 'How often the places are improved. 0 takes 200 for large sets, up to 500 for small ones.',
      advanced: true,
    }),
    seed: param.integer({
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      widget: 'seed',
      help: 'A different number gives another map of the same vectors.',
      advanced: true,
    }),
  },
  outputs: {
    embeddings: port.embeddings({ title: 'Places', help: 'The place of each vector on the map.' }),
    others: port.embeddings({ help: 'The places of the others; none if nothing is connected there.' }),
  },
  resource: 'device',
  infer: ({ params: { k }, inputs, report }) => inferMap(NODE, k, { inputs, report }),
  run: async ({ inputs: { embeddings, others }, params, ctx }) => {
    await requireMappable(NODE, embeddings, others, ctx.ops);
    const { k, neighbours, minDistance, epochs, seed } = params;
    const { items, tensor, space } = embeddings;
    if (items.length > 1 && items.length < neighbours)
      ctx.warn(say('umap.few', { count: items.length, wanted: neighbours }));
    const made = await ctx.explore.umap(
      {
        vectors: tensor,
        ...(others && others.items.length > 0 && { others: others.tensor }),
        metric: metricFor(params.metric, space),
        neighbours,
        minDistance,
        dims: k,
        ...(epochs > 0 && { epochs }),
        seed,
      },
      { signal: ctx.signal, onProgress: ctx.progress },
    );
    const { data } = await made.places.toHost();
    return placedOn(
      await mapSpace(space, 'UMAP', k, [data]),
      { from: embeddings, places: made.places },
      { from: others, places: made.others },
    );
  },
  messages: say,
  translations: {
    zh: {
      title: 'UMAP',
      description:
        '把向量放到一张图上，使相似的图片彼此靠近，分组一目了然。各组之间的距离没有多大意义。相同的种子得到相同的图。',
      inputs: {
        embeddings: { title: '向量', help: '要放置的向量。' },
        others: {
          title: '其他',
          help: '来自同一编码器的更多向量，例如新图片或文本。它们在图上各得其位，图本身保持不变。',
        },
      },
      params: {
        neighbours: {
          title: '近邻数',
          help: '每个向量考虑多少个最近的向量（含自身）。多则呈现整体，少则呈现细节。',
        },
        minDistance: { title: '最小距离', help: '相似的图片可以靠得多近。较小的值使分组更紧密。' },
        metric: metricTranslation,
        k: { title: '每个向量的数', help: '绘图需要 2 个。更多的数保留更多信息，例如用于“分组”。' },
        epochs: { title: '轮数', help: '位置改进多少次。0 表示大集合 200 次，小集合最多 500 次。' },
        seed: { title: '种子', help: '换一个数字会得到同一批向量的另一张图。' },
      },
      outputs: {
        embeddings: { title: '位置', help: '每个向量在图上的位置。' },
        others: { title: '其他', help: '其他向量的位置；没有连接时为空。' },
      },
    },
  },
});
