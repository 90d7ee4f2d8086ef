import type { ModelInfo } from '../../../nodes/sdk/index.ts';

/** Where a model's bytes are: a file, or a graph built in code. Both take the same road from here on. */
export type ModelSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'built'; readonly key: string; readonly bytes: () => Uint8Array };

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
  /** Constant that holds the weight. */
  readonly weight: string;
  /** Whether the file stores it out x in; otherwise in x out. */
  readonly outByIn: boolean;
  readonly in: number;
  readonly out: number;
}

/** How a joint model turns cosine into logits: scale * cosine + bias. */
export interface LogitFacts {
  readonly scale: number;
  readonly bias: number;
}

/** What a model's bytes say about it; plain JSON, remembered between starts. */
export interface TowerFacts {
  readonly inputs: readonly TowerValue[];
  readonly outputs: readonly TowerValue[];
  /** The last projection, by output. */
  readonly projections: Readonly<Record<string, ProjectionFacts>>;
  /** An undeclared value that holds N x T x D hidden states, by the output it was found behind. */
  readonly hidden: Readonly<Record<string, string>>;
  /** Files beside the model that hold weights. */
  readonly external: readonly string[];
  readonly logits?: LogitFacts;
}

/** One tower of a model: where its bytes are, what they say, and which of its values are used. */
export interface Tower {
  readonly source: ModelSource;
  readonly facts: TowerFacts;
  /** Name of the input that pictures or ids go to. */
  readonly input: TowerValue;
  /** The output that is the embedding, or that it is pooled from. */
  readonly embedding: TowerValue;
}

/** The image tower, and where its other layers are. */
export interface ImageTower extends Tower {
  readonly projection?: ProjectionFacts;
  /** The value with hidden states, and whether it is a declared output. */
  readonly hidden?: { readonly value: string; readonly declared: boolean };
  /** Side of a patch, where pictures are cut into patches. */
  readonly patchSize?: number;
}

/** The text tower, and what it needs besides its graph. */
export interface TextTower extends Tower {
  /** Ids a row. */
  readonly length: number;
  /** Where the tokenizer's files are. */
  readonly folder: string;
  readonly padTokenId?: number;
}

/** A model the store knows, usable or not. */
export interface ModelEntry extends ModelInfo {
  /** Where it is; absent for encoders built in code. */
  readonly folder?: string;
  /** Why it cannot be used, as a sentence. */
  readonly problem?: string;
  readonly image?: ImageTower;
  readonly text?: TextTower;
  /** sha256 of all small files that results depend on: configs and tokenizer. */
  readonly configHash: string;
}
