import {
  defineMessages,
  defineNode,
  inferMap,
  knownOf,
  mapSpace,
  nodeTitle,
  PatchbayError,
  param,
  placedOn,
  port,
  type ReportedProblem,
  requireMappable,
} from '../sdk/index.ts';

const NODE = { type: 'explore/pca', title: 'PCA' };

const say = defineMessages({
  'pca.too-many': {
    en: '{node} can give at most as many numbers as the vectors have: {dims}. Lower *Numbers per vector* from {k}.',
    zh: '{node} 给出的数不能多于向量本身的 {dims} 个。请把 *每个向量的数* 从 {k} 调低。',
  },
  'pca.flat': {
    en: 'The vectors differ along {found} {found|direction|directions} only, so the other {left} {left|number is|numbers are} 0.',
    zh: '这些向量只在 {found} 个方向上有差异，其余 {left} 个数为 0。',
  },
});

function tooMany(k: number, dims: number | undefined): ReportedProblem | undefined {
  if (dims === undefined || dims === 0 || k <= dims) return undefined;
  return {
    ...say('pca.too-many', { node: nodeTitle(NODE.type, NODE.title), dims, k }),
    param: 'k',
    expected: `1..${dims}`,
    got: String(k),
  };
}

export default defineNode({
  title: NODE.title,
  description:
    'Turns vectors into a few numbers along the directions in which they differ most, for a map or as a short form of the vectors. The results are those of scikit-learn.',
  keywords: [
    'principal components',
    'map',
    'scatter',
    'reduce',
    'dimensions',
    'projection',
    '2d',
    'variance',
    'svd',
    'compress',
  ],
  inputs: {
    embeddings: port.embeddings({ title: 'Vectors', help: 'The vectors to reduce.' }),
    others: port.embeddings({
      required: false,
      help: 'More vectors from the same encoder, such as new pictures or texts. They are placed along the same directions and change nothing.',
    }),
  },
  params: {
    k: param.integer({
      default: 2,
      min: 1,
      max: 4096,
      title: 'Numbers per vector',
      help: 'How many directions to keep, the one with the largest differences first. A map needs 2.',
    }),
    whiten: param.boolean({
      default: false,
      title: 'Equal spread',
      help: 'Divides each number by its standard deviation, so that all directions count the same (whitening).',
      advanced: true,
    }),
  },
  outputs: {
    embeddings: port.embeddings({
      title: 'Vectors',
      help: 'The numbers of each vector, as vectors of the same pictures.',
    }),
    others: port.embeddings({ help: 'The numbers of the others; none if nothing is connected there.' }),
    metrics: port.metrics({
      help: 'The share of all variance that each direction explains, and their sum.',
    }),
  },
  resource: 'device',
  infer: ({ params: { k }, inputs, report }) => {
    const problem = tooMany(k, knownOf(inputs, 'embeddings').dims);
    if (problem) report(problem);
    return { ...inferMap(NODE, k, { inputs, report }), metrics: { type: 'metrics' } };
  },
  run: async ({ inputs: { embeddings, others }, params: { k, whiten }, ctx }) => {
    const { ops } = ctx;
    await requireMappable(NODE, embeddings, others, ops);
    const [count = 0, dims] = embeddings.tensor.dims;
    const problem = tooMany(k, dims);
    if (problem) throw new PatchbayError(problem);
    const found = await ops.principal([embeddings.tensor], k, {
      others: others && others.items.length > 0 ? [others.tensor] : [],
      signal: ctx.signal,
      onProgress: ctx.progress,
    });
    const { variances, total, components } = found;
    const flat = variances.filter((variance) => variance === 0).length;
    if (count > 0 && flat > 0) ctx.warn(say('pca.flat', { found: k - flat, left: flat }));
    const explained = variances.map((variance) => (total > 0 ? variance / total : 0));
    // As scikit-learn, which divides by N - 1.
    const factors = variances.map((variance) =>
      whiten && variance > 0 ? 1 / Math.sqrt((variance * count) / Math.max(1, count - 1)) : 1,
    );
    const scale = (places: typeof found.scores) =>
      whiten && places.dims[0] !== 0
        ? ops.multiply(
            places,
            ops.tensor({ dtype: 'float32', dims: [1, k], data: Float32Array.from(factors) }),
          )
        : places;
    const space = await mapSpace(embeddings.space, 'PCA', k, [
      components.data,
      Float64Array.of(total, ...variances, ...factors),
    ]);
    return {
      ...placedOn(
        space,
        { from: embeddings, places: await scale(found.scores) },
        { from: others, places: await scale(found.others) },
      ),
      metrics: {
        kind: 'metrics',
        values: { explained, 'explained in all': explained.reduce((sum, share) => sum + share, 0) },
      },
    };
  },
  messages: say,
  translations: {
    zh: {
      title: '主成分分析',
      description:
        '沿差异最大的几个方向把向量变成少数几个数，可用于绘图或作为向量的简短形式。结果与 scikit-learn 相同。',
      inputs: {
        embeddings: { title: '向量', help: '要降维的向量。' },
        others: {
          title: '其他',
          help: '来自同一编码器的更多向量，例如新图片或文本。它们按相同的方向放置，不改变任何结果。',
        },
      },
      params: {
        k: { title: '每个向量的数', help: '保留多少个方向，差异最大的在前。绘图需要 2 个。' },
        whiten: { title: '等幅', help: '把每个数除以它的标准差，使各方向同等重要（白化）。' },
      },
      outputs: {
        embeddings: { title: '向量', help: '每个向量得到的数，作为同一批图片的向量。' },
        others: { title: '其他', help: '其他向量得到的数；没有连接时为空。' },
        metrics: { title: '指标', help: '每个方向解释的方差占全部方差的比例，以及它们的总和。' },
      },
    },
  },
});
