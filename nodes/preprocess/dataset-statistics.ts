import {
  asPixels,
  defineMessages,
  defineNode,
  param,
  port,
  refuseAllUnread,
  type Skipped,
} from '../sdk/index.ts';

const say = defineMessages({
  'dataset-statistics.left-out': { en: '{path} was left out. {reason}', zh: '{path} 未计入。{reason}' },
});

const CHANNELS = ['Red', 'Green', 'Blue'];

export default defineNode({
  title: 'Dataset statistics',
  description:
    'Computes the mean and standard deviation of red, green and blue over all pixels of all pictures, from 0 (dark) to 1 (bright). It reads the pictures one after the other, so any number of them fits.',
  keywords: [
    'mean',
    'std',
    'standard deviation',
    'average colour',
    'channels',
    'normalize',
    'analyse',
    'histogram',
  ],
  inputs: {
    images: port.oneOf(['images', 'pixels'])({
      help: 'The pictures to measure. Pixels from Resize or Crop are measured after that step.',
    }),
  },
  params: {
    exif: param.boolean({
      default: true,
      title: 'Turn upright',
      help: 'Turns photos upright, by the orientation that the camera saved. It matters only before a crop.',
      advanced: true,
    }),
  },
  outputs: {
    metrics: port.metrics({
      help: 'The mean and std of red, green and blue, and the number of pictures and pixels.',
    }),
    table: port.table({ help: 'The same numbers, one row per colour.' }),
  },
  resource: 'device',
  infer: () => ({ metrics: { type: 'metrics' }, table: { type: 'table', count: 3, dims: 3 } }),
  run: async ({ inputs, params: { exif }, ctx }) => {
    const source = asPixels(inputs.images, exif);
    // Statistics are about the original colours, so rescaling and normalisation are left out.
    const steps = source.spec.steps.filter((step) => step.op === 'resize' || step.op === 'crop');
    const skipped: Skipped[] = [...source.skipped];
    const { mean, std, images, pixels } = await ctx.images.statistics(
      { ...source, spec: { ...source.spec, steps } },
      { signal: ctx.signal, onProgress: ctx.progress, onSkip: (item) => skipped.push(item) },
    );
    refuseAllUnread(source.items, images, skipped);
    for (const { name, path, reason } of skipped)
      ctx.warn(say('dataset-statistics.left-out', { path: path ?? name, reason }));
    return {
      metrics: { kind: 'metrics', values: { mean, std, images, pixels } },
      table: {
        kind: 'table',
        columns: [
          { key: 'channel', title: 'Colour', type: 'text' },
          { key: 'mean', title: 'Mean', type: 'number' },
          { key: 'std', title: 'Standard deviation', type: 'number' },
        ],
        rows: CHANNELS.map((name, channel) => [name, mean[channel] ?? null, std[channel] ?? null]),
      },
    };
  },
  messages: say,
  translations: {
    zh: {
      title: '数据集统计',
      description:
        '计算所有图片的所有像素中红、绿、蓝的平均值和标准差，从 0（暗）到 1（亮）。图片逐张读取，因此数量不限。',
      inputs: {
        images: { title: '图片', help: '要统计的图片。如果是“缩放”或“裁剪”的像素，则统计该步骤之后的结果。' },
      },
      params: {
        exif: { title: '转正', help: '按相机保存的方向转正照片。只在裁剪之前有影响。' },
      },
      outputs: {
        metrics: { title: '指标', help: '红、绿、蓝的平均值和标准差，以及图片和像素的数量。' },
        table: { title: '表格', help: '同样的数值，每种颜色一行。' },
      },
    },
  },
});
