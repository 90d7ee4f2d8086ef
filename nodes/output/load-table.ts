import { defineNode, param, port, tableOfColumns } from '../sdk/index.ts';

export default defineNode({
  title: 'Load table',
  description:
    'Loads columns from a file: CSV, TSV, JSON lines or Parquet, such as the metadata.csv of a folder of pictures. Other nodes find the picture of each row by its path or name.',
  keywords: [
    'import',
    'open',
    'csv',
    'tsv',
    'jsonl',
    'parquet',
    'metadata',
    'imagefolder',
    'columns',
    'pandas',
  ],
  inputs: {},
  params: {
    path: param.file({
      title: 'File',
      help: 'The file. The first line of a CSV or TSV file names the columns.',
      placeholder: 'metadata.csv',
      required: true,
    }),
  },
  outputs: {
    table: port.table({ help: 'All columns of the file. Long whole numbers and times are texts.' }),
  },
  resource: 'io',
  fingerprint: ({ path }, ctx) => ctx.files.fingerprint(path),
  infer: () => ({ table: { type: 'table' } }),
  run: async ({ params: { path }, ctx }) => {
    const { columns, rows } = await ctx.files.readTable(path);
    return { table: tableOfColumns(columns, rows) };
  },
  translations: {
    zh: {
      title: '加载表格',
      description:
        '从文件加载列：CSV、TSV、JSON 行或 Parquet，例如图片文件夹的 metadata.csv。其他节点按路径或名称找到每行的图片。',
      params: {
        path: { title: '文件', help: '文件。CSV 或 TSV 文件的第一行是列名。', placeholder: '元数据.csv' },
      },
      outputs: { table: { title: '表格', help: '文件的所有列。很长的整数和时间是文本。' } },
    },
  },
});
