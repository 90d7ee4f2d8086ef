import { defineNode, firstCells, knownOf, param, port, TABULAR_TYPES, tableOf } from '../sdk/index.ts';

export default defineNode({
  title: 'Table',
  description:
    'Shows anything that has rows as a table: matches, labels, metrics, scores, vectors or a list of pictures.',
  keywords: ['show', 'rows', 'columns', 'spreadsheet', 'numbers', 'list', 'grid', 'display'],
  inputs: { rows: port.oneOf(TABULAR_TYPES)({ help: 'What to show.' }) },
  params: {
    limit: param.integer({
      default: 100,
      min: 1,
      max: 10_000,
      title: 'Rows',
      help: 'Shows at most this many rows. Save CSV writes all of them.',
    }),
    columns: param.integer({
      default: 50,
      min: 1,
      max: 1000,
      help: 'Shows at most this many columns. Save CSV writes all of them.',
      advanced: true,
    }),
  },
  outputs: {
    view: port.view({ help: 'The table as shown.', title: 'View' }),
    table: port.table({ help: 'The rows and columns shown, for other nodes.' }),
  },
  resource: 'device',
  terminal: true,
  infer: ({ params: { limit }, inputs }) => {
    const { type, count } = knownOf(inputs, 'rows');
    const itemPerRow = type === 'images' || type === 'texts' || type === 'labels' || type === 'table';
    const known = count !== undefined && itemPerRow ? Math.min(count, limit) : undefined;
    return { view: { type: 'view' }, table: { type: 'table', count: known } };
  },
  run: async ({ inputs: { rows }, params: { limit, columns }, ctx: { ops } }) => {
    const source = tableOf(rows, ops);
    const table = await firstCells(source, { rows: limit, columns });
    return { view: { kind: 'view', view: 'table', table, total: source.total }, table };
  },
});
