import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { readsUnit } from '../preprocess/latent-pictures.ts';
import { configNumber, type Family, type ModelConfig, type TowerRules } from './families.ts';
import { imageLayers } from './image-layers.ts';
import { latentScale } from './latent-scale.ts';
import {
  type DecoderTower,
  factOf,
  type ImageTower,
  type ModelSource,
  type TextTower,
  type Tower,
  type TowerFacts,
  type TowerValue,
} from './model-entry.ts';

/** Tokenizers that know no longest text say a very large number. */
const NO_LENGTH = 10_000;
const FLOATS = ['float32', 'float16'];

/** The input that takes pictures: float, four axes, three channels where it says so. */
export function imageInput(facts: TowerFacts): TowerValue | undefined {
  return facts.inputs.find(
    ({ dtype, dims }) => FLOATS.includes(dtype) && dims.length === 4 && (dims[1] === 3 || dims[1] === null),
  );
}

/** The input that takes ids. */
export function textInput(facts: TowerFacts): TowerValue | undefined {
  return facts.inputs.find(({ name, dtype }) => name === 'input_ids' && dtype.startsWith('int'));
}

/** The output a family's embedding is in; the first output that could be one where none of its names is declared. */
function embeddingOutput(facts: TowerFacts, rules: TowerRules): TowerValue | undefined {
  const usable = facts.outputs.filter(({ dtype }) => FLOATS.includes(dtype));
  for (const name of rules.outputs) {
    const found = usable.find((output) => output.name === name);
    if (found) return found;
  }
  const other = usable.find(({ dims }) => dims.length >= 2 && dims.length <= 4);
  if (other?.name !== 'logits' || facts.features.logits) return other;
  throw invalid(
    'the model gives out only the scores of its classes (logits), and the vector before them is not found in its file. Export it without its classifier',
  );
}

/** Numbers a vector of an output: its last axis, or the channels of a map. */
export function vectorSize({ dims }: TowerValue): number | undefined {
  const size = dims.length === 4 ? dims[1] : dims.at(-1);
  return dims.length >= 2 ? (size ?? undefined) : undefined;
}

function towerOf(source: ModelSource, facts: TowerFacts, input: TowerValue, rules: TowerRules): Tower {
  const embedding = embeddingOutput(facts, rules);
  if (!embedding) {
    const names = facts.outputs.map(({ name }) => name).join(', ');
    throw invalid(`the model gives out ${names || 'nothing'}, and no float vectors among it`);
  }
  return { source, facts, input, embedding };
}

/** The image tower of a graph. @throws PatchbayError `model.invalid` when it reads no pictures or gives no vectors. */
export function imageTower(
  source: ModelSource,
  facts: TowerFacts,
  family: Family,
  config: ModelConfig,
  graph = '',
): ImageTower {
  const input = imageInput(facts);
  if (!input) throw noPictures(facts);
  const tower = towerOf(source, facts, input, family.image);
  const meanKnown =
    family.image.hidden === 'latents' && factOf(facts.means, tower.embedding.name) !== undefined;
  if (facts.random && !meanKnown) throw randomResults();
  const projection = family.projects ? factOf(facts.projections, tower.embedding.name) : undefined;
  if (family.image.hidden === 'latents') {
    const latents = latentScale(config, facts, tower.embedding, graph);
    const layers = imageLayers({ ...tower, latents }, family, config);
    return { ...tower, layers, latents, patchSize: latents.factor };
  }
  return {
    ...tower,
    projection,
    layers: imageLayers({ ...tower, projection }, family, config),
    patchSize: family.image.patchSize(config),
  };
}

const randomResults = () =>
  invalid(
    'its file draws random numbers, so one picture would give other results each time. Export it without them: a masked autoencoder with mask_ratio 0 and its "noise" as an input, an autoencoder with latent_parameters for its output',
  );

function noPictures({ inputs }: TowerFacts): PatchbayError {
  if (inputs.some(({ name }) => name === 'spatial_shapes' || name === 'pixel_attention_mask'))
    return invalid(
      'it reads pictures as lists of patches of any shape (NaFlex), which is not supported: take the variant of the model for one size, such as siglip2-base-patch16-224',
    );
  const names = inputs.map(({ name, dims }) => `${name} (${dims.length} axes)`).join(', ');
  return invalid(`the model takes ${names || 'nothing'}, and no pictures as N x 3 x H x W floats`);
}

/** The text tower of a graph, or undefined when it takes no ids. @throws PatchbayError `model.invalid`. */
export function textTower(
  source: ModelSource,
  facts: TowerFacts,
  family: Family,
  place: { readonly config: ModelConfig; readonly tokenizerConfig: ModelConfig; readonly folder: string },
): TextTower | undefined {
  const input = textInput(facts);
  if (!input || !family.text) return undefined;
  const { config, tokenizerConfig, folder } = place;
  // Transformers fills rows up to what the tokenizer says, and the model has no more places than it has positions.
  const known = [
    configNumber(config, 'text_config', 'max_position_embeddings'),
    configNumber(tokenizerConfig, 'model_max_length'),
  ].flatMap((length) => (length && length > 0 && length < NO_LENGTH ? [length] : []));
  return {
    ...towerOf(source, facts, input, family.text),
    length: input.dims[1] ?? (known.length > 0 ? Math.min(...known) : family.text.length),
    folder,
    padTokenId: configNumber(config, 'text_config', 'pad_token_id'),
    pictureSide: configNumber(config, 'vision_config', 'image_size') ?? configNumber(config, 'image_size'),
  };
}

/** The tower that makes pictures of latents. @throws PatchbayError `model.invalid` when it takes no maps or gives no pictures. */
export function decoderTower(
  source: ModelSource,
  facts: TowerFacts,
  config: ModelConfig,
  graph: string,
): DecoderTower {
  const isMap = ({ dtype, dims }: TowerValue) => FLOATS.includes(dtype) && dims.length === 4;
  const input = facts.inputs.find(isMap);
  const embedding = facts.outputs.find((value) => isMap(value) && (value.dims[1] ?? 3) === 3);
  if (!input || !embedding)
    throw invalid('its decoder does not make pictures (N x 3 x H x W) of latents (N x C x h x w)');
  const latents = { ...latentScale(config, facts, input, graph), channels: input.dims[1] ?? undefined };
  return { source, facts, input, embedding, latents, range: readsUnit(graph) ? [0, 1] : [-1, 1] };
}

const invalid = (message: string) => new PatchbayError({ code: 'model.invalid', message });
