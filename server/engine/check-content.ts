import { type Message, PatchbayError, type PortValue, type Said } from '../../nodes/sdk/index.ts';
import { contentMessage } from '../contract/messages/contents.ts';

const COLUMN_TYPES: ReadonlySet<unknown> = new Set(['text', 'number', 'boolean']);
const CELL_TYPES: ReadonlySet<string> = new Set(['string', 'number', 'boolean']);
/** Names and values in messages are cut after this many characters. */
const SHOWN = 60;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** How a message names a value that is not allowed. */
function shown(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`.slice(0, SHOWN);
  if (typeof value === 'string') return JSON.stringify(value).slice(0, SHOWN);
  if (Array.isArray(value)) return 'a list';
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function columnFault(columns: unknown): Message | undefined {
  if (!Array.isArray(columns)) return contentMessage('table.columns', { got: shown(columns) });
  const keys = new Set<unknown>();
  for (const [index, column] of columns.entries()) {
    const place = { column: index + 1 };
    if (!isRecord(column)) return contentMessage('table.column', { ...place, got: shown(column) });
    const { key, title, type } = column;
    if (typeof key !== 'string' || typeof title !== 'string' || !COLUMN_TYPES.has(type))
      return contentMessage('table.column-fields', {
        ...place,
        key: shown(key),
        title: shown(title),
        type: shown(type),
      });
    if (keys.has(key)) return contentMessage('table.same-key', { key: shown(key) });
    keys.add(key);
  }
  return undefined;
}

function rowFault(rows: unknown, columns: readonly { readonly title: string }[]): Message | undefined {
  if (!Array.isArray(rows)) return contentMessage('table.rows', { got: shown(rows) });
  for (const [index, row] of rows.entries()) {
    if (!Array.isArray(row)) return contentMessage('table.row', { row: index + 1, got: shown(row) });
    if (row.length !== columns.length)
      return contentMessage('table.row-length', {
        row: index + 1,
        count: row.length,
        columns: columns.length,
      });
    for (let at = 0; at < row.length; at++) {
      const cell: unknown = row[at];
      if (cell === null || CELL_TYPES.has(typeof cell)) continue;
      const args = { row: index + 1, title: columns[at]!.title.slice(0, SHOWN), got: shown(cell) };
      return contentMessage(typeof cell === 'bigint' ? 'table.bigint' : 'table.cell', args);
    }
  }
  return undefined;
}

function tableFault(table: unknown): Message | undefined {
  if (!isRecord(table)) return contentMessage('table.columns', { got: shown(table) });
  return columnFault(table.columns) ?? rowFault(table.rows, table.columns as readonly { title: string }[]);
}

function metricsFault(values: unknown): Message | undefined {
  if (!isRecord(values)) return contentMessage('metrics.values', { got: shown(values) });
  for (const [name, value] of Object.entries(values)) {
    const numbers: readonly unknown[] = Array.isArray(value) ? value : [value];
    const wrong = numbers.find((number) => typeof number !== 'number');
    if (wrong !== undefined || numbers.includes(undefined))
      return contentMessage('metrics.number', { name: name.slice(0, SHOWN), got: shown(wrong) });
  }
  return undefined;
}

function faultOf(value: PortValue): Message | undefined {
  if (value.kind === 'table') return tableFault(value);
  if (value.kind === 'metrics') return metricsFault(value.values);
  return value.kind === 'view' && value.view === 'table' ? tableFault(value.table) : undefined;
}

/**
 * Checks what a node gave in a table or in metrics, because a wrong column or number would only show later and elsewhere.
 * @throws PatchbayError `output.wrong-content`: an error in the node, not in the workflow
 */
export function checkContent(node: Said, output: Said, port: string, value: PortValue): void {
  const reason = faultOf(value);
  if (reason === undefined) return;
  throw new PatchbayError({ ...contentMessage('output.wrong-content', { node, output, reason }), port });
}
