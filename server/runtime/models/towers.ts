import { type Message, PatchbayError } from '../../../nodes/sdk/index.ts';
import { modelMessage } from '../../contract/messages/models.ts';
import { readsUnit } from '../preprocess/latent-pictures.ts';
import { configNumber, type Family, imageOutputs, type ModelConfig } from './families.ts';
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

/** A tokenizer without a limit states a very large number instead. */
const NO_LENGTH = 10_000;
const FLOATS = ['float32', 'float16'];

/** The input for pictures: floats with four axes, and three channels if the file states the number. */
export function imageInput(facts: TowerFacts): TowerValue | undefined {
  return facts.inputs.find(
    ({ dtype, dims }) => FLOATS.includes(dtype) && dims.length === 4 && (dims[1] === 3 || dims[1] === null),
  );
}

/** The input for token ids. */
export function textInput(facts: TowerFacts): TowerValue | undefined {
  return facts.inputs.find(({ name, dtype }) => name === 'input_ids' && dtype.startsWith('int'));
}

/** The output that holds the embedding: the first of the names that is declared, else the first output that could be one. */
function embeddingOutput(facts: TowerFacts, names: readonly string[]): TowerValue | undefined {
  const usable = facts.outputs.filter(({ dtype }) => FLOATS.includes(dtype));
  for (const name of names) {
    const found = usable.find((output) => output.name === name);
    if (found) return found;
  }
  const other = usable.find(({ dims }) => dims.length >= 2 && dims.length <= 4);
  if (other?.name !== 'logits' || facts.features.logits) return other;
  throw invalid(modelMessage('model.only-logits'));
}

/** The vector size of an output: its last axis, or the channels of a map. */
export function vectorSize({ dims }: TowerValue): number | undefined {
  const size = dims.length === 4 ? dims[1] : dims.at(-1);
  return dims.length >= 2 ? (size ?? undefined) : undefined;
}

function towerOf(
  source: ModelSource,
  facts: TowerFacts,
  input: TowerValue,
  outputs: readonly string[],
): Tower {
  const embedding = embeddingOutput(facts, outputs);
  if (!embedding) {
    const declared = facts.outputs.map(({ name }) => name);
    throw invalid(
      declared.length === 0
        ? modelMessage('model.no-outputs')
        : modelMessage('model.no-vectors', { outputs: declared }),
    );
  }
  return { source, facts, input, embedding };
}

/** The image tower of a graph. @throws PatchbayError `model.*` when the graph reads no pictures or gives no vectors */
export function imageTower(
  source: ModelSource,
  facts: TowerFacts,
  family: Family,
  config: ModelConfig,
  graph = '',
): ImageTower {
  const input = imageInput(facts);
  if (!input) throw noPictures(facts);
  const tower = towerOf(source, facts, input, imageOutputs(family, config));
  const meanKnown =
    family.image.hidden === 'latents' && factOf(facts.means, tower.embedding.name) !== undefined;
  if (facts.random && !meanKnown) throw invalid(modelMessage('model.random'));
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

function noPictures({ inputs }: TowerFacts): PatchbayError {
  if (inputs.some(({ name }) => name === 'spatial_shapes' || name === 'pixel_attention_mask'))
    return invalid(modelMessage('model.any-patches'));
  if (inputs.length === 0) return invalid(modelMessage('model.no-inputs'));
  const known = inputs.map(({ name, dims }) => modelMessage('model.input', { name, axes: dims.length }));
  return invalid(modelMessage('model.no-picture-input', { inputs: known }));
}

/** The text tower of a graph; undefined when the graph takes no ids. @throws PatchbayError `model.*` when it gives no vectors */
export function textTower(
  source: ModelSource,
  facts: TowerFacts,
  family: Family,
  place: { readonly config: ModelConfig; readonly tokenizerConfig: ModelConfig; readonly folder: string },
): TextTower | undefined {
  const input = textInput(facts);
  if (!input || !family.text) return undefined;
  const { config, tokenizerConfig, folder } = place;
  // Transformers pads rows to the tokenizer's length, and the model has a limited number of positions.
  const known = [
    configNumber(config, 'text_config', 'max_position_embeddings'),
    configNumber(tokenizerConfig, 'model_max_length'),
  ].flatMap((length) => (length && length > 0 && length < NO_LENGTH ? [length] : []));
  return {
    ...towerOf(source, facts, input, family.text.outputs),
    length: input.dims[1] ?? (known.length > 0 ? Math.min(...known) : family.text.length),
    folder,
    padTokenId: configNumber(config, 'text_config', 'pad_token_id'),
    pictureSide: configNumber(config, 'vision_config', 'image_size') ?? configNumber(config, 'image_size'),
  };
}

/** The tower that turns latents into pictures. @throws PatchbayError `model.no-picture-decoder` when it takes no maps or gives no pictures */
export function decoderTower(
  source: ModelSource,
  facts: TowerFacts,
  config: ModelConfig,
  graph: string,
): DecoderTower {
  const isMap = ({ dtype, dims }: TowerValue) => FLOATS.includes(dtype) && dims.length === 4;
  const input = facts.inputs.find(isMap);
  const embedding = facts.outputs.find((value) => isMap(value) && (value.dims[1] ?? 3) === 3);
  if (!input || !embedding) throw invalid(modelMessage('model.no-picture-decoder'));
  const latents = { ...latentScale(config, facts, input, graph), channels: input.dims[1] ?? undefined };
  return { source, facts, input, embedding, latents, range: readsUnit(graph) ? [0, 1] : [-1, 1] };
}

const invalid = (message: Message) => new PatchbayError(message);
