import type { NodeContext } from './context.ts';
import type { F32 } from './tensor.ts';
import type { Item } from './values.ts';

/** Vectors, N x D, and the items that they belong to. */
export interface ItemVectors {
  readonly vectors: F32;
  readonly items: readonly Item[];
}

/** How neighbours vote. */
export interface VoteSettings {
  /** How many nearest neighbours vote. */
  readonly neighbours: number;
  /** Whether a vote counts 1 / (1 - cosine), as `weights="distance"` in scikit-learn. Otherwise each counts the same. */
  readonly isWeighted: boolean;
}

/**
 * The share of votes for each category among the nearest neighbours by cosine, N x C. Of equal scores, the neighbour that comes first
 * counts. With weights, neighbours in the same direction as the vector have all votes.
 * @param known the vectors that vote, with the position of each one's category
 */
export async function neighbourVotes(
  queries: ItemVectors,
  known: ItemVectors & { readonly targets: readonly number[] },
  categories: number,
  { neighbours, isWeighted }: VoteSettings,
  { ops, signal }: Pick<NodeContext, 'ops' | 'signal'>,
): Promise<Float32Array> {
  const [left, right] = [await ops.l2Normalize(queries.vectors), await ops.l2Normalize(known.vectors)];
  const ranked = await ops.rank(
    {
      kind: 'similarity',
      queries: queries.items,
      gallery: known.items,
      metric: 'cosine',
      scores: { form: 'product', left, right },
      skipped: [],
    },
    { k: Math.min(neighbours, known.items.length), signal },
  );
  const shares = new Float32Array(queries.items.length * categories);
  for (const [row, { indices, scores }] of ranked.entries()) {
    const weights = isWeighted ? weightsOf(scores) : scores.map(() => 1);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    for (const [at, index] of indices.entries()) {
      const cell = row * categories + (known.targets[index] as number);
      shares[cell] = (shares[cell] as number) + (weights[at] as number) / sum;
    }
  }
  return shares;
}

/** Below this distance float32 cannot tell two directions apart. */
const SAME = 1e-6;

function weightsOf(cosines: readonly number[]): number[] {
  const distances = cosines.map((cosine) => 1 - cosine);
  if (distances.some((distance) => distance < SAME))
    return distances.map((distance) => (distance < SAME ? 1 : 0));
  return distances.map((distance) => 1 / distance);
}
