import {
  ALL_OTHERS,
  defineMessages,
  defineNode,
  type Item,
  itemTitle,
  knownOf,
  type Labels,
  type Matches,
  PatchbayError,
  port,
  type Table,
} from '../sdk/index.ts';

const say = defineMessages({
  'cut-off.no-columns': {
    en: '*Cut-offs* needs a column of texts with categories and a column of numbers with their cut-offs. Connect *Find cut-offs*.',
    zh: '*截断值* 需要一列文本（类别）和一列数值（截断值）。请连接 *求截断值*。',
  },
  'cut-off.no-scores': {
    en: 'These categories have no scores, so they cannot be cut off. Connect the categories of *Zero-shot*, *Classify* or *Calibrate*.',
    zh: '这些类别没有得分，无法截断。请连接 *零样本分类*、*分类* 或 *校准* 的类别。',
  },
  'cut-off.unknown': {
    en: '*Cut-offs* has no row for {count} of {total}, and no row "*" for all others. They are kept.',
    zh: '{total} 项中有 {count} 项在 *截断值* 中没有对应行，也没有用于其余各项的“*”行，因此保留。',
  },
  'cut-off.left-out': {
    en: '{count} of {total} are below their cut-off and left out.',
    zh: '{total} 项中有 {count} 项低于截断值，已去掉。',
  },
});

/** Cut-offs by category or query. Null keeps nothing. */
type CutOffs = ReadonlyMap<string, number | null>;

function cutOffsOf({ columns, rows }: Table): CutOffs {
  const at = (key: string, type: 'text' | 'number') => {
    const named = columns.findIndex((column) => column.key === key && column.type === type);
    return named >= 0 ? named : columns.findIndex((column) => column.type === type);
  };
  const [category, score] = [at('category', 'text'), at('cut-off', 'number')];
  if (category < 0 || score < 0) throw new PatchbayError({ ...say('cut-off.no-columns'), port: 'table' });
  return new Map(
    rows.map((row) => {
      const value = row[score];
      return [String(row[category] ?? ''), typeof value === 'number' ? value : null];
    }),
  );
}

/** How much was looked at, and what happened to it. */
interface Counts {
  total: number;
  leftOut: number;
  unknown: number;
}

/** Whether a score reaches its cut-off. The first key that has a cut-off decides, then the row for all others. */
function isKept(cutOffs: CutOffs, keys: readonly string[], score: number, counts: Counts): boolean {
  counts.total++;
  const key = [...keys, ALL_OTHERS].find((one) => cutOffs.has(one));
  if (key === undefined) {
    counts.unknown++;
    return true;
  }
  const cutOff = cutOffs.get(key) ?? null;
  if (cutOff !== null && score >= cutOff) return true;
  counts.leftOut++;
  return false;
}

function cutLabels(labels: Labels, cutOffs: CutOffs, counts: Counts): Labels {
  const { scores } = labels;
  if (!scores) throw new PatchbayError({ ...say('cut-off.no-scores'), port: 'source' });
  return {
    ...labels,
    labels: labels.labels.map((label, at) =>
      label !== null && isKept(cutOffs, [label], scores[at] ?? Number.NaN, counts) ? label : null,
    ),
  };
}

const keysOf = (query: Item): string[] => [
  itemTitle(query),
  ...(query.label === undefined ? [] : [query.label]),
];

function cutMatches(matches: Matches, cutOffs: CutOffs, counts: Counts): Matches {
  return {
    ...matches,
    results: matches.results.map(({ query, results }) => {
      const keys = keysOf(query);
      return { query, results: results.filter(({ score }) => isKept(cutOffs, keys, score, counts)) };
    }),
  };
}

export default defineNode({
  title: 'Cut off',
  description:
    'Leaves out categories or matches whose score is below the cut-off of their category or query, and counts them. Find cut-offs makes the cut-offs.',
  keywords: ['threshold', 'cutoff', 'filter', 'minimum', 'relevance', 'precision', 'reject', 'unknown'],
  inputs: {
    source: port.oneOf(['labels', 'matches'])({
      help: 'Predicted categories with scores, or matches.',
      variable: 'T',
    }),
    table: port.table({
      title: 'Cut-offs',
      help: 'A row for each category or query, from Find cut-offs: its name in the first column of texts, its lowest score in the first column of numbers. The row "*" is for all others.',
    }),
  },
  params: {},
  outputs: {
    source: port.oneOf(['labels', 'matches'])({
      title: 'Kept',
      help: 'What reaches its cut-off. A picture that does not has no category.',
      variable: 'T',
    }),
    metrics: port.metrics({ help: 'How many were kept and how many were left out.' }),
  },
  messages: say,
  infer: ({ inputs }) => {
    const { type, count } = knownOf(inputs, 'source');
    return { source: { type, count }, metrics: { type: 'metrics' } };
  },
  run: ({ inputs: { source, table }, ctx }) => {
    const cutOffs = cutOffsOf(table);
    const counts: Counts = { total: 0, leftOut: 0, unknown: 0 };
    const kept =
      source.kind === 'labels' ? cutLabels(source, cutOffs, counts) : cutMatches(source, cutOffs, counts);
    const { total, leftOut, unknown } = counts;
    if (unknown > 0) ctx.warn(say('cut-off.unknown', { count: unknown, total }));
    if (leftOut > 0) ctx.warn(say('cut-off.left-out', { count: leftOut, total }));
    return {
      source: kept,
      metrics: { kind: 'metrics', values: { kept: total - leftOut, 'left out': leftOut } },
    };
  },
  translations: {
    zh: {
      title: '截断',
      description: '去掉得分低于其类别或查询的截断值的类别或匹配，并计数。截断值由“求截断值”给出。',
      inputs: {
        source: { title: '来源', help: '带得分的预测类别，或匹配。' },
        table: {
          title: '截断值',
          help: '每个类别或查询一行，来自“求截断值”：第一个文本列为名称，第一个数值列为最低得分。“*”行用于其余各项。',
        },
      },
      outputs: {
        source: { title: '保留', help: '达到截断值的内容。未达到的图片没有类别。' },
        metrics: { title: '指标', help: '保留了多少，去掉了多少。' },
      },
    },
  },
});
