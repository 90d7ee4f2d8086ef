import {
  ALL_OTHERS,
  categoryOfItem,
  defineMessages,
  defineNode,
  firstNames,
  itemTitle,
  judge,
  judgedWarnings,
  type Labels,
  lowestCutOff,
  type Matches,
  type Message,
  PatchbayError,
  param,
  port,
  requireTruth,
  type Table,
  truthOf,
  truthPort,
  truthPortZh,
} from '../sdk/index.ts';

const say = defineMessages({
  'cut-offs.no-scores': {
    en: 'These categories have no scores, so there is nothing to cut off. Connect the categories of *Zero-shot*, *Classify* or *Calibrate*.',
    zh: '这些类别没有得分，无从截断。请连接 *零样本分类*、*分类* 或 *校准* 的类别。',
  },
  'cut-offs.unreachable': {
    en: 'No score of {names:and} reaches a precision of {wanted}. Nothing of them will be kept. Choose a lower precision or use more pictures.',
    zh: '{names:and} 没有任何得分能达到 {wanted} 的精确率，其内容一律不保留。请选择较低的精确率，或使用更多图片。',
  },
  'cut-offs.few': {
    en: '{count} {count|category has|categories have} fewer than {least} predictions and {count|gets|get} the cut-off of all together, in the row "*".',
    zh: '{count} 个类别的预测少于 {least} 个，采用全体共同的截断值，见“*”行。',
  },
});

/** A prediction or match: what it is filed under, its score, and whether it is right. */
interface Scored {
  readonly key: string;
  readonly score: number;
  readonly isRight: boolean;
}

function ofLabels(
  labels: Labels,
  truth: Labels | undefined,
): { readonly scored: Scored[]; readonly warnings: readonly Message[] } {
  const { scores } = labels;
  if (!scores) throw new PatchbayError({ ...say('cut-offs.no-scores'), port: 'source' });
  const judged = judge(labels, truth, 'leftOut');
  return {
    scored: judged.items.map((_, at) => ({
      key: judged.predicted[at] as string,
      score: scores[judged.places[at] as number] ?? Number.NaN,
      isRight: judged.predicted[at] === judged.truth[at],
    })),
    warnings: judgedWarnings(judged, 'leftOut'),
  };
}

function ofMatches({ results }: Matches, truth: Labels | undefined, each: 'category' | 'query'): Scored[] {
  const found = results.flatMap(({ results: matches }) => matches.map(({ item }) => item));
  const known = truthOf(found, truth);
  requireTruth(known);
  let at = 0;
  return results.flatMap(({ query, results: matches }) => {
    const wanted = categoryOfItem(query);
    return matches.flatMap(({ score }): Scored[] => {
      const category = known[at++];
      if (category === undefined) return [];
      return [{ key: each === 'query' ? itemTitle(query) : wanted, score, isRight: category === wanted }];
    });
  });
}

const columns: Table['columns'] = [
  { key: 'category', title: 'Category', type: 'text' },
  { key: 'cut-off', title: 'Cut-off', type: 'number' },
  { key: 'precision', title: 'Precision (P)', type: 'number' },
  { key: 'kept', title: 'Kept', type: 'number' },
  { key: 'total', title: 'Total', type: 'number' },
];

export default defineNode({
  title: 'Find cut-offs',
  description:
    'Finds the lowest score of each category or query from which on the wanted share is right. Cut off then leaves out what is below.',
  keywords: ['threshold', 'precision', 'cutoff', 'minimum', 'calibrate', 'relevance', 'filter', 'limit'],
  inputs: {
    source: port.oneOf(['labels', 'matches'])({
      help: 'Predicted categories with scores, or matches. A prediction is right if it is the true category of its picture; a match, if its true category is the category or the text of its query.',
    }),
    truth: truthPort,
  },
  params: {
    precision: param.number({
      default: 0.9,
      min: 0,
      max: 1,
      step: 0.01,
      title: 'Wanted precision',
      help: 'Which share of what is kept should be right.',
    }),
    surety: param.choice({
      default: 'counted',
      choices: { counted: 'As counted here', sure: 'With 95% certainty' },
      help: 'As counted here: the share in these pictures. With 95% certainty: the lower end of the range that the share of further pictures is in (Wilson). It needs more pictures.',
    }),
    each: param.choice({
      default: 'category',
      choices: { category: 'Category', query: 'Query' },
      title: 'One cut-off per',
      help: 'For matches: whether queries of the same category share a cut-off.',
      advanced: true,
    }),
    least: param.integer({
      default: 10,
      min: 1,
      max: 100_000,
      title: 'Fewest predictions',
      help: 'A category with fewer predictions gets the cut-off of all together.',
      advanced: true,
    }),
  },
  outputs: {
    table: port.table({
      title: 'Cut-offs',
      help: 'A cut-off for each category or query, with the precision it reaches here and how much it keeps. The row "*" is for all others. An empty cut-off keeps nothing.',
    }),
  },
  messages: say,
  infer: () => ({ table: { type: 'table', dims: columns.length } }),
  run: ({ inputs: { source, truth }, params: { precision, surety, each, least }, ctx }) => {
    const { scored, warnings } =
      source.kind === 'labels'
        ? ofLabels(source, truth)
        : { scored: ofMatches(source, truth, each), warnings: [] };
    for (const warning of warnings) ctx.warn(warning);
    const groups = new Map<string, Scored[]>();
    for (const one of scored) {
      const list = groups.get(one.key);
      if (list) list.push(one);
      else groups.set(one.key, [one]);
    }
    const own = [...groups].filter(([, list]) => list.length >= least).sort(([a], [b]) => (a < b ? -1 : 1));
    if (own.length < groups.size) ctx.warn(say('cut-offs.few', { count: groups.size - own.length, least }));
    const rows = [[ALL_OTHERS, scored] as const, ...own].map(([key, list]) => {
      const found = lowestCutOff(list, precision, surety);
      return [key, found?.score ?? null, found?.precision ?? null, found?.kept ?? 0, list.length];
    });
    const without = rows
      .filter(([key, score]) => score === null && groups.has(String(key)))
      .map(([key]) => String(key));
    if (without.length > 0)
      ctx.warn(say('cut-offs.unreachable', { ...firstNames(without), wanted: String(precision) }));
    return { table: { kind: 'table', columns, rows } };
  },
  translations: {
    zh: {
      title: '求截断值',
      description: '为每个类别或查询求出最低得分，使得从它起有所需的比例正确。“截断”随后去掉低于它的内容。',
      inputs: {
        source: {
          title: '来源',
          help: '带得分的预测类别，或匹配。预测与图片的真实类别相同即为正确；匹配的真实类别与查询的类别或文本相同即为正确。',
        },
        truth: truthPortZh,
      },
      params: {
        precision: { title: '所需精确率', help: '保留的内容中应有多大比例正确。' },
        surety: {
          title: '把握',
          help: '按此处计数：这些图片中的比例。有 95% 把握：其他图片的比例所在范围的下端（Wilson），需要更多图片。',
          choices: { counted: '按此处计数', sure: '有 95% 把握' },
        },
        each: {
          title: '分别求取',
          help: '用于匹配：同类别的查询是否共用一个截断值。',
          choices: { category: '类别', query: '查询' },
        },
        least: { title: '最少预测数', help: '预测较少的类别采用全体共同的截断值。' },
      },
      outputs: {
        table: {
          title: '截断值',
          help: '每个类别或查询的截断值，以及它在此处达到的精确率和保留的数量。“*”行用于其余各项。空的截断值不保留任何内容。',
        },
      },
    },
  },
});
