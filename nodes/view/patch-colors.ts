import {
  defineNode,
  type F32,
  param,
  patchesOf,
  patchGrid,
  port,
  selectedOf,
  selectedParam,
  selectedParamZh,
  selectionPort,
  selectionPortZh,
} from '../sdk/index.ts';

/** Red, green and blue. */
const CHANNELS = 3;
/** Percent to ignore at each end, so that a few extreme patches do not use up the whole range of colours. */
const OUTLIERS = 1;

/** The given percentile of sorted numbers, interpolated between two of them as NumPy's `percentile` does. */
function percentile(sorted: Float32Array, percent: number): number {
  const place = ((sorted.length - 1) * percent) / 100;
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return low + (high - low) * (place - Math.floor(place));
}

/** Scales N x 3 scores to colours from 0 to 1, each component on its own. A component whose numbers are all equal becomes 0.5. */
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
    'Gives every patch a colour, so that patches which are similar for the model look similar, in all pictures together. Red, green and blue are the three directions in which patches differ most.',
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
    selected: selectedParam,
    scaling: param.choice({
      default: 'robust',
      choices: { robust: 'Leave out outliers', range: 'From smallest to largest' },
      help: 'How numbers become colours: without the outer 1% at each end, or from the smallest to the largest number.',
    }),
  },
  outputs: {
    view: port.view({ help: 'The pictures with the colours of their patches.', title: 'Colours' }),
    selection: selectionPort,
  },
  resource: 'device',
  terminal: true,
  infer: () => ({ view: { type: 'view' }, selection: { type: 'images' } }),
  run: async ({ inputs: { tokens }, params: { selected, scaling }, ctx }) => {
    const { ops, signal, progress } = ctx;
    const { items, preprocess, skipped } = tokens;
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
      selection: await selectedOf(items, selected, ctx, skipped),
    };
  },
  translations: {
    zh: {
      title: '图块颜色',
      description:
        '给每个图块一种颜色，使模型认为相似的图块看起来也相似，对所有图片一起计算。红、绿、蓝是图块差异最大的三个方向。',
      inputs: {
        tokens: { title: '图块向量', help: '来自“编码图块”的每个图块的向量。' },
      },
      params: {
        selected: selectedParamZh,
        scaling: {
          title: '数值缩放',
          help: '数值如何变成颜色：去掉两端最外的 1%，或从最小值到最大值。',
          choices: { robust: '去掉离群值', range: '从最小到最大' },
        },
      },
      outputs: {
        view: { title: '颜色', help: '带有图块颜色的图片。' },
        selection: selectionPortZh,
      },
    },
  },
});
