import {
  defineMessages,
  defineNode,
  type Embeddings,
  type F32,
  type Item,
  isImage,
  itemTitle,
  knownOf,
  labelPrototypes,
  type Match,
  metricFor,
  metricParam,
  metricTranslation,
  mixedSpaces,
  type NodeContext,
  PatchbayError,
  param,
  port,
  type ReportedProblem,
  requireFinite,
  requireSameSpace,
  type Table,
} from '../sdk/index.ts';

const NODE = { type: 'explore/clusters', title: 'Groups' };

const say = defineMessages({
  'clusters.fewer': {
    en: 'There are not enough different vectors for {wanted} groups, so there {found|is|are} {found}.',
    zh: '不同的向量不足，因此只有 {found} 组，而不是 {wanted} 组。',
  },
  'clusters.none': {
    en: 'No group of at least {size} pictures is denser than what lies around it. Lower *Smallest group*, or choose k-means.',
    zh: '没有哪 {size} 张以上的图片比周围更密集。请调低 *最小的组*，或选择 k 均值。',
  },
  'clusters.too-much': {
    en: 'HDBSCAN would look at the {samples} nearest pictures of each of {total} pictures, which takes {gigabytes} GB of memory. Set *Neighbours of a dense place* to {most} or less.',
    zh: 'HDBSCAN 需要查看 {total} 张图片中每一张的 {samples} 张最近的图片，占用 {gigabytes} GB 内存。请把 *密集处的近邻数* 设为 {most} 或更小。',
  },
  'clusters.few-names': {
    en: 'There are {groups} groups, but only {names} {names|name|names} at *Names*. The smaller groups keep their numbers.',
    zh: '有 {groups} 个组，但 *名称* 处只有 {names} 个名称。较小的组保留编号。',
  },
});

/** Wider vectors are reduced before groups are found by density, because in many directions everything is equally far. */
const REDUCED = 10;

const columns: Table['columns'] = [
  { key: 'group', title: 'Group', type: 'text' },
  { key: 'size', title: 'Pictures', type: 'number' },
  { key: 'cohesion', title: 'Cohesion', type: 'number' },
  { key: 'typical', title: 'Most typical', type: 'text' },
];

/** The most memory for the neighbours of all vectors in bytes, and what one neighbour takes: its position and its distance. */
const NEIGHBOUR_BYTES = 1.5e9;
const BYTES_EACH = 12;

/** The problem of so many neighbours of so many vectors that they do not fit into memory; undefined if they do. */
function tooMuch(total: number, samples: number): ReportedProblem | undefined {
  const bytes = total * Math.min(total, samples) * BYTES_EACH;
  if (bytes <= NEIGHBOUR_BYTES) return undefined;
  const most = Math.max(2, Math.floor(NEIGHBOUR_BYTES / BYTES_EACH / total));
  return say('clusters.too-much', { samples, total, gigabytes: Math.round(bytes / 1e9), most });
}

/** Vectors to find dense places in: unit vectors for cosine, and few numbers each. */
async function reduced(
  vectors: F32,
  isUnit: boolean,
  to: number,
  { ops, signal }: Pick<NodeContext, 'ops' | 'signal'>,
): Promise<F32> {
  const [count = 0, dims = 0] = vectors.dims;
  const own = isUnit && count > 0 ? await ops.l2Normalize(vectors) : vectors;
  if (dims <= to || count === 0) return own;
  return (await ops.principal([own], to, { signal })).scores;
}

/**
 * A name for each group, each name once: again and again the nearest pair of a group without a name and a name that is left, by cosine
 * with the middle of the group. Groups without a name keep their numbers.
 */
async function namesOf(
  centers: F32,
  names: Embeddings,
  plain: readonly string[],
  ops: NodeContext['ops'],
): Promise<readonly string[]> {
  const { labels, vectors } = await labelPrototypes(names, ops);
  if (labels.length === 0 || plain.length === 0) return plain;
  const { data } = await (await ops.cosine(centers, vectors)).toHost();
  const pairs = Array.from(data, (_, at) => at).sort((a, b) => data[b]! - data[a]! || a - b);
  const result: (string | undefined)[] = plain.map(() => undefined);
  const taken = new Set<number>();
  for (const pair of pairs) {
    const [group, name] = [Math.floor(pair / labels.length), pair % labels.length];
    if (result[group] !== undefined || taken.has(name)) continue;
    result[group] = labels[name]!.text;
    taken.add(name);
  }
  return result.map((name, group) => name ?? plain[group]!);
}

export default defineNode({
  title: NODE.title,
  description:
    'Finds groups of similar pictures: as many as you ask for (k-means), or as many as there are dense places, where other pictures belong to none (HDBSCAN).',
  keywords: [
    'cluster',
    'k-means',
    'kmeans',
    'hdbscan',
    'dbscan',
    'segments',
    'topics',
    'unsupervised',
    'density',
    'representatives',
  ],
  inputs: {
    embeddings: port.embeddings({
      title: 'Vectors',
      help: 'The vectors of the pictures, or their places on a map.',
    }),
    names: port.embeddings({
      required: false,
      help: 'Vectors of words from the same encoder, from Prompts and Encode texts. Each group gets the word that is nearest to its middle.',
    }),
  },
  params: {
    method: param.choice({
      default: 'kMeans',
      choices: { kMeans: 'k-means: a number of groups', hdbscan: 'HDBSCAN: dense groups' },
      help: 'With k-means, every picture belongs to one of the groups. HDBSCAN finds the number of groups itself and leaves out what lies between them.',
    }),
    count: param.integer({
      default: 10,
      min: 1,
      max: 1000,
      title: 'How many groups',
      help: 'The number of groups.',
      when: { param: 'method', is: ['kMeans'] },
    }),
    smallest: param.integer({
      default: 10,
      min: 2,
      max: 100_000,
      title: 'Smallest group',
      help: 'The fewest pictures of a group.',
      when: { param: 'method', is: ['hdbscan'] },
    }),
    representatives: param.integer({
      default: 3,
      min: 1,
      max: 1000,
      title: 'Pictures of each group',
      help: 'How many of the most typical pictures of each group to give at Pictures.',
    }),
    groupName: param.text({
      default: 'Group',
      title: 'Name of a group',
      help: 'Groups without a name of their own are called this, with a number: the largest is 1.',
      maxLength: 100,
      advanced: true,
    }),
    metric: metricParam,
    directions: param.integer({
      default: REDUCED,
      min: 2,
      max: 100,
      help: 'HDBSCAN gets this many numbers per vector, by PCA. In more directions it separates less and takes longer.',
      when: { param: 'method', is: ['hdbscan'] },
      advanced: true,
    }),
    samples: param.integer({
      default: 0,
      min: 0,
      max: 10_000,
      title: 'Neighbours of a dense place',
      help: 'How many pictures must lie near, itself included, for a place to be dense. More leave more pictures out. 0 takes the smallest group.',
      when: { param: 'method', is: ['hdbscan'] },
      advanced: true,
    }),
    starts: param.integer({
      default: 10,
      min: 1,
      max: 100,
      help: 'How many random starts k-means tries. The best one counts.',
      when: { param: 'method', is: ['kMeans'] },
      advanced: true,
    }),
    seed: param.integer({
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      widget: 'seed',
      help: 'A different number gives k-means other starts.',
      when: { param: 'method', is: ['kMeans'] },
      advanced: true,
    }),
  },
  outputs: {
    labels: port.labels({
      title: 'Groups',
      help: 'The group of each picture, and how near to its middle it is: its cosine, or 1 / (1 + distance).',
    }),
    images: port.images({
      title: 'Pictures',
      help: 'The most typical pictures of each group, with the group as their category.',
    }),
    matches: port.matches({ help: 'All pictures of each group, the most typical first.' }),
    table: port.table({
      help: 'The groups with their size, the mean nearness of their pictures (cohesion) and the most typical picture.',
    }),
  },
  resource: 'device',
  infer: ({ params: { method, count }, inputs, report }) => {
    const [own, names] = [knownOf(inputs, 'embeddings'), knownOf(inputs, 'names')];
    const problem = mixedSpaces(
      NODE,
      { port: 'embeddings', title: 'Vectors', ...own },
      { port: 'names', title: 'Names', ...names },
    );
    if (problem) report(problem);
    const groups = method === 'kMeans' && count === 1 && (own.count ?? 0) > 0 ? 1 : undefined;
    return {
      labels: { type: 'labels', count: own.count },
      images: { type: 'images' },
      matches: { type: 'matches', count: groups },
      table: { type: 'table', count: groups, dims: columns.length },
    };
  },
  run: async ({ inputs: { embeddings, names }, params, ctx }) => {
    const { ops, explore, signal, progress } = ctx;
    const { items, skipped, space, tensor } = embeddings;
    await requireFinite(NODE, embeddings, ops);
    if (names) {
      requireSameSpace(
        NODE,
        { port: 'embeddings', title: 'Vectors', space },
        { port: 'names', title: 'Names', space: names.space },
      );
      await requireFinite(NODE, names, ops, 'names');
    }
    const samples = params.samples > 0 ? params.samples : params.smallest;
    const problem = params.method === 'hdbscan' ? tooMuch(items.length, samples) : undefined;
    if (problem) throw new PatchbayError(problem);
    const metric = metricFor(params.metric, space);
    const group =
      params.method === 'kMeans'
        ? await explore.kMeans(
            { vectors: tensor, count: params.count, metric, starts: params.starts, seed: params.seed },
            { signal, onProgress: progress },
          )
        : await explore.hdbscan(
            {
              vectors: await reduced(tensor, metric === 'cosine', params.directions, ctx),
              minSize: params.smallest,
              minSamples: samples,
            },
            { signal, onProgress: progress },
          );
    const { centers, near } = await explore.centers(tensor, group, metric);
    const score = (row: number) => (metric === 'cosine' ? near[row]! : 1 / (1 + near[row]!));
    const [found = 0] = centers.dims;
    if (items.length > 0 && params.method === 'kMeans' && found < params.count)
      ctx.warn(say('clusters.fewer', { found, wanted: params.count }));
    if (items.length > 0 && found === 0) ctx.warn(say('clusters.none', { size: params.smallest }));
    const plain = Array.from({ length: found }, (_, at) => `${params.groupName.trim() || 'Group'} ${at + 1}`);
    const called = names ? await namesOf(centers, names, plain, ops) : plain;
    if (names && names.items.length < found)
      ctx.warn(say('clusters.few-names', { groups: found, names: names.items.length }));

    const members = Array.from({ length: found }, (): number[] => []);
    for (const [row, own] of group.entries()) if (own >= 0) members[own]!.push(row);
    for (const rows of members) rows.sort((a, b) => score(b) - score(a) || a - b);
    const labelled = (row: number): Item => ({ ...items[row]!, label: called[group[row]!]! });
    return {
      labels: {
        kind: 'labels',
        items,
        labels: Array.from(group, (own) => (own < 0 ? null : called[own]!)),
        scores: Array.from(group, (own, row) => (own < 0 ? 0 : score(row))),
      },
      images: {
        kind: 'images',
        items: members.flatMap((rows) => rows.slice(0, params.representatives).map(labelled)).filter(isImage),
        skipped,
      },
      matches: {
        kind: 'matches',
        metric: 'cosine',
        results: members.map((rows, own) => ({
          query: { kind: 'text', text: called[own]! },
          results: rows.map((row): Match => ({ item: items[row]!, index: row, score: score(row) })),
        })),
        skipped,
        space,
      },
      table: {
        kind: 'table',
        columns,
        items: members.map((rows) => items[rows[0]!]!),
        rows: members.map((rows, own) => [
          called[own]!,
          rows.length,
          rows.reduce((sum, row) => sum + score(row), 0) / rows.length,
          itemTitle(items[rows[0]!]!),
        ]),
      },
    };
  },
  messages: say,
  translations: {
    zh: {
      title: '分组',
      description:
        '把相似的图片分成组：可以指定组数（k 均值），也可以按密集之处自动决定组数，其余图片不属于任何组（HDBSCAN）。',
      inputs: {
        embeddings: { title: '向量', help: '图片的向量，或它们在图上的位置。' },
        names: {
          title: '名称',
          help: '同一编码器的词语向量，来自“提示词”和“编码文本”。每一组取最靠近其中心的词语。',
        },
      },
      params: {
        method: {
          title: '方法',
          help: 'k 均值把每张图片放入某一组。HDBSCAN 自行确定组数，并排除组与组之间的图片。',
          choices: { kMeans: 'k 均值：指定组数', hdbscan: 'HDBSCAN：密集的组' },
        },
        count: { title: '分组数', help: '分成多少组。' },
        smallest: { title: '最小的组', help: '一组至少有多少张图片。' },
        representatives: { title: '每组的图片数', help: '在“图片”处给出每组多少张最典型的图片。' },
        groupName: { title: '组的名称', help: '没有自己名称的组用这个名称加编号：最大的组为 1。' },
        metric: metricTranslation,
        directions: {
          title: '方向数',
          help: 'HDBSCAN 使用主成分分析后每个向量的这么多个数。方向越多，区分度越低，耗时越长。',
        },
        samples: {
          title: '密集处的近邻数',
          help: '附近要有多少张图片（含自身）才算密集。越多，被排除的图片越多。0 表示取最小的组。',
        },
        starts: { title: '起点数', help: 'k 均值尝试多少个随机起点，取最好的一个。' },
        seed: { title: '种子', help: '换一个数字，k 均值会从其他起点开始。' },
      },
      outputs: {
        labels: {
          title: '分组',
          help: '每张图片所属的组，以及它离组中心多近：余弦相似度，或 1 / (1 + 距离)。',
        },
        images: { title: '图片', help: '每组最典型的图片，以组为类别。' },
        matches: { title: '匹配结果', help: '每组的全部图片，最典型的在前。' },
        table: { title: '表格', help: '各组的大小、图片的平均接近程度（内聚度）和最典型的图片。' },
      },
    },
  },
});
