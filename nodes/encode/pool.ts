import { defineNode, knownOf, PatchbayError, param, port } from '../sdk/index.ts';

export default defineNode({
  title: 'Pool',
  description:
    'Makes one vector of the tokens of each picture: the class token, or the mean or maximum over its patches.',
  keywords: ['pooling', 'cls', 'class token', 'mean', 'average', 'max', 'gap', 'aggregate', 'tokens'],
  inputs: { tokens: port.tokens({ help: 'The vectors of every patch, from Encode tokens.' }) },
  params: {
    method: param.choice({
      default: 'mean',
      choices: { cls: 'Class token', mean: 'Mean of patches', max: 'Maximum of patches' },
      help: 'The class token sums a picture up where the model has one. Mean and maximum leave out tokens that are no patches.',
    }),
  },
  outputs: { embeddings: port.embeddings({ help: 'One vector a picture, in order.' }) },
  resource: 'device',
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
        code: 'pool.no-class-token',
        message: `The tokens of ${space.title} have no class token. Choose the mean or the maximum.`,
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
});
