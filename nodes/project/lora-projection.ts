import {
  defineMessages,
  defineNode,
  englishOf,
  type F32,
  knownOf,
  type Ops,
  PatchbayError,
  param,
  port,
  type ReportedProblem,
  type Space,
  spaceName,
} from '../sdk/index.ts';

type Base = 'model' | 'identity';

const say = defineMessages({
  'lora.layer': {
    en: '*LoRA projection* needs vectors of {model} from before its projection, and got {got}. In *Encode pictures*, choose {model} and the layer "Before projection", or choose the identity as base here.',
    zh: '*LoRA 投影* 需要 {model} 投影之前的向量，得到的却是 {got}。请在 *编码图片* 中选择 {model} 和“投影之前”层，或在此选择恒等矩阵为基础。',
  },
  'lora.input-missing': {
    en: '*LoRA projection* reads its base weight from the model, but nothing is connected to *Encoder*. Connect *Load encoder* there, or choose the identity as base.',
    zh: '*LoRA 投影* 从模型读取基础权重，但 *编码器* 没有连接。请连接 *加载编码器*，或选择恒等矩阵为基础。',
  },
  'lora.no-projection': {
    en: '{model} has no projection weight that can be read. Choose the identity as base.',
    zh: '{model} 没有可读取的投影权重。请选择恒等矩阵为基础。',
  },
});

/** Why the model's own projection cannot take vectors of this space; null if it can. */
function unfit(
  space: Space,
  encoder: { readonly id: string; readonly title: string },
): ReportedProblem | null {
  if (space.encoder === encoder.id && space.layer === 'pre-projection') return null;
  const got = spaceName(space);
  return {
    ...say('lora.layer', { model: encoder.title, got }),
    port: 'embeddings',
    expected: `${encoder.title} (pre-projection)`,
    got: englishOf(got),
  };
}

const noEncoder: ReportedProblem = { ...say('lora.input-missing'), port: 'encoder' };

const noProjection = (model: string): ReportedProblem => ({
  ...say('lora.no-projection', { model }),
  param: 'base',
  expected: 'identity',
  got: 'model',
});

function identity(size: number, ops: Ops): F32 {
  const data = new Float32Array(size * size);
  for (let i = 0; i < size; i++) data[i * size + i] = 1;
  return ops.tensor({ dtype: 'float32', dims: [size, size], data });
}

/**
 * The space of adapted vectors. At strength 0 and before a run it names no adapter, because then nothing is adapted.
 */
function adapted(space: Space, base: Base, dims: number | undefined, adapter: Space['adapter']): Space {
  return {
    ...space,
    layer: base === 'model' ? 'embedding' : space.layer,
    projection: base,
    adapter: adapter?.strength === 0 ? undefined : adapter,
    dims,
    normalized: false,
  };
}

export default defineNode({
  title: 'LoRA projection',
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
    if (base === 'model' && !wired) report(noEncoder);
    const readable = encoder?.towers.image?.projection !== false;
    const problem = base === 'model' && encoder && space ? unfit(space, encoder) : null;
    if (problem) report(problem);
    else if (base === 'model' && encoder && !readable) report(noProjection(encoder.title));
    const dims = base === 'model' ? encoder?.towers.image?.dims : space?.dims;
    return {
      embeddings: {
        type: 'embeddings',
        count,
        dims,
        space: space && !problem ? adapted(space, base, dims, undefined) : undefined,
      },
    };
  },
  run: async ({ inputs: { embeddings, adapter, encoder }, params: { base, strength }, ctx }) => {
    const { tensor, space } = embeddings;
    const baseWeight = async (): Promise<F32> => {
      if (base === 'identity') return identity(tensor.dims[1] ?? 0, ctx.ops);
      if (!encoder) throw new PatchbayError(noEncoder);
      const problem = unfit(space, encoder);
      if (problem) throw new PatchbayError(problem);
      const weight = await ctx.encoders.projection(encoder);
      if (weight) return weight;
      throw new PatchbayError(noProjection(encoder.title));
    };
    const weight = await ctx.adapters.merge(await baseWeight(), adapter, strength);
    const [dims = 0] = weight.dims;
    return {
      embeddings: {
        ...embeddings,
        tensor: await ctx.ops.matmul(tensor, weight, { transposeB: true }),
        space: adapted(space, base, dims, { id: adapter.id, hash: adapter.hash, strength }),
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
