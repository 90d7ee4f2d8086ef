import type { ReadView, ViewCell } from '../../server/contract/view.ts';
import { kindOf } from './kinds.ts';
import type { TextTable } from './view-kind.ts';

/** First characters that spreadsheets take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

function csvCell(cell: ViewCell): string {
  if (cell === null || (typeof cell === 'number' && !Number.isFinite(cell))) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rows as CSV (RFC 4180) with a header; texts that a spreadsheet would run as a formula get an apostrophe before them. */
export function csvOf(header: readonly string[], rows: TextTable['rows']): string {
  return [header, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** A view as a table of text: a row an item, a match, a bar or a pair; null for what has no rows. */
export const rowsOf = (view: ReadView): TextTable | null => kindOf(view)?.rows?.(view) ?? null;

/** How much of a result a view holds, where that is not all of it: who exports a table would take it for the whole. */
export function partOf(view: ReadView): { readonly shown: number; readonly total: number } | null {
  const { shown = 0, total = 0 } = kindOf(view)?.part?.(view) ?? {};
  return shown < total ? { shown, total } : null;
}

/** A name for a file made of a result: what it shows, safe everywhere. */
export function exportName(view: ReadView, extension: string): string {
  const name = (view.title ?? view.view)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${name || 'result'}.${extension}`;
}
