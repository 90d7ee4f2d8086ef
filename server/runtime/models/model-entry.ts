import type { ModelInfo, Precision } from '../../../nodes/sdk/index.ts';

/** Where a model's bytes are: a file, or a graph built in code. Both take the same road from here on. */
export type ModelSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'built'; readonly key: string };

/** A declared input or output; a size the file leaves open is null, so that facts survive JSON. */
export interface TowerValue {
  readonly name: string;
  readonly dtype: string;
  readonly dims: readonly (number | null)[];
}

/** A weight that an output is `input x weight` of. */
export interface ProjectionFacts {
  /** Value that goes into the projection: the pre-projection vector. */
  readonly input: string;
  /** Value that comes out of it. */
  readonly output: string;
  /**
   * The constant that holds the weight in floats, out x in or in x out, or the value where the graph has computed it of
   * constants; absent where the product itself takes a quantised weight.
   */
  readonly weight?: { readonly name: string; readonly outByIn: boolean; readonly computed?: true };
  readonly in: number;
  readonly out: number;
}

/** Hidden states of a graph. */
export interface HiddenFacts {
  /** The value that holds them, N x T x D, or a map N x D x H x W. */
  readonly value: string;
  /** Where they were found behind a vector: that vector's token as it was taken, or the mean of all places, N x D or N x 1 x D. */
  readonly taken?: { readonly value: string; readonly rank: 2 | 3 };
  /** Values of the residual stream: what the embeddings give, then what each layer gives. Empty where none was found. */
  readonly stream: readonly string[];
}

/** How a joint model turns cosine into logits: scale * cosine + bias. */
export interface LogitFacts {
  readonly scale: number;
  readonly bias: number;
}

/** What was found behind an output. Names come from a stranger's file, and every object has a `constructor`. */
export function factOf<T>(facts: Readonly<Record<string, T>>, output: string): T | undefined {
  return Object.hasOwn(facts, output) ? facts[output] : undefined;
}

/** Raised whenever other facts are found in the same file: those that were remembered are read again. */
export const FACTS_VERSION = 6;

/** What Transformers calls the hidden states a model ends with. */
export const LAST_HIDDEN = 'last_hidden_state';

/** A map pooled to one place: N x D x 1 x 1. */
export const isOnePlace = (dims: readonly unknown[]): boolean =>
  dims.length === 4 && dims[2] === 1 && dims[3] === 1;

/** What a model's bytes say about it; plain JSON, remembered between starts. */
export interface TowerFacts {
  readonly inputs: readonly TowerValue[];
  readonly outputs: readonly TowerValue[];
  /** The last projection, by output. */
  readonly projections: Readonly<Record<string, ProjectionFacts>>;
  /** What goes into the last layer of a classifier, by its output. */
  readonly features: Readonly<Record<string, { readonly value: string; readonly size: number }>>;
  /** Hidden states, by the output they are or were found behind. */
  readonly hidden: Readonly<Record<string, HiddenFacts>>;
  /** The mean a random sample was drawn around, by output. */
  readonly means: Readonly<Record<string, string>>;
  /** Whether the graph gives other results each time. */
  readonly random: boolean;
  /** Whether the graph quantises by the range of a whole batch, so that pictures change each other's numbers. */
  readonly batchQuantized: boolean;
  /** Whether ONNX Runtime may multiply integers for it. */
  readonly multipliesIntegers: boolean;
  /** Files beside the model that hold weights. */
  readonly external: readonly string[];
  readonly logits?: LogitFacts;
}

/** A value of a graph to be read: a declared output, or one that must be exposed first. */
export interface WantedValue {
  readonly value: string;
  readonly declared: boolean;
}

/** A layer of an image tower, and how it is read. */
export interface ImageLayer extends WantedValue {
  /** One vector a picture, one a token, or latents: the mean of what an autoencoder gives, scaled. */
  readonly form: 'vector' | 'tokens' | 'latents';
  readonly dims?: number;
  /** The part of the model that every token is put through, which the model itself puts only its class token through. */
  readonly through?: {
    readonly from: string;
    readonly to: string;
    /** Shape of one token on that way. */
    readonly token: readonly number[];
  };
}

/** What latents were scaled with for use outside their model: (latent - shift) * scale. */
export interface LatentScale {
  readonly scale: number;
  readonly shift: number;
  readonly channels?: number;
}

/** One tower of a model: where its bytes are, what they say, and which of its values are used. */
export interface Tower {
  readonly source: ModelSource;
  readonly facts: TowerFacts;
  /** Name of the input that pictures or ids go to. */
  readonly input: TowerValue;
  /** The output that the embedding is, or is pooled from; or that latents are of. */
  readonly embedding: TowerValue;
}

/** The image tower, and where its other layers are. */
export interface ImageTower extends Tower {
  readonly projection?: ProjectionFacts;
  /** By name, in the order people are shown them. */
  readonly layers: Readonly<Record<string, ImageLayer>>;
  /** Side of a patch, where pictures are cut into patches; of an autoencoder's latent. */
  readonly patchSize?: number;
  readonly latents?: LatentScale;
}

/** The way back from latents to pictures. */
export interface DecoderTower extends Tower {
  readonly latents: LatentScale;
  /** What its pictures' levels run from and to. */
  readonly range: readonly [number, number];
}

/** The text tower, and what it needs besides its graph. */
export interface TextTower extends Tower {
  /** Ids a row. */
  readonly length: number;
  /** Where the tokenizer's files are. */
  readonly folder: string;
  readonly padTokenId?: number;
  /** Side of the pictures that its model reads, for graphs that want one beside the ids. */
  readonly pictureSide?: number;
}

/** What was measured of a model's very files. */
export interface MeasuredFiles {
  /** The tests of this project, or the export that made the files. */
  readonly by: 'tests' | 'export';
  /** Libraries of the reference, with versions. */
  readonly against: string;
  /** The worst of all outputs, by precision. */
  readonly precisions: readonly {
    readonly precision: Precision;
    readonly cosine: number;
    readonly maxAbs: number;
  }[];
}

/** What depends on which variant of a model's graphs is taken. */
export interface ModelVariant extends Pick<ModelInfo, 'towers' | 'probability'> {
  readonly image?: ImageTower;
  readonly text?: TextTower;
  readonly decoder?: DecoderTower;
  /** Why it cannot be used. */
  readonly problem?: string;
}

/** A model the store knows, usable or not, as one of its variants: the most exact, unless another was asked for. */
export interface ModelEntry extends ModelInfo, ModelVariant {
  /** Where it is; absent for encoders built in code. */
  readonly folder?: string;
  /** Why it cannot be used, as a sentence. */
  readonly problem?: string;
  /** By precision; absent for encoders built in code. */
  readonly variants?: Readonly<Partial<Record<Precision, ModelVariant>>>;
  /** What was measured of these very files; absent where nothing was. */
  readonly measured?: MeasuredFiles;
  /** sha256 of all small files that results depend on: configs and tokenizer. */
  readonly configHash: string;
}
