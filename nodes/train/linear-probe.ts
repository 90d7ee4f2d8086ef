import {
  defineNode,
  finishTraining,
  historyTable,
  knownOf,
  type LogisticPoint,
  learningSet,
  lossCurve,
  param,
  port,
  probeWarning,
  tooFewToLearn,
  trainProbe,
} from '../sdk/index.ts';

const NODE = { type: 'train/linear-probe', title: 'Linear probe' };

export default defineNode({
  title: NODE.title,
  description:
    'Learns to tell the categories of pictures apart from their vectors, by logistic regression. Pictures of a folder have the names of their subfolders as categories.',
  keywords: [
    'classifier',
    'classify',
    'logistic regression',
    'softmax',
    'learn',
    'teach',
    'train',
    'supervised',
    'few-shot',
    'categories',
  ],
  inputs: {
    embeddings: port.embeddings({
      help: 'The vectors of pictures with categories. Pictures without one are left out.',
    }),
  },
  params: {
    c: param.number({
      default: 100,
      min: 0.0001,
      max: 1_000_000,
      widget: 'number',
      title: 'Strength C',
      help: 'How closely the classifier follows the pictures that it learns from: the inverse of the penalty, as C in scikit-learn. Lower it if some categories are wrong, or if the probabilities are too sure.',
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
    balanced: param.boolean({
      default: true,
      title: 'Balance categories',
      help: 'Lets each category count the same, however many pictures it has.',
    }),
    normalize: param.boolean({
      default: true,
      title: 'Length 1',
      help: 'Scales every vector to length 1 first, so that C means the same for every encoder.',
      advanced: true,
    }),
    seed: param.integer({
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      widget: 'seed',
      help: 'A different number holds out other pictures.',
      advanced: true,
    }),
    steps: param.integer({
      default: 100,
      min: 1,
      max: 10_000,
      title: 'Most steps',
      help: 'Training ends when it is exact, which usually takes fewer than 20 steps, or after this many.',
      advanced: true,
    }),
  },
  outputs: {
    classifier: port.classifier({ help: 'The trained classifier, for Classify or Save classifier.' }),
    metrics: port.metrics({
      help: 'Accuracy and loss for the pictures that it learned from, and for those that were held out.',
    }),
    history: port.table({
      help: 'Accuracy and loss after each step, for Curve or Save CSV.',
      title: 'Training history',
    }),
    view: port.view({ help: 'The loss after each step.', title: 'Loss' }),
  },
  resource: 'device',
  infer: ({ inputs, report }) => {
    const { count, space } = knownOf(inputs, 'embeddings');
    const few = tooFewToLearn(NODE, count);
    if (few) report(few);
    return {
      classifier: { type: 'classifier', space },
      metrics: { type: 'metrics' },
      history: { type: 'table' },
      view: { type: 'view' },
    };
  },
  run: async ({ inputs: { embeddings }, params: { c, heldOut, balanced, normalize, seed, steps }, ctx }) => {
    const set = await learningSet(NODE, embeddings, { share: heldOut / 100, seed }, ctx);
    const points: LogisticPoint[] = [];
    const { classifier: unnamed, fit } = await trainProbe(
      set,
      { c, balanced, unit: normalize, steps },
      ctx,
      (point) => {
        points.push(point);
        ctx.progress(point.step);
        ctx.preview(lossCurve(points));
      },
    );
    const warning = probeWarning(fit);
    if (warning) ctx.warn(warning);
    const settings = { c, balanced, ...(set.heldOut.length > 0 && { seed }) };
    const { classifier, values } = await finishTraining(unnamed, set, settings, ctx);
    return {
      classifier,
      metrics: { kind: 'metrics', values },
      history: historyTable(fit.history, [
        'step',
        'loss',
        'accuracy',
        ...(set.heldOut.length > 0 ? (['heldOutLoss', 'heldOutAccuracy'] as const) : []),
      ]),
      view: lossCurve(fit.history),
    };
  },
  translations: {
    zh: {
      title: '线性探针',
      description: '通过逻辑回归，从图片的向量学习区分其类别。文件夹中的图片以子文件夹的名称为类别。',
      inputs: { embeddings: { title: '向量', help: '有类别的图片的向量。没有类别的图片不使用。' } },
      params: {
        c: {
          title: '强度 C',
          help: '分类器贴合学习图片的程度：惩罚的倒数，即 scikit-learn 中的 C。如果有些类别有误，或概率过于肯定，请调低。',
        },
        heldOut: {
          title: '留出',
          help: '每个类别中不参与学习、用来评判的比例。每个类别至少留一张图片用于学习。',
        },
        balanced: { title: '平衡类别', help: '无论图片多少，每个类别的权重相同。' },
        normalize: {
          title: '长度为 1',
          help: '先把每个向量缩放到长度 1，使 C 对每种编码器含义相同。',
        },
        seed: { title: '种子', help: '换一个数字会留出另一些图片。' },
        steps: { title: '最多步数', help: '训练达到精确时结束，通常不到 20 步，或在这么多步之后结束。' },
      },
      outputs: {
        classifier: { title: '分类器', help: '训练好的分类器，供“分类”或“保存分类器”使用。' },
        metrics: { title: '指标', help: '学习所用图片和留出图片的准确率与损失。' },
        history: { title: '训练历史', help: '每一步之后的准确率与损失，供“曲线”或“保存 CSV”使用。' },
        view: { title: '损失', help: '每一步之后的损失。' },
      },
    },
  },
});
