import { endSize, PatchbayError, sizeMisfit } from '../../../nodes/sdk/index.ts';
import { encoderMessage } from '../../contract/messages/encoders.ts';
import type { ImageTower, ModelEntry } from '../models/model-entry.ts';

/** The most pairs of tokens in a batch: attention holds one number for each pair in each head. */
const PAIRS_AT_ONCE = 2 ** 24;
/** The most pixels in a batch of an autoencoder: it holds about a hundred numbers per pixel. */
const PIXELS_AT_ONCE = 2 ** 19;
/** The most pairs of latents in a batch of an autoencoder: its attention has one head. */
const LATENT_PAIRS_AT_ONCE = 2 ** 27;

/** The most pictures of height x width that memory allows in one batch. It does not change results. */
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
 * Refuses pictures (N x 3 x H x W) whose size the graph does not read or is not a multiple of the patch. A size from
 * the model's own files is always accepted, because the original model also ignores the rest at the edges (SigLIP: 384
 * pixels, patches of 14).
 * @throws PatchbayError `encode.size`, `encode.patch-size`, `encode.latent-size` naming a right size
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
  const nearest = (side: number) => Math.max(step, Math.round(side / step) * step);
  const near = `${nearest(width)} x ${nearest(height)}`;
  const sizes = { model: title, side: step, got, near };
  const message = latents
    ? encoderMessage('encode.latent-size', sizes)
    : encoderMessage('encode.patch-size', sizes);
  throw new PatchbayError({ ...message, expected: near, got });
}

/**
 * Refuses a masked autoencoder that still hides patches: its hidden states have fewer tokens than the picture has
 * patches.
 * @throws PatchbayError `model.masked`
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
    ...encoderMessage('model.masked', { model: title, tokens, patches }),
    expected: String(patches),
    got: String(tokens),
  });
}
