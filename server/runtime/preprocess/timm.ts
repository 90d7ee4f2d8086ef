import {
  PatchbayError,
  type PreprocessSpec,
  type PreprocessStep,
  type Resample,
} from '../../../nodes/sdk/index.ts';

type Config = Readonly<Record<string, unknown>>;

const RESAMPLES: Readonly<Record<string, Resample>> = {
  nearest: 0,
  lanczos: 1,
  bilinear: 2,
  bicubic: 3,
  box: 4,
  hamming: 5,
  // What timm takes for it when it does not train.
  random: 2,
};
const IMAGENET_MEAN = [0.485, 0.456, 0.406];
const IMAGENET_STD = [0.229, 0.224, 0.225];

/**
 * What timm's own `config.json` asks for: `pretrained_cfg` with timm's defaults (`resolve_data_config`, `transforms_imagenet_eval`),
 * resized by the shortest edge and cropped as torchvision does. Undefined where the config has none.
 * @throws PatchbayError `preprocess.unsupported` naming the field that cannot be honoured.
 */
export function preprocessFromTimm(config: Config): PreprocessSpec | undefined {
  // Files of old hold the fields themselves.
  const fields = config.pretrained_cfg ?? (config.input_size === undefined ? undefined : config);
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return undefined;
  const {
    input_size: size = [3, 224, 224],
    crop_pct: share = 0.875,
    crop_mode: mode = 'center',
  } = fields as Config;
  const { interpolation = 'bicubic', mean = IMAGENET_MEAN, std = IMAGENET_STD } = fields as Config;
  const [, height, width] = numbers('input_size', size);
  if (!height || !width) throw refuse('input_size', size);
  if (typeof share !== 'number' || !(share > 0)) throw refuse('crop_pct', share);
  const resample = RESAMPLES[String(interpolation)];
  if (resample === undefined) throw refuse('interpolation', interpolation);
  const scaled = (side: number) => Math.floor(side / share);
  const square = height === width;
  if (mode !== 'squash' && !(mode === 'center' && square)) throw refuse('crop_mode', mode);
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
      { op: 'normalize', mean: numbers('mean', mean), std: numbers('std', std) },
    ],
  };
}

function numbers(field: string, value: unknown): readonly number[] {
  const usable =
    Array.isArray(value) && value.length === 3 && value.every((part) => typeof part === 'number');
  if (usable) return value as number[];
  throw refuse(field, value);
}

function refuse(field: string, got: unknown): PatchbayError {
  const shown = JSON.stringify(got)?.slice(0, 60) ?? String(got);
  return new PatchbayError({
    code: 'preprocess.unsupported',
    message: `The config's "pretrained_cfg.${field}" is ${shown}, which cannot be honoured here. Prepare pictures with the Preprocess nodes, or export the model with a preprocessor_config.json.`,
    param: field,
    got: shown,
  });
}
