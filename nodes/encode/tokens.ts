import {
  defineNode,
  encoderSpace,
  knownOf,
  type ModelInfo,
  PatchbayError,
  param,
  port,
  type ReportedProblem,
  refuseAllUnread,
  sizeMisfit,
  type TokenChoice,
  tokenLayer,
} from '../sdk/index.ts';

/** The chosen layer, or why the model cannot give it. */
function chosen(
  encoder: ModelInfo,
  params: { readonly layer: TokenChoice; readonly number: number },
): { readonly layer: string; readonly problem?: undefined } | { readonly problem: ReportedProblem } {
  const found = tokenLayer(encoder, params.layer, params.number);
  if ('layer' in found) return { layer: found.layer };
  const { problem, param: name } = found;
  return {
    problem: {
      ...problem,
      ...(name ? { param: name } : { port: 'encoder' }),
      expected: (encoder.towers.image?.layers ?? []).join(' | '),
      got: params.layer === 'numbered' ? String(params.number) : params.layer,
    },
  };
}

export default defineNode({
  title: 'Encode tokens',
  description:
    'Gives one vector for each patch of each picture, with the grid of the patches. Pool makes one vector per picture from them.',
  keywords: [
    'patches',
    'hidden state',
    'last_hidden_state',
    'hidden_states',
    'intermediate layer',
    'patch',
    'dense features',
    'latents',
    'vae',
    'q-former',
    'grid',
    'encode',
    'vit',
  ],
  inputs: {
    images: port.oneOf(['images', 'pixels'])({ help: 'Pictures, or pixels that you prepared yourself.' }),
    encoder: port.encoder({ help: 'The model, from Load encoder.' }),
  },
  params: {
    layer: param.choice({
      default: 'last',
      choices: {
        last: 'Last layer',
        numbered: 'A layer by number',
        projected: 'Comparable with texts (patch embedding)',
      },
      help: 'The last layer is right for most uses. Earlier layers show more of edges and textures, less of meaning. With the patch embedding, you can compare the patches of a CLIP with texts. An autoencoder gives its latents.',
    }),
    number: param.integer({
      default: -2,
      min: -200,
      max: 200,
      title: 'Layer number',
      help: '0 is the picture cut into patches, 1 is the first layer. Negative numbers count from the end: -1 is the last layer, before its final norm.',
      when: { param: 'layer', is: ['numbered'] },
    }),
    batchSize: param.integer({
      default: 16,
      min: 1,
      max: 1024,
      help: 'Number of pictures to encode at once, fewer where they are large. Results do not change.',
      advanced: true,
    }),
    exif: param.boolean({
      default: true,
      title: 'Turn upright',
      help: 'Turns photos upright, by the orientation that the camera saved.',
      advanced: true,
    }),
  },
  outputs: { tokens: port.tokens({ help: 'The vectors of all patches of all pictures.' }) },
  resource: 'device',
  infer: ({ params, inputs, report }) => {
    const { encoder } = knownOf(inputs, 'encoder');
    const { count, picture } = knownOf(inputs, 'images');
    const found = encoder && chosen(encoder, params);
    const problem = found?.problem ?? (encoder && sizeMisfit(encoder, picture));
    if (problem) report(problem);
    const space =
      encoder && found && !found.problem ? encoderSpace(encoder, 'image', found.layer) : undefined;
    return { tokens: { type: 'tokens', count, space } };
  },
  run: async ({ inputs: { images, encoder }, params, ctx }) => {
    const found = chosen(encoder, params);
    if (found.problem) throw new PatchbayError(found.problem);
    const { batchSize, exif } = params;
    const work = { signal: ctx.signal, onProgress: ctx.progress, onWarn: ctx.warn };
    const tokens = await ctx.encoders.tokens(encoder, images, {
      ...work,
      batchSize,
      exif,
      layer: found.layer,
    });
    refuseAllUnread(images.items, tokens.items.length, tokens.skipped);
    return { tokens };
  },
  translations: {
    zh: {
      title: '编码图块',
      description: '给出每张图片的每个图块的向量，并带有图块的网格。“池化”把它们合成每张图片一个向量。',
      inputs: {
        images: { title: '图片', help: '图片，或您自己准备的像素。' },
        encoder: { title: '编码器', help: '来自“加载编码器”的模型。' },
      },
      params: {
        layer: {
          title: '层',
          help: '最后一层适合大多数情况。较早的层更多反映边缘和纹理，较少反映含义。选择“可与文本比较”，就可以把 CLIP 的图块与文本比较。自编码器给出的是潜变量。',
          choices: { last: '最后一层', numbered: '按编号选层', projected: '可与文本比较（投影后的图块）' },
        },
        number: {
          title: '层编号',
          help: '0 是切成图块的图片，1 是第一层。负数从末尾数起：-1 是最后一层（最终归一化之前）。',
        },
        batchSize: { title: '批大小', help: '一次编码的图片数量，图片较大时会更少。结果不变。' },
        exif: { title: '转正', help: '按相机保存的方向转正照片。' },
      },
      outputs: {
        tokens: { title: '图块向量', help: '每张图片每个图块的向量。' },
      },
    },
  },
});
