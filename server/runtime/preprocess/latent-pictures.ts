import type { PreprocessSpec } from '../../../nodes/sdk/index.ts';

/** Side of a picture where an autoencoder's config names none: what Stable Diffusion 1 was trained with. */
const USUAL_SIDE = 512;
/** Sides must divide by it: an autoencoder halves a picture three times. */
const STEP = 8;
const BICUBIC = 3;
const HALF = [0.5, 0.5, 0.5];

/**
 * Pictures for an autoencoder, a square of its `sample_size`: shortest edge, centre crop, levels in [-1, 1]. The graphs of TAESD
 * itself (`taesd_encoder.onnx`) read [0, 1]; diffusers' AutoencoderTiny does as all of diffusers does.
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

/** Whether a graph of an autoencoder reads and gives levels from 0 to 1 instead of -1 to 1. */
export const readsUnit = (graph: string): boolean => /^tae/.test(graph);
