import { defineNode, encoderSpace, knownOf, noTextTower, PatchbayError, param, port } from '../sdk/index.ts';

export default defineNode({
  title: 'Encode texts',
  description:
    'Turns each text into a vector in the same space as the pictures of the model, so that words can find pictures.',
  keywords: ['encode', 'embed', 'embedding', 'prompt', 'sentence', 'words', 'vector', 'clip', 'siglip'],
  inputs: {
    texts: port.texts({ help: 'The texts, from Prompts.' }),
    encoder: port.encoder({ help: 'The model, from Load encoder. Use the model that encodes the pictures.' }),
  },
  params: {
    batchSize: param.integer({
      default: 64,
      min: 1,
      max: 4096,
      help: 'Number of texts to encode at once. Results do not change.',
      advanced: true,
    }),
  },
  outputs: { embeddings: port.embeddings({ help: 'One vector per text, in order.' }) },
  resource: 'device',
  // Version 2: ids are filled on the side that the tokenizer's class says.
  version: 2,
  infer: ({ inputs, report }) => {
    const { encoder } = knownOf(inputs, 'encoder');
    if (encoder && !encoder.towers.text) report(noTextTower(encoder));
    const space = encoder?.towers.text ? encoderSpace(encoder, 'text') : undefined;
    return {
      embeddings: { type: 'embeddings', count: knownOf(inputs, 'texts').count, dims: space?.dims, space },
    };
  },
  run: async ({ inputs: { texts, encoder }, params: { batchSize }, ctx }) => {
    if (!encoder.towers.text) throw new PatchbayError(noTextTower(encoder));
    const work = { signal: ctx.signal, onProgress: ctx.progress, onWarn: ctx.warn };
    return { embeddings: await ctx.encoders.encodeTexts(encoder, texts, { ...work, batchSize }) };
  },
  translations: {
    zh: {
      title: '编码文本',
      description: '把每段文本变成向量，与模型的图片向量处于同一空间，这样就能用文本找图片。',
      inputs: {
        texts: { title: '文本', help: '来自“提示词”的文本。' },
        encoder: { title: '编码器', help: '来自“加载编码器”的模型。请使用编码图片的那个模型。' },
      },
      params: {
        batchSize: { title: '批大小', help: '一次编码的文本数量。结果不变。' },
      },
      outputs: {
        embeddings: { title: '向量', help: '每段文本一个向量，顺序不变。' },
      },
    },
  },
});
