import { addSteps, asPixels, defineNode, knownOf, param, port, type Resample } from '../sdk/index.ts';

/** The number of each filter in Pillow. */
const FILTERS: Readonly<Record<string, Resample>> = { nearest: 0, bilinear: 2, bicubic: 3 };

const NODE = { type: 'preprocess/resize', title: 'Resize' };

export default defineNode({
  title: NODE.title,
  description:
    'Makes pictures larger or smaller, with the same result as Pillow. "Shortest edge" keeps the proportions, "Exact size" does not.',
  keywords: ['scale', 'size', 'bicubic', 'bilinear', 'nearest', 'shortest edge', 'squash', 'preprocess'],
  inputs: {
    images: port.oneOf(['images', 'pixels'])({ help: 'Pictures, or pixels from an earlier step.' }),
  },
  params: {
    mode: param.choice({
      default: 'shortest',
      choices: { shortest: 'Shortest edge', exact: 'Exact size' },
      help: 'Whether to keep the proportions.',
    }),
    size: param.integer({
      default: 224,
      min: 1,
      max: 8192,
      unit: 'px',
      title: 'Shortest edge',
      help: 'Length of the shortest edge. The other edge keeps the proportions.',
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
      help: 'How to compute the colours between pixels. Most models expect bicubic.',
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
      help: 'The resized pictures. They are made batch by batch when another node reads them.',
    }),
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
    return { pixels: addSteps(NODE, asPixels(images, exif), [step]) };
  },
  translations: {
    zh: {
      title: '缩放',
      description: '放大或缩小图片，结果与 Pillow 相同。“最短边”保持比例，“精确大小”不保持。',
      inputs: {
        images: { title: '图片', help: '图片，或前一步得到的像素。' },
      },
      params: {
        mode: { title: '方式', help: '是否保持比例。', choices: { shortest: '最短边', exact: '精确大小' } },
        size: { title: '最短边', help: '最短边的长度。另一边按比例变化。' },
        width: { title: '宽度', help: '每张图片的宽度。' },
        height: { title: '高度', help: '每张图片的高度。' },
        resample: {
          title: '插值',
          help: '如何计算像素之间的颜色。大多数模型使用双三次插值。',
          choices: { bicubic: '双三次', bilinear: '双线性', nearest: '最近邻' },
        },
        exif: { title: '转正', help: '按相机保存的方向转正照片。前一步得到的像素保持不变。' },
      },
      outputs: {
        pixels: { title: '像素', help: '缩放后的图片。其他节点读取时逐批生成。' },
      },
    },
  },
});
