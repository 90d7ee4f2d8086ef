import {
  defineNode,
  describeSpace,
  type F32,
  knownOf,
  type Ops,
  PatchbayError,
  param,
  port,
  type ReportedProblem,
  type Space,
} from '../sdk/index.ts';

type Base = 'model' | 'identity';

/** Why vectors of this space are none that the model's own projection takes, or null. */
function unfit(
  space: Space,
  encoder: { readonly id: string; readonly title: string },
): ReportedProblem | null {
  if (space.encoder === encoder.id && space.layer === 'pre-projection') return null;
  const given = describeSpace(space);
  return {
    code: 'lora.layer',
    message: `LoRA projection needs vectors of ${encoder.title} before its projection; it gets ${given}. In *Encode images* choose ${encoder.title} and the layer "Before projection", or use the identity as base here.`,
    port: 'embeddings',
    expected: `${encoder.title} (pre-projection)`,
    got: given,
  };
}

const noEncoder: ReportedProblem = {
  code: 'input.missing',
  message:
    'LoRA projection takes its base weight from the model: connect Load encoder to Encoder, or choose the identity as base.',
  port: 'encoder',
};

const noProjection = (title: string): ReportedProblem => ({
  code: 'lora.no-projection',
  message: `${title} has no projection whose weight can be read. Use the identity as base.`,
  param: 'base',
  expected: 'identity',
  got: 'model',
});

function identity(size: number, ops: Ops): F32 {
  const data = new Float32Array(size * size);
  for (let i = 0; i < size; i++) data[i * size + i] = 1;
  return ops.tensor({ dtype: 'float32', dims: [size, size], data });
}

/** The space of adapted vectors. At strength 0 the adapter has no part in them; before a run it is not known yet. */
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
    'Projects vectors with a weight that an adapter has changed: y = (W + strength x scaling x B A) x. Strength 0 is the model as it was published, 1 is the adapter as it was trained.',
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
    embeddings: port.embeddings({ help: 'Vectors to project; before projection for the base of a model.' }),
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
      help: 'The weight that is adapted. The identity suits models without a projection, such as DINOv2.',
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
});
