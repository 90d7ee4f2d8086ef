import {
  defineNode,
  encoderSpace,
  englishOf,
  knownOf,
  type ModelInfo,
  PatchbayError,
  param,
  port,
} from '../sdk/index.ts';

const noText = ({ title, lacks }: ModelInfo) => ({
  code: 'encoder.no-text-tower',
  message: lacks?.text
    ? `${title} cannot read texts: ${englishOf(lacks.text).replace(/\.$/, '')}. Put the file into the model's folder, or choose another encoder.`
    : `${title} reads no texts. Choose an encoder with a text tower, such as emoji-clip or any CLIP or SigLIP.`,
  port: 'encoder',
});

export default defineNode({
  title: 'Encode texts',
  description:
    'Turns each text into a vector in the same space as the pictures of the model, so that words find pictures.',
  keywords: ['encode', 'embed', 'embedding', 'prompt', 'sentence', 'words', 'vector', 'clip', 'siglip'],
  inputs: {
    texts: port.texts({ help: 'The texts, from Prompts.' }),
    encoder: port.encoder({ help: 'The model, from Load encoder: the one that encodes the pictures.' }),
  },
  params: {
    batchSize: param.integer({
      default: 64,
      min: 1,
      max: 4096,
      help: 'Texts encoded at once; results do not change.',
      advanced: true,
    }),
  },
  outputs: { embeddings: port.embeddings({ help: 'One vector a text, in order.' }) },
  resource: 'device',
  infer: ({ inputs, report }) => {
    const { encoder } = knownOf(inputs, 'encoder');
    if (encoder && !encoder.towers.text) report(noText(encoder));
    const space = encoder?.towers.text ? encoderSpace(encoder, 'text') : undefined;
    return {
      embeddings: { type: 'embeddings', count: knownOf(inputs, 'texts').count, dims: space?.dims, space },
    };
  },
  run: async ({ inputs: { texts, encoder }, params: { batchSize }, ctx }) => {
    if (!encoder.towers.text) throw new PatchbayError(noText(encoder));
    const work = { signal: ctx.signal, onProgress: ctx.progress, onWarn: ctx.warn };
    return { embeddings: await ctx.encoders.encodeTexts(encoder, texts, { ...work, batchSize }) };
  },
});
