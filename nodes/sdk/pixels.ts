import { PatchbayError } from './errors.ts';
import type { Images, Pixels, PreprocessStep } from './values.ts';

/**
 * Pictures as pixels with no step yet, or the pixels themselves. `exif` turns pictures the way their camera was held; with
 * pixels that is settled already.
 */
export function asPixels(source: Images | Pixels, exif: boolean): Pixels {
  if (source.kind === 'pixels') return source;
  const { items, skipped } = source;
  return { kind: 'pixels', items, skipped, spec: { exif, steps: [] } };
}

const numeric = (step: PreprocessStep) => step.op === 'rescale' || step.op === 'normalize';

/**
 * Pixels with steps added at the end.
 * @throws PatchbayError `preprocess.order` where a step would come after numbers were normalised.
 */
export function addSteps(title: string, pixels: Pixels, steps: readonly PreprocessStep[]): Pixels {
  if (pixels.spec.steps.some(numeric))
    throw new PatchbayError({
      code: 'preprocess.order',
      message: `${title} gets pixels that are normalised already. Put it before the node that normalises them, or start from the pictures.`,
      port: 'images',
    });
  return { ...pixels, spec: { ...pixels.spec, steps: [...pixels.spec.steps, ...steps] } };
}
