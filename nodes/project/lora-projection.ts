import {
  adaptedSpace,
  baseWeight,
  defineMessages,
  defineNode,
  knownOf,
  noBaseEncoder,
  param,
  port,
  projectionProblem,
} from '../sdk/index.ts';

const NODE = { type: 'project/lora-projection', title: 'LoRA projection' };

const say = defineMessages({
  'lora.other-model': {
    en: 'The adapter {adapter} was trained for {trained}, and its base here is {model}. The sizes fit, but the results mean little. Choose {trained}, or train it again.',
    zh: '适配器 {adapter} 是为 {trained} 训练的，而此处的基础是 {model}。尺寸相符，但结果没有意义。请选择 {trained}，或重新训练。',
  },
});

export default defineNode({
  title: NODE.title,
  description:
    'Projects vectors with a weight that an adapter has changed: y = (W + strength x scaling x B A) x. Strength 0 is the original model, 1 is the adapter as it was trained.',
  keywords: [
    'lora',
    'dora',
    'adapter',
    'projection',
    'fine-tuned',
    'linear',
    'visual_projection',
    'strength',
  ],
  inputs: {
    embeddings: port.embeddings({
      help: 'The vectors to project. With the projection of a model as base, use vectors from before projection.',
    }),
    adapter: port.adapter({ help: 'The adapter, from Load adapter.' }),
    encoder: port.encoder({
      help: 'The model whose projection is adapted. Not needed with the identity as base.',
      required: false,
    }),
  },
  params: {
    base: param.choice({
      default: 'model',
      choices: { model: "The model's projection", identity: 'Identity' },
      help: 'The weight to adapt. Choose the identity for models without a projection, such as DINOv2.',
    }),
    strength: param.number({
      default: 1,
      min: 0,
      max: 2,
      step: 0.05,
      help: 'How much of the adapter to apply.',
    }),
  },
  outputs: { embeddings: port.embeddings({ help: 'The projected vectors, in order.' }) },
  resource: 'device',
  // Version 2: equal vectors give equal bits.
  version: 2,
  infer: ({ params: { base }, inputs, report }) => {
    const { count, space } = knownOf(inputs, 'embeddings');
    const wired = (inputs.encoder ?? []).length > 0;
    const { encoder } = knownOf(inputs, 'encoder');
    if (base === 'model' && !wired) report(noBaseEncoder(NODE));
    const problem = projectionProblem(NODE, base, space, encoder);
    if (problem) report(problem);
    const dims = base === 'model' ? encoder?.towers.image?.dims : space?.dims;
    return {
      embeddings: {
        type: 'embeddings',
        count,
        dims,
        space: space && problem?.port !== 'embeddings' ? adaptedSpace(space, base, dims) : undefined,
      },
    };
  },
  run: async ({ inputs: { embeddings, adapter, encoder }, params: { base, strength }, ctx }) => {
    const { tensor, space } = embeddings;
    const trained = adapter.origin?.encoder;
    if (base === 'model' && encoder && trained && trained.hash !== encoder.hash && trained.id !== encoder.id)
      ctx.warn(
        say('lora.other-model', { adapter: adapter.id, trained: trained.title, model: encoder.title }),
      );
    const own = await baseWeight(NODE, base, { dims: tensor.dims[1] ?? 0, space }, encoder, ctx);
    const weight = await ctx.adapters.merge(own, adapter, strength);
    const [dims = 0] = weight.dims;
    return {
      embeddings: {
        ...embeddings,
        tensor: await ctx.ops.matmul(tensor, weight, { transposeB: true }),
        space: adaptedSpace(space, base, dims, { id: adapter.id, hash: adapter.hash, strength }),
      },
    };
  },
  messages: say,
  translations: {
    zh: {
      title: 'LoRA 投影',
      description:
        '用适配器修改过的权重投影向量：y = (W + 强度 × 缩放 × B A) x。强度 0 是原来的模型，1 是训练好的适配器。',
      inputs: {
        embeddings: { title: '向量', help: '要投影的向量。以模型的投影层为基础时，请使用投影之前的向量。' },
        adapter: { title: '适配器', help: '来自“加载适配器”的适配器。' },
        encoder: { title: '编码器', help: '投影层被修改的模型。以恒等矩阵为基础时不需要。' },
      },
      params: {
        base: {
          title: '基础',
          help: '要修改的权重。没有投影层的模型（例如 DINOv2）请选择恒等矩阵。',
          choices: { model: '模型的投影层', identity: '恒等矩阵' },
        },
        strength: { title: '强度', help: '应用多少适配器的改动。' },
      },
      outputs: {
        embeddings: { title: '向量', help: '投影后的向量，顺序不变。' },
      },
    },
  },
});
