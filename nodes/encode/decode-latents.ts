import {
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

/** Why the model cannot make pictures of these tokens, or null. */
function unfit({ id, title, towers }: ModelInfo, space: Space | undefined): ReportedProblem | null {
  if (!towers.decoder)
    return {
      code: 'encode.no-decoder',
      message: `${title} makes no pictures of latents. Choose an autoencoder with its decoder, such as a Stable Diffusion VAE or TAESD.`,
      port: 'encoder',
    };
  if (!space || (space.encoder === id && space.layer === 'latent')) return null;
  const what = space.layer === 'latent' ? 'latents' : `the layer ${space.layer}`;
  return {
    code: 'encode.latents',
    message: `${title} makes pictures of its own latents only, and gets ${what} of ${space.title}. Give it what Encode tokens makes with the same model.`,
    port: 'tokens',
    expected: `latent of ${title}`,
    got: `${space.layer} of ${space.title}`,
  };
}

export default defineNode({
  title: 'Decode latents',
  description:
    "Makes pictures of an autoencoder's latents again: what is lost on the way there and back is what the model cannot see.",
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
      help: 'Pictures decoded at once, fewer where they are large; results do not change.',
      advanced: true,
    }),
  },
  outputs: {
    images: port.images({ help: 'One picture for each that was encoded, with its name and label.' }),
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
});
