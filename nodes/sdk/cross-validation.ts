import { throwIfAborted } from './errors.ts';
import {
  countsOf,
  type LearningContext,
  type LearningSet,
  type ProbeSettings,
  probabilitiesOf,
  trainProbe,
  trainPrototypes,
} from './learning.ts';
import { neighbourVotes } from './neighbours.ts';
import { identityWeight } from './projection.ts';
import type { F32 } from './tensor.ts';
import type { TextItem } from './values.ts';

/** A way to learn categories from vectors. */
export const LEARNED_METHODS = ['knn', 'prototypes', 'linear-probe'] as const;
/** Also a LoRA, which takes longer than the others. */
export type LearnedMethod = (typeof LEARNED_METHODS)[number] | 'lora';

/** How the methods learn. */
export interface MethodSettings {
  /** How many nearest neighbours vote. */
  readonly neighbours: number;
  readonly probe: ProbeSettings;
  /** The inverse temperature of prototypes. */
  readonly scale: number;
}

/** The share of votes of {@link neighbourVotes} for the held-out rows of a set, by its training rows, each with one vote. */
async function votes(set: LearningSet, neighbours: number, ctx: LearningContext): Promise<Float32Array> {
  const { vectors, items, categories, targets, training, heldOut } = set;
  const part = async (rows: readonly number[]) => ({
    vectors: await ctx.ops.gather(vectors, rows),
    items: rows.map((row) => items[row] as LearningSet['items'][number]),
  });
  const known = { ...(await part(training)), targets: training.map((row) => targets[row] as number) };
  return neighbourVotes(
    await part(heldOut),
    known,
    categories.length,
    { neighbours, isWeighted: false },
    ctx,
  );
}

/** How LoRA training learns by default. */
const LORA = {
  rank: 8,
  alpha: 8,
  rankStabilized: false,
  dropout: 0,
  learningRate: 0.001,
  weightDecay: 0.01,
  steps: 300,
  batch: 0,
  seed: 0,
  judgeEvery: 300,
  patience: 0,
} as const;

/**
 * The probabilities of held-out rows, n x C, by a LoRA of the identity: it learns to bring vectors near the prototype of their category,
 * with the defaults of LoRA training and 1 / (rows per category) as pull.
 */
async function byLora(set: LearningSet, scale: number, ctx: LearningContext): Promise<F32> {
  const { ops, signal, training } = ctx;
  const { classifier } = await trainPrototypes(set, { scale, textShare: 0 }, ctx);
  const [, dims = 0] = set.vectors.dims;
  const counts = countsOf(
    set.categories,
    set.training.map((row) => set.targets[row] as number),
  );
  const trained = await training.lora(
    {
      ...LORA,
      features: set.vectors,
      weight: identityWeight(dims, ops),
      labels: set.targets,
      training: set.training,
      heldOut: [],
      loss: { kind: 'cross-entropy', prototypes: classifier.weights, scale },
      pull: counts.filter((count) => count > 0).length / set.training.length,
    },
    { signal },
  );
  const given = await ops.gather(set.vectors, set.heldOut);
  const inner = await ops.matmul(given, trained.a, { transposeB: true });
  const update = await ops.scale(await ops.matmul(inner, trained.b, { transposeB: true }), trained.scaling);
  return probabilitiesOf(classifier, await ops.add(given, update), ops);
}

/**
 * Learns from the training rows of a set and gives the probability of each category for its held-out rows, n x C. A category without
 * training rows has probability 0.
 */
export async function predictHeldOut(
  method: LearnedMethod,
  set: LearningSet,
  settings: MethodSettings,
  ctx: LearningContext,
): Promise<Float32Array> {
  throwIfAborted(ctx.signal);
  if (method === 'knn') return votes(set, settings.neighbours, ctx);
  // Without rows to judge with: a fold that is measured must not decide anything.
  const own = { ...set, heldOut: [] };
  const { data } = await (await predictions(method, own, set.heldOut, settings, ctx)).toHost();
  const columns = set.categories.length;
  const counts = countsOf(
    set.categories,
    set.training.map((row) => set.targets[row] as number),
  );
  return data.map((value, cell) => (counts[cell % columns] === 0 ? 0 : value));
}

async function predictions(
  method: Exclude<LearnedMethod, 'knn'>,
  own: LearningSet,
  rows: readonly number[],
  settings: MethodSettings,
  ctx: LearningContext,
): Promise<F32> {
  if (method === 'lora') return byLora({ ...own, heldOut: rows }, settings.scale, ctx);
  const { classifier } =
    method === 'prototypes'
      ? await trainPrototypes(own, { scale: settings.scale, textShare: 0 }, ctx)
      : await trainProbe(own, settings.probe, ctx);
  return probabilitiesOf(classifier, await ctx.ops.gather(own.vectors, rows), ctx.ops);
}

/** The category with the best cosine of each row, by vectors of texts that were made beforehand. */
export async function nearestTexts(
  { vectors }: Pick<LearningSet, 'vectors'>,
  texts: { readonly labels: readonly TextItem[]; readonly vectors: F32 },
  { ops }: Pick<LearningContext, 'ops'>,
): Promise<string[]> {
  if (texts.labels.length === 0) return [];
  const cosine = await ops.cosine(vectors, texts.vectors);
  const { data } = await (await ops.topK(cosine, 1)).indices.toHost();
  return Array.from(data, (at) => texts.labels[Number(at)]?.text ?? '');
}

/** The mean of some numbers, and their standard deviation with n - 1; NaN where there are too few. */
export function meanAndDeviation(values: readonly number[]): {
  readonly mean: number;
  readonly deviation: number;
} {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : Number.NaN };
}
