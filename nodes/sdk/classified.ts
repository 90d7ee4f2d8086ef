import { isRuledOut, itemTitle } from './items.ts';
import type { Ops } from './ops.ts';
import { param } from './params.ts';
import { port } from './ports.ts';
import type { F32 } from './tensor.ts';
import type {
  Cell,
  Embeddings,
  Item,
  Labels,
  Similarity,
  Skipped,
  Space,
  Table,
  TextItem,
} from './values.ts';

/** The outputs of every node that sorts items into categories; {@link classified} makes them. */
export const classifiedOutputs = {
  similarity: port.similarity({
    help: 'The probability of every category for every picture.',
    title: 'Probabilities',
  }),
  labels: port.labels({ help: 'The most probable category of each picture.' }),
  table: port.table({
    help: 'One row for each picture: its path, category, probability, and the second best category. With the true category, if the pictures have one.',
  }),
};

/** The param that leaves pictures without a category. */
export const minimumProbability = param.number({
  default: 0,
  min: 0,
  max: 1,
  step: 0.01,
  title: 'Minimum probability',
  help: 'A picture gets no category if its best category is less probable than this.',
});

/** The Chinese texts of {@link classifiedOutputs} and {@link minimumProbability}. */
export const classifiedZh = {
  minimum: { title: '最低概率', help: '如果最佳类别的概率低于此值，图片就没有类别。' },
  outputs: {
    similarity: { title: '概率', help: '每张图片属于每个类别的概率。' },
    labels: { title: '类别', help: '每张图片最可能的类别。' },
    table: {
      title: '表格',
      help: '每张图片一行：路径、类别、概率和第二可能的类别。如果图片有真实类别，也会列出。',
    },
  },
};

/** What is known before a run about the outputs for `count` items of a space. */
export const inferClassified = ({ count, space }: { readonly count?: number; readonly space?: Space }) => ({
  similarity: { type: 'similarity' as const, count, space },
  labels: { type: 'labels' as const, count },
  table: { type: 'table' as const, count },
});

/** The two columns with the best scores in every row, and these scores. A row of one column has no second one. */
async function bestTwo(scores: F32, ops: Ops): Promise<(readonly [column: number, score: number])[][]> {
  const [rows = 0, columns = 0] = scores.dims;
  if (rows === 0 || columns === 0) return [];
  const each = Math.min(2, columns);
  const top = await ops.topK(scores, each);
  const [values, indices] = await Promise.all([top.values.toHost(), top.indices.toHost()]);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: each }, (_, place) => {
      const at = row * each + place;
      return [Number(indices.data[at]), values.data[at] as number] as const;
    }),
  );
}

/** The table of {@link classifiedOutputs}. A column that no item fills is left out. */
function tableOf(
  items: readonly Item[],
  labels: Labels['labels'],
  best: Awaited<ReturnType<typeof bestTwo>>,
  nameOf: (column: number | undefined) => string | null,
): Table {
  const hasTruth = items.some(({ label }) => label !== undefined);
  const isOut = (row: number) => {
    const [item, label] = [items[row] as Item, labels[row] ?? null];
    return label !== null && isRuledOut(item, label);
  };
  const hasRuledOut = items.some((_, row) => isOut(row));
  const text = (key: string, title: string) => ({ key, title, type: 'text' as const });
  const number = (key: string, title: string) => ({ key, title, type: 'number' as const });
  return {
    kind: 'table',
    columns: [
      text('path', 'Path'),
      text('category', 'Category'),
      number('probability', 'Probability'),
      text('second', 'Second best'),
      number('secondProbability', 'Probability of the second best'),
      ...(hasTruth ? [text('truth', 'True category')] : []),
      ...(hasRuledOut ? [{ key: 'ruledOut', title: 'Ruled out', type: 'boolean' as const }] : []),
    ],
    items,
    rows: items.map((item, row): Cell[] => {
      const [first, second] = best[row] ?? [];
      return [
        itemTitle(item),
        labels[row] ?? null,
        first?.[1] ?? null,
        nameOf(second?.[0]),
        second?.[1] ?? null,
        ...(hasTruth ? [item.label ?? null] : []),
        ...(hasRuledOut ? [isOut(row)] : []),
      ];
    }),
  };
}

/**
 * Probabilities of labels, N x C, as a similarity, as the best label of each item, and as a table of the two best. An item whose best
 * probability is below `minimum` gets no label.
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
): Promise<{ readonly similarity: Similarity; readonly labels: Labels; readonly table: Table }> {
  const best = await bestTwo(probabilities, ops);
  const nameOf = (column: number | undefined) => how.labels[column ?? -1]?.text ?? null;
  const scores = items.map((_, row) => best[row]?.[0]?.[1] ?? 0);
  const labels = items.map((_, row) =>
    (scores[row] as number) >= how.minimum ? nameOf(best[row]?.[0]?.[0]) : null,
  );
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
    labels: { kind: 'labels', items, labels, scores },
    table: tableOf(items, labels, best, nameOf),
  };
}
