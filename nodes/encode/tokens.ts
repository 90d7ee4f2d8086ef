import {
  defineNode,
  encoderSpace,
  knownOf,
  PatchbayError,
  param,
  port,
  refuseAllUnread,
} from '../sdk/index.ts';

const noTokens = (title: string) => ({
  code: 'encoder.no-layer',
  message: `${title} shows no tokens of its pictures. Choose an encoder whose hidden state can be reached, such as a ViT or DINOv2.`,
  port: 'encoder',
  expected: 'a hidden layer',
});

export default defineNode({
  title: 'Encode tokens',
  description:
    'What the model knows of each patch of each picture: one vector a patch, with the grid they lie on. Pool makes one vector a picture of them.',
  keywords: [
    'patches',
    'hidden state',
    'last_hidden_state',
    'patch',
    'dense features',
    'grid',
    'encode',
    'vit',
  ],
  inputs: {
    images: port.oneOf(['images', 'pixels'])({ help: 'Pictures, or pixels you prepared yourself.' }),
    encoder: port.encoder({ help: 'The model, from Load encoder.' }),
  },
  params: {
    batchSize: param.integer({
      default: 16,
      min: 1,
      max: 1024,
      help: 'Pictures encoded at once; results do not change.',
      advanced: true,
    }),
    exif: param.boolean({
      default: true,
      title: 'Turn upright',
      help: 'Turns photos the way the camera was held.',
      advanced: true,
    }),
  },
  outputs: { tokens: port.tokens({ help: 'The vectors of every patch of every picture.' }) },
  resource: 'device',
  infer: ({ inputs, report }) => {
    const { encoder } = knownOf(inputs, 'encoder');
    const fits = encoder?.towers.image?.layers.includes('hidden');
    if (encoder && !fits) report(noTokens(encoder.title));
    return {
      tokens: {
        type: 'tokens',
        count: knownOf(inputs, 'images').count,
        space: encoder && fits ? encoderSpace(encoder, 'image', 'hidden') : undefined,
      },
    };
  },
  run: async ({ inputs: { images, encoder }, params: { batchSize, exif }, ctx }) => {
    if (!encoder.towers.image?.layers.includes('hidden')) throw new PatchbayError(noTokens(encoder.title));
    const work = { signal: ctx.signal, onProgress: ctx.progress };
    const tokens = await ctx.encoders.tokens(encoder, images, { ...work, batchSize, exif });
    refuseAllUnread(images.items, tokens.items.length, tokens.skipped);
    return { tokens };
  },
});
