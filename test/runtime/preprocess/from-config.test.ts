import { describe, expect, it } from 'vitest';
import { preprocessFromConfig } from '../../../server/runtime/preprocess/from-config.ts';

const stepsOf = (config: object, processor?: string) => preprocessFromConfig(config, { processor }).steps;
const clip = { image_processor_type: 'CLIPImageProcessor' };

describe('a preprocessor config', () => {
  it('with only a type has the processor’s defaults', () => {
    expect(stepsOf(clip)).toEqual([
      { op: 'resize', mode: 'shortest', size: 224, resample: 3 },
      { op: 'crop', width: 224, height: 224 },
      { op: 'rescale', factor: 1 / 255 },
      {
        op: 'normalize',
        mean: [0.48145466, 0.4578275, 0.40821073],
        std: [0.26862954, 0.26130258, 0.27577711],
      },
    ]);
  });

  it.each([
    ['CLIPFeatureExtractor', 'shortest'],
    ['CLIPImageProcessorFast', 'shortest'],
    ['BitImageProcessor', 'shortest'],
    ['SiglipImageProcessor', 'shortest'],
    ['ViTFeatureExtractor', 'exact'],
    ['DeiTImageProcessor', 'exact'],
    ['BlipImageProcessor', 'exact'],
  ])('of %s means by one number the %s size', (type, mode) => {
    const field = type.endsWith('Extractor') ? 'feature_extractor_type' : 'image_processor_type';
    const [resize] = stepsOf({ [field]: type, size: 60 });
    expect(resize).toMatchObject(mode === 'shortest' ? { mode, size: 60 } : { mode, width: 60, height: 60 });
  });

  it('without a type uses the type of the model', () => {
    expect(stepsOf({ size: 60 }, 'ViT')[0]).toMatchObject({ mode: 'exact', resample: 2 });
    expect(stepsOf({ size: 60 }, 'Bit')[0]).toMatchObject({ mode: 'shortest', resample: 3 });
  });

  it('inside a processor_config.json is found', () => {
    expect(stepsOf({ image_processor: clip, processor_class: 'CLIPProcessor' })).toEqual(stepsOf(clip));
  });

  it.each([
    [{ size: { shortest_edge: 224 }, crop_pct: 0.875 }, 256, 224],
    [{ size: 224, crop_pct: 0.9 }, 248, 224],
    [{ size: { shortest_edge: 224 } }, 256, 224],
    [{ size: { shortest_edge: 383 }, crop_pct: 0.95 }, 403, 383],
  ])('of ConvNext resizes and crops by crop_pct: %j', (config, size, crop) => {
    expect(stepsOf({ image_processor_type: 'ConvNextImageProcessor', ...config }).slice(0, 2)).toEqual([
      { op: 'resize', mode: 'shortest', size, resample: 3 },
      { op: 'crop', width: crop, height: crop },
    ]);
  });

  it('of ConvNext warps from 384 pixels on', () => {
    const [resize, next] = stepsOf({
      image_processor_type: 'ConvNextFeatureExtractor',
      size: 384,
      crop_pct: 0.875,
    });
    expect(resize).toEqual({ op: 'resize', mode: 'exact', width: 384, height: 384, resample: 3 });
    expect(next).toMatchObject({ op: 'rescale' });
  });

  it('leaves out what its flags switch off', () => {
    const off = { do_resize: false, do_center_crop: false, do_rescale: false, do_normalize: false };
    expect(stepsOf({ ...clip, ...off })).toEqual([]);
  });

  it('reads null as a missing field, one number as three channels, and lists as height and width', () => {
    expect(stepsOf({ ...clip, size: null, crop_size: null, resample: null, do_rescale: null })).toEqual(
      stepsOf(clip),
    );
    const steps = stepsOf({
      image_processor_type: 'ViTImageProcessor',
      size: [30, 40],
      image_mean: 0.5,
      image_std: 0.25,
    });
    expect(steps[0]).toMatchObject({ width: 40, height: 30 });
    expect(steps.at(-1)).toEqual({ op: 'normalize', mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] });
  });

  it.each([0, 1, 2, 3, 4, 5])('names Pillow’s filter %d by its number', (resample) => {
    expect(stepsOf({ ...clip, resample })[0]).toMatchObject({ resample });
  });

  it('of EfficientNet, and no other, can subtract 1 and divide once more', () => {
    const config = { size: 40, image_mean: 0.25, image_std: 0.5, rescale_offset: true };
    const numbers = (steps: ReturnType<typeof stepsOf>) => steps.filter(({ op }) => op === 'normalize');
    const same = (value: number) => [value, value, value];
    const usual = { op: 'normalize', mean: same(0.25), std: same(0.5) };
    const efficient = { image_processor_type: 'EfficientNetImageProcessor', ...config };
    expect(numbers(stepsOf(efficient))).toEqual([
      { op: 'normalize', mean: same(1), std: same(1) },
      usual,
      { op: 'normalize', mean: same(0), std: same(0.5) },
    ]);
    const plain = { rescale_offset: false, include_top: false };
    expect(numbers(stepsOf({ ...efficient, ...plain }))).toEqual([usual]);
    expect(numbers(stepsOf({ ...clip, ...config }))).toEqual([usual]);
  });

  it('turns pictures upright unless told otherwise', () => {
    expect(preprocessFromConfig(clip).exif).toBe(true);
    expect(preprocessFromConfig(clip, { exif: false }).exif).toBe(false);
  });
});

describe('a preprocessor config is refused, naming the field,', () => {
  it.each<[string, object]>([
    ['image_processor_type', { image_processor_type: 'Siglip2ImageProcessor' }],
    ['image_processor_type', { image_processor_type: 7 }],
    ['image_processor_type', {}],
    ['feature_extractor_type', { feature_extractor_type: 'WhisperFeatureExtractor' }],
    ['resample', { ...clip, resample: 6 }],
    ['resample', { ...clip, resample: 'bicubic' }],
    ['size', { ...clip, size: { longest_edge: 224 } }],
    ['size', { ...clip, size: { shortest_edge: 224, longest_edge: 448 } }],
    ['size', { ...clip, size: 0 }],
    ['size', { ...clip, size: 224.5 }],
    ['size', { ...clip, size: 1e9 }],
    ['size', { ...clip, size: 'large' }],
    ['size', { image_processor_type: 'ConvNextImageProcessor', size: { height: 9, width: 9 } }],
    ['crop_size', { ...clip, crop_size: { shortest_edge: 224 } }],
    ['crop_size', { image_processor_type: 'ViTImageProcessor', do_center_crop: true }],
    ['crop_pct', { image_processor_type: 'ConvNextImageProcessor', size: 224, crop_pct: 0 }],
    ['rescale_factor', { ...clip, rescale_factor: 'NaN' }],
    ['image_mean', { ...clip, image_mean: [0.5] }],
    ['image_std', { ...clip, image_std: [0.5, 0, 0.5] }],
    ['do_resize', { ...clip, do_resize: 'yes' }],
    ['do_pad', { ...clip, do_pad: true }],
    ['do_flip_channel_order', { ...clip, do_flip_channel_order: true }],
    ['data_format', { ...clip, data_format: 'channels_last' }],
  ])('for its %s', (field, config) => {
    expect(() => preprocessFromConfig(config)).toThrow(
      expect.objectContaining({
        code: 'preprocess.unsupported',
        param: field,
        message: expect.stringContaining(`"${field}"`),
        args: expect.objectContaining({ field }),
      }),
    );
  });

  it('with the value it has and the value it needs', () => {
    expect(() => preprocessFromConfig({ ...clip, resample: 6 })).toThrow(
      'The setting "resample" of the preprocessor config is 6, but it must be a filter of Pillow, a number from 0 to 5.',
    );
    expect(() => preprocessFromConfig({ ...clip, do_pad: true })).toThrow(
      'The setting "do_pad" of the preprocessor config is true, but Patchbay does not support this step.',
    );
  });

  it.each([null, [], 'x', 7])('when it is %j', (config) => {
    expect(() => preprocessFromConfig(config)).toThrow(
      expect.objectContaining({ code: 'preprocess.unsupported' }),
    );
  });
});
