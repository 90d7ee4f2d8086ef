import { defineNode, knownOf, PatchbayError, param, port } from '../sdk/index.ts';

const noImages = (title: string) => ({
  code: 'encoder.no-image-tower',
  message: `${title} reads no pictures, so it has no preprocessing for them. Choose an encoder that does.`,
  port: 'encoder',
});

export default defineNode({
  title: 'Preprocess as model',
  description:
    'Resizes, crops and normalises pictures exactly as a model was trained to see them. Image does this by itself; use this node to look at the result or to add to it.',
  keywords: ['prepare', 'resize', 'crop', 'normalize', 'normalise', 'processor', 'transforms', 'pixels'],
  inputs: {
    images: port.images({ help: 'The pictures to prepare.' }),
    encoder: port.encoder({ help: 'The model whose preprocessing to use.' }),
  },
  params: {
    exif: param.boolean({
      default: true,
      title: 'Turn upright',
      help: 'Turns photos the way the camera was held. Models are published without it; phone photos look better with it.',
    }),
  },
  outputs: { pixels: port.pixels({ help: 'The pictures as the model sees them.' }) },
  infer: ({ inputs, report }) => {
    const { encoder } = knownOf(inputs, 'encoder');
    if (encoder && !encoder.towers.image) report(noImages(encoder.title));
    return { pixels: { type: 'pixels', count: knownOf(inputs, 'images').count } };
  },
  run: ({ inputs: { images, encoder }, params: { exif } }) => {
    const { preprocess } = encoder;
    if (!preprocess) throw new PatchbayError(noImages(encoder.title));
    const { items, skipped } = images;
    return {
      pixels: {
        kind: 'pixels',
        items,
        skipped,
        spec: { ...preprocess, exif },
      },
    };
  },
});
