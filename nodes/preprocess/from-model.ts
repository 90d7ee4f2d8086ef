import {
  defineMessages,
  defineNode,
  type EncoderRef,
  endSize,
  knownOf,
  noImageTower,
  PatchbayError,
  type PreprocessSpec,
  type PreprocessStep,
  param,
  port,
} from '../sdk/index.ts';

const say = defineMessages({
  'from-model.no-preprocessing': {
    en: '{model} does not say how to prepare pictures for it. Use *Resize*, *Crop* and *Normalize pixels* instead.',
    zh: '{model} 没有说明如何预处理图片。请改用 *缩放*、*裁剪* 和 *归一化像素*。',
  },
});

/** @throws PatchbayError `encoder.no-image-tower`, `from-model.no-preprocessing` */
function preprocessOf(encoder: EncoderRef): PreprocessSpec {
  const { preprocess, title, towers } = encoder;
  if (preprocess) return preprocess;
  if (!towers.image) throw new PatchbayError(noImageTower(encoder));
  throw new PatchbayError({ ...say('from-model.no-preprocessing', { model: title }), port: 'encoder' });
}

/** The shortest side of the pictures that a model gets; undefined if it takes pictures of any size. */
function sideOf({ steps }: PreprocessSpec): number | undefined {
  const last = steps.findLast((step) => step.op === 'crop' || step.op === 'resize');
  if (!last) return undefined;
  return 'size' in last ? last.size : Math.min(last.width, last.height);
}

/** The same preprocessing for pictures of another size: it scales every resize and crop by the same factor. */
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
  title: 'Preprocess for model',
  description:
    'Resizes, crops and normalises pictures exactly as a model needs them. Encode pictures does this itself. Use this node to look at the result, or to add steps to it.',
  keywords: ['prepare', 'resize', 'crop', 'normalize', 'normalise', 'processor', 'transforms', 'pixels'],
  inputs: {
    images: port.images({ help: 'The pictures to prepare.' }),
    encoder: port.encoder({ help: 'The model to prepare them for.' }),
  },
  params: {
    side: param.integer({
      default: 0,
      min: 0,
      max: 4096,
      unit: 'px',
      help: 'Shortest side of the pictures that the model gets; 0 is the size of the model. Larger pictures have more patches. A DINOv2 takes multiples of 14, a CLIP only its own size.',
    }),
    exif: param.boolean({
      default: true,
      title: 'Turn upright',
      help: 'Turns photos upright, by the orientation that the camera saved. Published models do not do this, but phone photos are better with it.',
    }),
  },
  outputs: { pixels: port.pixels({ help: 'The pictures as the model gets them.' }) },
  infer: ({ inputs, params: { side }, report }) => {
    const { encoder } = knownOf(inputs, 'encoder');
    if (encoder && !encoder.towers.image) report(noImageTower(encoder));
    const picture = encoder?.preprocess && endSize(grown(encoder.preprocess, side));
    return { pixels: { type: 'pixels', count: knownOf(inputs, 'images').count, picture } };
  },
  run: ({ inputs: { images, encoder }, params: { side, exif } }) => {
    const preprocess = preprocessOf(encoder);
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
  messages: say,
  translations: {
    zh: {
      title: '按模型预处理',
      description:
        '完全按照模型的需要缩放、裁剪和归一化图片。“编码图片”会自行完成这一步。想查看结果或添加步骤时使用此节点。',
      inputs: {
        images: { title: '图片', help: '要准备的图片。' },
        encoder: { title: '编码器', help: '为哪个模型准备图片。' },
      },
      params: {
        side: {
          title: '边长',
          help: '模型得到的图片的最短边；0 表示模型自己的大小。图片越大，图块越多。DINOv2 接受 14 的倍数，CLIP 只接受自己的大小。',
        },
        exif: {
          title: '转正',
          help: '按相机保存的方向转正照片。公开的模型没有这一步，但手机照片打开后效果更好。',
        },
      },
      outputs: {
        pixels: { title: '像素', help: '模型得到的图片。' },
      },
    },
  },
});
