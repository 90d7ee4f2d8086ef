import type { F32 } from './tensor.ts';

/** Two rows that belong together, or do not. */
export interface TrainingPair {
  readonly left: number;
  readonly right: number;
  readonly together: boolean;
}

/** What a LoRA learns to make small. All losses compare vectors by their cosine. */
export type LoraLoss =
  /**
   * Cross-entropy of softmax(scale x cosine) with fixed prototypes, C x out with rows of length 1. Label i belongs to prototype i.
   */
  | { readonly kind: 'cross-entropy'; readonly prototypes: F32; readonly scale: number }
  /** Khosla et al. 2020 (arXiv 2004.11362), L_out. A row without another one of its label takes no part. */
  | { readonly kind: 'supervised-contrastive'; readonly temperature: number }
  /** The hardest companions of each row in the batch (Hermans et al. 2017, arXiv 1703.07737), by cosine. */
  | { readonly kind: 'triplet'; readonly margin: number }
  /** 1 - cosine of rows that belong together, max(0, cosine - margin) of others, as torch.nn.CosineEmbeddingLoss. */
  | { readonly kind: 'pairs'; readonly pairs: readonly TrainingPair[]; readonly margin: number };

/** How a LoRA is trained. The same job with the same seed gives the same numbers on the same device. */
export interface LoraJob {
  /** N x in: vectors from before the projection. */
  readonly features: F32;
  /** out x in: the weight to adapt. */
  readonly weight: F32;
  /** The label of each row, counted from 0; -1 for a row without one. With pairs they only serve the accuracy. */
  readonly labels: readonly number[];
  /** Rows to learn from; with pairs the places in the list of pairs. */
  readonly training: readonly number[];
  /** Rows (or pairs) to judge with; may be empty. */
  readonly heldOut: readonly number[];
  readonly loss: LoraLoss;
  /** How much each label counts; 1 for all if absent. */
  readonly labelWeights?: readonly number[];
  readonly rank: number;
  /** The update is alpha / rank x B A, or alpha / sqrt(rank) x B A if `rankStabilized`. */
  readonly alpha: number;
  readonly rankStabilized: boolean;
  /** Share of the inputs that each step hides from the adapter. */
  readonly dropout: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** lambda: the loss gets lambda x |update|^2. */
  readonly pull: number;
  readonly steps: number;
  /** Rows (or pairs) of a step; 0 for all. */
  readonly batch: number;
  readonly seed: number;
  /** A of the start, rank x in; by default as PEFT starts (Kaiming uniform with a = sqrt(5)), from the seed. */
  readonly start?: F32;
  /** Judges with the held-out rows after so many steps, and after the last one. */
  readonly judgeEvery: number;
  /** Stops after so many steps without a lower held-out loss; 0 to never stop. */
  readonly patience: number;
  /** Stops after so many milliseconds; never if absent. The numbers then depend on the speed of the machine. */
  readonly mostMs?: number;
}

/** The numbers of one moment of a training. */
export interface TrainingPoint {
  /** How many steps were taken before it. */
  readonly step: number;
  /** The loss of the rows to learn from, with the pull; for a batch, of that batch. */
  readonly loss: number;
  /** The loss of the held-out rows, without the pull. */
  readonly heldOutLoss?: number;
  /** Share of the held-out rows whose nearest prototype, or nearest mean of a label, is theirs. */
  readonly heldOutAccuracy?: number;
}

/** A trained LoRA: the best state by held-out loss, or the last one without held-out rows. */
export interface TrainedLora {
  /** rank x in. */
  readonly a: F32;
  /** out x rank. */
  readonly b: F32;
  readonly scaling: number;
  /** The steps that were taken. */
  readonly steps: number;
  /** After how many steps the state was kept. */
  readonly keptStep: number;
  /** Whether it stopped because of `mostMs`. */
  readonly outOfTime: boolean;
  /** Whether it was asked to stop before its last step. */
  readonly stopped: boolean;
  /** The loss before each step. */
  readonly losses: Float32Array;
  /** Moments with held-out numbers; the first is before the first step. Without held-out rows, moments with losses only. */
  readonly history: readonly TrainingPoint[];
}
