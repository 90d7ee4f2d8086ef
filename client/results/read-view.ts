import { patchNumbers, readPatches, type ShownPatches } from './patches/read-patches.ts';
import { readItem, type ShownItem } from './read-item.ts';
import { count, type Fields, fields, list, matrix, number, text } from './read-json.ts';

/** An item that was left out. */
export interface SkippedItem {
  readonly name: string;
  readonly reason: string;
}

/** One ranked answer. */
export interface ShownMatch {
  readonly item: ShownItem;
  readonly score: number;
}

/** A query with its answers, best first. */
export interface ShownRanking {
  readonly query: ShownItem;
  readonly results: readonly ShownMatch[];
}

/** Bars of one item, or of everything. */
export interface ShownBars {
  readonly item?: ShownItem;
  readonly bars: readonly { readonly label: string; readonly value: number }[];
}

/** What a cell of a table may hold. */
export type ShownCell = string | number | boolean | null;

/** A column of a table. */
export interface ShownColumn {
  readonly key: string;
  readonly title: string;
  readonly type: 'text' | 'number' | 'boolean';
}

/** What is drawn from a matrix. */
type Numbered =
  | {
      readonly view: 'heatmap';
      readonly rows: readonly ShownItem[];
      readonly columns: readonly ShownItem[];
      /** Row by row; NaN where there is no number. */
      readonly values: Float32Array;
    }
  | ({ readonly view: 'patches' } & ShownPatches);

/** A view that is drawn from a matrix. */
export type NumberedView = { readonly title?: string } & Numbered;

/** A view that was read from its JSON. */
export type ShownView = { readonly title?: string } & (
  | {
      readonly view: 'gallery';
      readonly items: readonly ShownItem[];
      readonly total: number;
      readonly skipped: readonly SkippedItem[];
    }
  | { readonly view: 'matches'; readonly rankings: readonly ShownRanking[] }
  | { readonly view: 'bars'; readonly metric?: string; readonly groups: readonly ShownBars[] }
  | {
      readonly view: 'table';
      readonly columns: readonly ShownColumn[];
      readonly rows: readonly (readonly ShownCell[])[];
      readonly total: number;
    }
  | Numbered
  /** A view whose numbers, rows x columns, are in a file of the run. */
  | {
      readonly view: 'unloaded';
      readonly file: string;
      readonly rows: number;
      readonly columns: number;
      readonly of: NumberedView;
    }
  | { readonly view: 'file'; readonly path: string; readonly bytes: number; readonly files: number }
  /** A view too large for a message: its JSON is in a file of the run. */
  | { readonly view: 'stored'; readonly file: string; readonly bytes: number }
  /** A kind of view nobody here knows. */
  | { readonly view: 'unknown'; readonly json: unknown }
);

/** Items that were left out; a reason is always there. */
export function readSkipped(json: unknown): SkippedItem[] {
  return list(json).map((entry) => {
    const { name, path, reason } = fields(entry);
    return { name: text(path) ?? text(name) ?? '', reason: text(reason) ?? '' };
  });
}

function readCell(cell: unknown): ShownCell {
  return typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean' ? cell : null;
}

function readColumns(json: unknown): ShownColumn[] {
  return list(json).map((entry) => {
    const { key, title, type } = fields(entry);
    const name = text(key) ?? '';
    return {
      key: name,
      title: text(title) ?? name,
      type: type === 'number' || type === 'boolean' ? type : 'text',
    };
  });
}

/** Puts the numbers into a view that has a row of `columns` of them for each of `rows`, or says where they are. */
function withNumbers(given: Fields, of: NumberedView, rows: number, columns: number): ShownView {
  if (typeof given.file === 'string')
    return { view: 'unloaded', title: of.title, file: given.file, rows, columns, of };
  return { ...of, values: matrix(given.values, rows, columns) };
}

function readHeatmap(given: Fields, title: string | undefined): ShownView {
  const rows = list(given.rows).map(readItem);
  const columns = list(given.columns).map(readItem);
  const of = { view: 'heatmap', title, rows, columns, values: new Float32Array() } as const;
  return withNumbers(given, of, rows.length, columns.length);
}

function readPatchView(given: Fields, title: string | undefined): ShownView {
  const of = { view: 'patches', title, ...readPatches(given) } as const;
  return withNumbers(given, of, of.items.length, patchNumbers(of));
}

/** What such a view always has, so that one whose whole JSON is in a file is told from one whose numbers are. */
const NUMBERED: Readonly<Record<string, string>> = { heatmap: 'rows', patches: 'items' };

/** Reads the JSON of a view, whoever wrote it: what is missing is empty, what is not known is kept as it is. */
export function readView(json: unknown): ShownView {
  const given = fields(json);
  const title = text(given.title);
  const numbered = given[NUMBERED[text(given.view) ?? ''] ?? ''] !== undefined;
  if (typeof given.file === 'string' && !numbered)
    return { view: 'stored', title, file: given.file, bytes: count(given.bytes, 0) };
  switch (given.view) {
    case 'gallery': {
      const items = list(given.items).map(readItem);
      const total = count(given.total, items.length);
      return { view: 'gallery', title, items, total, skipped: readSkipped(given.skipped) };
    }
    case 'matches':
      return {
        view: 'matches',
        title,
        rankings: list(given.matches).map((entry) => {
          const { query, results } = fields(entry);
          const ranked = list(results).map((match) => {
            const { item, score } = fields(match);
            return { item: readItem(item), score: number(score) };
          });
          return { query: readItem(query), results: ranked };
        }),
      };
    case 'bars':
      return {
        view: 'bars',
        title,
        metric: text(given.metric),
        groups: list(given.groups).map((entry) => {
          const { item, bars } = fields(entry);
          const read = list(bars).map((bar) => {
            const { label, value } = fields(bar);
            return { label: text(label) ?? '', value: number(value) };
          });
          return { ...(item !== undefined && { item: readItem(item) }), bars: read };
        }),
      };
    case 'table': {
      const columns = readColumns(given.columns);
      const rows = list(given.rows).map((row) => columns.map(({ key }) => readCell(fields(row)[key])));
      return { view: 'table', title, columns, rows, total: count(given.total, rows.length) };
    }
    case 'heatmap':
      return readHeatmap(given, title);
    case 'patches':
      return readPatchView(given, title);
    case 'file':
      return {
        view: 'file',
        title,
        path: text(given.path) ?? '',
        bytes: count(given.bytes, 0),
        files: count(given.files, 1),
      };
    default:
      return { view: 'unknown', title, json };
  }
}
