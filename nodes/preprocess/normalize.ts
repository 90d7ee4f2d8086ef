import { addSteps, asPixels, defineNode, knownOf, PatchbayError, param, port } from '../sdk/index.ts';

interface Channels {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Published with the models named. */
const PRESETS: Readonly<Record<string, Channels>> = {
  clip: { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] },
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  half: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
};

const badStd = (got: readonly number[]) => ({
  code: 'preprocess.std',
  message: `A standard deviation of zero or less cannot be divided by; Normalize was given ${got.join(', ')}.`,
  param: 'std',
  expected: 'three numbers above 0',
  got: got.join(', '),
});

function measured(values: Readonly<Record<string, number | readonly number[]>>): Channels {
  const { mean, std } = values;
  if (!Array.isArray(mean) || !Array.isArray(std) || mean.length !== 3 || std.length !== 3)
    throw new PatchbayError({
      code: 'preprocess.statistics',
      message:
        'Normalize needs a mean and a standard deviation for each of red, green and blue. Connect the metrics of Dataset statistics.',
      port: 'metrics',
      expected: 'mean and std, three numbers each',
      got: Object.keys(values).join(', ') || 'nothing',
    });
  return { mean, std };
}

export default defineNode({
  title: 'Normalize pixels',
  description:
    'Shifts and scales colours to the range a model was trained on: (x / 255 - mean) / std for each of red, green and blue.',
  keywords: ['mean', 'std', 'standard deviation', 'rescale', 'normalise', 'imagenet', 'clip', 'preprocess'],
  inputs: {
    images: port.oneOf(['images', 'pixels'])({ help: 'Pictures, or pixels of an earlier step.' }),
    metrics: port.metrics({
      help: 'Mean and std of your own pictures, from Dataset statistics; used in place of the values below.',
      required: false,
    }),
  },
  params: {
    preset: param.choice({
      default: 'clip',
      choices: { clip: 'CLIP', imagenet: 'ImageNet', half: '-1 to 1', custom: 'Own numbers' },
      title: 'Values',
      help: 'Whose mean and standard deviation to use.',
    }),
    mean: param.numbers({
      default: [0.5, 0.5, 0.5],
      length: 3,
      help: 'Mean of red, green and blue.',
      when: { param: 'preset', is: ['custom'] },
    }),
    std: param.numbers({
      default: [0.5, 0.5, 0.5],
      length: 3,
      title: 'Standard deviation',
      help: 'Standard deviation of red, green and blue; above 0.',
      when: { param: 'preset', is: ['custom'] },
    }),
    rescale: param.boolean({
      default: true,
      title: 'Divide by 255',
      help: 'Brings colours from 0..255 to 0..1 first, as nearly all models expect.',
      advanced: true,
    }),
    exif: param.boolean({
      default: true,
      title: 'Turn upright',
      help: 'Turns photos the way the camera was held. Pixels of an earlier step stay as they are.',
      advanced: true,
    }),
  },
  outputs: { pixels: port.pixels({ help: 'Normalised pixels; made batch by batch when they are needed.' }) },
  infer: ({ params: { preset, std }, inputs, report }) => {
    const own = preset === 'custom' && (inputs.metrics ?? []).length === 0;
    if (own && std.some((value) => !(value > 0))) report(badStd(std));
    const { count, picture } = knownOf(inputs, 'images');
    return { pixels: { type: 'pixels', count, picture } };
  },
  run: ({ inputs: { images, metrics }, params: { preset, mean, std, rescale, exif } }) => {
    const channels = metrics ? measured(metrics.values) : (PRESETS[preset] ?? { mean, std });
    if (channels.std.some((value) => !(value > 0))) throw new PatchbayError(badStd(channels.std));
    return {
      pixels: addSteps('Normalize', asPixels(images, exif), [
        ...(rescale ? [{ op: 'rescale', factor: 1 / 255 } as const] : []),
        { op: 'normalize', ...channels },
      ]),
    };
  },
});
