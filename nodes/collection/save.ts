import {
  type CollectionInfo,
  type CollectionSaved,
  columnsOfTable,
  defineMessages,
  defineNode,
  isImage,
  knownOf,
  type Metrics,
  NO_COLLECTION,
  PatchbayError,
  param,
  port,
  truthOf,
  type View,
} from '../sdk/index.ts';

const say = defineMessages({
  'collection-save.changed': {
    en: '{count} {count|picture was|pictures were} changed since {count|it was|they were} added. The new content took the place of the old.',
    zh: '有 {count} 张图片自添加以来已被更改，新内容取代了旧内容。',
  },
  'collection-save.gone': {
    en: '{count} {count|picture|pictures} of the collection {count|has|have} no file any more. To take {count|it|them} out of the collection, set *Other pictures* to "Remove if the file is gone".',
    zh: '收藏集中有 {count} 张图片的文件已不存在。要把它们移出收藏集，请把 *其他图片* 设为“文件不存在则移除”。',
  },
  'collection-save.unread': {
    en: '{count} {count|picture was|pictures were} left out, because their files cannot be read any more.',
    zh: '有 {count} 张图片的文件已无法读取，未加入收藏集。',
  },
});

/** What happened, as numbers. */
function metricsOf({
  info,
  gone,
  ...saved
}: Omit<CollectionSaved, 'repeated' | 'gone' | 'bytes'> & Partial<CollectionSaved>): Metrics {
  const { pictures, version } = info;
  const { added, changed, updated, encoded, same, removed, others } = saved;
  const values = { pictures, added, changed, updated, encoded, same, removed, others };
  return {
    kind: 'metrics',
    values: { ...values, ...(gone !== undefined && { gone }), version },
  };
}

/** Nothing in place of a collection that does not exist. @throws what else is wrong */
function absent(error: unknown): undefined {
  if (!(error instanceof PatchbayError && error.code === NO_COLLECTION)) throw error;
}

/** The numbers of a collection that was left as it is. */
const unchanged = (info: CollectionInfo): Metrics =>
  metricsOf({
    info,
    added: 0,
    changed: 0,
    updated: 0,
    encoded: 0,
    same: 0,
    removed: 0,
    others: info.pictures,
  });

/** The numbers, and the same as a table. */
function shown(metrics: Metrics): { metrics: Metrics; view: View } {
  const rows = Object.entries(metrics.values).map(([name, value]) => [name, value as number]);
  return {
    metrics,
    view: {
      kind: 'view',
      view: 'table',
      total: rows.length,
      table: {
        kind: 'table',
        columns: [
          { key: 'metric', title: 'Metric', type: 'text' },
          { key: 'value', title: 'Value', type: 'number' },
        ],
        rows,
      },
    },
  };
}

export default defineNode({
  title: 'Save to collection',
  description:
    'Keeps vectors with their pictures, categories and columns under a name. Only new and changed pictures are written; a collection can have vectors of several encoders.',
  keywords: [
    'store',
    'database',
    'index',
    'persist',
    'add',
    'keep',
    'library',
    'embeddings',
    'incremental',
    'duckdb',
    'vector database',
  ],
  inputs: {
    embeddings: port.embeddings({ help: 'The vectors to keep, with their pictures.' }),
    labels: port.labels({
      required: false,
      help: 'Categories of the pictures. Each picture is found by its file. Without them, the categories that the pictures have, or the column category of the table.',
    }),
    table: port.table({
      required: false,
      help: 'More columns. A column with paths or names tells which picture a row belongs to; otherwise the order does.',
    }),
  },
  params: {
    collection: param.collectionName({
      default: '',
      help: 'Name of the collection. It is made if there is none of this name.',
      placeholder: 'my pictures',
      required: true,
      maxLength: 200,
    }),
    others: param.choice({
      default: 'keep',
      title: 'Other pictures',
      choices: {
        keep: 'Keep',
        gone: 'Remove if the file is gone',
        all: 'Remove',
      },
      help: 'What to do with pictures that are in the collection but not among these. A file counts as gone only if its folder still exists, so that a drive that is not connected removes nothing.',
    }),
    existing: param.choice({
      default: 'add',
      title: 'If it exists',
      choices: { add: 'Add to it', leave: 'Leave it as it is' },
      help: 'What to do if there is a collection of this name. Left as it is, only a new one is made.',
      advanced: true,
    }),
  },
  outputs: {
    metrics: port.metrics({ title: 'Changes', help: 'How many pictures were added, changed and removed.' }),
    view: port.view({ title: 'Changes as a table', help: 'The same numbers as a table.' }),
  },
  resource: 'io',
  cache: 'never',
  terminal: true,
  infer: ({ inputs }) => {
    void knownOf(inputs, 'embeddings');
    return { metrics: { type: 'metrics' }, view: { type: 'view' } };
  },
  run: async ({ inputs: { embeddings, labels, table }, params: { collection, others, existing }, ctx }) => {
    const { signal } = ctx;
    const left = existing === 'leave' ? await ctx.collections.info(collection).catch(absent) : undefined;
    if (left) return shown(unchanged(left));
    const more = table && columnsOfTable(embeddings.items, table);
    const categories = labels && truthOf(embeddings.items, labels);
    const named = more?.columns.findIndex(({ name }) => ['category', 'label'].includes(name.toLowerCase()));
    const items = embeddings.items.map((item, at) => {
      const own = categories?.[at] ?? item.label ?? more?.rows[at]?.[named ?? -1] ?? undefined;
      return own === undefined ? item : { ...item, label: String(own) };
    });
    const pictures = items.filter(isImage);
    const found = await ctx.images.hashes(pictures, { signal });
    let next = 0;
    const hashes = items.map((item) => (isImage(item) ? found[next++] : undefined));
    const unread = found.filter((hash) => hash === undefined).length;
    const saved = await ctx.collections.save(
      collection,
      {
        items,
        hashes,
        vectors: await embeddings.tensor.toHost(),
        space: embeddings.space,
        others,
        ...(more && { more }),
      },
      { signal, onProgress: ctx.progress },
    );
    // What is missing comes before what went as it should: the run bar shows the first one only.
    if (unread > 0) ctx.warn(say('collection-save.unread', { count: unread }));
    if (others === 'keep' && saved.gone !== undefined && saved.gone > 0)
      ctx.warn(say('collection-save.gone', { count: saved.gone }));
    if (saved.changed > 0) ctx.warn(say('collection-save.changed', { count: saved.changed }));
    return shown(metricsOf(saved));
  },
  messages: say,
  translations: {
    zh: {
      title: '保存到收藏集',
      description:
        '以一个名称保存向量及其图片、类别和列。只写入新的和更改过的图片；一个收藏集可以有多个编码器的向量。',
      inputs: {
        embeddings: { title: '向量', help: '要保存的向量及其图片。' },
        labels: {
          title: '类别',
          help: '图片的类别，按文件找到每张图片。没有连接时使用图片已有的类别，或表格的类别列。',
        },
        table: {
          title: '表格',
          help: '更多的列。含有路径或名称的一列说明每行属于哪张图片；否则按顺序对应。',
        },
      },
      params: {
        collection: {
          title: '收藏集',
          help: '收藏集的名称。没有同名的收藏集时会新建。',
          placeholder: '我的图片',
        },
        others: {
          title: '其他图片',
          help: '收藏集中有、但不在这些图片之中的图片如何处理。只有文件夹仍存在时文件才算不存在，因此未连接的驱动器不会导致移除。',
          choices: { keep: '保留', gone: '文件不存在则移除', all: '移除' },
        },
        existing: {
          title: '如果已存在',
          help: '已有同名的收藏集时怎么办。“保持不变”只会新建收藏集。',
          choices: { add: '添加到其中', leave: '保持不变' },
        },
      },
      outputs: {
        metrics: { title: '变化', help: '添加、更改和移除的图片数量。' },
        view: { title: '变化表格', help: '以表格显示的同样数字。' },
      },
    },
  },
});
