import {
  PatchbayError,
  type PreprocessSpec,
  type PreprocessStep,
  type Resample,
} from '../../../nodes/sdk/index.ts';
import { imageMessage } from '../../contract/messages/images.ts';
import { preprocessMessage } from '../../contract/messages/preprocess.ts';

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The part of an axis that is kept, and the number of zeros before and after it. */
export interface Span {
  readonly first: number;
  readonly count: number;
  readonly before: number;
  readonly after: number;
}

/** One resize and the crop after it, or only one of the two. Input and output are bytes. */
export interface Stage {
  /** The size after resizing and before cropping. */
  readonly resized: Size;
  readonly resample: Resample;
  readonly columns: Span;
  readonly rows: Span;
  readonly result: Size;
}

/** Steps that work on numbers and not on bytes. */
export type NumberStep = Extract<PreprocessStep, { op: 'rescale' | 'normalize' }>;
type ShapeStep = Exclude<PreprocessStep, NumberStep>;

/** Most pixels of a result. Without a limit, a strip of 1 x 10,000 pixels could become gigabytes. */
const MAX_RESULT_PIXELS = 178_956_970;

const isNumberStep = (step: PreprocessStep): step is NumberStep =>
  step.op === 'rescale' || step.op === 'normalize';

/**
 * Splits a spec into the steps that resize and crop, and the steps that change numbers.
 * @throws PatchbayError `preprocess.step-order` when a resize or crop comes after rescaling or normalising
 */
export function splitSteps(spec: PreprocessSpec): {
  shape: readonly ShapeStep[];
  numbers: readonly NumberStep[];
} {
  const first = spec.steps.findIndex(isNumberStep);
  const cut = first === -1 ? spec.steps.length : first;
  const late = spec.steps.slice(cut).find((step) => !isNumberStep(step));
  if (late) {
    const step = preprocessMessage(late.op === 'resize' ? 'preprocess.resize' : 'preprocess.crop');
    throw new PatchbayError(preprocessMessage('preprocess.step-order', { step }));
  }
  return {
    shape: spec.steps.slice(0, cut).filter((step): step is ShapeStep => !isNumberStep(step)),
    numbers: spec.steps.slice(cut).filter(isNumberStep),
  };
}

/** The size after a resize: Transformers' `get_resize_output_image_size`, which truncates the long edge. */
export function resizedSize(step: Extract<ShapeStep, { op: 'resize' }>, { width, height }: Size): Size {
  if (step.mode === 'exact') return { width: step.width, height: step.height };
  const long = Math.trunc((step.size * Math.max(width, height)) / Math.min(width, height));
  return width <= height ? { width: step.size, height: long } : { width: long, height: step.size };
}

/** How many times the size that a resize gives a picture must have before it, if its decoder may reduce it. */
const REDUCED_AT_LEAST = 2;

/**
 * The size of a decoded picture that a spec's first resize reduces by a factor of two, as a function of the size in the file;
 * undefined where the spec does not begin with a resize.
 */
export const leastSize =
  ({ steps: [first] }: PreprocessSpec) =>
  (full: Size): Size | undefined => {
    if (first?.op !== 'resize') return undefined;
    const { width, height } = resizedSize(first, full);
    return { width: width * REDUCED_AT_LEAST, height: height * REDUCED_AT_LEAST };
  };

/** Rounds as Python's `round` does: halves go to the even number. */
function roundHalfEven(value: number): number {
  const low = Math.floor(value);
  return value - low === 0.5 ? low + (low % 2) : Math.round(value);
}

/**
 * Transformers' `center_crop` along one axis. An odd margin leaves one more pixel after the cut; an odd padding adds one more
 * before the picture. With `even` the margin is computed as in torchvision's `center_crop`, which timm's models use.
 */
export function cropSpan(size: number, crop: number, margin?: 'even'): Span {
  const half = (size - crop) / 2;
  if (size >= crop) {
    const first = margin === 'even' ? roundHalfEven(half) : Math.floor(half);
    return { first, count: crop, before: 0, after: 0 };
  }
  const before = Math.ceil((crop - size) / 2);
  return { first: 0, count: size, before, after: crop - size - before };
}

const whole = (size: number): Span => ({ first: 0, count: size, before: 0, after: 0 });

/**
 * The stages that resize and crop a picture of `size` as a spec says. The list is empty when no step changes the picture.
 * @throws PatchbayError `image.result-too-large`
 */
export function planStages(steps: readonly ShapeStep[], size: Size): Stage[] {
  const stages: Stage[] = [];
  let current = size;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    const resized = step.op === 'resize' ? resizedSize(step, current) : current;
    const crop = step.op === 'crop' ? step : steps[i + 1];
    const cut = crop?.op === 'crop' ? crop : undefined;
    if (step.op === 'resize' && cut) i += 1;
    const columns = cut ? cropSpan(resized.width, cut.width, cut.margin) : whole(resized.width);
    const rows = cut ? cropSpan(resized.height, cut.height, cut.margin) : whole(resized.height);
    const result = cut ? { width: cut.width, height: cut.height } : resized;
    if (result.width * result.height > MAX_RESULT_PIXELS)
      throw new PatchbayError(
        imageMessage('image.result-too-large', {
          size: `${current.width} x ${current.height}`,
          result: `${result.width} x ${result.height}`,
        }),
      );
    const same = resized.width === current.width && resized.height === current.height && cut === undefined;
    if (!same)
      stages.push({ resized, resample: step.op === 'resize' ? step.resample : 0, columns, rows, result });
    current = result;
  }
  return stages;
}
