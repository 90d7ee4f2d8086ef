import {
  type AdapterRef,
  adaptedSpace,
  baseWeight,
  type Classifier,
  classifiedZh,
  defineMessages,
  defineNode,
  type Embeddings,
  type EncoderRef,
  encoderSpace,
  itemTitle,
  knownOf,
  labelPrototypes,
  type Message,
  type ModelInfo,
  minimumProbability,
  mixedSpaces,
  type NodeContext,
  noImageTower,
  noTextTower,
  type OnnxAnswer,
  type OnnxExport,
  outputName,
  PatchbayError,
  type ProbabilityChoice,
  type ProjectionBase,
  param,
  port,
  probabilityOf,
  probabilityParams,
  probabilityProblem,
  probabilityZh,
  projectionProblem,
  type ReportedProblem,
  requireSameSpace,
  type Space,
  sizeMisfit,
  withExtension,
} from '../sdk/index.ts';

const NODE = { type: 'output/export-onnx', title: 'Export ONNX' };
const SIDES = {
  encoder: { port: 'encoder', title: 'Encoder' },
  answer: { port: 'answer', title: 'Answer' },
};

const say = defineMessages({
  'export-onnx.empty': {
    en: '*Export ONNX* has nothing to compare a picture with: the vectors of *Answer* are empty. Connect at least one.',
    zh: '*导出 ONNX* 没有可与图片比较的内容：*答案* 的向量为空。请至少连接一个。',
  },
  'export-onnx.unadapted': {
    en: 'The file changes vectors with the adapter {adapter}, but its answer comes from vectors without it. Leave the adapter out, or make the answer with it.',
    zh: '文件会用适配器 {adapter} 改变向量，而它的答案来自没有经过该适配器的向量。请去掉适配器，或用它生成答案。',
  },
});

type Use = 'categories' | 'matches';

const nothing: ReportedProblem = { ...say('export-onnx.empty'), port: 'answer' };

/** Why an encoder cannot be in the file; null if it can. */
const unfitEncoder = (
  takes: OnnxExport['takes'],
  encoder: ModelInfo,
  base: ProjectionBase | undefined,
): ReportedProblem | null => {
  if (takes === 'text') return encoder.towers.text ? null : noTextTower(encoder);
  if (!encoder.towers.image) return noImageTower(encoder);
  return base ? projectionProblem(NODE, base, undefined, encoder) : null;
};

/**
 * The space of the answer, as if it had gone through the adapter of the file. Whether it did is not known before a run, so a run only
 * warns.
 */
const comparable = (answer: Space, own: Space): Space =>
  answer.tower === 'image' && !answer.adapter && own.adapter ? { ...answer, adapter: own.adapter } : answer;

/** The layer of the encoder that the answer needs, before an adapter. */
function layerOf(
  takes: OnnxExport['takes'],
  space: Space | undefined,
  base: ProjectionBase | undefined,
): Space['layer'] {
  if (takes === 'text') return 'embedding';
  if (base === 'model') return 'pre-projection';
  return space?.tower === 'image' ? space.layer : 'embedding';
}

/** The space of the vectors that the file computes. */
function ownSpace(
  takes: OnnxExport['takes'],
  encoder: ModelInfo & { readonly hash?: string },
  answer: Space | undefined,
  base?: ProjectionBase,
  adapter?: Space['adapter'],
): Space {
  const tower = takes === 'text' ? 'text' : 'image';
  const space = encoderSpace(encoder, tower, layerOf(takes, answer, base), encoder.hash);
  if (!base) return space;
  const dims = base === 'model' ? encoder.towers.image?.dims : space.dims;
  return adaptedSpace(space, base, dims, adapter);
}

interface Wanted extends ProbabilityChoice {
  readonly use: Use;
  readonly k: number;
  readonly minimum: number;
}

/** What the file answers, and what its metadata say about that. */
async function answerOf(
  given: Classifier | Embeddings | undefined,
  encoder: EncoderRef,
  { use, k, minimum, ...probability }: Wanted,
  { ops, warn }: Pick<NodeContext, 'ops'> & { readonly warn: (message: Message) => void },
): Promise<{ readonly answer: OnnxAnswer; readonly texts: Readonly<Record<string, string>> }> {
  if (!given) return { answer: { kind: 'vector' }, texts: {} };
  if (given.kind === 'classifier') {
    const { categories: names, weights, bias, scale, unit, method, hash, learned } = given;
    return {
      answer: { kind: 'categories', names, weights, bias, scale, unit, activation: 'softmax', minimum },
      texts: {
        categories: JSON.stringify(names),
        classifier: JSON.stringify({ method, hash, learned }),
        minimum: String(minimum),
      },
    };
  }
  if (given.items.length === 0) throw new PatchbayError(nothing);
  if (use === 'matches') {
    const names = given.items.map(itemTitle);
    return {
      answer: { kind: 'matches', names, gallery: await ops.l2Normalize(given.tensor), k },
      texts: { items: JSON.stringify(names) },
    };
  }
  const how = probabilityOf(probability, encoder, warn);
  const { labels, vectors } = await labelPrototypes(given, ops);
  const names = labels.map(({ text }) => text);
  const bias = ops.tensor({ dtype: 'float32', dims: [1], data: Float32Array.of(how.bias) });
  return {
    answer: { kind: 'categories', names, weights: vectors, unit: true, minimum, ...how, bias },
    texts: {
      categories: JSON.stringify(names),
      probability: JSON.stringify(how),
      minimum: String(minimum),
    },
  };
}

export default defineNode({
  title: NODE.title,
  description:
    'Writes your workflow from the picture to the answer as one ONNX file for other programs. They give it a picture of any size and get the same numbers as here.',
  keywords: [
    'export',
    'write',
    'onnx',
    'model',
    'deploy',
    'file',
    'classifier',
    'output',
    'python',
    'download',
  ],
  inputs: {
    encoder: port.encoder({ help: 'The model that turns pictures into vectors, with 32 bits.' }),
    answer: port.oneOf(['classifier', 'embeddings'])({
      help: 'A classifier, or vectors to compare a picture with: of categories, or of pictures to search in. Without it, the file gives the vector of a picture.',
      required: false,
    }),
    pixels: port.pixels({
      help: 'Pictures that you prepared yourself, from the Preprocess nodes. The file prepares its picture in the same way. Without them, it does what the model needs.',
      required: false,
    }),
    adapter: port.adapter({
      help: 'An adapter between the encoder and the answer, as in LoRA projection.',
      required: false,
    }),
  },
  params: {
    name: param.fileName({
      default: 'model',
      title: 'File name',
      help: 'Name of the file in the output folder, or a path such as ~/Documents/animals.onnx. Files that Patchbay did not write are never replaced.',
      required: true,
      maxLength: 500,
    }),
    takes: param.choice({
      default: 'picture',
      choices: { picture: 'A picture of any size', text: 'Token ids of a text' },
      title: 'Takes',
      help: 'What other programs give to the file. Token ids come from the tokenizer of the encoder, with its special tokens and not filled up. Adapters and pixels count for pictures only.',
    }),
    use: param.choice({
      default: 'categories',
      choices: { categories: 'Categories', matches: 'Items to find' },
      title: 'Vectors are',
      help: 'What the vectors of the answer stand for: categories, whose probabilities the file gives, or items, of which it gives the best matches. A classifier always gives probabilities.',
    }),
    k: param.integer({
      default: 10,
      min: 1,
      max: 10_000,
      title: 'How many (k)',
      help: 'Number of matches.',
      when: { param: 'use', is: ['matches'] },
    }),
    minimum: minimumProbability,
    ...probabilityParams,
    probability: { ...probabilityParams.probability, when: { param: 'use', is: ['categories'] } },
    base: param.choice({
      default: 'model',
      choices: { model: "The model's projection", identity: 'Identity' },
      help: 'The weight that the adapter changes, as in LoRA projection.',
      advanced: true,
    }),
    strength: param.number({
      default: 1,
      min: 0,
      max: 2,
      step: 0.05,
      help: 'How much of the adapter to apply.',
      advanced: true,
    }),
    normalize: param.boolean({
      default: false,
      title: 'Normalize',
      help: 'Scales vectors to length 1 before the answer, as Normalize does. Cosines do that anyway.',
      advanced: true,
    }),
  },
  outputs: { view: port.view({ help: 'The place and size of the file.', title: 'File' }) },
  resource: 'device',
  cache: 'never',
  terminal: true,
  writes: ({ name }) => [outputName(withExtension(name, '.onnx'))],
  infer: ({ inputs, params: { base, use, takes, probability }, report }) => {
    const { encoder } = knownOf(inputs, 'encoder');
    const { type, space, count } = knownOf(inputs, 'answer');
    const { picture } = knownOf(inputs, 'pixels');
    if (!encoder) return { view: { type: 'view' } };
    const adapted = takes === 'picture' && (inputs.adapter ?? []).length > 0 ? base : undefined;
    const own = space && { ...SIDES.encoder, space: ownSpace(takes, encoder, space, adapted) };
    const problem =
      unfitEncoder(takes, encoder, adapted) ??
      (own ? mixedSpaces(NODE, own, { ...SIDES.answer, space: comparable(space, own.space) }) : null) ??
      (type === 'embeddings' && count === 0 ? nothing : null) ??
      (type === 'embeddings' && use === 'categories'
        ? probabilityProblem(probability, true, encoder)
        : null) ??
      (takes === 'picture' && picture ? sizeMisfit(encoder, picture) : null);
    if (problem) report(problem);
    return { view: { type: 'view' } };
  },
  run: async ({ inputs: { encoder, answer: given, ...inputs }, params, ctx }) => {
    const { name, takes, base, strength, normalize, ...wanted } = params;
    const { adapter, pixels } = takes === 'picture' ? inputs : {};
    const problem = unfitEncoder(takes, encoder, adapter && base);
    if (problem) throw new PatchbayError(problem);
    const adapted = adapter && { id: adapter.id, hash: adapter.hash, strength };
    const space = ownSpace(takes, encoder, given?.space, adapter && base, adapted);
    if (given) {
      const answer = { ...SIDES.answer, space: comparable(given.space, space) };
      requireSameSpace(NODE, { ...SIDES.encoder, space }, answer);
      if (answer.space !== given.space)
        ctx.warn(say('export-onnx.unadapted', { adapter: adapter?.id ?? '' }));
    }
    const layer = layerOf(takes, given?.space, adapter && base);
    const { answer, texts } = await answerOf(given, encoder, wanted, ctx);
    const weight = adapter && (await adaptedWeight(base, encoder, layer, adapter, strength, ctx));
    const preprocess = pixels?.spec ?? encoder.preprocess;
    const metadata = {
      patchbay_export: '1',
      encoder: JSON.stringify({ id: encoder.id, title: encoder.title, sha256: encoder.hash, layer }),
      ...(takes === 'picture' && { preprocess: JSON.stringify(preprocess ?? null) }),
      space: JSON.stringify({ ...space, normalized: normalize }),
      ...(adapter && { adapter: JSON.stringify({ id: adapter.id, sha256: adapter.hash, strength, base }) }),
      ...texts,
    };
    const data = await ctx.encoders.exportOnnx(encoder, {
      takes,
      layer,
      weight,
      unit: normalize,
      preprocess,
      answer,
      metadata,
    });
    const { path, bytes } = await ctx.files.write(outputName(withExtension(name, '.onnx')), data);
    return { view: { kind: 'view', view: 'file', path, bytes, files: 1 } };
  },
  messages: say,
  translations: {
    zh: {
      title: '导出 ONNX',
      description:
        '把工作流中从图片到答案的部分写成一个 ONNX 文件，供其他程序使用。它们输入任意大小的图片，得到与这里相同的数值。',
      inputs: {
        encoder: { title: '编码器', help: '把图片变成向量的模型，精度为 32 位。' },
        answer: {
          title: '答案',
          help: '分类器，或要与图片比较的向量：类别的向量，或要在其中搜索的图片的向量。不连接时，文件给出图片的向量。',
        },
        pixels: {
          title: '像素',
          help: '由预处理节点自行处理的图片。文件会以相同方式处理图片。不连接时，按模型的要求处理。',
        },
        adapter: { title: '适配器', help: '编码器与答案之间的适配器，与“LoRA 投影”相同。' },
      },
      params: {
        name: {
          title: '文件名',
          help: '输出文件夹中文件的名称，或路径，例如 ~/Documents/animals.onnx。不会替换不是由 Patchbay 写入的文件。',
        },
        takes: {
          title: '输入',
          help: '其他程序交给文件的内容。Token ID 来自编码器的分词器，包含特殊 Token，不需要补齐。适配器和像素只用于图片。',
          choices: { picture: '任意大小的图片', text: '文本的 Token ID' },
        },
        use: {
          title: '向量代表',
          help: '答案的向量代表什么：类别，文件给出其概率；或检索库中的项，文件给出最佳匹配。分类器总是给出概率。',
          choices: { categories: '类别', matches: '检索库中的项' },
        },
        k: { title: '数量（k）', help: '匹配的数量。' },
        minimum: classifiedZh.minimum,
        ...probabilityZh,
        base: {
          title: '基础',
          help: '要修改的权重，与“LoRA 投影”相同。',
          choices: { model: '模型的投影层', identity: '恒等矩阵' },
        },
        strength: { title: '强度', help: '应用多少适配器的改动。' },
        normalize: {
          title: '归一化',
          help: '在得出答案之前把向量缩放到长度 1，与“归一化”相同。余弦相似度本来就会这样做。',
        },
      },
      outputs: { view: { title: '文件', help: '文件的位置和大小。' } },
    },
  },
});

/** The weight that the adapter makes of the model's projection or of the identity. */
async function adaptedWeight(
  base: ProjectionBase,
  encoder: EncoderRef,
  layer: Space['layer'],
  adapter: AdapterRef,
  strength: number,
  ctx: NodeContext,
) {
  const space = encoderSpace(encoder, 'image', layer, encoder.hash);
  const own = await baseWeight(NODE, base, { dims: adapter.a.dims[1] ?? 0, space }, encoder, ctx);
  return ctx.adapters.merge(own, adapter, strength);
}
