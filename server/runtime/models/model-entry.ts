import type { ModelInfo } from '../../../nodes/sdk/index.ts';

/** Where a model's bytes are: a file, or a graph built in code. Both take the same road from here on. */
export type ModelSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'built'; readonly key: string; readonly bytes: () => Uint8Array };

/** A declared input or output; a size the file leaves open is undefined. */
export interface TowerValue {
  readonly name: string;
  readonly dtype: string;
  readonly dims: readonly (number | undefined)[];
}

/** A weight that the embedding output is `input x weight` of. */
export interface ProjectionFacts {
  /** Value that goes into the projection: the pre-projection vector. */
  readonly input: string;
  /** Initializer that holds the weight. */
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
  readonly logits?: LogitFacts;
}

/** One tower of a model: where its bytes are and what they say. */
export interface Tower {
  readonly source: ModelSource;
  readonly facts: TowerFacts;
}

/** What the text tower needs besides its graph. */
export interface TextTower extends Tower {
  /** Ids a row. */
  readonly length: number;
  readonly folder: string;
  readonly padTokenId?: number;
}

/** A model the store knows, usable or not. */
export interface ModelEntry extends ModelInfo {
  /** Where it is; absent for encoders built in code. */
  readonly folder?: string;
  /** Why it cannot be used, as a sentence. */
  readonly problem?: string;
  readonly image?: Tower;
  readonly text?: TextTower;
  /** Sizes of a patch, where the image tower cuts its picture into patches. */
  readonly patchSize?: number;
  /** Hash of the small files that results depend on: configs and tokenizer. */
  readonly configHash: string;
}
