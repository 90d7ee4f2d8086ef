import type { ReadView, ViewCell } from '../../server/contract/view.ts';
import { kindOf } from './kinds.ts';
import type { Part, TextTable } from './view-kind.ts';

/** First characters that spreadsheets read as a formula. */
const FORMULA = /^[=+\-@\t\r]/;

function csvCell(cell: ViewCell): string {
  if (cell === null || (typeof cell === 'number' && !Number.isFinite(cell))) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rows as CSV (RFC 4180) with a header. An apostrophe precedes texts that a spreadsheet would run as a formula. */
export function csvOf(header: readonly string[], rows: TextTable['rows']): string {
  return [header, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** A view as a table of texts: one row per item, match, bar or pair. Null for views without rows. */
export const rowsOf = (view: ReadView): TextTable | null => kindOf(view)?.rows?.(view) ?? null;

/** How many rows a view contains, if these are not all. A user who exports the table must know that it is incomplete. */
export function partOf(view: ReadView): Part | null {
  const part = kindOf(view)?.part?.(view);
  return part && part.shown < part.total ? part : null;
}

/** A file name for an exported result: the title of the result, valid on every system. */
export function exportName(view: ReadView, extension: string): string {
  const name = (view.title ?? view.view)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${name || 'result'}.${extension}`;
}
