import type { Message, PreprocessSpec, PreprocessStep, Resample } from '../../../nodes/sdk/index.ts';
import { preprocessMessage as say } from '../../contract/messages/preprocess.ts';
import { type Config, isConfig, unsupported } from './unsupported.ts';

const RESAMPLES: Readonly<Record<string, Resample>> = {
  nearest: 0,
  lanczos: 1,
  bilinear: 2,
  bicubic: 3,
  box: 4,
  hamming: 5,
  // timm uses bilinear for `random` outside of training.
  random: 2,
};
const IMAGENET_MEAN = [0.485, 0.456, 0.406];
const IMAGENET_STD = [0.229, 0.224, 0.225];

/**
 * Reads the `pretrained_cfg` of a timm `config.json`, with timm's defaults (`resolve_data_config`, `transforms_imagenet_eval`). It
 * resizes by the shortest edge and crops as torchvision does. Undefined if the config has no `pretrained_cfg`.
 * @throws PatchbayError `preprocess.unsupported`, which names the field that a spec cannot express
 */
export function preprocessFromTimm(config: Config): PreprocessSpec | undefined {
  // Old files hold the fields at the top level.
  const fields = config.pretrained_cfg ?? (config.input_size === undefined ? undefined : config);
  if (!isConfig(fields)) return undefined;
  const { input_size: size = [3, 224, 224], crop_pct: share = 0.875, crop_mode: mode = 'center' } = fields;
  const { interpolation = 'bicubic', mean = IMAGENET_MEAN, std = IMAGENET_STD } = fields;
  const [, height, width] = three('input_size', size, say('preprocess.expected-width-height'));
  if (!height || !width) throw refuse('input_size', size, say('preprocess.expected-width-height'));
  if (typeof share !== 'number' || !(share > 0))
    throw refuse('crop_pct', share, say('preprocess.expected-positive'));
  const resample = RESAMPLES[String(interpolation)];
  if (resample === undefined)
    throw refuse(
      'interpolation',
      interpolation,
      say('preprocess.expected-processor', { names: Object.keys(RESAMPLES) }),
    );
  const scaled = (side: number) => Math.floor(side / share);
  const square = height === width;
  if (mode !== 'squash' && !(mode === 'center' && square))
    throw refuse('crop_mode', mode, say('preprocess.expected-crop-mode'));
  const perChannel = say('preprocess.expected-channels');
  const resize: PreprocessStep =
    mode === 'squash'
      ? { op: 'resize', mode: 'exact', height: scaled(height), width: scaled(width), resample }
      : { op: 'resize', mode: 'shortest', size: scaled(height), resample };
  return {
    exif: true,
    steps: [
      resize,
      { op: 'crop', width, height, margin: 'even' },
      { op: 'rescale', factor: 1 / 255 },
      { op: 'normalize', mean: three('mean', mean, perChannel), std: three('std', std, perChannel) },
    ],
  };
}

function three(field: string, value: unknown, expected: Message): readonly number[] {
  const isUsable =
    Array.isArray(value) && value.length === 3 && value.every((part) => typeof part === 'number');
  if (isUsable) return value as number[];
  throw refuse(field, value, expected);
}

const refuse = (field: string, got: unknown, expected: Message) =>
  unsupported(`pretrained_cfg.${field}`, got, expected);
