import { readsUnit } from '../preprocess/latent-pictures.ts';
import { configNumber, type ModelConfig } from './families.ts';
import type { LatentScale, TowerFacts, TowerValue } from './model-entry.ts';

/** The default scale of diffusers' AutoencoderKL, from Stable Diffusion 1. */
const USUAL_SCALE = 0.18215;
/** Picture side divided by latent side, if neither the config nor the graph states it. */
const USUAL_FACTOR = 8;

/** The scale and the channels of an autoencoder's latents. `factor` is picture side divided by latent side. */
export function latentScale(
  config: ModelConfig,
  { inputs }: TowerFacts,
  { name, dims }: TowerValue,
  graph: string,
): LatentScale & { readonly factor: number } {
  // TAESD gives latents that are already scaled.
  const tiny = config._class_name === 'AutoencoderTiny' || readsUnit(graph);
  const [, width] = dims;
  // This output holds the mean and the logarithm of the variance, one after the other.
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
