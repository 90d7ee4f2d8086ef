import { defineMessages, defineNode, knownOf, PatchbayError, param, port } from '../sdk/index.ts';

const say = defineMessages({
  'pool.no-class-token': {
    en: 'The tokens of {model} have no class token. Choose the mean or the maximum.',
    zh: '{model} 没有分类 Token。请选择平均值或最大值。',
  },
});

export default defineNode({
  title: 'Pool',
  description:
    'Makes one vector per picture from its tokens: the class token, or the mean or maximum of its patches.',
  keywords: ['pooling', 'cls', 'class token', 'mean', 'average', 'max', 'gap', 'aggregate', 'tokens'],
  inputs: { tokens: port.tokens({ help: 'The vectors of every patch, from Encode tokens.' }) },
  params: {
    method: param.choice({
      default: 'mean',
      choices: { cls: 'Class token', mean: 'Mean of patches', max: 'Maximum of patches' },
      help: 'The class token summarises a picture, where the model has one. Mean and maximum use only the tokens of patches.',
    }),
  },
  outputs: { embeddings: port.embeddings({ help: 'One vector per picture, in order.' }) },
  resource: 'device',
  // Version 2: equal vectors give equal bits.
  version: 2,
  infer: ({ params: { method }, inputs }) => {
    const { count, space } = knownOf(inputs, 'tokens');
    return {
      embeddings: {
        type: 'embeddings',
        count,
        dims: space?.dims,
        space: space && { ...space, pooling: method },
      },
    };
  },
  run: async ({ inputs: { tokens }, params: { method }, ctx: { ops } }) => {
    const { items, skipped, space, grid, tensor } = tokens;
    const [count = 0, length = 0, dims = 0] = tensor.dims;
    const prefix = grid?.prefix ?? 0;
    if (method === 'cls' && prefix === 0)
      throw new PatchbayError({
        ...say('pool.no-class-token', { model: space.title }),
        param: 'method',
        expected: 'mean | max',
        got: 'cls',
      });
    const pooled = async () => {
      if (count === 0) return ops.tensor({ dtype: 'float32', dims: [0, dims], data: new Float32Array() });
      const taken = method === 'cls' ? ([0, 1] as const) : ([prefix, length] as const);
      const part = taken[1] - taken[0] === length ? tensor : await ops.slice(tensor, 1, ...taken);
      return method === 'max' ? ops.max(part, 1) : ops.mean(part, 1);
    };
    return {
      embeddings: {
        kind: 'embeddings',
        tensor: await pooled(),
        items,
        skipped,
        space: { ...space, pooling: method, dims },
      },
    };
  },
  messages: say,
  translations: {
    zh: {
      title: '池化',
      description: '把每张图片的图块向量合成一个向量：取分类 Token，或取各图块的平均值或最大值。',
      inputs: {
        tokens: { title: '图块向量', help: '每个图块的向量，来自“编码图块”。' },
      },
      params: {
        method: {
          title: '方法',
          help: '分类 Token 概括整张图片（如果模型有）。平均值和最大值只使用图块的向量。',
          choices: { cls: '分类 Token', mean: '图块平均值', max: '图块最大值' },
        },
      },
      outputs: {
        embeddings: { title: '向量', help: '每张图片一个向量，顺序不变。' },
      },
    },
  },
});
