import {
  defineMessages,
  defineNode,
  itemTitle,
  knownOf,
  mixedSpaces,
  mostDifferent,
  param,
  port,
  requireFinite,
  requireSameSpace,
  seededRandom,
  suggestedValues,
  type Table,
} from '../sdk/index.ts';

const NODE = { type: 'explore/diverse', title: 'Most different' };

const say = defineMessages({
  'diverse.all': {
    en: 'There are only {count} {count|picture|pictures}, so {count|it is|all are} chosen.',
    zh: '只有 {count} 张图片，因此全部选出。',
  },
});

const columns: Table['columns'] = [
  { key: 'item', title: 'Item', type: 'text' },
  { key: 'distance', title: 'Distance to those before', type: 'number' },
];

export default defineNode({
  title: NODE.title,
  description:
    'Chooses pictures that differ as much as possible from each other, so that a few of them show everything there is (k-center greedy).',
  keywords: [
    'diverse',
    'variety',
    'sample',
    'subset',
    'core-set',
    'k-center',
    'farthest',
    'summary',
    'cover',
  ],
  inputs: {
    embeddings: port.embeddings({ title: 'Vectors', help: 'The vectors of the pictures to choose from.' }),
    others: port.embeddings({
      required: false,
      title: 'Chosen before',
      help: 'Vectors of pictures that you have already. The chosen ones differ from these too.',
    }),
  },
  params: {
    count: param.integer({
      default: 20,
      min: 1,
      max: 100_000,
      title: 'How many',
      help: 'The number of pictures to choose.',
    }),
    seed: param.integer({
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      widget: 'seed',
      help: 'A different number starts with another picture.',
      advanced: true,
    }),
  },
  outputs: {
    images: port.images({ help: 'The chosen pictures, each as different as possible from all before it.' }),
    matches: port.matches({
      help: 'The same pictures with their distance (1 - cosine) to the nearest one before. The first one has none.',
    }),
    table: port.table({ help: 'The same as a table. The first one has no distance.' }),
  },
  resource: 'device',
  infer: ({ params: { count }, inputs, report }) => {
    const [own, others] = [knownOf(inputs, 'embeddings'), knownOf(inputs, 'others')];
    const problem = mixedSpaces(
      NODE,
      { port: 'embeddings', title: 'Vectors', ...own },
      { port: 'others', title: 'Chosen before', ...others },
    );
    if (problem) report(problem);
    return {
      images: { type: 'images' },
      matches: { type: 'matches', count: 1 },
      table: {
        type: 'table',
        count: own.count === undefined ? undefined : Math.min(count, own.count),
        dims: columns.length,
      },
    };
  },
  run: async ({ inputs: { embeddings, others }, params: { count, seed }, ctx }) => {
    const { items, skipped } = embeddings;
    await requireFinite(NODE, embeddings, ctx.ops);
    if (others) {
      requireSameSpace(
        NODE,
        { port: 'embeddings', title: 'Vectors', space: embeddings.space },
        { port: 'others', title: 'Chosen before', space: others.space },
      );
      await requireFinite(NODE, others, ctx.ops, 'others');
    }
    const before = others?.items.length ?? 0;
    const wanted = Math.min(count, items.length);
    if (items.length > 0 && items.length < count) ctx.warn(say('diverse.all', { count: items.length }));
    const own = wanted > 0 ? await ctx.ops.l2Normalize(embeddings.tensor) : embeddings.tensor;
    const unit =
      others && before > 0 && wanted > 0
        ? await ctx.ops.concat([own, await ctx.ops.l2Normalize(others.tensor)], 0)
        : own;
    const open = new Uint8Array(items.length + (wanted > 0 ? before : 0)).fill(1, 0, items.length);
    const start = Array.from({ length: open.length - items.length }, (_, at) => items.length + at);
    let done = 0;
    const onChosen = () => ctx.progress(++done, wanted);
    const found = await mostDifferent(unit, open, start, wanted, seededRandom(seed), ctx, onChosen);
    return {
      ...suggestedValues(
        NODE.title,
        { ...embeddings, skipped: [...skipped, ...(others?.skipped ?? [])] },
        found,
      ),
      table: {
        kind: 'table',
        columns,
        items: found.map(({ index }) => items[index]!),
        rows: found.map(({ index, score }) => [itemTitle(items[index]!), Number.isNaN(score) ? null : score]),
      },
    };
  },
  messages: say,
  translations: {
    zh: {
      title: '差别最大',
      description: '选出彼此差别尽可能大的图片，用少数几张展现全部内容（k 中心贪心算法）。',
      inputs: {
        embeddings: { title: '向量', help: '供选择的图片的向量。' },
        others: { title: '已选图片', help: '已有图片的向量。选出的图片也与它们不同。' },
      },
      params: {
        count: { title: '数量', help: '选出多少张图片。' },
        seed: { title: '种子', help: '换一个数字会从另一张图片开始。' },
      },
      outputs: {
        images: { title: '图片', help: '选出的图片，每一张都与之前的尽可能不同。' },
        matches: {
          title: '匹配结果',
          help: '同样的图片及其到之前最近一张的距离（1 - 余弦相似度）。第一张没有距离。',
        },
        table: { title: '表格', help: '以表格给出同样的内容。第一张没有距离。' },
      },
    },
  },
});
