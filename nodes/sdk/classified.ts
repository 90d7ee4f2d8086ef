import type { Ops } from './ops.ts';
import type { F32 } from './tensor.ts';
import type { Embeddings, Labels, Similarity, Skipped, TextItem } from './values.ts';

/** The column with the best score in every row, and that score. */
async function best(scores: F32, ops: Ops) {
  const [rows = 0, columns = 0] = scores.dims;
  if (rows === 0 || columns === 0) return { indices: [], values: [] };
  const top = await ops.topK(scores, 1);
  const [values, indices] = await Promise.all([top.values.toHost(), top.indices.toHost()]);
  return { indices: Array.from(indices.data, Number), values: [...values.data] };
}

/**
 * Probabilities of labels, N x C, as a similarity and as the best label of each item. An item whose best probability is below
 * `minimum` gets no label.
 */
export async function classified(
  probabilities: F32,
  { items, space, skipped }: Embeddings,
  how: {
    readonly labels: readonly TextItem[];
    readonly metric: 'softmax' | 'sigmoid';
    readonly minimum: number;
    /** What was left out of the labels. */
    readonly skipped?: readonly Skipped[];
  },
  ops: Ops,
): Promise<{ readonly similarity: Similarity; readonly labels: Labels }> {
  const { indices, values } = await best(probabilities, ops);
  return {
    similarity: {
      kind: 'similarity',
      queries: items,
      gallery: how.labels,
      metric: how.metric,
      space,
      scores: { form: 'dense', tensor: probabilities },
      skipped: [...skipped, ...(how.skipped ?? [])],
    },
    labels: {
      kind: 'labels',
      items,
      labels: items.map((_, row) => {
        const label = how.labels[indices[row] ?? -1];
        return label && (values[row] ?? 0) >= how.minimum ? label.text : null;
      }),
      scores: items.map((_, row) => values[row] ?? 0),
    },
  };
}
