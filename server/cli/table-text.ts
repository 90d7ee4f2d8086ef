import type { Cell, Table } from '../../nodes/sdk/index.ts';
import { counted, cut, lineWidth, pad, plainText, widthOf } from './columns.ts';

const SHOWN_ROWS = 30;
const WIDEST = 48;

/** Formats all numbers of a column in one way: without decimals if all are whole, otherwise with four. */
function numberFormat(cells: readonly (Cell | undefined)[]): (value: number) => string {
  const whole = cells.every((cell) => typeof cell !== 'number' || Number.isInteger(cell));
  return (value) => (whole ? String(value) : value.toFixed(4));
}

function columnText(table: Table, index: number): string[] {
  const cells = table.rows.slice(0, SHOWN_ROWS).map((row) => row[index]);
  const format = numberFormat(cells);
  return cells.map((cell) => {
    if (cell === null || cell === undefined) return '';
    return typeof cell === 'number' ? format(cell) : cut(plainText(String(cell)), WIDEST);
  });
}

/** The first rows of a table, and as many columns as fit on a line. @param total the number of all rows */
export function tableLines(table: Table, total = table.rows.length): string[] {
  const room = lineWidth();
  const shown: { title: string; cells: string[]; width: number; side: 'start' | 'end' }[] = [];
  let used = 0;
  for (const [index, { title, type }] of table.columns.entries()) {
    const name = cut(plainText(title), WIDEST);
    const cells = columnText(table, index);
    const width = Math.max(widthOf(name), ...cells.map(widthOf));
    if (shown.length > 0 && used + width + 2 > room) break;
    used += width + 2;
    shown.push({ title: name, cells, width, side: type === 'number' ? 'start' : 'end' });
  }
  const line = (cellOf: (column: (typeof shown)[number]) => string) =>
    `  ${shown.map((column) => pad(cellOf(column), column.width, column.side)).join('  ')}`.trimEnd();
  const rows = Math.min(table.rows.length, SHOWN_ROWS);
  const hidden = [
    ...(total > rows ? [counted(total - rows, 'more row')] : []),
    ...(table.columns.length > shown.length
      ? [counted(table.columns.length - shown.length, 'more column')]
      : []),
  ];
  return [
    line(({ title }) => title),
    line(({ width }) => '─'.repeat(width)),
    ...Array.from({ length: rows }, (_, row) => line(({ cells }) => cells[row] ?? '')),
    ...(hidden.length > 0 ? [`  ... ${hidden.join(', ')}`] : []),
  ];
}
