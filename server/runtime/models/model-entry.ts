import type { Message, ModelInfo, Precision } from '../../../nodes/sdk/index.ts';

/** The source of a model's bytes: a file, or a graph built in code. */
export type ModelSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'built'; readonly key: string };

/** A declared input or output. A size that is open is null, because the facts are stored as JSON. */
export interface TowerValue {
  readonly name: string;
  readonly dtype: string;
  readonly dims: readonly (number | null)[];
}

/** A linear projection: `output` is `input x weight`. */
export interface ProjectionFacts {
  /** The value before the projection: the pre-projection vector. */
  readonly input: string;
  /** The value after it. */
  readonly output: string;
  /**
   * The constant that holds the weight in floats, out x in or in x out; `computed` if the graph computes it from constants.
   * Absent if the product itself takes a quantised weight.
   */
  readonly weight?: { readonly name: string; readonly outByIn: boolean; readonly computed?: true };
  readonly in: number;
  readonly out: number;
}

/** Hidden states of a graph. */
export interface HiddenFacts {
  /** The value that holds them, N x T x D, or a map N x D x H x W. */
  readonly value: string;
  /** How the graph turns them into one vector: it takes one token, or the mean of all places, N x D or N x 1 x D. */
  readonly taken?: { readonly value: string; readonly rank: 2 | 3 };
  /** Values of the residual stream: after the patch embeddings, then after each layer. Empty if none was found. */
  readonly stream: readonly string[];
}

/** How a joint model turns cosine into logits: scale * cosine + bias. */
export interface LogitFacts {
  readonly scale: number;
  readonly bias: number;
}

/**
 * Looks up a fact by the name of an output. It ignores inherited keys, because a file may name an output `constructor`.
 */
export function factOf<T>(facts: Readonly<Record<string, T>>, output: string): T | undefined {
  return Object.hasOwn(facts, output) ? facts[output] : undefined;
}

/** Raise this when the code finds other facts in the same file: then remembered facts are read again. */
export const FACTS_VERSION = 7;

/** The name of the last hidden states in Transformers. */
export const LAST_HIDDEN = 'last_hidden_state';

/** Whether a map has a single place: N x D x 1 x 1. */
export const isOnePlace = (dims: readonly unknown[]): boolean =>
  dims.length === 4 && dims[2] === 1 && dims[3] === 1;

/** Facts read from a model's bytes: plain JSON, remembered between starts. */
export interface TowerFacts {
  readonly inputs: readonly TowerValue[];
  readonly outputs: readonly TowerValue[];
  /** The last projection, by output. */
  readonly projections: Readonly<Record<string, ProjectionFacts>>;
  /** The input of the last layer of a classifier, by its output. */
  readonly features: Readonly<Record<string, { readonly value: string; readonly size: number }>>;
  /** Hidden states, by the output that gives them or is computed from them. */
  readonly hidden: Readonly<Record<string, HiddenFacts>>;
  /** The mean around which the graph draws a random sample, by output. */
  readonly means: Readonly<Record<string, string>>;
  /** Whether the graph draws random numbers, so that each run gives other results. */
  readonly random: boolean;
  /**
   * Whether the graph quantises with the range of a whole batch, so that pictures in a batch change each other's
   * numbers.
   */
  readonly batchQuantized: boolean;
  /** Whether ONNX Runtime may multiply integers in the graph. */
  readonly multipliesIntegers: boolean;
  /** Files beside the model that hold weights. */
  readonly external: readonly string[];
  /** The bytes that each of these files must have, in the same order. */
  readonly externalBytes: readonly number[];
  readonly logits?: LogitFacts;
}

/** A value of a graph to read: a declared output, or an inner value that must become one first. */
export interface WantedValue {
  readonly value: string;
  readonly declared: boolean;
}

/** A layer of an image tower. */
export interface ImageLayer extends WantedValue {
  /** One vector per picture, one vector per token, or latents: the scaled mean that an autoencoder gives. */
  readonly form: 'vector' | 'tokens' | 'latents';
  readonly dims?: number;
  /** The part of the graph that Patchbay applies to every token. The model itself applies it to the class token only. */
  readonly through?: {
    readonly from: string;
    readonly to: string;
    /** The shape of one token at `from`. */
    readonly token: readonly number[];
  };
}

/** How latents are scaled for use outside their model: (latent - shift) * scale. */
export interface LatentScale {
  readonly scale: number;
  readonly shift: number;
  readonly channels?: number;
}

/** One tower of a model: its bytes, the facts read from them, and the values in use. */
export interface Tower {
  readonly source: ModelSource;
  readonly facts: TowerFacts;
  /** The input that takes pictures or ids. */
  readonly input: TowerValue;
  /** The output that gives the embedding, the vectors to pool, or the latents. */
  readonly embedding: TowerValue;
}

/** The image tower with its other layers. */
export interface ImageTower extends Tower {
  readonly projection?: ProjectionFacts;
  /** By name, in the order in which people see them. */
  readonly layers: Readonly<Record<string, ImageLayer>>;
  /** The side in pixels of a patch, or of the square that becomes one latent. Absent for models without patches. */
  readonly patchSize?: number;
  readonly latents?: LatentScale;
}

/** The tower that turns latents into pictures. */
export interface DecoderTower extends Tower {
  readonly latents: LatentScale;
  /** The smallest and the largest level of its pictures. */
  readonly range: readonly [number, number];
}

/** The text tower, with everything it needs besides its graph. */
export interface TextTower extends Tower {
  /** Ids per row. */
  readonly length: number;
  /** The folder of the tokenizer's files. */
  readonly folder: string;
  readonly padTokenId?: number;
  /** The picture side of its model, for graphs that need a picture as well as ids. */
  readonly pictureSide?: number;
}

/** How close the files of a model come to the numbers of the original. */
export interface CheckedFiles {
  /** Where they were checked: in the tests of this project, or in the export that made the files. */
  readonly by: 'tests' | 'export';
  /** The libraries of the reference, with versions. */
  readonly against: string;
  /** The worst output at each precision. */
  readonly precisions: readonly {
    readonly precision: Precision;
    readonly cosine: number;
    readonly maxAbs: number;
  }[];
}

/** The part of a model that differs between its variants. */
export interface ModelVariant extends Pick<ModelInfo, 'towers' | 'probability'> {
  readonly image?: ImageTower;
  readonly text?: TextTower;
  readonly decoder?: DecoderTower;
  /** Why it cannot be used. */
  readonly problem?: Message;
}

/** A model in the store, usable or not. It describes one variant: the most exact one, or the one that was asked for. */
export interface ModelEntry extends ModelInfo, ModelVariant {
  /** Its folder; absent for encoders built in code. */
  readonly folder?: string;
  /** Why it cannot be used. */
  readonly problem?: Message;
  /** The variants by precision; absent for encoders built in code. */
  readonly variants?: Readonly<Partial<Record<Precision, ModelVariant>>>;
  /** See {@link CheckedFiles}; absent when nothing checked these files. */
  readonly checked?: CheckedFiles;
  /** sha256 over all small files that change results: configs and tokenizer. */
  readonly configHash: string;
}
