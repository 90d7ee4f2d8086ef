import type { Resample } from '../../../nodes/sdk/index.ts';

/** The meaning of a size given as one number: the shortest edge, or the side of a square. */
type SizeMeaning = 'shortest' | 'square';

/** The defaults of a Transformers processor, for settings that its config leaves out. */
export interface ProcessorDefaults {
  readonly resample: Resample;
  readonly size:
    | number
    | { readonly shortest_edge: number }
    | { readonly height: number; readonly width: number };
  readonly numberMeans: SizeMeaning;
  readonly crop?: number;
  readonly centerCrop: boolean;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** For ConvNext's rule: resize to `shortest / crop_pct`, then crop; from 384 pixels on, resize to a square. */
  readonly cropPct?: number;
  /** Whether it has EfficientNet's `rescale_offset` (subtracts 1) and `include_top` (divides by the deviation once more). */
  readonly top?: true;
}

const CLIP_MEAN = [0.48145466, 0.4578275, 0.40821073];
const CLIP_STD = [0.26862954, 0.26130258, 0.27577711];
const IMAGENET_MEAN = [0.485, 0.456, 0.406];
const IMAGENET_STD = [0.229, 0.224, 0.225];
const HALF = [0.5, 0.5, 0.5];

const clip: ProcessorDefaults = {
  resample: 3,
  size: { shortest_edge: 224 },
  numberMeans: 'shortest',
  crop: 224,
  centerCrop: true,
  mean: CLIP_MEAN,
  std: CLIP_STD,
};
const square = (side: number, resample: Resample): ProcessorDefaults => ({
  resample,
  size: { height: side, width: side },
  numberMeans: 'square',
  centerCrop: false,
  mean: HALF,
  std: HALF,
});
const mobileNet: ProcessorDefaults = {
  ...clip,
  resample: 2,
  size: { shortest_edge: 256 },
  mean: HALF,
  std: HALF,
};

/**
 * The processors that Patchbay knows, by name without `ImageProcessor` or `FeatureExtractor`.
 * The values are the class attributes of the PIL processors in Transformers 5.
 */
export const PROCESSORS: ReadonlyMap<string, ProcessorDefaults> = new Map([
  ['CLIP', clip],
  ['ChineseCLIP', clip],
  ['Bit', clip],
  ['Siglip', { ...square(224, 3), numberMeans: 'shortest' }],
  ['ViT', square(224, 2)],
  ['DeiT', { ...square(256, 3), crop: 224, centerCrop: true }],
  ['Beit', { ...square(224, 3), crop: 224 }],
  ['Pvt', { ...square(224, 3), mean: IMAGENET_MEAN, std: IMAGENET_STD }],
  ['Blip', { ...square(384, 3), mean: CLIP_MEAN, std: CLIP_STD }],
  [
    'ConvNext',
    { ...square(384, 3), size: { shortest_edge: 384 }, numberMeans: 'shortest', cropPct: 224 / 256 },
  ],
  ['EfficientNet', { ...square(346, 3), crop: 289, top: true }],
  ['MobileNetV1', mobileNet],
  ['MobileNetV2', mobileNet],
]);
