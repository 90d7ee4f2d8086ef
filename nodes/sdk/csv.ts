import type { Cell } from './values.ts';

/** What separates cells: a comma by the standard, a semicolon where Excel's locale writes decimals with a comma. */
export type Delimiter = ',' | ';' | '\t';

/** Spreadsheets run a cell that starts so as a formula (OWASP, "CSV injection"). */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

function csvCell(cell: Cell, delimiter: Delimiter): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  const quote = safe.includes(delimiter) || /["\r\n]|^\s|\s$/.test(safe);
  return quote ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * One line of a CSV file, with its line end (RFC 4180). Texts that a spreadsheet would run as a formula get a leading
 * apostrophe; numbers are written as they are.
 */
export function csvLine(cells: readonly Cell[], delimiter: Delimiter = ','): string {
  return `${cells.map((cell) => csvCell(cell, delimiter)).join(delimiter)}\r\n`;
}
