import { readsUnit } from '../preprocess/latent-pictures.ts';
import { configNumber, type ModelConfig } from './families.ts';
import type { LatentScale, TowerFacts, TowerValue } from './model-entry.ts';

/** What diffusers' AutoencoderKL scales with where its config does not say: Stable Diffusion 1's. */
const USUAL_SCALE = 0.18215;
/** Sides of a picture to those of its latents, where neither the config nor the graph says. */
const USUAL_FACTOR = 8;

/** How an autoencoder's latents are scaled, how many channels they have, and how many times smaller than the picture they are. */
export function latentScale(
  config: ModelConfig,
  { inputs }: TowerFacts,
  { name, dims }: TowerValue,
  graph: string,
): LatentScale & { readonly factor: number } {
  // TAESD's latents are what the others' are after scaling.
  const tiny = config._class_name === 'AutoencoderTiny' || readsUnit(graph);
  const [, width] = dims;
  // Mean and logarithm of the variance, one after the other.
  const moments = name === 'latent_parameters';
  const channels =
    configNumber(config, 'latent_channels') ?? (moments && width ? width / 2 : (width ?? undefined));
  const blocks = config.block_out_channels ?? config.encoder_block_out_channels;
  const side = inputs.find((input) => input.dims.length === 4)?.dims[3];
  const fromGraph = side && dims[3] ? Math.round(side / dims[3]) : undefined;
  return {
    scale: configNumber(config, 'scaling_factor') ?? (tiny ? 1 : USUAL_SCALE),
    shift: configNumber(config, 'shift_factor') ?? 0,
    ...(channels !== undefined && { channels }),
    factor: Array.isArray(blocks) && !tiny ? 2 ** (blocks.length - 1) : (fromGraph ?? USUAL_FACTOR),
  };
}
