import {
  type AdapterRef,
  defineMessages,
  defineNode,
  type F32,
  type NodeContext,
  PatchbayError,
  param,
  port,
} from '../sdk/index.ts';

const say = defineMessages({
  'combine-adapters.sizes': {
    en: 'The adapters {first} and {other} are for projections of different sizes ({firstSize} and {otherSize}), so they cannot be combined. Use adapters of one model.',
    zh: '适配器 {first} 和 {other} 用于不同尺寸的投影（{firstSize} 和 {otherSize}），无法合并。请使用同一模型的适配器。',
  },
  'combine-adapters.dora': {
    en: 'The adapter {adapter} is a DoRA, which also sets the lengths of the rows. A sum of those has no meaning. Combine plain LoRAs only.',
    zh: '适配器 {adapter} 是 DoRA，它还设定各行的长度，无法相加。请只合并普通的 LoRA。',
  },
  'combine-adapters.weights': {
    en: '*Combine adapters* got {adapters} {adapters|adapter|adapters} but {weights} {weights|weight|weights}. Give one weight for each adapter, or none to count all as 1.',
    zh: '*合并适配器* 得到 {adapters} 个适配器，却有 {weights} 个权重。请为每个适配器给一个权重，或都不给，即都为 1。',
  },
});

const sizeOf = ({ a, b }: AdapterRef) => `${b.dims[0]} x ${a.dims[1]}`;

/** @throws PatchbayError `combine-adapters.sizes`, `combine-adapters.dora`, `combine-adapters.weights` */
function requireAlike(adapters: readonly AdapterRef[], weights: readonly number[]): void {
  const [first] = adapters;
  const place = { port: 'adapters' };
  const dora = adapters.find(({ magnitude }) => magnitude !== undefined);
  if (dora) throw new PatchbayError({ ...say('combine-adapters.dora', { adapter: dora.id }), ...place });
  const other = first && adapters.find((adapter) => sizeOf(adapter) !== sizeOf(first));
  if (first && other) {
    const sizes = { firstSize: sizeOf(first), otherSize: sizeOf(other) };
    throw new PatchbayError({
      ...say('combine-adapters.sizes', { first: first.id, other: other.id, ...sizes }),
      ...place,
    });
  }
  if (weights.length > 0 && weights.length !== adapters.length)
    throw new PatchbayError({
      ...say('combine-adapters.weights', { adapters: adapters.length, weights: weights.length }),
      param: 'weights',
    });
}

/**
 * The weighted sum of updates as one LoRA: sum_i w_i s_i B_i A_i is B A, where A has the rows of all A_i below each other and B the
 * columns of all w_i s_i B_i beside each other. Its rank is the sum of the ranks.
 */
async function combined(
  adapters: readonly AdapterRef[],
  weights: readonly number[],
  ops: NodeContext['ops'],
): Promise<{ readonly a: F32; readonly b: F32 }> {
  const scaled = await Promise.all(
    adapters.map(({ b, scaling }, at) => ops.scale(b, scaling * (weights[at] ?? 1))),
  );
  return {
    a: await ops.concat(
      adapters.map(({ a }) => a),
      0,
    ),
    b: await ops.concat(scaled, 1),
  };
}

export default defineNode({
  title: 'Combine adapters',
  description:
    'Adds adapters of one model, each with a weight, into one adapter. With one adapter, it changes its strength for good.',
  keywords: ['lora', 'merge', 'mix', 'add', 'sum', 'weight', 'adapter'],
  inputs: { adapters: port.adapter({ many: true, help: 'The adapters to combine, for one projection.' }) },
  params: {
    weights: param.numbers({
      default: [],
      help: 'How much of each adapter to take, in the order of the wires. If empty, each counts 1.',
    }),
  },
  outputs: { adapter: port.adapter({ help: 'The combined adapter. Its rank is the sum of the ranks.' }) },
  resource: 'device',
  infer: () => ({ adapter: { type: 'adapter' } }),
  run: async ({ inputs: { adapters }, params: { weights }, ctx }) => {
    requireAlike(adapters, weights);
    const { a, b } = await combined(adapters, weights, ctx.ops);
    const adapter = await ctx.adapters.make({
      id: adapters.map(({ id }) => id).join('+'),
      target: adapters[0]?.target ?? 'visual_projection',
      scaling: 1,
      a,
      b,
    });
    return { adapter };
  },
  messages: say,
  translations: {
    zh: {
      title: '合并适配器',
      description: '把同一模型的若干适配器按权重相加为一个。只有一个适配器时，相当于固定它的强度。',
      inputs: { adapters: { title: '适配器', help: '要合并的适配器，用于同一投影层。' } },
      params: { weights: { title: '权重', help: '每个适配器取多少，按连线的顺序。留空时都为 1。' } },
      outputs: { adapter: { title: '适配器', help: '合并后的适配器。它的秩是各秩之和。' } },
    },
  },
});
