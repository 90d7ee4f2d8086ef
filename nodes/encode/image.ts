import {
  defineMessages,
  defineNode,
  encoderSpace,
  isTokenLayer,
  knownOf,
  type ModelInfo,
  noImageTower,
  PatchbayError,
  param,
  port,
  type ReportedProblem,
  refuseAllUnread,
  sizeMisfit,
} from '../sdk/index.ts';

const say = defineMessages({
  'encoder.no-layer': {
    en: '{model} has no layer {layer}. Choose {layers:or}.',
    zh: '{model} 没有 {layer} 层。请选择 {layers:or}。',
  },
  'encoder.no-vector': {
    en: '{model} gives latents and no single vector per picture. Use *Encode tokens*, then *Pool*.',
    zh: '{model} 给出潜变量，而不是每张图片一个向量。请使用 *编码图块*，然后使用 *池化*。',
  },
  'encoder.no-pooled': {
    en: 'The file of {model} gives only vectors of patches, not the vector that {model} makes of a picture. Export it with that output, or use *Encode tokens*, then *Pool*.',
    zh: '{model} 的文件只给出图块的向量，而没有 {model} 为整张图片生成的向量。请导出时加上该输出，或使用 *编码图块*，然后使用 *池化*。',
  },
});

/** Why the model cannot give this layer; null if it can. */
function unfit(encoder: ModelInfo, layer: string): ReportedProblem | null {
  const { title: model, towers } = encoder;
  const { image } = towers;
  if (!image) return noImageTower(encoder);
  if (image.layers.includes(layer)) return null;
  const layers = image.layers.filter((name) => !isTokenLayer(name));
  return {
    ...(layers.length > 0
      ? say('encoder.no-layer', { model, layer, layers })
      : say(image.layers.includes('latent') ? 'encoder.no-vector' : 'encoder.no-pooled', { model })),
    param: 'layer',
    expected: image.layers.join(' | '),
    got: layer,
  };
}

export default defineNode({
  title: 'Encode pictures',
  description:
    'Turns each picture into a vector, so that pictures with similar content lie close together. A picture that was encoded before is not encoded again.',
  keywords: ['images', 'embed', 'embedding', 'features', 'vector', 'vision', 'clip', 'dinov2', 'extract'],
  inputs: {
    images: port.oneOf(['images', 'pixels'])({
      help: 'Pictures, which are prepared as the model needs them, or pixels that you prepared yourself.',
    }),
    encoder: port.encoder({ help: 'The model, from Load encoder.' }),
  },
  params: {
    layer: param.choice({
      default: 'embedding',
      choices: { embedding: 'Embedding', 'pre-projection': 'Before projection' },
      help: 'The embedding is the result of the model. LoRA projection needs vectors from before projection.',
    }),
    batchSize: param.integer({
      default: 32,
      min: 1,
      max: 1024,
      help: 'Number of pictures to encode at once. Lower it if memory runs out; results do not change.',
      advanced: true,
    }),
    exif: param.boolean({
      default: true,
      title: 'Turn upright',
      help: 'Turns photos upright, by the orientation that the camera saved. Turn it off to get the same results as Transformers; phone photos are better with it.',
    }),
  },
  outputs: { embeddings: port.embeddings({ help: 'One vector per picture, in order.' }) },
  resource: 'device',
  // Version 2: models of timm give the vector that timm gives.
  version: 2,
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
  messages: say,
  translations: {
    zh: {
      title: '编码图片',
      description: '把每张图片变成一个向量，使内容相近的图片彼此靠近。编码过的图片不会再次编码。',
      inputs: {
        images: { title: '图片', help: '图片（会按模型的要求预处理），或您自己准备的像素。' },
        encoder: { title: '编码器', help: '来自“加载编码器”的模型。' },
      },
      params: {
        layer: {
          title: '层',
          help: '最终向量是模型的结果。“LoRA 投影”需要投影之前的向量。',
          choices: { embedding: '最终向量', 'pre-projection': '投影之前' },
        },
        batchSize: { title: '批大小', help: '一次编码的图片数量。内存不足时调低；结果不变。' },
        exif: {
          title: '转正',
          help: '按相机保存的方向转正照片。关闭时结果与 Transformers 一致；手机照片打开后效果更好。',
        },
      },
      outputs: {
        embeddings: { title: '向量', help: '每张图片一个向量，顺序不变。' },
      },
    },
  },
});
