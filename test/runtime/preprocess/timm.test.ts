import { describe, expect, it } from 'vitest';
import { preprocessFromTimm } from '../../../server/runtime/preprocess/timm.ts';

const fields = {
  input_size: [3, 64, 64],
  crop_pct: 0.9,
  interpolation: 'bicubic',
  mean: [0, 0, 0],
  std: [1, 1, 1],
};
const resizeOf = (config: object) => preprocessFromTimm({ ...config })?.steps[0];

describe('a config of timm', () => {
  it.each([
    ['nearest', 0],
    ['lanczos', 1],
    ['bilinear', 2],
    ['bicubic', 3],
    ['box', 4],
    ['hamming', 5],
    ['random', 2],
  ])('calls the filter %s as Pillow numbers it', (interpolation, resample) => {
    const config = { architecture: 'resnet18', pretrained_cfg: { ...fields, interpolation } };
    expect(resizeOf(config)).toEqual({ op: 'resize', mode: 'shortest', size: 71, resample });
  });

  it.each([
    ['input_size', [3, 64], 'it must give a width and a height'],
    ['crop_pct', 0, 'it must be a number above 0'],
    ['crop_mode', 'border', 'Patchbay supports only "squash", and "center" with equal sides'],
    ['mean', [0], 'it must give one number each for red, green and blue'],
    [
      'interpolation',
      'cubic',
      'Patchbay knows only nearest, lanczos, bilinear, bicubic, box, hamming, random',
    ],
  ])('is refused for its %s, with the value it needs', (field, value, expected) => {
    expect(() => preprocessFromTimm({ pretrained_cfg: { ...fields, [field]: value } })).toThrow(
      expect.objectContaining({
        code: 'preprocess.unsupported',
        message: `The setting "pretrained_cfg.${field}" of the preprocessor config is ${JSON.stringify(value)}, but ${expected}.`,
      }),
    );
  });

  it('of old, with the fields at the top level, means the same', () => {
    const nested = preprocessFromTimm({ architecture: 'resnet18', pretrained_cfg: fields });
    expect(preprocessFromTimm({ architecture: 'resnet18', ...fields })).toEqual(nested);
  });

  it('without fields for pictures prepares none', () => {
    expect(preprocessFromTimm({ architecture: 'resnet18' })).toBeUndefined();
  });
});
