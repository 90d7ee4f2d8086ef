import { asPixels, defineNode, param, port, refuseAllUnread, type Skipped } from '../sdk/index.ts';

const CHANNELS = ['Red', 'Green', 'Blue'];

export default defineNode({
  title: 'Dataset statistics',
  description:
    'Mean and standard deviation of red, green and blue over all pixels of all pictures, from 0 (dark) to 1 (bright). Any number of pictures; they are read one after the other.',
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
      help: 'The pictures to measure. Pixels of Resize or Crop are measured after that step.',
    }),
  },
  params: {
    exif: param.boolean({
      default: true,
      title: 'Turn upright',
      help: 'Turns photos the way the camera was held. It matters only before a crop.',
      advanced: true,
    }),
  },
  outputs: {
    metrics: port.metrics({
      help: 'The mean and std of red, green and blue, and how many images and pixels were measured.',
    }),
    table: port.table({ help: 'The same numbers, one row a colour.' }),
  },
  resource: 'device',
  infer: () => ({ metrics: { type: 'metrics' }, table: { type: 'table', count: 3, dims: 3 } }),
  run: async ({ inputs, params: { exif }, ctx }) => {
    const source = asPixels(inputs.images, exif);
    // What is measured are colours: a normalisation would only measure itself.
    const steps = source.spec.steps.filter((step) => step.op === 'resize' || step.op === 'crop');
    const skipped: Skipped[] = [...source.skipped];
    const { mean, std, images, pixels } = await ctx.images.statistics(
      { ...source, spec: { ...source.spec, steps } },
      { signal: ctx.signal, onProgress: ctx.progress, onSkip: (item) => skipped.push(item) },
    );
    refuseAllUnread(source.items, images, skipped);
    for (const { name, path, reason } of skipped) ctx.warn(`${path ?? name} was left out: ${reason}`);
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
});
