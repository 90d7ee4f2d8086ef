import {
  defineNode,
  itemKey,
  knownOf,
  type Match,
  type Matches,
  param,
  port,
  type Similarity,
} from '../sdk/index.ts';

/** For each query, where the gallery holds that very item. */
function selves({ queries, gallery }: Similarity): (row: number) => number | undefined {
  const places = new Map<string, number>();
  // When all items are compared with each other a copy listed twice still finds itself, not its twin.
  if (queries === gallery) return (row) => row;
  for (const [index, item] of gallery.entries()) {
    const key = itemKey(item);
    if (!places.has(key)) places.set(key, index);
  }
  return (row) => {
    const query = queries[row];
    return query && places.get(itemKey(query));
  };
}

/** Drops the second of two answers that are one pair seen from both ends. */
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

export default defineNode({
  title: 'Top k',
  description:
    'The best matches of each query, best first. Among equals the one that comes first in the gallery wins.',
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
    k: param.integer({ default: 10, min: 1, max: 10_000, help: 'How many matches to give for each query.' }),
    threshold: param.number({
      default: -1,
      min: -1,
      max: 1,
      step: 0.01,
      help: 'Leaves out matches with a lower score. -1 keeps all.',
    }),
    excludeSelf: param.boolean({
      default: false,
      title: 'Leave out itself',
      help: 'A picture is always its own best match: this leaves it out.',
    }),
    pairsOnce: param.boolean({
      default: false,
      title: 'Each pair once',
      help: 'When all items are compared with each other, gives a pair only for the first of the two.',
      advanced: true,
    }),
    dropEmpty: param.boolean({
      default: false,
      title: 'Only queries with matches',
      help: 'Leaves out queries for which nothing reaches the threshold.',
      advanced: true,
    }),
  },
  outputs: { matches: port.matches({ help: 'The ranked matches of each query.' }) },
  resource: 'device',
  infer: ({ params: { dropEmpty }, inputs }) => ({
    matches: { type: 'matches', count: dropEmpty ? undefined : knownOf(inputs, 'similarity').count },
  }),
  run: async ({ inputs: { similarity }, params, ctx }) => {
    const { queries, gallery, metric, skipped } = similarity;
    const self = selves(similarity);
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
    const kept = params.pairsOnce ? eachPairOnce(matches, self) : matches;
    const results: Matches['results'] = queries.map((query, row) => ({ query, results: kept[row] ?? [] }));
    return {
      matches: {
        kind: 'matches',
        metric,
        results: params.dropEmpty ? results.filter((result) => result.results.length > 0) : results,
        skipped,
      },
    };
  },
});
