import { addSteps, asPixels, defineNode, knownOf, param, port } from '../sdk/index.ts';

const NODE = { type: 'preprocess/crop', title: 'Crop' };

export default defineNode({
  title: NODE.title,
  description:
    'Cuts out the middle of every picture. A smaller picture gets a black border, as in Transformers.',
  keywords: ['center crop', 'centre', 'cut', 'square', 'pad', 'preprocess'],
  inputs: {
    images: port.oneOf(['images', 'pixels'])({ help: 'Pictures, or pixels from an earlier step.' }),
  },
  params: {
    width: param.integer({ default: 224, min: 1, max: 8192, unit: 'px', help: 'Width of the result.' }),
    height: param.integer({ default: 224, min: 1, max: 8192, unit: 'px', help: 'Height of the result.' }),
    exif: param.boolean({
      default: true,
      title: 'Turn upright',
      help: 'Turns photos upright before the cut, by the orientation that the camera saved. Pixels from an earlier step stay as they are.',
      advanced: true,
    }),
  },
  outputs: {
    pixels: port.pixels({
      help: 'The cropped pictures. They are made batch by batch when another node reads them.',
    }),
  },
  infer: ({ inputs, params: { width, height } }) => ({
    pixels: { type: 'pixels', count: knownOf(inputs, 'images').count, picture: { width, height } },
  }),
  run: ({ inputs: { images }, params: { width, height, exif } }) => ({
    pixels: addSteps(NODE, asPixels(images, exif), [{ op: 'crop', width, height }]),
  }),
  translations: {
    zh: {
      title: '裁剪',
      description: '裁出每张图片的中间部分。较小的图片会加上黑边，与 Transformers 相同。',
      inputs: {
        images: { title: '图片', help: '图片，或前一步得到的像素。' },
      },
      params: {
        width: { title: '宽度', help: '结果的宽度。' },
        height: { title: '高度', help: '结果的高度。' },
        exif: { title: '转正', help: '裁剪之前，按相机保存的方向转正照片。前一步得到的像素保持不变。' },
      },
      outputs: {
        pixels: { title: '像素', help: '裁剪后的图片。其他节点读取时逐批生成。' },
      },
    },
  },
});
