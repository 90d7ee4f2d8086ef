import {
  defineMessages,
  defineNode,
  type ImageItem,
  isImage,
  itemKey,
  knownOf,
  type Match,
  type Matches,
  type NodeContext,
  param,
  port,
  type Similarity,
} from '../sdk/index.ts';

const say = defineMessages({
  'top-k.copies': {
    en: '{count} searched {count|picture is a copy|pictures are copies} of a query, and *Exclude itself* left {count|it|them} out: {copies}.',
    zh: '检索库中有 {count} 个与查询完全相同的副本，*排除自身* 已将其排除：{copies}。',
  },
});

/**
 * For each query, the position of the same item in the gallery: the same file, or else the first picture with the same bytes.
 * A query often comes from another node than the gallery, for example as an upload of one of its pictures.
 * @param onCopy hears of each query that is another file with the same bytes
 */
async function selves(
  { queries, gallery }: Similarity,
  { images, signal }: Pick<NodeContext, 'images' | 'signal'>,
  onCopy: (query: ImageItem, copy: ImageItem) => void,
): Promise<(row: number) => number | undefined> {
  // If both sides are the same list, a picture that is listed twice must find its own row and not that of its copy.
  if (queries === gallery) return (row) => row;
  // Only the places of the queries are kept, because a gallery is usually much longer.
  const wanted = new Set(queries.map(itemKey));
  const places = new Map<string, number>();
  for (const [index, item] of gallery.entries()) {
    const key = itemKey(item);
    if (wanted.has(key) && !places.has(key)) places.set(key, index);
  }
  const others = queries.filter(isImage).filter((query) => !places.has(itemKey(query)));
  if (others.length > 0) {
    // Pictures with the same bytes have the same size, so only those of the gallery are hashed.
    const sizes = new Set(others.map(({ source }) => source.size));
    const alike = [...gallery.entries()].filter(
      (entry): entry is [number, ImageItem] => isImage(entry[1]) && sizes.has(entry[1].source.size),
    );
    if (alike.length > 0) {
      const hashes = await images.hashes([...others, ...alike.map(([, item]) => item)], { signal });
      const byHash = new Map<string, number>();
      for (const [at, [index]] of alike.entries()) {
        const hash = hashes[others.length + at];
        if (hash !== undefined && !byHash.has(hash)) byHash.set(hash, index);
      }
      for (const [at, query] of others.entries()) {
        const index = byHash.get(hashes[at] ?? '');
        if (index === undefined) continue;
        places.set(itemKey(query), index);
        const copy = gallery[index];
        if (copy && isImage(copy)) onCopy(query, copy);
      }
    }
  }
  return (row) => {
    const query = queries[row];
    return query && places.get(itemKey(query));
  };
}

/** Keeps each pair once: leaves out (b, a) if (a, b) comes before it. */
function eachPairOnce(rows: readonly Match[][], self: (row: number) => number | undefined): Match[][] {
  const place = rows.map((_, row) => self(row));
  const rowOf = new Map(place.map((index, row) => [index, row]));
  return rows.map((matches, row) =>
    matches.filter(({ index }) => {
      const twin = rowOf.get(index);
      if (twin === undefined || twin >= row) return true;
      return !rows[twin]?.some((match) => match.index === place[row]);
    }),
  );
}

/** The queries as they came, or those with the best match first; equal ones keep their order. */
const ordered = (results: Matches['results'], bestFirst: boolean): Matches['results'] => {
  const best = ({ results: [match] }: Matches['results'][number]) => match?.score ?? Number.NEGATIVE_INFINITY;
  return bestFirst ? results.toSorted((a, b) => best(b) - best(a)) : results;
};

export default defineNode({
  title: 'Top k',
  description:
    'Finds the best matches for each query, best first. Of equal scores, the item that comes first wins.',
  keywords: [
    'rank',
    'nearest neighbours',
    'knn',
    'search',
    'best',
    'matches',
    'duplicates',
    'threshold',
    'sort',
  ],
  inputs: { similarity: port.similarity({ help: 'The scores to rank, from Cosine or Zero-shot.' }) },
  params: {
    k: param.integer({
      default: 10,
      min: 1,
      max: 10_000,
      title: 'How many (k)',
      help: 'Number of matches for each query: the k of top k.',
    }),
    threshold: param.number({
      default: -1,
      min: -1,
      max: 1,
      step: 0.01,
      help: 'Leaves out matches with a lower score. -1 keeps all matches.',
    }),
    excludeSelf: param.boolean({
      default: false,
      title: 'Exclude itself',
      help: 'A picture is always its own best match. Turn this on to leave it out: the same file, or a copy with the same bytes.',
    }),
    pairsOnce: param.boolean({
      default: false,
      title: 'Each pair once',
      help: 'When all items are compared with each other, lists each pair only under the first of its two items.',
      advanced: true,
    }),
    dropEmpty: param.boolean({
      default: false,
      title: 'Only queries with matches',
      help: 'Leaves out queries that have no match above the threshold.',
      advanced: true,
    }),
    bestFirst: param.boolean({
      default: false,
      title: 'Best queries first',
      help: 'Sorts the queries by the score of their best match. Otherwise they stay in their own order.',
      advanced: true,
    }),
  },
  outputs: { matches: port.matches({ help: 'The ranked matches of each query.' }) },
  resource: 'device',
  infer: ({ params: { dropEmpty }, inputs }) => ({
    matches: { type: 'matches', count: dropEmpty ? undefined : knownOf(inputs, 'similarity').count },
  }),
  run: async ({ inputs: { similarity }, params, ctx }) => {
    const { queries, gallery, metric, skipped, space } = similarity;
    // Reading a long gallery takes longer than searching it, so its items are read only where they matter.
    const copies: string[] = [];
    const self =
      params.excludeSelf || params.pairsOnce
        ? await selves(similarity, ctx, (query, copy) => copies.push(`${query.name} = ${copy.path}`))
        : undefined;
    if (params.excludeSelf && copies.length > 0)
      ctx.warn(say('top-k.copies', { count: copies.length, copies: copies.slice(0, 3) }));
    const ranked = await ctx.ops.rank(similarity, {
      k: params.k,
      threshold: params.threshold > -1 ? params.threshold : undefined,
      exclude: params.excludeSelf ? self : undefined,
      signal: ctx.signal,
      onProgress: (done) => ctx.progress(done, queries.length),
    });
    const matches = ranked.map(({ indices, scores }) =>
      indices.flatMap((index, place): Match[] => {
        const item = gallery[index];
        return item ? [{ item, index, score: scores[place] ?? Number.NaN }] : [];
      }),
    );
    const kept = params.pairsOnce && self ? eachPairOnce(matches, self) : matches;
    const results: Matches['results'] = queries.map((query, row) => ({ query, results: kept[row] ?? [] }));
    return {
      matches: {
        kind: 'matches',
        metric,
        results: ordered(
          params.dropEmpty ? results.filter((result) => result.results.length > 0) : results,
          params.bestFirst,
        ),
        skipped,
        space,
      },
    };
  },
  messages: say,
  translations: {
    zh: {
      title: '前 k 名',
      description: '为每个查询找出最佳匹配，最相似的排在最前。得分相同时，在检索库中靠前的排在前面。',
      inputs: {
        similarity: { title: '相似度', help: '要排名的得分，来自“余弦相似度”或“零样本分类”。' },
      },
      params: {
        k: { title: '数量（k）', help: '每个查询的匹配数量，即“前 k 名”的 k。' },
        threshold: { title: '阈值', help: '去掉得分更低的匹配。-1 表示全部保留。' },
        excludeSelf: {
          title: '排除自身',
          help: '一张图片的最佳匹配总是它自己。打开后将其排除：同一个文件，或内容完全相同的副本。',
        },
        pairsOnce: { title: '每对只出现一次', help: '所有项互相比较时，每一对只列在其中第一项之下。' },
        dropEmpty: { title: '仅保留有匹配的查询', help: '去掉没有任何匹配高于阈值的查询。' },
        bestFirst: { title: '最佳查询在前', help: '按最佳匹配的得分给查询排序。否则保持原来的顺序。' },
      },
      outputs: {
        matches: { title: '匹配结果', help: '每个查询的匹配，按名次排列。' },
      },
    },
  },
});
