import {
  classified,
  classifiedOutputs,
  classifiedZh,
  defineMessages,
  defineNode,
  type Embeddings,
  type EncoderRef,
  inferClassified,
  itemTitle,
  knownOf,
  labelPrototypes,
  type Message,
  minimumProbability,
  mixedSpaces,
  PatchbayError,
  param,
  port,
  type ReportedProblem,
  requireSameSpace,
  type TextItem,
} from '../sdk/index.ts';

const NODE = { type: 'compare/zero-shot', title: 'Zero-shot' };

const say = defineMessages({
  'zero-shot.input-missing': {
    en: '*Zero-shot* reads its temperature from the model, but nothing is connected to *Encoder*. Connect *Load encoder* there, or choose *Kind of probabilities* yourself.',
    zh: '*零样本分类* 从模型读取温度，但 *编码器* 没有连接。请连接 *加载编码器*，或自行选择 *概率类型*。',
  },
  'encoder.no-probability': {
    en: '{model} does not say how its scores become probabilities. In *Kind of probabilities*, choose "One category per picture" or "Each category on its own", and set the scale.',
    zh: '{model} 没有说明得分如何变为概率。请在 *概率类型* 中选择“每张图片一个类别”或“各类别独立”，并设置缩放系数。',
  },
  'encoder.untrained-scale': {
    en: 'The files of {model} hold only the scale from before its training ({scale}). The categories are right, but the probabilities are too even. Most models of this kind end at 100: choose "One category per picture" with that scale, or add onnx/model.onnx, which holds the trained scale.',
    zh: '{model} 的文件里只有训练之前的缩放系数（{scale}）。类别是对的，但概率过于平均。这类模型大多以 100 结束训练：请选择“每张图片一个类别”和该缩放系数，或添加含有训练后数值的 onnx/model.onnx。',
  },
  'zero-shot.one-label': {
    en: 'The only category is "{label}", so every picture gets it with 100%. Give at least two categories.',
    zh: '只有一个类别“{label}”，因此每张图片属于它的概率都是 100%。请至少给出两个类别。',
  },
  'zero-shot.label-twice': {
    en: 'The category "{label}" is given twice. It counts once.',
    zh: '类别“{label}”出现了两次，只计一次。',
  },
});

const noEncoder: ReportedProblem = { ...say('zero-shot.input-missing'), port: 'encoder' };

interface Probability {
  readonly activation: 'softmax' | 'sigmoid';
  readonly scale: number;
  readonly bias: number;
}

const noProbability = (model: string): ReportedProblem => ({
  ...say('encoder.no-probability', { model }),
  param: 'probability',
  expected: 'softmax | sigmoid',
  got: 'model',
});

function probabilityOf(encoder: EncoderRef | undefined, warn: (message: Message) => void): Probability {
  if (!encoder) throw new PatchbayError(noEncoder);
  const { probability, title } = encoder;
  if (!probability) throw new PatchbayError(noProbability(title));
  if (probability.untrained)
    warn(say('encoder.untrained-scale', { model: title, scale: probability.scale.toFixed(1) }));
  return probability;
}

/** Warnings about labels that can be used but are probably a mistake. */
function labelWarnings(
  given: Embeddings,
  labels: readonly TextItem[],
  { activation }: Probability,
): Message[] {
  const found: Message[] = [];
  const [only] = labels;
  if (labels.length === 1 && only && activation === 'softmax')
    found.push(say('zero-shot.one-label', { label: only.text }));
  const seen = new Set<string>();
  const twice = given.items.find((item) => {
    const key = JSON.stringify([item.label ?? null, itemTitle(item)]);
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  });
  if (twice) found.push(say('zero-shot.label-twice', { label: twice.label ?? itemTitle(twice) }));
  return found;
}

export default defineNode({
  title: NODE.title,
  description:
    'Sorts pictures into categories that you only name. It gives the probability of every category for every picture, and averages the sentences of one category.',
  keywords: [
    'classify',
    'class',
    'category',
    'labels',
    'categories',
    'probability',
    'softmax',
    'sigmoid',
    'clip',
    'tag',
    'sort',
  ],
  inputs: {
    images: port.embeddings({ help: 'The vectors of the pictures.' }),
    labels: port.embeddings({ help: 'The vectors of the categories, from Prompts and Encode texts.' }),
    encoder: port.encoder({
      help: 'The model that made both vectors. It knows how its scores become probabilities.',
      required: false,
    }),
  },
  params: {
    probability: param.choice({
      default: 'model',
      choices: {
        model: 'As the model was trained',
        softmax: 'One category per picture',
        sigmoid: 'Each category on its own',
      },
      title: 'Kind of probabilities',
      help: 'One category per picture: the categories share 100% (softmax). Each category on its own: several categories may fit, or none (sigmoid).',
    }),
    scale: param.number({
      default: 100,
      min: 0,
      max: 1000,
      help: 'How sharply scores become probabilities: the inverse of the temperature.',
      when: { param: 'probability', is: ['softmax', 'sigmoid'] },
    }),
    bias: param.number({
      default: 0,
      min: -1000,
      max: 1000,
      help: 'A number to add after scaling and before the sigmoid.',
      when: { param: 'probability', is: ['sigmoid'] },
    }),
    minimum: minimumProbability,
  },
  outputs: classifiedOutputs,
  resource: 'device',
  // Version 2: equal vectors give equal bits.
  version: 2,
  infer: ({ params: { probability }, inputs, report }) => {
    const [images, labels] = [knownOf(inputs, 'images'), knownOf(inputs, 'labels')];
    const { encoder } = knownOf(inputs, 'encoder');
    if (probability === 'model' && (inputs.encoder ?? []).length === 0) report(noEncoder);
    if (probability === 'model' && encoder && !encoder.probability) report(noProbability(encoder.title));
    const problem = mixedSpaces(
      NODE,
      { port: 'images', title: 'Pictures', ...images },
      { port: 'labels', title: 'Categories', ...labels },
    );
    if (problem) report(problem);
    return inferClassified(images);
  },
  run: async ({ inputs, params: { probability, scale, bias, minimum }, ctx }) => {
    const { images, encoder } = inputs;
    const { ops } = ctx;
    requireSameSpace(
      NODE,
      { port: 'images', title: 'Pictures', space: images.space },
      { port: 'labels', title: 'Categories', space: inputs.labels.space },
    );
    const how =
      probability === 'model' ? probabilityOf(encoder, ctx.warn) : { activation: probability, scale, bias };
    const { labels, vectors } = await labelPrototypes(inputs.labels, ops);
    for (const warning of labelWarnings(inputs.labels, labels, how)) ctx.warn(warning);
    const cosine = await ops.matmul(await ops.l2Normalize(images.tensor), vectors, { transposeB: true });
    const logits = await ops.scale(cosine, how.scale, how.activation === 'sigmoid' ? how.bias : 0);
    const tensor = await (how.activation === 'sigmoid' ? ops.sigmoid(logits) : ops.softmax(logits));
    return classified(
      tensor,
      images,
      { labels, metric: how.activation, minimum, skipped: inputs.labels.skipped },
      ops,
    );
  },
  messages: say,
  translations: {
    zh: {
      title: '零样本分类',
      description:
        '只需写出类别名称就能给图片分类。给出每张图片属于每个类别的概率；同一类别的多个句子会取平均。',
      inputs: {
        images: { title: '图片', help: '图片的向量。' },
        labels: { title: '类别', help: '类别的向量，来自“提示词”和“编码文本”。' },
        encoder: { title: '编码器', help: '生成这两种向量的模型。它知道得分如何变为概率。' },
      },
      params: {
        probability: {
          title: '概率类型',
          help: '每张图片一个类别：各类别共享 100%（softmax）。各类别独立：可以有多个类别符合，也可以都不符合（sigmoid）。',
          choices: { model: '与模型训练时相同', softmax: '每张图片一个类别', sigmoid: '各类别独立' },
        },
        scale: { title: '缩放系数', help: '得分变为概率时的集中程度：温度的倒数。' },
        bias: { title: '偏置', help: '缩放之后、sigmoid 之前加上的数。' },
        minimum: classifiedZh.minimum,
      },
      outputs: classifiedZh.outputs,
    },
  },
});
