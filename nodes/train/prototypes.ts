import {
  defineMessages,
  defineNode,
  finishTraining,
  firstNames,
  knownOf,
  labelPrototypes,
  learningSet,
  mixedSpaces,
  param,
  port,
  requireSameSpace,
  tooFewToLearn,
  trainPrototypes,
} from '../sdk/index.ts';

const NODE = { type: 'train/prototypes', title: 'Prototypes' };

const say = defineMessages({
  'prototypes.unused-texts': {
    en: 'No picture has the {count|category|categories} {names:and} of the texts, so {count|it is|they are} left out. Write the names as the pictures have them.',
    zh: '没有图片属于文本的类别 {names:and}，未使用。请按图片的类别名称书写。',
  },
  'prototypes.without-text': {
    en: 'No text names the {count|category|categories} {names:and}, so {count|its prototype is|their prototypes are} of pictures alone.',
    zh: '没有文本写出类别 {names:and}，其原型只来自图片。',
  },
});

export default defineNode({
  title: NODE.title,
  description:
    'Makes a classifier from the mean of the vectors of each category. It needs only a few pictures per category, and texts can help.',
  keywords: [
    'classifier',
    'classify',
    'centroid',
    'mean',
    'nearest',
    'few-shot',
    'learn',
    'teach',
    'train',
    'categories',
  ],
  inputs: {
    embeddings: port.embeddings({
      help: 'The vectors of pictures with categories. Pictures without one are left out.',
    }),
    texts: port.embeddings({
      help: 'The vectors of texts about the same categories, from Prompts and Encode texts.',
      required: false,
    }),
  },
  params: {
    textShare: param.number({
      default: 0.3,
      min: 0,
      max: 1,
      step: 0.05,
      title: 'Share of texts',
      help: 'How much the texts of a category count beside its pictures, from 0 (not at all) to 1 (alone). Only used if texts are connected.',
    }),
    scale: param.number({
      default: 30,
      min: 0,
      max: 1000,
      help: 'How sharply scores become probabilities: the inverse of the temperature.',
    }),
    heldOut: param.integer({
      default: 0,
      min: 0,
      max: 90,
      unit: '%',
      widget: 'slider',
      title: 'Held out',
      help: 'Share of each category that it does not learn from, to judge it with. Each category keeps at least one picture to learn from.',
    }),
    seed: param.integer({
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      widget: 'seed',
      help: 'A different number holds out other pictures.',
      advanced: true,
    }),
  },
  outputs: {
    classifier: port.classifier({ help: 'The classifier, for Classify or Save classifier.' }),
    metrics: port.metrics({
      help: 'Accuracy and loss for the pictures that it learned from, and for those that were held out.',
    }),
  },
  resource: 'device',
  messages: say,
  infer: ({ inputs, report }) => {
    const [embeddings, texts] = [knownOf(inputs, 'embeddings'), knownOf(inputs, 'texts')];
    const few = tooFewToLearn(NODE, embeddings.count);
    if (few) report(few);
    const problem = mixedSpaces(
      NODE,
      { port: 'embeddings', title: 'Embeddings', ...embeddings },
      { port: 'texts', title: 'Texts', ...texts },
    );
    if (problem) report(problem);
    return { classifier: { type: 'classifier', space: embeddings.space }, metrics: { type: 'metrics' } };
  },
  run: async ({ inputs: { embeddings, texts }, params: { textShare, scale, heldOut, seed }, ctx }) => {
    const few = tooFewToLearn(NODE, embeddings.items.length);
    if (texts && !few)
      requireSameSpace(
        NODE,
        { port: 'embeddings', title: 'Embeddings', space: embeddings.space },
        { port: 'texts', title: 'Texts', space: texts.space },
      );
    const set = await learningSet(NODE, embeddings, { share: heldOut / 100, seed }, ctx);
    const words = texts && (await labelPrototypes(texts, ctx.ops));
    if (words) {
      const [named, known] = [words.labels.map(({ text }) => text), new Set(set.categories)];
      const unused = named.filter((name) => !known.has(name));
      const without = set.categories.filter((name) => !named.includes(name));
      if (unused.length > 0) ctx.warn(say('prototypes.unused-texts', firstNames(unused)));
      if (without.length > 0) ctx.warn(say('prototypes.without-text', firstNames(without)));
    }
    const { classifier: unnamed } = await trainPrototypes(
      set,
      { scale, textShare, ...(words && { texts: words }) },
      ctx,
    );
    const settings = { ...(words && { textShare }), ...(set.heldOut.length > 0 && { seed }) };
    const { classifier, values } = await finishTraining(unnamed, set, settings, ctx);
    return { classifier, metrics: { kind: 'metrics', values } };
  },
  translations: {
    zh: {
      title: '原型',
      description: '用每个类别的向量均值做成分类器。每个类别只需几张图片，文本也能帮忙。',
      inputs: {
        embeddings: { title: '向量', help: '有类别的图片的向量。没有类别的图片不使用。' },
        texts: { title: '文本', help: '关于同样类别的文本的向量，来自“提示词”和“编码文本”。' },
      },
      params: {
        textShare: {
          title: '文本比重',
          help: '类别的文本相对图片的比重，从 0（不用）到 1（只用文本）。仅在连接文本时使用。',
        },
        scale: { title: '缩放系数', help: '得分变为概率的锐利程度：温度的倒数。' },
        heldOut: {
          title: '留出',
          help: '每个类别中不参与学习、用来评判的比例。每个类别至少留一张图片用于学习。',
        },
        seed: { title: '种子', help: '换一个数字会留出另一些图片。' },
      },
      outputs: {
        classifier: { title: '分类器', help: '分类器，供“分类”或“保存分类器”使用。' },
        metrics: { title: '指标', help: '学习所用图片和留出图片的准确率与损失。' },
      },
    },
  },
});
