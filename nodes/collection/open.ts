import {
  columnsOfCollection,
  defineNode,
  isImage,
  knownCollection,
  param,
  port,
  reportFilter,
  tableOfColumns,
} from '../sdk/index.ts';

export default defineNode({
  title: 'Open collection',
  description:
    'Gives the vectors of a collection, with the pictures, categories and columns that were saved with them.',
  keywords: ['load', 'database', 'read', 'stored', 'library', 'embeddings', 'index', 'filter', 'sql'],
  inputs: {
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
    encoder: param.text({
      help: 'Whose vectors to open, if the collection has vectors of several encoders: id or title of the model. If empty, those that were saved last.',
      placeholder: 'my encoder',
      maxLength: 500,
    }),
    filter: param.text({
      title: 'Condition',
      help: "Opens only pictures that fit a condition over the columns, as in SQL: category = 'cat' AND size > 10000. If empty, all.",
      placeholder: "category = 'cat'",
      maxLength: 10_000,
    }),
    withTable: param.boolean({
      default: true,
      title: 'With table',
      help: 'Also gives the columns as a table. Turn it off for a very large collection to save time and memory.',
      advanced: true,
    }),
    version: param.integer({
      default: 0,
      min: 0,
      max: 1_000_000_000,
      help: 'Which version of the collection to open; the window Collections lists them. 0 is the newest.',
      advanced: true,
    }),
  },
  outputs: {
    embeddings: port.embeddings({ help: 'The vectors, in the order in which they were added.' }),
    images: port.images({ help: 'The pictures of these vectors, in the same order.' }),
    labels: port.labels({ help: 'The category of each of them.' }),
    table: port.table({ help: 'All columns, with one row for each of them.' }),
  },
  resource: 'io',
  fingerprint: ({ collection, version }, ctx) => ctx.collections.fingerprint(collection, version),
  infer: ({ params: { collection, encoder, filter, version }, inputs, models, report }) => {
    const { info, chosen, problem } = knownCollection(models.collections, collection, encoder, {
      version,
      after: inputs.after,
    });
    if (problem) report(problem);
    if (info) reportFilter(info, filter, report);
    const count = filter.trim() === '' ? chosen?.count : undefined;
    return {
      embeddings: { type: 'embeddings', count, dims: chosen?.space.dims, space: chosen?.space },
      images: { type: 'images', count },
      labels: { type: 'labels', count },
      table: { type: 'table', count, dims: info && columnsOfCollection(info).length },
    };
  },
  run: async ({ params: { collection, encoder, filter, withTable, version }, ctx }) => {
    const { signal } = ctx;
    const opened = await ctx.collections.open(collection, encoder, filter, { signal, version });
    const items = await opened.items();
    const tensor = await opened.rows();
    const { columns, rows } = withTable ? await opened.table() : { columns: [], rows: [] };
    return {
      embeddings: { kind: 'embeddings', tensor, items, skipped: [], space: opened.space },
      images: { kind: 'images', items: items.filter(isImage), skipped: [] },
      labels: { kind: 'labels', items, labels: items.map(({ label }) => label ?? null) },
      table: { ...tableOfColumns(columns, rows), ...(withTable && { items }) },
    };
  },
  translations: {
    zh: {
      title: '打开收藏集',
      description: '给出收藏集中的向量，以及与它们一起保存的图片、类别和列。',
      inputs: {
        after: {
          title: '之后',
          help: '读取收藏集之前先等待它。连接“保存到收藏集”的“变化”，即可读取同一次运行保存的内容。',
        },
      },
      params: {
        collection: { title: '收藏集', help: '收藏集的名称。', placeholder: '我的图片' },
        encoder: {
          title: '编码器',
          help: '收藏集有多个编码器的向量时，打开哪一个的：模型的 id 或名称。留空则打开最后保存的。',
          placeholder: '我的编码器',
        },
        filter: {
          title: '条件',
          help: "只打开符合条件的图片，条件针对各列，写法同 SQL：category = 'cat' AND size > 10000。留空则全部打开。",
          placeholder: "category = '猫'",
        },
        version: { title: '版本', help: '打开收藏集的哪个版本；“收藏集”窗口列出了各版本。0 为最新版本。' },
        withTable: { title: '带表格', help: '同时以表格给出各列。收藏集很大时可关闭，以节省时间和内存。' },
      },
      outputs: {
        embeddings: { title: '向量', help: '向量，按添加的顺序。' },
        images: { title: '图片', help: '这些向量的图片，顺序相同。' },
        labels: { title: '类别', help: '每张图片的类别。' },
        table: { title: '表格', help: '所有的列，每张图片一行。' },
      },
    },
  },
});
