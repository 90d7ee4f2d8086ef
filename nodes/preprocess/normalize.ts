import {
  addSteps,
  asPixels,
  defineMessages,
  defineNode,
  knownOf,
  PatchbayError,
  param,
  port,
  type ReportedProblem,
} from '../sdk/index.ts';

const NODE = { type: 'preprocess/normalize', title: 'Normalize pixels' };

const say = defineMessages({
  'preprocess.std': {
    en: '*Normalize pixels* cannot divide by a standard deviation of 0 or less. It got {numbers}.',
    zh: '*归一化像素* 不能除以零或负的标准差，得到的却是 {numbers}。',
  },
  'preprocess.statistics': {
    en: '*Normalize pixels* needs a mean and a standard deviation for each of red, green and blue. Connect the metrics of *Dataset statistics*.',
    zh: '*归一化像素* 需要红、绿、蓝各自的平均值和标准差。请连接 *数据集统计* 的指标。',
  },
});

interface Channels {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** The mean and standard deviation of each channel, as published with these models. */
const PRESETS: Readonly<Record<string, Channels>> = {
  clip: { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] },
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  half: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
};

const badStd = (got: readonly number[]): ReportedProblem => ({
  ...say('preprocess.std', { numbers: got }),
  param: 'std',
  expected: 'three numbers above 0',
  got: got.join(', '),
});

/** @throws PatchbayError `preprocess.statistics` */
function channelsOf(values: Readonly<Record<string, number | readonly number[]>>): Channels {
  const { mean, std } = values;
  if (!Array.isArray(mean) || !Array.isArray(std) || mean.length !== 3 || std.length !== 3)
    throw new PatchbayError({
      ...say('preprocess.statistics'),
      port: 'metrics',
      expected: 'mean and std, three numbers each',
      got: Object.keys(values).join(', ') || 'nothing',
    });
  return { mean, std };
}

export default defineNode({
  title: NODE.title,
  description:
    'Shifts and scales colours to the range that a model was trained on: (x / 255 - mean) / std for each of red, green and blue.',
  keywords: ['mean', 'std', 'standard deviation', 'rescale', 'normalise', 'imagenet', 'clip', 'preprocess'],
  inputs: {
    images: port.oneOf(['images', 'pixels'])({ help: 'Pictures, or pixels from an earlier step.' }),
    metrics: port.metrics({
      help: 'Mean and std of your own pictures, from Dataset statistics. They replace the values below.',
      required: false,
    }),
  },
  params: {
    preset: param.choice({
      default: 'clip',
      choices: { clip: 'CLIP', imagenet: 'ImageNet', half: '-1 to 1', custom: 'My own numbers' },
      title: 'Values',
      help: 'The mean and standard deviation to use.',
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
      help: 'Standard deviation of red, green and blue, above 0.',
      when: { param: 'preset', is: ['custom'] },
    }),
    rescale: param.boolean({
      default: true,
      title: 'Divide by 255',
      help: 'Scales colours from 0..255 to 0..1 first, as almost all models need.',
      advanced: true,
    }),
    exif: param.boolean({
      default: true,
      title: 'Turn upright',
      help: 'Turns photos upright, by the orientation that the camera saved. Pixels from an earlier step stay as they are.',
      advanced: true,
    }),
  },
  outputs: {
    pixels: port.pixels({
      help: 'The normalised pixels. They are made batch by batch when another node reads them.',
    }),
  },
  infer: ({ params: { preset, std }, inputs, report }) => {
    const own = preset === 'custom' && (inputs.metrics ?? []).length === 0;
    if (own && std.some((value) => !(value > 0))) report(badStd(std));
    const { count, picture } = knownOf(inputs, 'images');
    return { pixels: { type: 'pixels', count, picture } };
  },
  run: ({ inputs: { images, metrics }, params: { preset, mean, std, rescale, exif } }) => {
    const channels = metrics ? channelsOf(metrics.values) : (PRESETS[preset] ?? { mean, std });
    if (channels.std.some((value) => !(value > 0))) throw new PatchbayError(badStd(channels.std));
    return {
      pixels: addSteps(NODE, asPixels(images, exif), [
        ...(rescale ? [{ op: 'rescale', factor: 1 / 255 } as const] : []),
        { op: 'normalize', ...channels },
      ]),
    };
  },
  messages: say,
  translations: {
    zh: {
      title: '归一化像素',
      description: '把颜色平移和缩放到模型训练时的范围：对红、绿、蓝分别计算 (x / 255 - 平均值) / 标准差。',
      inputs: {
        images: { title: '图片', help: '图片，或前一步得到的像素。' },
        metrics: {
          title: '指标',
          help: '您自己图片的平均值和标准差，来自“数据集统计”。它们代替下面的数值。',
        },
      },
      params: {
        preset: {
          title: '数值',
          help: '要使用的平均值和标准差。',
          choices: { clip: 'CLIP', imagenet: 'ImageNet', half: '-1 到 1', custom: '自定义' },
        },
        mean: { title: '平均值', help: '红、绿、蓝的平均值。' },
        std: { title: '标准差', help: '红、绿、蓝的标准差；大于 0。' },
        rescale: { title: '除以 255', help: '先把颜色从 0..255 变为 0..1，几乎所有模型都需要。' },
        exif: { title: '转正', help: '按相机保存的方向转正照片。前一步得到的像素保持不变。' },
      },
      outputs: {
        pixels: { title: '像素', help: '归一化的像素。其他节点读取时逐批生成。' },
      },
    },
  },
});
