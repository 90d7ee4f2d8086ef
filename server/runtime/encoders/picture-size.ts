import { endSize, PatchbayError, sizeMisfit } from '../../../nodes/sdk/index.ts';
import type { ImageTower, ModelEntry } from '../models/model-entry.ts';

/** Squares of tokens a batch may have: attention holds a number for each pair of them, a head, a picture. */
const PAIRS_AT_ONCE = 2 ** 24;
/** Pixels an autoencoder is given at once: it keeps a hundred numbers of each. */
const PIXELS_AT_ONCE = 2 ** 19;
/** The same as pairs for the one head that its attention has, over all places of its latents. */
const LATENT_PAIRS_AT_ONCE = 2 ** 27;

/** Pictures of height x width that memory allows in one batch; results are the same. */
export function picturesAtOnce(
  { patchSize, latents }: Pick<ImageTower, 'patchSize' | 'latents'>,
  [height, width]: readonly [number, number],
): number {
  const pixels = height * width;
  const pairs = patchSize ? (pixels / patchSize ** 2) ** 2 : 0;
  const most = latents
    ? Math.min(PIXELS_AT_ONCE / pixels, LATENT_PAIRS_AT_ONCE / pairs)
    : PAIRS_AT_ONCE / pairs;
  return Math.max(1, Math.floor(most));
}

/**
 * Refuses pictures (N x 3 x H x W) that the graph has no place for, or that its patches do not fill. A size that the model's own
 * files ask for is right even so: what is left at the edges is cut off there too (SigLIP reads 384 pixels in patches of 14).
 * @throws PatchbayError `encode.size` saying which sizes are right.
 */
export function checkSize(entry: ModelEntry, dims: readonly number[]): void {
  const { title, image, preprocess, towers } = entry;
  if (!image) return;
  const [height = 0, width = 0] = dims.slice(2);
  const misfit = sizeMisfit(entry, { width, height });
  if (misfit) throw new PatchbayError(misfit);
  const { patchSize: step, latents } = image;
  if (!step || (height % step === 0 && width % step === 0)) return;
  const { reads } = towers.image ?? {};
  const own = preprocess && endSize(preprocess);
  const isFixed = reads?.width !== undefined && reads.height !== undefined;
  if (!latents && (isFixed || (height === own?.height && width === own.width))) return;
  const got = `${width} x ${height}`;
  const near = (side: number) => Math.max(step, Math.round(side / step) * step);
  const reason = latents ? 'makes one latent of' : 'cuts pictures into patches of';
  throw new PatchbayError({
    code: 'encode.size',
    message: `${title} ${reason} ${step} x ${step} pixels, so both sides must divide by ${step}, and it was given ${got}: resize or crop to ${near(width)} x ${near(height)}.`,
    expected: `${near(width)} x ${near(height)}`,
    got,
  });
}

/**
 * Refuses hidden states of fewer tokens than the picture has patches: a masked autoencoder that still masks.
 * @throws PatchbayError `model.masked`.
 */
export function checkPatches(
  { title, family, image }: ModelEntry,
  pixels: readonly number[],
  output: readonly number[],
): void {
  if (family !== 'mae' || output.length !== 3 || !image?.patchSize) return;
  const [height = 0, width = 0] = pixels.slice(2);
  const patches = Math.floor(height / image.patchSize) * Math.floor(width / image.patchSize);
  const tokens = output[1] ?? 0;
  if (tokens >= patches) return;
  throw new PatchbayError({
    code: 'model.masked',
    message: `${title} looks at ${tokens} of the ${patches} patches of a picture: it was exported with the masking it was trained with. Export it again with mask_ratio 0.`,
    expected: String(patches),
    got: String(tokens),
  });
}
