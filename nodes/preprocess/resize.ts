import { addSteps, asPixels, defineNode, knownOf, param, port, type Resample } from '../sdk/index.ts';

/** PIL's numbers of the filters. */
const FILTERS: Readonly<Record<string, Resample>> = { nearest: 0, bilinear: 2, bicubic: 3 };

export default defineNode({
  title: 'Resize',
  description:
    'Makes pictures larger or smaller, as Pillow does. "Shortest edge" keeps the proportions, "exact" does not.',
  keywords: ['scale', 'size', 'bicubic', 'bilinear', 'nearest', 'shortest edge', 'squash', 'preprocess'],
  inputs: {
    images: port.oneOf(['images', 'pixels'])({ help: 'Pictures, or pixels of an earlier step.' }),
  },
  params: {
    mode: param.choice({
      default: 'shortest',
      choices: { shortest: 'Shortest edge', exact: 'Exact size' },
      help: 'Whether the proportions are kept.',
    }),
    size: param.integer({
      default: 224,
      min: 1,
      max: 8192,
      unit: 'px',
      title: 'Shortest edge',
      help: 'Length of the shortest edge; the other follows.',
      when: { param: 'mode', is: ['shortest'] },
    }),
    width: param.integer({
      default: 224,
      min: 1,
      max: 8192,
      unit: 'px',
      help: 'Width of every picture.',
      when: { param: 'mode', is: ['exact'] },
    }),
    height: param.integer({
      default: 224,
      min: 1,
      max: 8192,
      unit: 'px',
      help: 'Height of every picture.',
      when: { param: 'mode', is: ['exact'] },
    }),
    resample: param.choice({
      default: 'bicubic',
      choices: { bicubic: 'Bicubic', bilinear: 'Bilinear', nearest: 'Nearest' },
      title: 'Filter',
      help: 'How colours between pixels are found. Most models expect bicubic.',
      advanced: true,
    }),
    exif: param.boolean({
      default: true,
      title: 'Turn upright',
      help: 'Turns photos the way the camera was held. Pixels of an earlier step stay as they are.',
      advanced: true,
    }),
  },
  outputs: {
    pixels: port.pixels({ help: 'The resized pictures; made batch by batch when they are needed.' }),
  },
  infer: ({ inputs, params: { mode, width, height } }) => ({
    pixels: {
      type: 'pixels',
      count: knownOf(inputs, 'images').count,
      picture: mode === 'exact' ? { width, height } : undefined,
    },
  }),
  run: ({ inputs: { images }, params: { mode, size, width, height, resample, exif } }) => {
    const filter = FILTERS[resample] ?? 3;
    const step =
      mode === 'exact'
        ? ({ op: 'resize', mode, width, height, resample: filter } as const)
        : ({ op: 'resize', mode: 'shortest', size, resample: filter } as const);
    return { pixels: addSteps('Resize', asPixels(images, exif), [step]) };
  },
});
