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

  it('of old, whose fields lie in the file itself, means the same', () => {
    const nested = preprocessFromTimm({ architecture: 'resnet18', pretrained_cfg: fields });
    expect(preprocessFromTimm({ architecture: 'resnet18', ...fields })).toEqual(nested);
  });

  it('that says nothing of pictures prepares none', () => {
    expect(preprocessFromTimm({ architecture: 'resnet18' })).toBeUndefined();
  });
});
