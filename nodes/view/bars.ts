import {
  type BarGroup,
  defineNode,
  firstQueries,
  type Item,
  itemTitle,
  type Labels,
  type Matches,
  type Metrics,
  type Ops,
  param,
  partName,
  port,
  type Similarity,
  selectedOf,
  selectedParam,
  selectedParamZh,
  selectionPort,
  selectionPortZh,
} from '../sdk/index.ts';

interface Limits {
  readonly groups: number;
  readonly bars: number;
  readonly signal: AbortSignal;
}

async function ofSimilarity(
  similarity: Similarity,
  { groups, bars, signal }: Limits,
  ops: Ops,
): Promise<BarGroup[]> {
  const head = await firstQueries(similarity, groups, ops);
  const ranked = await ops.rank(head, { k: bars, signal });
  return ranked.map(({ indices, scores }, row) => ({
    item: head.queries[row],
    bars: indices.map((index, place) => {
      const item = head.gallery[index];
      return { label: item ? itemTitle(item) : String(index), value: scores[place] ?? 0 };
    }),
  }));
}

function ofMatches(matches: Matches, { groups, bars }: Limits): BarGroup[] {
  return matches.results.slice(0, groups).map(({ query, results }) => ({
    item: query,
    bars: results.slice(0, bars).map(({ item, score }) => ({ label: itemTitle(item), value: score })),
  }));
}

/** The number of items of each label, the most frequent first. */
function ofLabels({ labels }: Labels, { bars }: Limits): BarGroup[] {
  const counts = new Map<string, number>();
  for (const label of labels)
    counts.set(label ?? 'no category', (counts.get(label ?? 'no category') ?? 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return [{ bars: sorted.slice(0, bars).map(([label, value]) => ({ label, value })) }];
}

function metricBars({ values }: Metrics): BarGroup['bars'] {
  return Object.entries(values).flatMap(([name, entry]) =>
    typeof entry === 'number'
      ? [{ label: name, value: entry }]
      : entry.map((value, place) => ({ label: partName(name, place, entry.length), value })),
  );
}

/** How many bars the item has that has most, if there were no limit. */
function barsOf(values: Similarity | Matches | Labels | Metrics): number {
  switch (values.kind) {
    case 'similarity':
      return values.queries.length > 0 ? values.gallery.length : 0;
    case 'matches':
      return values.results.reduce((most, { results }) => Math.max(most, results.length), 0);
    case 'labels':
      return new Set(values.labels).size;
    case 'metrics':
      return metricBars(values).length;
  }
}

/** The items that have bars, also those beyond the limit. */
function itemsOf(values: Similarity | Matches | Labels | Metrics): readonly Item[] {
  switch (values.kind) {
    case 'similarity':
      return values.queries;
    case 'matches':
      return values.results.map(({ query }) => query);
    case 'labels':
    case 'metrics':
      return [];
  }
}

export default defineNode({
  title: 'Bars',
  description:
    'Shows numbers as bars: the best candidates of each item, the number of items per category, or metrics.',
  keywords: ['chart', 'histogram', 'probabilities', 'scores', 'count', 'show', 'plot', 'display'],
  inputs: {
    values: port.oneOf(['similarity', 'matches', 'labels', 'metrics'])({
      help: 'Probabilities from Zero-shot, scores, matches, categories to count, or metrics.',
    }),
  },
  params: {
    selected: selectedParam,
    groups: param.integer({
      default: 1000,
      min: 1,
      max: 10_000,
      title: 'Item limit',
      help: 'Shows the bars of at most this many items.',
      advanced: true,
    }),
    bars: param.integer({
      default: 5,
      min: 1,
      max: 1000,
      title: 'Bars per item',
      help: 'Shows at most this many bars per item.',
    }),
  },
  outputs: {
    view: port.view({ help: 'The bars that are shown.', title: 'Bars' }),
    selection: selectionPort,
  },
  resource: 'device',
  terminal: true,
  infer: () => ({ view: { type: 'view' }, selection: { type: 'images' } }),
  run: async ({ inputs: { values }, params, ctx }) => {
    const limits = { ...params, signal: ctx.signal };
    const group = () => {
      switch (values.kind) {
        case 'similarity':
          return ofSimilarity(values, limits, ctx.ops);
        case 'matches':
          return ofMatches(values, limits);
        case 'labels':
          return ofLabels(values, limits);
        case 'metrics':
          return [{ bars: metricBars(values).slice(0, limits.bars) }];
      }
    };
    const metric = values.kind === 'labels' ? 'count' : values.kind === 'metrics' ? undefined : values.metric;
    const total =
      values.kind === 'similarity'
        ? values.queries.length
        : values.kind === 'matches'
          ? values.results.length
          : undefined;
    return {
      view: { kind: 'view', view: 'bars', groups: await group(), metric, total, totalBars: barsOf(values) },
      selection: await selectedOf(
        itemsOf(values),
        params.selected,
        ctx,
        'skipped' in values ? values.skipped : [],
      ),
    };
  },
  translations: {
    zh: {
      title: '条形图',
      description: '用条形显示数值：每一项的最佳候选、每个类别的项数，或各项指标。',
      inputs: {
        values: { title: '数值', help: '“零样本分类”的概率、得分、匹配结果、要计数的类别，或指标。' },
      },
      params: {
        selected: selectedParamZh,
        groups: { title: '项数上限', help: '最多显示这么多项的条形。' },
        bars: { title: '每项条数', help: '每一项最多显示这么多条。' },
      },
      outputs: {
        view: { title: '条形图', help: '显示的条形图。' },
        selection: selectionPortZh,
      },
    },
  },
});
