import {
  defineMessages,
  defineNode,
  type ImageItem,
  knownOf,
  type ModelInfo,
  PatchbayError,
  param,
  port,
  type ReportedProblem,
  type Space,
} from '../sdk/index.ts';

const say = defineMessages({
  'decode-latents.no-decoder': {
    en: '{model} cannot make pictures from latents. Choose an autoencoder with its decoder, such as a Stable Diffusion VAE or TAESD.',
    zh: '{model} 不能把潜变量变成图片。请选择带解码器的自编码器，例如 Stable Diffusion 的 VAE 或 TAESD。',
  },
  'decode-latents.other-model': {
    en: '{model} can decode only its own latents, and got latents of {other}. Connect *Encode tokens* with the same model.',
    zh: '{model} 只能解码自己的潜变量，得到的却是 {other} 的潜变量。请连接使用同一模型的 *编码图块*。',
  },
  'decode-latents.other-layer': {
    en: '{model} can decode only its own latents, and got the layer {layer} of {other}. Connect *Encode tokens* with the same model.',
    zh: '{model} 只能解码自己的潜变量，得到的却是 {other} 的 {layer} 层。请连接使用同一模型的 *编码图块*。',
  },
});

/** Why the model cannot make pictures from these tokens; null if it can. */
function unfit({ id, title: model, towers }: ModelInfo, space: Space | undefined): ReportedProblem | null {
  if (!towers.decoder) return { ...say('decode-latents.no-decoder', { model }), port: 'encoder' };
  if (!space || (space.encoder === id && space.layer === 'latent')) return null;
  const message =
    space.layer === 'latent'
      ? say('decode-latents.other-model', { model, other: space.title })
      : say('decode-latents.other-layer', { model, layer: space.layer, other: space.title });
  return {
    ...message,
    port: 'tokens',
    expected: `latent of ${model}`,
    got: `${space.layer} of ${space.title}`,
  };
}

export default defineNode({
  title: 'Decode latents',
  description:
    'Makes pictures from the latents of an autoencoder. Compare them with the originals to see what the model loses.',
  keywords: [
    'vae',
    'autoencoder',
    'decode',
    'latents',
    'reconstruct',
    'stable diffusion',
    'taesd',
    'round trip',
  ],
  inputs: {
    tokens: port.tokens({ help: 'Latents, from Encode tokens with the same model.' }),
    encoder: port.encoder({ help: 'The autoencoder, from Load encoder.' }),
  },
  params: {
    batchSize: param.integer({
      default: 4,
      min: 1,
      max: 64,
      help: 'Number of pictures to decode at once, fewer where they are large. Results do not change.',
      advanced: true,
    }),
  },
  outputs: {
    images: port.images({ help: 'One picture for each encoded picture, with the same name and category.' }),
  },
  resource: 'device',
  infer: ({ inputs, report }) => {
    const { encoder } = knownOf(inputs, 'encoder');
    const { count, space } = knownOf(inputs, 'tokens');
    const problem = encoder && unfit(encoder, space);
    if (problem) report(problem);
    return { images: { type: 'images', count } };
  },
  run: async ({ inputs: { tokens, encoder }, params: { batchSize }, ctx }) => {
    const problem = unfit(encoder, tokens.space);
    if (problem) throw new PatchbayError(problem);
    const items: ImageItem[] = [];
    const work = { signal: ctx.signal, onProgress: ctx.progress, onWarn: ctx.warn };
    for await (const { item, picture } of ctx.encoders.decodeLatents(encoder, tokens, {
      ...work,
      batchSize,
    })) {
      const { name, path, label } = item;
      items.push(await ctx.images.keep(picture, { name, path, ...(label !== undefined && { label }) }));
    }
    return { images: { kind: 'images', items, skipped: tokens.skipped } };
  },
  messages: say,
  translations: {
    zh: {
      title: '解码潜变量',
      description: '把自编码器的潜变量变回图片。与原图比较，可以看到模型丢失了什么。',
      inputs: {
        tokens: { title: '图块向量', help: '潜变量，来自使用同一模型的“编码图块”。' },
        encoder: { title: '编码器', help: '来自“加载编码器”的自编码器。' },
      },
      params: {
        batchSize: { title: '批大小', help: '一次解码的图片数量，图片较大时会更少。结果不变。' },
      },
      outputs: {
        images: { title: '图片', help: '每张编码过的图片对应一张，保留名称和类别。' },
      },
    },
  },
});
