import { defineNode, firstRows, knownOf, param, port, TABULAR_TYPES, tableOf } from '../sdk/index.ts';

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
      help: 'Shows at most this many rows. Save CSV writes all of them.',
    }),
  },
  outputs: {
    view: port.view({ help: 'The table as shown.', title: 'View' }),
    table: port.table({ help: 'The rows shown, for other nodes.' }),
  },
  resource: 'device',
  terminal: true,
  infer: ({ params: { limit }, inputs }) => {
    const { type, count } = knownOf(inputs, 'rows');
    const itemPerRow = type === 'images' || type === 'texts' || type === 'labels' || type === 'table';
    const known = count !== undefined && itemPerRow ? Math.min(count, limit) : undefined;
    return { view: { type: 'view' }, table: { type: 'table', count: known } };
  },
  run: async ({ inputs: { rows }, params: { limit }, ctx: { ops } }) => {
    const source = tableOf(rows, ops);
    const table = await firstRows(source, limit);
    return { view: { kind: 'view', view: 'table', table, total: source.total }, table };
  },
});
