import { basename } from 'node:path';
import type { Precision } from '../../../nodes/sdk/index.ts';
import { configNumber, type Family, type ModelConfig } from './families.ts';
import type {
  DecoderTower,
  ImageTower,
  ModelEntry,
  ModelVariant,
  TextTower,
  TowerFacts,
} from './model-entry.ts';
import { decoderTower, imageTower, textTower, vectorSize } from './towers.ts';
import type { TrainedLogits } from './trained/trained-logits.ts';
import { type GraphFiles, nearest } from './variants.ts';

/** A model whose variants are to be read. */
export interface Reading {
  readonly folder: string;
  readonly family: Family;
  readonly config: ModelConfig;
  readonly tokenizerConfig: ModelConfig;
  /** The scale and bias after training, if the manifest states them. */
  readonly trained?: TrainedLogits;
  readonly facts: (path: string) => Promise<TowerFacts>;
}

/** The files of each graph of a model. */
export interface Graphs {
  readonly image?: GraphFiles;
  readonly text?: GraphFiles;
  readonly joint?: GraphFiles;
  readonly decoder?: GraphFiles;
}

/** The towers of a model, read from its files of one precision. @throws PatchbayError `model.*` saying why it cannot be used */
export async function readVariant(
  reading: Reading,
  graphs: Graphs,
  precision: Precision,
): Promise<ModelVariant> {
  const { folder, family, config, tokenizerConfig, trained, facts } = reading;
  const fileOf = (files: GraphFiles | undefined) => files && nearest(files, precision);
  const [imagePath, textPath] = [fileOf(graphs.image)!, fileOf(graphs.text)];
  const [jointPath, decoderPath] = [fileOf(graphs.joint), fileOf(graphs.decoder)];
  const decoder =
    decoderPath === undefined
      ? undefined
      : decoderTower(
          { kind: 'file', path: decoderPath },
          await facts(decoderPath),
          config,
          stem(decoderPath),
        );
  // If the config does not state the channels of a latent, the decoder's file does.
  const known = { latent_channels: decoder?.latents.channels, ...config };
  const source = { kind: 'file', path: imagePath } as const;
  const image = imageTower(source, await facts(imagePath), family, known, stem(imagePath));
  const text =
    textPath === undefined
      ? undefined
      : textTower({ kind: 'file', path: textPath }, await facts(textPath), family, {
          config,
          tokenizerConfig,
          folder,
        });
  const joint = jointPath === undefined ? undefined : await facts(jointPath).catch(() => undefined);
  return {
    towers: towersOf(family, config, image, text, decoder),
    probability: text && probabilityOf(family, config, joint?.logits ?? trained),
    image,
    text,
    decoder,
  };
}

/** The variant without its text tower: without a tokenizer it cannot read texts. */
export function withoutTexts({ towers: { text: _, ...towers }, image, decoder }: ModelVariant): ModelVariant {
  return { towers, image, decoder };
}

/** A file's name without its ending. */
export const stem = (path: string) => basename(path, '.onnx');

/** Describes what a model's towers give. */
export function towersOf(
  family: Family,
  config: ModelConfig,
  image: ImageTower,
  text?: TextTower,
  decoder?: DecoderTower,
): ModelEntry['towers'] {
  const layers = Object.entries(image.layers);
  return {
    image: {
      dims: image.layers.embedding?.dims,
      ...readsOf(image),
      layers: layers.map(([name]) => name),
      layerDims: Object.fromEntries(
        layers.flatMap(([name, layer]) => (layer.dims === undefined ? [] : [[name, layer.dims]])),
      ),
      projection: image.projection !== undefined,
    },
    ...(text && {
      text: {
        dims: vectorSize(text.embedding) ?? family.text?.dims(config, text.embedding.name),
        contextLength: text.length,
      },
    }),
    ...(decoder && { decoder: { channels: decoder.latents.channels } }),
  };
}

/** The picture size that a graph fixes. */
function readsOf({ input }: ImageTower) {
  const [, , height, width] = input.dims;
  const reads = { ...(width && { width }), ...(height && { height }) };
  return Object.keys(reads).length > 0 ? { reads } : {};
}

/**
 * The scale and bias after training if they are known, else from the config. Most configs hold only the scale before
 * training.
 */
function probabilityOf(
  { activation }: Family,
  config: ModelConfig,
  ended: TrainedLogits | undefined,
): ModelEntry['probability'] {
  if (!activation) return undefined;
  // Without its bias, a sigmoid gives every label a high probability.
  const bias =
    ended?.bias ?? configNumber(config, 'logit_bias') ?? (activation === 'softmax' ? 0 : undefined);
  if (bias === undefined) return undefined;
  if (ended) return { activation, scale: ended.scale, bias };
  const trained = configNumber(config, 'logit_scale');
  const begin = trained ?? configNumber(config, 'logit_scale_init_value');
  if (begin === undefined) return undefined;
  return { activation, scale: Math.exp(begin), bias, ...(trained === undefined && { untrained: true }) };
}
