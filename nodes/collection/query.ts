import {
  type CollectionInfo,
  defineMessages,
  defineNode,
  type Embeddings,
  itemKey,
  knownCollection,
  knownOf,
  type Matches,
  mixedSpaces,
  param,
  port,
  reportFilter,
  requireSameSpace,
  type Space,
  spaceMismatch,
} from '../sdk/index.ts';

const NODE = { type: 'collection/query', title: 'Search collection' };

const say = defineMessages({
  'collection-query.none': {
    en: 'No picture of the collection fits the condition, so there are no matches. Change or empty *Condition*.',
    zh: '收藏集中没有符合条件的图片，因此没有匹配结果。请修改或清空 *条件*。',
  },
});

/** The encoder to search with: the one that was asked for, otherwise the first whose vectors can be compared with the queries. */
function encoderFor({ spaces }: CollectionInfo, encoder: string, space: Space | undefined): string {
  if (encoder.trim() !== '' || !space) return encoder;
  return spaces.find((one) => spaceMismatch(space, one.space) === null)?.key ?? '';
}

export default defineNode({
  title: NODE.title,
  description:
    'Finds the best matches for each query in a collection. A condition leaves out pictures before the search, so the best of all others are found, and never fewer than there are.',
  keywords: [
    'find',
    'nearest',
    'similar',
    'top k',
    'search',
    'database',
    'filter',
    'sql',
    'where',
    'vector search',
  ],
  inputs: {
    queries: port.embeddings({ help: 'The pictures or texts to find matches for.' }),
    after: port.metrics({
      required: false,
      help: 'Waits for this before it reads the collection. With Changes of Save to collection, it reads what the same run saves.',
    }),
  },
  params: {
    collection: param.collection({
      help: 'Name of the collection.',
      placeholder: 'my pictures',
      required: true,
      maxLength: 200,
    }),
    filter: param.text({
      title: 'Condition',
      help: "Searches only pictures that fit a condition over the columns, as in SQL: category = 'cat' AND size > 10000. If empty, all.",
      placeholder: "category = 'cat'",
      maxLength: 10_000,
    }),
    k: param.integer({ default: 10, min: 1, max: 10_000, help: 'Number of matches for each query.' }),
    threshold: param.number({
      default: -1,
      min: -1,
      max: 1,
      step: 0.01,
      help: 'Leaves out matches with a lower score. -1 keeps all matches.',
    }),
    excludeSelf: param.boolean({
      default: false,
      title: 'Exclude self',
      help: 'Leaves out the query itself: the same file.',
    }),
    encoder: param.text({
      help: 'Whose vectors to search, if several fit the queries: id or title of the model. If empty, the encoder of the queries.',
      placeholder: 'my encoder',
      maxLength: 500,
      advanced: true,
    }),
    version: param.integer({
      default: 0,
      min: 0,
      max: 1_000_000_000,
      help: 'Which version of the collection to search; the window Collections lists them. 0 is the newest.',
      advanced: true,
    }),
  },
  outputs: { matches: port.matches({ help: 'The ranked matches of each query.' }) },
  resource: 'device',
  fingerprint: ({ collection, version }, ctx) => ctx.collections.fingerprint(collection, version),
  infer: ({ params: { collection, encoder, filter, version }, inputs, models, report }) => {
    const queries = knownOf(inputs, 'queries');
    const named = knownCollection(models.collections, collection, '', { version });
    const own = named.info ? encoderFor(named.info, encoder, queries.space) : encoder;
    const { info, chosen, problem } = knownCollection(models.collections, collection, own, {
      version,
      after: inputs.after,
    });
    if (problem) report(problem);
    if (info) reportFilter(info, filter, report);
    const mixed = mixedSpaces(
      NODE,
      { port: 'queries', title: 'Queries', ...queries },
      { port: 'queries', title: collection, space: chosen?.space },
    );
    if (mixed) report(mixed);
    return { matches: { type: 'matches', count: queries.count } };
  },
  run: async ({ inputs: { queries }, params, ctx }) => {
    const { collection, filter, k, threshold, excludeSelf, version } = params;
    const { ops, signal } = ctx;
    const info = await ctx.collections.info(collection, version);
    const encoder = encoderFor(info, params.encoder, queries.space);
    const opened = await ctx.collections.open(collection, encoder, filter, { signal, version });
    requireSameSpace(
      NODE,
      { port: 'queries', title: 'Queries', space: queries.space },
      { port: 'queries', title: info.name, space: opened.space },
    );
    if (opened.count === 0 && filter.trim() !== '') ctx.warn(say('collection-query.none'));
    const lengths = await ops.rowLengths(opened.tensor);
    const ranked = await ops.rank(
      {
        kind: 'similarity',
        queries: queries.items,
        gallery: [],
        metric: 'cosine',
        scores: {
          form: 'product',
          left: await ops.l2Normalize(queries.tensor),
          ...(lengths ? { right: opened.tensor, lengths } : { right: await ops.l2Normalize(opened.tensor) }),
        },
        skipped: [],
      },
      {
        // A picture is in a collection once, so at most one of these is the query itself.
        k: excludeSelf ? k + 1 : k,
        threshold,
        signal,
        ...(opened.only && { only: opened.only }),
        onProgress: (done) => ctx.progress(done, queries.items.length),
      },
    );
    const rows = [...new Set(ranked.flatMap(({ indices }) => indices))];
    const items = new Map((await opened.items(rows)).map((item, i) => [rows[i]!, item]));
    const results: Matches['results'] = queries.items.map((query, at) => {
      const { indices, scores } = ranked[at]!;
      const found = indices.map((index, i) => ({ item: items.get(index)!, index, score: scores[i]! }));
      const own = itemKey(query);
      const kept = excludeSelf ? found.filter(({ item }) => itemKey(item) !== own) : found;
      return { query, results: kept.slice(0, k) };
    });
    const { space, skipped }: Pick<Embeddings, 'space' | 'skipped'> = queries;
    return { matches: { kind: 'matches', metric: 'cosine', results, skipped, space } };
  },
  messages: say,
  translations: {
    zh: {
      title: '搜索收藏集',
      description:
        '在收藏集中为每个查询找出最佳匹配。条件在搜索之前排除图片，因此会找到其余图片中最好的，绝不遗漏。',
      inputs: {
        queries: { title: '查询', help: '要为其寻找匹配的图片或文本。' },
        after: {
          title: '之后',
          help: '读取收藏集之前先等待它。连接“保存到收藏集”的“变化”，即可读取同一次运行保存的内容。',
        },
      },
      params: {
        collection: { title: '收藏集', help: '收藏集的名称。', placeholder: '我的图片' },
        filter: {
          title: '条件',
          help: "只搜索符合条件的图片，条件针对各列，写法同 SQL：category = 'cat' AND size > 10000。留空则搜索全部。",
          placeholder: "category = '猫'",
        },
        k: { title: 'k', help: '每个查询的匹配数量。' },
        threshold: { title: '阈值', help: '排除得分更低的匹配。-1 保留全部匹配。' },
        excludeSelf: { title: '排除自身', help: '排除查询本身：同一个文件。' },
        encoder: {
          title: '编码器',
          help: '有多个编码器适合查询时，搜索哪一个的向量：模型的 id 或名称。留空则用查询的编码器。',
          placeholder: '我的编码器',
        },
        version: { title: '版本', help: '搜索收藏集的哪个版本；“收藏集”窗口列出了各版本。0 为最新版本。' },
      },
      outputs: { matches: { title: '匹配结果', help: '每个查询按排名的匹配结果。' } },
    },
  },
});
