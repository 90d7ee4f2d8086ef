import {
  defineNode,
  encoderSpace,
  isTokenLayer,
  knownOf,
  type ModelInfo,
  PatchbayError,
  param,
  port,
  type ReportedProblem,
  refuseAllUnread,
  sizeMisfit,
} from '../sdk/index.ts';

/** Why the model cannot give this layer, or null. */
function unfit({ title, towers }: ModelInfo, layer: string): ReportedProblem | null {
  const { image } = towers;
  if (!image)
    return {
      code: 'encoder.no-image-tower',
      message: `${title} reads no pictures. Choose an encoder that does.`,
      port: 'encoder',
    };
  if (image.layers.includes(layer)) return null;
  const vectors = image.layers.filter((name) => !isTokenLayer(name));
  return {
    code: 'encoder.no-layer',
    message:
      vectors.length > 0
        ? `${title} has no ${layer} layer that can be reached. Choose ${vectors.join(' or ')}.`
        : `${title} gives latents of pictures and no single vector. Use Encode tokens, and Pool for one vector a picture.`,
    param: 'layer',
    expected: image.layers.join(' | '),
    got: layer,
  };
}

export default defineNode({
  title: 'Encode images',
  description:
    'Turns each picture into a vector: pictures that mean the same lie close together. Pictures that were encoded before are not encoded again.',
  keywords: ['encode', 'embed', 'embedding', 'features', 'vector', 'vision', 'clip', 'dinov2', 'extract'],
  inputs: {
    images: port.oneOf(['images', 'pixels'])({
      help: 'Pictures, prepared as the model wants them; or pixels you prepared yourself.',
    }),
    encoder: port.encoder({ help: 'The model, from Load encoder.' }),
  },
  params: {
    layer: param.choice({
      default: 'embedding',
      choices: { embedding: 'Embedding', 'pre-projection': 'Before projection' },
      help: "The embedding is the model's result. Before projection is what a LoRA projection takes.",
    }),
    batchSize: param.integer({
      default: 32,
      min: 1,
      max: 1024,
      help: 'Pictures encoded at once. Lower it when memory runs out; results do not change.',
      advanced: true,
    }),
    exif: param.boolean({
      default: true,
      title: 'Turn upright',
      help: 'Turns photos the way the camera was held. Off equals Transformers; phone photos do better with it.',
    }),
  },
  outputs: { embeddings: port.embeddings({ help: 'One vector a picture, in order.' }) },
  resource: 'device',
  infer: ({ params: { layer }, inputs, report }) => {
    const { encoder } = knownOf(inputs, 'encoder');
    const { picture } = knownOf(inputs, 'images');
    const problem = encoder && (unfit(encoder, layer) ?? sizeMisfit(encoder, picture));
    if (problem) report(problem);
    const space = encoder && !problem ? encoderSpace(encoder, 'image', layer) : undefined;
    return {
      embeddings: { type: 'embeddings', count: knownOf(inputs, 'images').count, dims: space?.dims, space },
    };
  },
  run: async ({ inputs: { images, encoder }, params: { layer, batchSize, exif }, ctx }) => {
    const problem = unfit(encoder, layer);
    if (problem) throw new PatchbayError(problem);
    const work = { signal: ctx.signal, onProgress: ctx.progress, onWarn: ctx.warn };
    const embeddings = await ctx.encoders.encodeImages(encoder, images, { ...work, layer, batchSize, exif });
    refuseAllUnread(images.items, embeddings.items.length, embeddings.skipped);
    return { embeddings };
  },
});
