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
import type { F32 } from './tensor.ts';
import type { TextItem } from './values.ts';

/** A way to learn categories from vectors. */
export const LEARNED_METHODS = ['knn', 'prototypes', 'linear-probe'] as const;
export type LearnedMethod = (typeof LEARNED_METHODS)[number];

/** How the methods learn. */
export interface MethodSettings {
  /** How many nearest neighbours vote. */
  readonly neighbours: number;
  readonly probe: ProbeSettings;
  /** The inverse temperature of prototypes. */
  readonly scale: number;
}

/**
 * The share of votes for each category among the nearest neighbours by cosine, each with one vote; of equal scores, the neighbour that
 * comes first counts. n x C.
 */
async function votes(
  { vectors, items, categories, targets, training, heldOut }: LearningSet,
  neighbours: number,
  { ops, signal }: LearningContext,
): Promise<Float32Array> {
  const unit = await ops.l2Normalize(vectors);
  const [left, right] = [await ops.gather(unit, heldOut), await ops.gather(unit, training)];
  const of = (rows: readonly number[]) => rows.map((row) => items[row] as LearningSet['items'][number]);
  const ranked = await ops.rank(
    {
      kind: 'similarity',
      queries: of(heldOut),
      gallery: of(training),
      metric: 'cosine',
      scores: { form: 'product', left, right },
      skipped: [],
    },
    { k: Math.min(neighbours, training.length), signal },
  );
  const shares = new Float32Array(heldOut.length * categories.length);
  for (const [row, { indices }] of ranked.entries())
    for (const index of indices) {
      const cell = row * categories.length + (targets[training[index] as number] as number);
      shares[cell] = (shares[cell] as number) + 1 / indices.length;
    }
  return shares;
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
  const { classifier } =
    method === 'prototypes'
      ? await trainPrototypes(own, { scale: settings.scale, textShare: 0 }, ctx)
      : await trainProbe(own, settings.probe, ctx);
  const vectors = await ctx.ops.gather(set.vectors, set.heldOut);
  const { data } = await (await probabilitiesOf(classifier, vectors, ctx.ops)).toHost();
  const columns = set.categories.length;
  const counts = countsOf(
    set.categories,
    set.training.map((row) => set.targets[row] as number),
  );
  return data.map((value, cell) => (counts[cell % columns] === 0 ? 0 : value));
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
