import {
  PatchbayError,
  type PreprocessSpec,
  type PreprocessStep,
  type Resample,
} from '../../../nodes/sdk/index.ts';

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What is kept of an axis, and how many zeros come before and after it. */
export interface Span {
  readonly first: number;
  readonly count: number;
  readonly before: number;
  readonly after: number;
}

/** One resize and the crop that follows it, or either alone: bytes in, bytes out. */
export interface Stage {
  /** Size after resizing, before cropping. */
  readonly resized: Size;
  readonly resample: Resample;
  readonly columns: Span;
  readonly rows: Span;
  readonly result: Size;
}

/** Steps that work on numbers instead of on bytes. */
export type NumberStep = Extract<PreprocessStep, { op: 'rescale' | 'normalize' }>;
type ShapeStep = Exclude<PreprocessStep, NumberStep>;

/** A result of more pixels than this is refused: a strip of 1 x 10,000 would become gigabytes. */
const MAX_RESULT_PIXELS = 178_956_970;

const isNumberStep = (step: PreprocessStep): step is NumberStep =>
  step.op === 'rescale' || step.op === 'normalize';

/**
 * Parts a spec into what moves pixels and what changes numbers.
 * @throws PatchbayError `preprocess.order` when a picture would be resized or cropped after its levels became numbers
 */
export function splitSteps(spec: PreprocessSpec): {
  shape: readonly ShapeStep[];
  numbers: readonly NumberStep[];
} {
  const first = spec.steps.findIndex(isNumberStep);
  const cut = first === -1 ? spec.steps.length : first;
  const late = spec.steps.slice(cut).find((step) => !isNumberStep(step));
  if (late)
    throw new PatchbayError({
      code: 'preprocess.order',
      message: `The ${late.op} comes after levels were rescaled or normalised; put resizing and cropping first.`,
    });
  return {
    shape: spec.steps.slice(0, cut).filter((step): step is ShapeStep => !isNumberStep(step)),
    numbers: spec.steps.slice(cut).filter(isNumberStep),
  };
}

/** The size a resize gives: Transformers' `get_resize_output_image_size`, which truncates the long edge. */
export function resizedSize(step: Extract<ShapeStep, { op: 'resize' }>, { width, height }: Size): Size {
  if (step.mode === 'exact') return { width: step.width, height: step.height };
  const long = Math.trunc((step.size * Math.max(width, height)) / Math.min(width, height));
  return width <= height ? { width: step.size, height: long } : { width: long, height: step.size };
}

/** Python's `round`: halves go to the even number. */
function roundHalfEven(value: number): number {
  const low = Math.floor(value);
  return value - low === 0.5 ? low + (low % 2) : Math.round(value);
}

/**
 * Transformers' `center_crop` along one axis: an odd margin leaves more after the cut, an odd padding more before the picture.
 * With `even` the margin is that of torchvision's `center_crop`, which timm's models are used with.
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
 * The stages that take a picture of `size` through a spec's resizes and crops; none where there is nothing to do.
 * @throws PatchbayError `image.unreadable` when the result would not fit in memory
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
      throw new PatchbayError({
        code: 'image.unreadable',
        message: `The picture of ${current.width} x ${current.height} pixels would become ${result.width} x ${result.height}, which is too large; crop it or give an exact size.`,
      });
    const same = resized.width === current.width && resized.height === current.height && cut === undefined;
    if (!same)
      stages.push({ resized, resample: step.op === 'resize' ? step.resample : 0, columns, rows, result });
    current = result;
  }
  return stages;
}
