import { defineNode, type F32, param, patchesOf, patchGrid, port } from '../sdk/index.ts';

/** Red, green and blue. */
const CHANNELS = 3;
/** What is left out at either end, so that one odd patch does not take all the contrast: percent. */
const OUTLIERS = 1;

/** The number below which so many percent of sorted ones lie; between two of them as far as NumPy's `percentile` goes. */
function percentile(sorted: Float32Array, percent: number): number {
  const place = ((sorted.length - 1) * percent) / 100;
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return low + (high - low) * (place - Math.floor(place));
}

/** N x 3 scores as colours from 0 to 1, each component by itself; where all are equal the middle. */
function scaled(scores: Float32Array, percent: number): Float32Array {
  const count = scores.length / CHANNELS;
  const colors = new Float32Array(scores.length);
  for (let channel = 0; channel < CHANNELS; channel++) {
    const own = Float32Array.from({ length: count }, (_, i) => scores[i * CHANNELS + channel]!);
    const sorted = own.toSorted();
    const [low, high] = [percentile(sorted, percent), percentile(sorted, 100 - percent)];
    for (let i = 0; i < count; i++) {
      const value = high > low ? (own[i]! - low) / (high - low) : 0.5;
      colors[i * CHANNELS + channel] = Math.max(0, Math.min(1, value));
    }
  }
  return colors;
}

export default defineNode({
  title: 'Patch colours',
  description:
    'Gives every patch a colour so that patches the model takes for alike look alike, in all pictures together: the three directions in which they differ most are red, green and blue.',
  keywords: [
    'pca',
    'principal components',
    'rgb',
    'features',
    'segmentation',
    'tokens',
    'dinov2',
    'show',
    'explain',
  ],
  inputs: { tokens: port.tokens({ help: 'The vectors of every patch, from Encode tokens.' }) },
  params: {
    scaling: param.choice({
      default: 'robust',
      choices: { robust: 'Leave out outliers', range: 'From least to greatest' },
      help: 'How a component becomes a colour: leaving out the outermost 1% at either end, or from its least to its greatest number.',
    }),
  },
  outputs: { view: port.view({ help: 'The pictures with the colours of their patches.', title: 'Colours' }) },
  resource: 'device',
  terminal: true,
  infer: () => ({ view: { type: 'view' } }),
  run: async ({ inputs: { tokens }, params: { scaling }, ctx: { ops, signal, progress } }) => {
    const { items, preprocess } = tokens;
    const { rows, columns } = patchGrid(tokens);
    const parts: F32[] = [];
    for (const picture of items.keys()) parts.push(await patchesOf(tokens, picture, ops));
    const { scores } = await ops.principal(parts, CHANNELS, { signal, onProgress: progress });
    const { data } = await scores.toHost();
    const colors = scaled(data, scaling === 'robust' ? OUTLIERS : 0);
    const dims = [items.length, rows * columns * CHANNELS];
    return {
      view: {
        kind: 'view',
        view: 'patches',
        shows: 'colors',
        items,
        rows,
        columns,
        preprocess,
        tensor: ops.tensor({ dtype: 'float32', dims, data: colors }),
      },
    };
  },
});
