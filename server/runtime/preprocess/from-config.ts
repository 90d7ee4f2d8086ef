import {
  PatchbayError,
  type PreprocessSpec,
  type PreprocessStep,
  type Resample,
} from '../../../nodes/sdk/index.ts';
import { PROCESSORS, type ProcessorDefaults } from './processors.ts';

/** What the config itself does not say. */
export interface FromConfigOptions {
  /** The processor of the model's own kind, for configs that name none. */
  readonly processor?: string;
  /** Turn pictures as their EXIF says. Default true, which people expect; Transformers never does. */
  readonly exif?: boolean;
}

type Config = Readonly<Record<string, unknown>>;

const RESAMPLES: readonly Resample[] = [0, 1, 2, 3, 4, 5];
/** The largest edge or crop that makes sense for a model's input. */
const MAX_EDGE = 16_384;

/** Flags of processors that change pixels in ways a spec cannot express. */
const PLAIN_FLAGS = [
  'do_resize',
  'do_center_crop',
  'do_rescale',
  'do_normalize',
  'do_convert_rgb',
  'do_reduce_labels',
];

function refuse(field: string, got: unknown, why: string): PatchbayError {
  const shown = JSON.stringify(got)?.slice(0, 60) ?? String(got);
  return new PatchbayError({
    code: 'preprocess.unsupported',
    message: `The preprocessor config's "${field}" is ${shown}: ${why}.`,
    param: field,
    got: shown,
  });
}

/**
 * What a `preprocessor_config.json` asks for, with the meaning and the defaults of Transformers' PIL processors.
 *
 * Files of old are read too: `feature_extractor_type`, sizes as one number, no `do_rescale`.
 * @throws PatchbayError `preprocess.unsupported` naming the field that cannot be honoured
 */
export function preprocessFromConfig(config: unknown, options: FromConfigOptions = {}): PreprocessSpec {
  if (!isObject(config)) throw refuse('preprocessor_config.json', config, 'a JSON object is expected');
  // A processor_config.json keeps the picture's part inside.
  const fields = isObject(config.image_processor) ? config.image_processor : config;
  const defaults = defaultsOf(fields, options.processor);
  refuseWhatSpecsCannotSay(fields);
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
    throw refuse(field, type, `known are ${[...PROCESSORS.keys()].join(', ')}`);
  }
  const known = PROCESSORS.get(processor ?? '');
  if (known) return known;
  throw refuse('image_processor_type', type ?? null, 'without it nobody can tell what the sizes mean');
}

function refuseWhatSpecsCannotSay(fields: Config): void {
  for (const [field, value] of Object.entries(fields)) {
    if (field.startsWith('do_') && !PLAIN_FLAGS.includes(field) && value !== false && value !== null)
      throw refuse(field, value, 'that step is not supported');
  }
  const format = fields.data_format ?? 'channels_first';
  if (format !== 'channels_first') throw refuse('data_format', format, 'models here take channels first');
}

function resizeSteps(fields: Config, defaults: ProcessorDefaults): PreprocessStep[] {
  if (!flag(fields, 'do_resize', true)) return [];
  const resample = resampleOf(fields, defaults);
  const square = flag(fields, 'default_to_square', defaults.numberMeans === 'square');
  const size = sizeOf(fields, 'size', fields.size ?? defaults.size, square ? 'square' : 'shortest');
  if (defaults.cropPct === undefined) return [{ op: 'resize', ...size, resample }];
  if (size.mode === 'exact') throw refuse('size', fields.size, 'this processor needs a "shortest_edge"');
  const side = size.size;
  if (side >= 384) return [{ op: 'resize', mode: 'exact', width: side, height: side, resample }];
  const share = fields.crop_pct ?? defaults.cropPct;
  if (typeof share !== 'number' || !(share > 0 && share <= 1))
    throw refuse('crop_pct', share, 'a share above 0 and up to 1 is expected');
  return [
    { op: 'resize', mode: 'shortest', size: Math.trunc(side / share), resample },
    { op: 'crop', width: side, height: side },
  ];
}

function cropSteps(fields: Config, defaults: ProcessorDefaults): PreprocessStep[] {
  if (!flag(fields, 'do_center_crop', defaults.centerCrop)) return [];
  const given = fields.crop_size ?? defaults.crop;
  const size = sizeOf(fields, 'crop_size', given, 'square');
  if (size.mode !== 'exact') throw refuse('crop_size', given, 'a width and a height are expected');
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
    throw refuse(field, fields[field], `pixels from 1 to ${MAX_EDGE} are expected`);
  };
  if (typeof given === 'number')
    return numberMeans === 'shortest'
      ? { mode: 'shortest', size: edge(given) }
      : { mode: 'exact', width: edge(given), height: edge(given) };
  if (Array.isArray(given) && given.length === 2)
    return { mode: 'exact', height: edge(given[0]), width: edge(given[1]) };
  if (isObject(given)) {
    const named = Object.entries(given).filter(([, value]) => value !== null);
    const keys = named.map(([key]) => key).sort();
    if (`${keys}` === 'shortest_edge') return { mode: 'shortest', size: edge(given.shortest_edge) };
    if (`${keys}` === 'height,width')
      return { mode: 'exact', width: edge(given.width), height: edge(given.height) };
  }
  throw refuse(field, fields[field] ?? null, 'a shortest edge, or a height and a width, is expected');
}

function resampleOf(fields: Config, defaults: ProcessorDefaults): Resample {
  const resample = fields.resample ?? defaults.resample;
  const known = RESAMPLES.find((one) => one === resample);
  if (known !== undefined) return known;
  throw refuse('resample', resample, 'one of the filters of Pillow is expected, a number from 0 to 5');
}

function rescaleFactor(fields: Config): number {
  const factor = fields.rescale_factor ?? 1 / 255;
  if (typeof factor === 'number' && Number.isFinite(factor) && factor > 0) return factor;
  throw refuse('rescale_factor', factor, 'a number above 0 is expected');
}

function channels(fields: Config, field: string, otherwise: readonly number[]): readonly number[] {
  const given = fields[field] ?? otherwise;
  const values: unknown[] = Array.isArray(given) ? given : [given, given, given];
  const usable = values.every(
    (value): value is number => typeof value === 'number' && Number.isFinite(value),
  );
  if (!usable || values.length !== 3)
    throw refuse(field, given, 'one number for each of red, green and blue is expected');
  if (field === 'image_std' && values.includes(0)) throw refuse(field, given, 'dividing by 0 has no meaning');
  return values;
}

function flag(fields: Config, field: string, otherwise: boolean): boolean {
  const value = fields[field] ?? otherwise;
  if (typeof value === 'boolean') return value;
  throw refuse(field, value, 'true or false is expected');
}

function isObject(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
