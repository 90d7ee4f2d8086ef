import { addSteps, asPixels, defineNode, knownOf, param, port } from '../sdk/index.ts';

export default defineNode({
  title: 'Crop',
  description:
    'Cuts the middle out of every picture. A picture that is smaller gets a black border, as Transformers does.',
  keywords: ['center crop', 'centre', 'cut', 'square', 'pad', 'preprocess'],
  inputs: {
    images: port.oneOf(['images', 'pixels'])({ help: 'Pictures, or pixels of an earlier step.' }),
  },
  params: {
    width: param.integer({ default: 224, min: 1, max: 8192, unit: 'px', help: 'Width of the cut.' }),
    height: param.integer({ default: 224, min: 1, max: 8192, unit: 'px', help: 'Height of the cut.' }),
    exif: param.boolean({
      default: true,
      title: 'Turn upright',
      help: 'Turns photos the way the camera was held, before cutting. Pixels of an earlier step stay as they are.',
      advanced: true,
    }),
  },
  outputs: { pixels: port.pixels({ help: 'The cut pictures; made batch by batch when they are needed.' }) },
  infer: ({ inputs, params: { width, height } }) => ({
    pixels: { type: 'pixels', count: knownOf(inputs, 'images').count, picture: { width, height } },
  }),
  run: ({ inputs: { images }, params: { width, height, exif } }) => ({
    pixels: addSteps('Crop', asPixels(images, exif), [{ op: 'crop', width, height }]),
  }),
});
