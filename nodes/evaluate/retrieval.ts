import {
  defineMessages,
  defineNode,
  type Embeddings,
  foundWithin,
  knownTruth,
  type Ops,
  PatchbayError,
  param,
  port,
  relevantRanks,
  type Similarity,
  selves,
  similarityRows,
  type Table,
  throwIfAborted,
  truthOf,
  truthPort,
  truthPortZh,
} from '../sdk/index.ts';

const say = defineMessages({
  'retrieval.alone': {
    en: '{count} of {total} {total|query|queries} {count|has|have} no other picture of the same category, so there is nothing to find. They are left out of all averages.',
    zh: '{total} 个查询中有 {count} 个没有同类别的其他图片，无可查找，未计入任何平均值。',
  },
  'retrieval.no-k': {
    en: '*First matches (k)* holds {value}, which is not a whole number from 1 on. Write numbers such as 1, 5, 10.',
    zh: '*前若干名（k）* 中的 {value} 不是从 1 起的整数。请写 1, 5, 10 这样的数。',
  },
});

/** Every vector compared with every other one, row by row when the scores are read. */
async function withItself({ tensor, items, skipped, space }: Embeddings, ops: Ops): Promise<Similarity> {
  const unit = await ops.l2Normalize(tensor);
  return {
    kind: 'similarity',
    queries: items,
    gallery: items,
    metric: 'cosine',
    space,
    scores: { form: 'product', left: unit, right: unit },
    skipped,
  };
}

/** Sums over queries. */
class Sums {
  queries = 0;
  averagePrecision = 0;
  reciprocal = 0;
  rPrecision = 0;
  private readonly some: number[];
  private readonly share: number[];
  private readonly found: number[];

  constructor(private readonly ks: readonly number[]) {
    this.some = ks.map(() => 0);
    this.share = ks.map(() => 0);
    this.found = ks.map(() => 0);
  }

  add(ranks: readonly number[], averagePrecision: number): void {
    const relevant = ranks.length;
    this.queries++;
    this.averagePrecision += averagePrecision;
    this.reciprocal += 1 / (ranks[0] as number);
    this.rPrecision += foundWithin(ranks, relevant) / relevant;
    for (const [at, k] of this.ks.entries()) {
      const found = foundWithin(ranks, k);
      if (found > 0) this.some[at] = (this.some[at] as number) + 1;
      this.share[at] = (this.share[at] as number) + found / relevant;
      this.found[at] = (this.found[at] as number) + found / k;
    }
  }

  values(): Record<string, number> {
    const mean = (sum: number) => sum / this.queries;
    const at = (name: string, sums: readonly number[]) =>
      this.ks.map((k, place) => [`${name}@${k}`, mean(sums[place] as number)] as const);
    return {
      ...Object.fromEntries([
        ...at('found-any', this.some),
        ...at('recall', this.share),
        ...at('precision', this.found),
      ]),
      'R-precision': mean(this.rPrecision),
      mAP: mean(this.averagePrecision),
      MRR: mean(this.reciprocal),
    };
  }
}

export default defineNode({
  title: 'Measure search',
  description:
    'Measures how well a search finds pictures of the same category: recall, precision, mean average precision and others. Every picture is a query once, and never its own match.',
  keywords: [
    'retrieval',
    'recall@k',
    'precision@k',
    'hit rate',
    'map',
    'mrr',
    'r-precision',
    'ranking',
    'evaluate',
    'nearest neighbours',
  ],
  inputs: {
    source: port.oneOf(['embeddings', 'similarity'])({
      help: 'Vectors, which are compared with each other by cosine, or scores of queries and what they search in. A match counts as right if it has the category of its query.',
    }),
    truth: truthPort,
  },
  params: {
    k: param.numbers({
      default: [1, 5, 10],
      title: 'First matches (k)',
      help: 'How many of the first matches to look at. "found-any@5" is the share of queries with at least one right match among the first 5. "recall@5" is the share of all right pictures that is among the first 5. "precision@5" is the share of the first 5 that is right.',
    }),
  },
  outputs: {
    metrics: port.metrics({
      help: 'Means over all queries that have something to find. mAP is the average precision of scikit-learn, with equal scores counted together. MRR is 1 divided by the rank of the first right match. R-precision looks at as many matches as there are right pictures. Of equal scores, the picture that comes first is before the other.',
    }),
    categories: port.table({ help: 'The same for the queries of each category.' }),
  },
  resource: 'device',
  messages: say,
  infer: ({ params: { k }, report }) => {
    const problem = wrongK(k);
    if (problem) report(problem);
    return { metrics: { type: 'metrics' }, categories: { type: 'table' } };
  },
  run: async ({ inputs: { source, truth }, params, ctx }) => {
    const problem = wrongK(params.k);
    if (problem) throw new PatchbayError(problem);
    const ks = [...new Set(params.k)].sort((a, b) => a - b);
    const similarity = source.kind === 'similarity' ? source : await withItself(source, ctx.ops);
    const { queries, gallery } = similarity;
    const { known, missing } = knownTruth(queries, truth, ctx.warn);
    const members = new Map<string, number[]>();
    for (const [at, category] of truthOf(gallery, truth).entries())
      if (category !== undefined) {
        const list = members.get(category);
        if (list) list.push(at);
        else members.set(category, [at]);
      }
    const self = await selves(similarity, ctx);
    const all = new Sums(ks);
    const each = new Map<string, Sums>();
    let [row, alone] = [0, 0];
    for await (const scores of similarityRows(similarity, ctx.ops)) {
      throwIfAborted(ctx.signal);
      const category = known[row];
      if (category !== undefined) {
        const { ranks, averagePrecision } = relevantRanks(scores, members.get(category) ?? [], self(row));
        if (ranks.length === 0) alone++;
        else {
          all.add(ranks, averagePrecision);
          const own = each.get(category) ?? new Sums(ks);
          own.add(ranks, averagePrecision);
          each.set(category, own);
        }
      }
      row++;
      ctx.progress(row, queries.length);
    }
    if (alone > 0) ctx.warn(say('retrieval.alone', { count: alone, total: queries.length - missing }));
    const names = Object.keys(all.values());
    const columns: Table['columns'] = [
      { key: 'category', title: 'Category', type: 'text' },
      { key: 'queries', title: 'Queries', type: 'number' },
      ...names.map((name) => ({ key: name, title: name, type: 'number' as const })),
    ];
    return {
      metrics: {
        kind: 'metrics',
        values: {
          ...(all.queries > 0 && all.values()),
          'measured queries': all.queries,
          'queries with nothing to find': alone,
          'without true category': missing,
        },
      },
      categories: {
        kind: 'table',
        columns,
        rows: [...each]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([category, sums]) => [category, sums.queries, ...Object.values(sums.values())]),
      },
    };
  },
  translations: {
    zh: {
      title: '衡量检索',
      description:
        '衡量检索能多好地找到同类别的图片：召回率、精确率、平均精确率均值等。每张图片都当一次查询，且不会是自己的匹配。',
      inputs: {
        source: {
          title: '来源',
          help: '向量（以余弦相似度相互比较），或查询与检索库的得分。匹配与查询类别相同即为正确。',
        },
        truth: truthPortZh,
      },
      params: {
        k: {
          title: '前若干名（k）',
          help: '查看前多少个匹配。“found-any@5”：前 5 个中至少有一个正确的查询所占比例。“recall@5”：所有正确图片中排在前 5 的比例。“precision@5”：前 5 个中正确的比例。',
        },
      },
      outputs: {
        metrics: {
          title: '指标',
          help: '对所有有可查找图片的查询取平均。mAP 为 scikit-learn 的平均精确率，得分相同者一起计算。MRR 为第一个正确匹配名次的倒数。R-precision 查看与正确图片数同样多的匹配。得分相同时，靠前的图片排在前面。',
        },
        categories: { title: '类别', help: '每个类别的查询的相同指标。' },
      },
    },
  },
});

/** The problem of a list that holds something else than ranks; undefined if there is none. */
function wrongK(k: readonly number[]) {
  const value = k.find((one) => !Number.isInteger(one) || one < 1);
  return value === undefined ? undefined : { ...say('retrieval.no-k', { value }), param: 'k' };
}
