import {
  defineNode,
  endSize,
  knownOf,
  PatchbayError,
  type PreprocessSpec,
  type PreprocessStep,
  param,
  port,
} from '../sdk/index.ts';

const noImages = (title: string) => ({
  code: 'encoder.no-image-tower',
  message: `${title} reads no pictures, so it has no preprocessing for them. Choose an encoder that does.`,
  port: 'encoder',
});

/** The shortest side of what a model sees; undefined where its pictures keep their own size. */
function sideOf({ steps }: PreprocessSpec): number | undefined {
  const last = steps.findLast((step) => step.op === 'crop' || step.op === 'resize');
  if (!last) return undefined;
  return 'size' in last ? last.size : Math.min(last.width, last.height);
}

/** The same preprocessing for pictures of another size: every resize and crop grows alike. */
function grown(spec: PreprocessSpec, side: number): PreprocessSpec {
  const own = sideOf(spec);
  if (own === undefined || side === 0) return spec;
  const scaled = (length: number) => Math.max(1, Math.round((length * side) / own));
  const steps = spec.steps.map((step): PreprocessStep => {
    if (step.op !== 'crop' && step.op !== 'resize') return step;
    if ('size' in step) return { ...step, size: scaled(step.size) };
    return { ...step, width: scaled(step.width), height: scaled(step.height) };
  });
  return { ...spec, steps };
}

export default defineNode({
  title: 'Preprocess as model',
  description:
    'Resizes, crops and normalises pictures exactly as a model was trained to see them. Encode images does this by itself; use this node to look at the result or to add to it.',
  keywords: ['prepare', 'resize', 'crop', 'normalize', 'normalise', 'processor', 'transforms', 'pixels'],
  inputs: {
    images: port.images({ help: 'The pictures to prepare.' }),
    encoder: port.encoder({ help: 'The model whose preprocessing to use.' }),
  },
  params: {
    side: param.integer({
      default: 0,
      min: 0,
      max: 4096,
      unit: 'px',
      help: 'Shortest side of what the model sees; 0 is its own. Larger pictures have more patches: a DINOv2 takes multiples of 14, a CLIP only its own size.',
    }),
    exif: param.boolean({
      default: true,
      title: 'Turn upright',
      help: 'Turns photos the way the camera was held. Models are published without it; phone photos look better with it.',
    }),
  },
  outputs: { pixels: port.pixels({ help: 'The pictures as the model sees them.' }) },
  infer: ({ inputs, params: { side }, report }) => {
    const { encoder } = knownOf(inputs, 'encoder');
    if (encoder && !encoder.towers.image) report(noImages(encoder.title));
    const picture = encoder?.preprocess && endSize(grown(encoder.preprocess, side));
    return { pixels: { type: 'pixels', count: knownOf(inputs, 'images').count, picture } };
  },
  run: ({ inputs: { images, encoder }, params: { side, exif } }) => {
    const { preprocess } = encoder;
    if (!preprocess) throw new PatchbayError(noImages(encoder.title));
    const { items, skipped } = images;
    return {
      pixels: {
        kind: 'pixels',
        items,
        skipped,
        spec: { ...grown(preprocess, side), exif },
      },
    };
  },
});
