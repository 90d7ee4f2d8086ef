import type { PreprocessSpec, PreprocessStep, Resample } from '../../../nodes/sdk/index.ts';
import { preprocessMessage as say } from '../../contract/messages/preprocess.ts';
import { PROCESSORS, type ProcessorDefaults } from './processors.ts';
import { type Config, isConfig, unsupported } from './unsupported.ts';

/** Settings that a config file does not contain. */
export interface FromConfigOptions {
  /** The processor of the model's family, for configs that name none. */
  readonly processor?: string;
  /**
   * Whether to rotate pictures by their EXIF orientation. Default true, as people expect. Transformers never rotates
   * them.
   */
  readonly exif?: boolean;
}

const RESAMPLES: readonly Resample[] = [0, 1, 2, 3, 4, 5];
/** The largest edge or crop that is plausible for a model's input. */
const MAX_EDGE = 16_384;

/** The `do_` flags that a spec can express. Any other flag that is set is refused. */
const PLAIN_FLAGS = [
  'do_resize',
  'do_center_crop',
  'do_rescale',
  'do_normalize',
  'do_convert_rgb',
  'do_reduce_labels',
];

/**
 * Reads a `preprocessor_config.json` as Transformers' PIL processors do, with their defaults.
 *
 * It also reads old files, with `feature_extractor_type`, sizes as one number and no `do_rescale`.
 * @throws PatchbayError `preprocess.unsupported`, which names the field that a spec cannot express
 */
export function preprocessFromConfig(config: unknown, options: FromConfigOptions = {}): PreprocessSpec {
  if (!isConfig(config))
    throw unsupported('preprocessor_config.json', config, say('preprocess.expected-object'));
  // A processor_config.json holds the settings for pictures in `image_processor`.
  const fields = isConfig(config.image_processor) ? config.image_processor : config;
  const defaults = defaultsOf(fields, options.processor);
  refuseUnknownSteps(fields);
  const steps = [
    ...resizeSteps(fields, defaults),
    ...cropSteps(fields, defaults),
    ...numberSteps(fields, defaults),
  ];
  return { exif: options.exif ?? true, steps };
}

function defaultsOf(fields: Config, processor: string | undefined): ProcessorDefaults {
  const field = fields.image_processor_type === undefined ? 'feature_extractor_type' : 'image_processor_type';
  const type = fields[field];
  if (type !== undefined) {
    const name =
      typeof type === 'string'
        ? /^(\w+?)(?:ImageProcessor(?:Fast|Pil)?|FeatureExtractor)$/.exec(type)?.[1]
        : undefined;
    const known = PROCESSORS.get(name ?? '');
    if (known) return known;
    throw unsupported(field, type, say('preprocess.expected-processor', { names: [...PROCESSORS.keys()] }));
  }
  const known = PROCESSORS.get(processor ?? '');
  if (known) return known;
  throw unsupported('image_processor_type', type ?? null, say('preprocess.expected-type'));
}

function refuseUnknownSteps(fields: Config): void {
  for (const [field, value] of Object.entries(fields)) {
    if (field.startsWith('do_') && !PLAIN_FLAGS.includes(field) && value !== false && value !== null)
      throw unsupported(field, value, say('preprocess.expected-no-step'));
  }
  const format = fields.data_format ?? 'channels_first';
  if (format !== 'channels_first')
    throw unsupported('data_format', format, say('preprocess.expected-channels-first'));
}

function resizeSteps(fields: Config, defaults: ProcessorDefaults): PreprocessStep[] {
  if (!flag(fields, 'do_resize', true)) return [];
  const resample = resampleOf(fields, defaults);
  const square = flag(fields, 'default_to_square', defaults.numberMeans === 'square');
  const size = sizeOf(fields, 'size', fields.size ?? defaults.size, square ? 'square' : 'shortest');
  if (defaults.cropPct === undefined) return [{ op: 'resize', ...size, resample }];
  if (size.mode === 'exact') throw unsupported('size', fields.size, say('preprocess.expected-shortest-edge'));
  const side = size.size;
  if (side >= 384) return [{ op: 'resize', mode: 'exact', width: side, height: side, resample }];
  const share = fields.crop_pct ?? defaults.cropPct;
  if (typeof share !== 'number' || !(share > 0 && share <= 1))
    throw unsupported('crop_pct', share, say('preprocess.expected-share'));
  return [
    { op: 'resize', mode: 'shortest', size: Math.trunc(side / share), resample },
    { op: 'crop', width: side, height: side },
  ];
}

function cropSteps(fields: Config, defaults: ProcessorDefaults): PreprocessStep[] {
  if (!flag(fields, 'do_center_crop', defaults.centerCrop)) return [];
  const given = fields.crop_size ?? defaults.crop;
  const size = sizeOf(fields, 'crop_size', given, 'square');
  if (size.mode !== 'exact') throw unsupported('crop_size', given, say('preprocess.expected-width-height'));
  return [{ op: 'crop', width: size.width, height: size.height }];
}

function numberSteps(fields: Config, defaults: ProcessorDefaults): PreprocessStep[] {
  const steps: PreprocessStep[] = [];
  const normalize = (mean: readonly number[], std: readonly number[]) =>
    steps.push({ op: 'normalize', mean, std });
  const same = (value: number) => [value, value, value];
  const deviation = () => channels(fields, 'image_std', defaults.std);
  if (flag(fields, 'do_rescale', true)) {
    steps.push({ op: 'rescale', factor: rescaleFactor(fields) });
    if (defaults.top && flag(fields, 'rescale_offset', false)) normalize(same(1), same(1));
  }
  if (flag(fields, 'do_normalize', true))
    normalize(channels(fields, 'image_mean', defaults.mean), deviation());
  if (defaults.top && flag(fields, 'include_top', true)) normalize(same(0), deviation());
  return steps;
}

type Size = { mode: 'shortest'; size: number } | { mode: 'exact'; width: number; height: number };

function sizeOf(fields: Config, field: string, given: unknown, numberMeans: 'shortest' | 'square'): Size {
  const edge = (value: unknown): number => {
    if (Number.isInteger(value) && (value as number) > 0 && (value as number) <= MAX_EDGE)
      return value as number;
    throw unsupported(field, fields[field], say('preprocess.expected-pixels', { most: MAX_EDGE }));
  };
  if (typeof given === 'number')
    return numberMeans === 'shortest'
      ? { mode: 'shortest', size: edge(given) }
      : { mode: 'exact', width: edge(given), height: edge(given) };
  if (Array.isArray(given) && given.length === 2)
    return { mode: 'exact', height: edge(given[0]), width: edge(given[1]) };
  if (isConfig(given)) {
    const named = Object.entries(given).filter(([, value]) => value !== null);
    const keys = named.map(([key]) => key).sort();
    if (`${keys}` === 'shortest_edge') return { mode: 'shortest', size: edge(given.shortest_edge) };
    if (`${keys}` === 'height,width')
      return { mode: 'exact', width: edge(given.width), height: edge(given.height) };
  }
  throw unsupported(field, fields[field] ?? null, say('preprocess.expected-size'));
}

function resampleOf(fields: Config, defaults: ProcessorDefaults): Resample {
  const resample = fields.resample ?? defaults.resample;
  const known = RESAMPLES.find((one) => one === resample);
  if (known !== undefined) return known;
  throw unsupported('resample', resample, say('preprocess.expected-filter'));
}

function rescaleFactor(fields: Config): number {
  const factor = fields.rescale_factor ?? 1 / 255;
  if (typeof factor === 'number' && Number.isFinite(factor) && factor > 0) return factor;
  throw unsupported('rescale_factor', factor, say('preprocess.expected-positive'));
}

function channels(fields: Config, field: string, otherwise: readonly number[]): readonly number[] {
  const given = fields[field] ?? otherwise;
  const values: unknown[] = Array.isArray(given) ? given : [given, given, given];
  const usable = values.every(
    (value): value is number => typeof value === 'number' && Number.isFinite(value),
  );
  if (!usable || values.length !== 3) throw unsupported(field, given, say('preprocess.expected-channels'));
  if (field === 'image_std' && values.includes(0))
    throw unsupported(field, given, say('preprocess.expected-not-zero'));
  return values;
}

function flag(fields: Config, field: string, otherwise: boolean): boolean {
  const value = fields[field] ?? otherwise;
  if (typeof value === 'boolean') return value;
  throw unsupported(field, value, say('preprocess.expected-boolean'));
}
