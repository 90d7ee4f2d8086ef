import {
  classified,
  classifiedOutputs,
  classifiedZh,
  defineMessages,
  defineNode,
  type Embeddings,
  inferClassified,
  itemTitle,
  knownOf,
  labelPrototypes,
  type Message,
  minimumProbability,
  mixedSpaces,
  type Probability,
  port,
  probabilityOf,
  probabilityParams,
  probabilityProblem,
  probabilityZh,
  requireSameSpace,
  type TextItem,
} from '../sdk/index.ts';

const NODE = { type: 'compare/zero-shot', title: 'Zero-shot' };

const say = defineMessages({
  'zero-shot.one-label': {
    en: 'The only category is "{label}", so every picture gets it with 100%. Give at least two categories.',
    zh: '只有一个类别“{label}”，因此每张图片属于它的概率都是 100%。请至少给出两个类别。',
  },
  'zero-shot.label-twice': {
    en: 'The category "{label}" is given twice. It counts once.',
    zh: '类别“{label}”出现了两次，只计一次。',
  },
});

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
    ...probabilityParams,
    minimum: minimumProbability,
  },
  outputs: classifiedOutputs,
  resource: 'device',
  // Version 2: equal vectors give equal bits.
  version: 2,
  infer: ({ params: { probability }, inputs, report }) => {
    const [images, labels] = [knownOf(inputs, 'images'), knownOf(inputs, 'labels')];
    const { encoder } = knownOf(inputs, 'encoder');
    const missing = probabilityProblem(probability, (inputs.encoder ?? []).length > 0, encoder);
    if (missing) report(missing);
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
    const how = probabilityOf({ probability, scale, bias }, encoder, ctx.warn);
    const { labels, vectors } = await labelPrototypes(inputs.labels, ops);
    for (const warning of labelWarnings(inputs.labels, labels, how)) ctx.warn(warning);
    const cosine = await ops.matmul(await ops.l2Normalize(images.tensor), vectors, { transposeB: true });
    const logits = await ops.scale(cosine, how.scale, how.bias);
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
        ...probabilityZh,
        minimum: classifiedZh.minimum,
      },
      outputs: classifiedZh.outputs,
    },
  },
});
