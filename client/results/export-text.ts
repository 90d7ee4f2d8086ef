import { mapOf } from './patches/maps.ts';
import { mapsEach, type ShownPatches } from './patches/read-patches.ts';
import type { ShownItem } from './read-item.ts';
import type { ShownCell, ShownView } from './read-view.ts';

/** Patches as a table: a row a patch, counted from 1, with its number for each query, or its red, green and blue. */
export function patchRows(view: ShownPatches): {
  header: readonly string[];
  rows: readonly (readonly ShownCell[])[];
} {
  const { items, columns, rows } = view;
  const patches = rows * columns;
  const place = (at: number) => [Math.floor(at / columns) + 1, (at % columns) + 1];
  const table = items.flatMap(({ title }, picture) =>
    Array.from({ length: mapsEach(view) }, (_, query) => query).flatMap((query) => {
      const map = mapOf(view, picture, query);
      const asked =
        view.shows === 'heat' && view.queries.length > 0 ? [view.queries[query]?.title ?? null] : [];
      return Array.from({ length: patches }, (_, at) => [title, ...asked, ...place(at), ...map.numbers(at)]);
    }),
  );
  if (view.shows === 'colors')
    return { header: ['picture', 'row', 'column', 'red', 'green', 'blue'], rows: table };
  const asked = view.queries.length > 0 ? ['query'] : [];
  return { header: ['picture', ...asked, 'row', 'column', 'cosine'], rows: table };
}

type Rows = readonly (readonly ShownCell[])[];

/** First characters that spreadsheets take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

function csvCell(cell: ShownCell): string {
  if (cell === null || (typeof cell === 'number' && !Number.isFinite(cell))) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rows as CSV (RFC 4180) with a header; texts that a spreadsheet would run as a formula get an apostrophe before them. */
export function csvOf(header: readonly string[], rows: Rows): string {
  return [header, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

const label = (item: ShownItem): ShownCell => item.label ?? null;

/** A view as a table of text: a row an item, a match, a bar or a pair; null for what has no rows. */
export function rowsOf(view: ShownView): { header: readonly string[]; rows: Rows } | null {
  switch (view.view) {
    case 'gallery':
      return { header: ['item', 'label'], rows: view.items.map((item) => [item.title, label(item)]) };
    case 'matches':
      return {
        header: ['query', 'rank', 'match', 'label', 'score'],
        rows: view.rankings.flatMap(({ query, results }) =>
          results.map(({ item, score }, place) => [query.title, place + 1, item.title, label(item), score]),
        ),
      };
    case 'bars':
      return {
        header: ['item', 'name', 'value'],
        rows: view.groups.flatMap(({ item, bars }) =>
          bars.map((bar) => [item?.title ?? null, bar.label, bar.value]),
        ),
      };
    case 'table':
      return { header: view.columns.map(({ key }) => key), rows: view.rows };
    case 'heatmap': {
      const { rows, columns, values } = view;
      const cells = (row: number) => [...values.subarray(row * columns.length, (row + 1) * columns.length)];
      return {
        header: ['', ...columns.map(({ title }) => title)],
        rows: rows.map((item, row) => [item.title, ...cells(row)]),
      };
    }
    case 'patches':
      return patchRows(view);
    default:
      return null;
  }
}

/** How much of a result a view holds, where that is not all of it: who exports a table would take it for the whole. */
export function partOf(view: ShownView): { readonly shown: number; readonly total: number } | null {
  if (view.view !== 'gallery' && view.view !== 'table') return null;
  const shown = view.view === 'gallery' ? view.items.length : view.rows.length;
  return shown < view.total ? { shown, total: view.total } : null;
}

/** A name for a file made of a result: what it shows, safe everywhere. */
export function exportName(view: ShownView, extension: string): string {
  const name = (view.title ?? view.view)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${name || 'result'}.${extension}`;
}
