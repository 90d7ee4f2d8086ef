import type { ViewCell } from '../../server/contract/view.ts';

/** First characters that spreadsheets read as a formula. */
const FORMULA = /^[=+\-@\t\r]/;

function csvCell(cell: ViewCell): string {
  if (cell === null || (typeof cell === 'number' && !Number.isFinite(cell))) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rows as CSV (RFC 4180) with a header. An apostrophe precedes texts that a spreadsheet would run as a formula. */
export function csvOf(header: readonly string[], rows: readonly (readonly ViewCell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** Rows as a CSV file. With a byte order mark, spreadsheets read the text as UTF-8. */
export const csvFile = (header: readonly string[], rows: readonly (readonly ViewCell[])[]): Blob =>
  new Blob(['\ufeff', csvOf(header, rows)], { type: 'text/csv' });
