import type { PreprocessSpec } from '../../../nodes/sdk/index.ts';

/** The side of a picture when an autoencoder's config gives none: the size that Stable Diffusion 1 was trained with. */
const USUAL_SIDE = 512;
/** The side must be a multiple of this, because an autoencoder halves a picture three times. */
const STEP = 8;
const BICUBIC = 3;
const HALF = [0.5, 0.5, 0.5];

/**
 * Prepares pictures for an autoencoder: resized by the shortest edge, cropped to a square of its `sample_size`, values in [-1, 1].
 * Only TAESD's own graphs (`taesd_encoder.onnx`) read [0, 1]; diffusers' AutoencoderTiny reads [-1, 1] as the rest of diffusers.
 */
export function latentPictures(config: Readonly<Record<string, unknown>>, graph: string): PreprocessSpec {
  const given = config.sample_size;
  const asked = typeof given === 'number' && given >= STEP && given <= 4096 ? given : USUAL_SIDE;
  const side = Math.round(asked / STEP) * STEP;
  return {
    exif: true,
    steps: [
      { op: 'resize', mode: 'shortest', size: side, resample: BICUBIC },
      { op: 'crop', width: side, height: side },
      { op: 'rescale', factor: 1 / 255 },
      ...(readsUnit(graph) ? [] : [{ op: 'normalize' as const, mean: HALF, std: HALF }]),
    ],
  };
}

/** Whether an autoencoder's graph reads and returns values from 0 to 1 rather than -1 to 1. */
export const readsUnit = (graph: string): boolean => /^tae/.test(graph);
