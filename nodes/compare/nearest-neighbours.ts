import {
  classified,
  defineNode,
  knownOf,
  learningSet,
  mixedSpaces,
  neighbourVotes,
  param,
  port,
  requireSameSpace,
  type TextItem,
  tooFewToLearn,
} from '../sdk/index.ts';

const NODE = { type: 'compare/nearest-neighbours', title: 'Nearest neighbours' };

export default defineNode({
  title: NODE.title,
  description:
    'Gives each picture the category that most of its nearest neighbours have (k-NN). It needs no training, only pictures with categories.',
  keywords: ['knn', 'k-nn', 'neighbors', 'classify', 'vote', 'few-shot', 'category', 'label', 'sort'],
  inputs: {
    queries: port.embeddings({
      title: 'Pictures to sort',
      help: 'The vectors of the pictures that get a category.',
    }),
    embeddings: port.embeddings({
      title: 'Pictures with categories',
      help: 'The vectors of the pictures whose categories are known, from the same encoder. Pictures without one are left out.',
    }),
  },
  params: {
    neighbours: param.integer({
      default: 5,
      min: 1,
      max: 1000,
      help: 'How many nearest neighbours vote for a category, by cosine.',
    }),
    weighted: param.boolean({
      default: true,
      title: 'Nearer ones count more',
      help: 'A vote counts 1 / (1 - cosine), as weights="distance" in scikit-learn. Otherwise each counts the same, and of equal votes the first category wins.',
      advanced: true,
    }),
    minimum: param.number({
      default: 0,
      min: 0,
      max: 1,
      step: 0.01,
      title: 'Minimum share',
      help: 'A picture gets no category if its best category has a smaller share of the votes than this.',
    }),
  },
  outputs: {
    similarity: port.similarity({
      title: 'Shares of votes',
      help: 'The share of votes for every category and picture.',
    }),
    labels: port.labels({ help: 'The category with the most votes of each picture.' }),
  },
  resource: 'device',
  infer: ({ inputs, report }) => {
    const [queries, embeddings] = [knownOf(inputs, 'queries'), knownOf(inputs, 'embeddings')];
    const few = tooFewToLearn(NODE, embeddings.count);
    if (few) report(few);
    const problem = mixedSpaces(
      NODE,
      { port: 'queries', title: 'Pictures to sort', ...queries },
      { port: 'embeddings', title: 'Pictures with categories', ...embeddings },
    );
    if (problem) report(problem);
    return {
      similarity: { type: 'similarity', count: queries.count, space: queries.space },
      labels: { type: 'labels', count: queries.count },
    };
  },
  run: async ({ inputs: { queries, embeddings }, params: { neighbours, weighted, minimum }, ctx }) => {
    const { ops } = ctx;
    requireSameSpace(
      NODE,
      { port: 'queries', title: 'Pictures to sort', space: queries.space },
      { port: 'embeddings', title: 'Pictures with categories', space: embeddings.space },
    );
    const known = await learningSet(NODE, embeddings, { share: 0, seed: 0 }, ctx);
    const labels = known.categories.map((text): TextItem => ({ kind: 'text', text, label: text }));
    const data = await neighbourVotes(
      { vectors: queries.tensor, items: queries.items },
      known,
      labels.length,
      { neighbours, isWeighted: weighted },
      ctx,
    );
    const tensor = ops.tensor({ dtype: 'float32', dims: [queries.items.length, labels.length], data });
    return classified(tensor, queries, { labels, metric: 'softmax', minimum }, ops);
  },
  translations: {
    zh: {
      title: '最近邻',
      description: '给每张图片它的大多数最近邻所属的类别（k-NN）。不需要训练，只需要有类别的图片。',
      inputs: {
        queries: { title: '要分类的图片', help: '要得到类别的图片的向量。' },
        embeddings: {
          title: '有类别的图片',
          help: '类别已知的图片的向量，来自同一编码器。没有类别的图片不使用。',
        },
      },
      params: {
        neighbours: { title: '近邻数', help: '有多少个最近邻（按余弦相似度）为类别投票。' },
        weighted: {
          title: '近者权重更大',
          help: '每票计 1 / (1 - 余弦相似度)，即 scikit-learn 的 weights="distance"。否则每票相同，票数相等时第一个类别胜出。',
        },
        minimum: { title: '最低得票率', help: '如果最佳类别的得票率低于此值，图片就没有类别。' },
      },
      outputs: {
        similarity: { title: '得票率', help: '每张图片每个类别的得票率。' },
        labels: { title: '类别', help: '每张图片得票最多的类别。' },
      },
    },
  },
});
