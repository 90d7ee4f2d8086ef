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

/** The layer that is meant, or why the model cannot give it. */
function chosen(
  encoder: ModelInfo,
  params: { readonly layer: TokenChoice; readonly number: number },
): { readonly layer: string; readonly problem?: undefined } | { readonly problem: ReportedProblem } {
  const found = tokenLayer(encoder, params.layer, params.number);
  if ('layer' in found) return { layer: found.layer };
  const { problem: message, param: name } = found;
  return {
    problem: {
      code: 'encoder.no-layer',
      message,
      ...(name ? { param: name } : { port: 'encoder' }),
      expected: (encoder.towers.image?.layers ?? []).join(' | '),
      got: params.layer === 'numbered' ? String(params.number) : params.layer,
    },
  };
}

export default defineNode({
  title: 'Encode tokens',
  description:
    'What the model knows of each patch of each picture: one vector a patch, with the grid they lie on. Pool makes one vector a picture of them.',
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
    images: port.oneOf(['images', 'pixels'])({ help: 'Pictures, or pixels you prepared yourself.' }),
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
      help: 'The last layer is the right one for most. Earlier ones know more of edges and textures, less of meaning. The patch embedding puts each patch of a CLIP where its texts are. An autoencoder gives its latents.',
    }),
    number: param.integer({
      default: -2,
      min: -200,
      max: 200,
      title: 'Layer number',
      help: '0 is the picture cut into patches, 1 the first layer. Negative numbers count from the end: -1 is the last, before its final norm.',
      when: { param: 'layer', is: ['numbered'] },
    }),
    batchSize: param.integer({
      default: 16,
      min: 1,
      max: 1024,
      help: 'Pictures encoded at once, fewer where they are large; results do not change.',
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
});
