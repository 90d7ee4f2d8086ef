import {
  defineNode,
  firstCells,
  knownOf,
  param,
  port,
  selectedOf,
  selectedParam,
  selectedParamZh,
  selectionPort,
  selectionPortZh,
  TABULAR_TYPES,
  tableOf,
} from '../sdk/index.ts';

/** The most cells in one view. More would make its JSON too large for a browser. */
const MOST = 2_000_000;

export default defineNode({
  title: 'Table',
  description:
    'Shows anything with rows as a table: matches, categories, metrics, scores, vectors or a list of pictures.',
  keywords: ['show', 'rows', 'columns', 'spreadsheet', 'numbers', 'list', 'grid', 'display'],
  inputs: { rows: port.oneOf(TABULAR_TYPES)({ help: 'The result to show.' }) },
  params: {
    selected: selectedParam,
    limit: param.integer({
      default: 100_000,
      min: 1,
      max: 1_000_000,
      title: 'Row limit',
      help: 'Shows at most this many rows. Save CSV writes all of them.',
      advanced: true,
    }),
    columns: param.integer({
      default: 50,
      min: 1,
      max: 1000,
      title: 'Column limit',
      help: 'Shows at most this many columns. Save CSV writes all of them.',
      advanced: true,
    }),
  },
  outputs: {
    view: port.view({ help: 'The table that is shown.', title: 'View' }),
    table: port.table({ help: 'The rows and columns that are shown, for other nodes.' }),
    selection: selectionPort,
  },
  // 2: with what each row is about.
  version: 2,
  resource: 'device',
  terminal: true,
  infer: ({ params: { limit }, inputs }) => {
    const { type, count } = knownOf(inputs, 'rows');
    const itemPerRow = type === 'images' || type === 'texts' || type === 'labels' || type === 'table';
    const known = count !== undefined && itemPerRow ? Math.min(count, limit) : undefined;
    return { view: { type: 'view' }, table: { type: 'table', count: known }, selection: { type: 'images' } };
  },
  run: async ({ inputs: { rows }, params: { selected, limit, columns }, ctx }) => {
    const source = tableOf(rows, ctx.ops);
    const wide = Math.max(1, Math.min(columns, source.columns.length));
    const table = await firstCells(source, { rows: Math.min(limit, Math.floor(MOST / wide)), columns });
    const totals = { total: source.total, totalColumns: source.columns.length };
    return {
      view: { kind: 'view', view: 'table', table, ...totals },
      table,
      selection: await selectedOf(source.items ?? [], selected, ctx, 'skipped' in rows ? rows.skipped : []),
    };
  },
  translations: {
    zh: {
      title: '表格',
      description: '把任何有行的内容显示为表格：匹配结果、类别、指标、得分、向量或图片列表。',
      inputs: {
        rows: { title: '行', help: '要显示的结果。' },
      },
      params: {
        selected: selectedParamZh,
        limit: { title: '行数上限', help: '最多显示这么多行。“保存 CSV”会写出全部。' },
        columns: { title: '列数上限', help: '最多显示这么多列。“保存 CSV”会写出全部。' },
      },
      outputs: {
        view: { title: '结果', help: '显示的表格。' },
        table: { title: '表格', help: '显示的行和列，供其他节点使用。' },
        selection: selectionPortZh,
      },
    },
  },
});
