import { PatchbayError } from './errors.ts';
import { itemTitle } from './items.ts';
import { defineMessages } from './messages.ts';
import type { Ops } from './ops.ts';
import { similarityRows } from './similarity.ts';
import type { F32 } from './tensor.ts';
import type { Cell, Embeddings, Item, PortValues, Similarity, Table } from './values.ts';

const say = defineMessages({
  'table.too-wide': {
    en: 'No spreadsheet can open a table of {columns} columns. Rank with *Top k* first, or save the vectors with *Save embeddings*.',
    zh: '没有表格软件能打开 {columns} 列的表格。请先用 *前 k 名* 排名，或用 *保存向量* 保存。',
  },
});

/** Templates of messages about tables. */
export const TABLE_TEMPLATES = say.templates;

/** Port types that can be shown as rows and columns. */
export const TABULAR_TYPES = [
  'table',
  'matches',
  'labels',
  'metrics',
  'similarity',
  'embeddings',
  'images',
  'texts',
] as const satisfies readonly (keyof PortValues)[];

/** A value that can be shown as rows and columns. */
export type Tabular = PortValues[(typeof TABULAR_TYPES)[number]];

/** A table that makes its rows while they are read, so that a large table never fills the memory. */
export interface TableSource {
  readonly columns: Table['columns'];
  /** Number of rows. */
  readonly total: number;
  /** The picture or text that each row is about, if rows are about such. */
  readonly items?: readonly Item[];
  rows(): AsyncIterable<readonly Cell[]>;
}

/** Excel cannot open a table with more columns. */
const MAX_COLUMNS = 16_384;
/** How many rows of a matrix to copy from the device at a time. */
const MATRIX_ROWS = 1024;

const CHANNELS = ['red', 'green', 'blue'];

/** The name of one number of a metric with several numbers. Three numbers are named red, green and blue. */
export function partName(metric: string, place: number, length: number): string {
  return `${metric} ${length === CHANNELS.length ? CHANNELS[place] : place + 1}`;
}

const text = (key: string, title = key) => ({ key, title, type: 'text' as const });
const number = (key: string, title = key) => ({ key, title, type: 'number' as const });

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

function source(
  columns: Table['columns'],
  rows: readonly (readonly Cell[])[],
  items?: readonly Item[],
): TableSource {
  return { columns, total: rows.length, rows: () => each(rows), ...(items && { items }) };
}

async function* matrixRows(tensor: F32, ops: Ops): AsyncGenerator<Float32Array> {
  const [rows = 0, columns = 0] = tensor.dims;
  for (let from = 0; from < rows; from += MATRIX_ROWS) {
    const to = Math.min(rows, from + MATRIX_ROWS);
    const { data } = await (await ops.slice(tensor, 0, from, to)).toHost();
    for (let row = 0; row < to - from; row++) yield data.subarray(row * columns, (row + 1) * columns);
  }
}

function wide(
  value: Embeddings | Similarity,
  names: readonly string[],
  rows: () => AsyncIterable<Float32Array>,
): TableSource {
  if (names.length >= MAX_COLUMNS) throw new PatchbayError(say('table.too-wide', { columns: names.length }));
  const items = value.kind === 'similarity' ? value.queries : value.items;
  return {
    columns: [text('item', 'Item'), ...names.map((name, index) => number(`c${index}`, name))],
    total: items.length,
    items,
    async *rows() {
      let index = 0;
      for await (const row of rows()) {
        const item = items[index++];
        yield [item ? itemTitle(item) : null, ...row];
      }
    },
  };
}

/**
 * A value as rows and columns: one row per item, label, ranked answer or number. A similarity has a column for each gallery
 * item, embeddings have a column for each dimension.
 * @throws PatchbayError `table.too-wide`.
 */
export function tableOf(value: Tabular, ops: Ops): TableSource {
  switch (value.kind) {
    case 'table':
      return source(value.columns, value.rows, value.items);
    case 'images':
      return source(
        [text('image', 'Image'), text('label', 'Label')],
        value.items.map((item) => [item.path, item.label ?? null]),
        value.items,
      );
    case 'texts':
      return source(
        [text('text', 'Text'), text('label', 'Label')],
        value.items.map((item) => [item.text, item.label ?? null]),
        value.items,
      );
    case 'labels': {
      const { items, labels, scores } = value;
      return source(
        [text('item', 'Item'), text('label', 'Label'), ...(scores ? [number('score', 'Score')] : [])],
        items.map((item, i) => [itemTitle(item), labels[i] ?? null, ...(scores ? [scores[i] ?? null] : [])]),
        items,
      );
    }
    case 'matches':
      return source(
        [
          text('query', 'Query'),
          number('rank', 'Rank'),
          text('item', 'Match'),
          text('label', 'Label'),
          number('score', 'Score'),
        ],
        value.results.flatMap(({ query, results }) =>
          results.map(({ item, score }, i) => [
            itemTitle(query),
            i + 1,
            itemTitle(item),
            item.label ?? null,
            Number.isNaN(score) ? null : score,
          ]),
        ),
        value.results.flatMap(({ results }) => results.map(({ item }) => item)),
      );
    case 'metrics':
      return source(
        [text('metric', 'Metric'), number('value', 'Value')],
        Object.entries(value.values).flatMap(([name, entry]): Cell[][] =>
          typeof entry === 'number'
            ? [[name, entry]]
            : entry.map((part, i) => [partName(name, i, entry.length), part]),
        ),
      );
    case 'similarity':
      return wide(value, value.gallery.map(itemTitle), () => similarityRows(value, ops));
    case 'embeddings':
      return wide(
        value,
        Array.from({ length: value.tensor.dims[1] ?? 0 }, (_, index) => String(index)),
        () => matrixRows(value.tensor, ops),
      );
  }
}

/** The first rows and columns of a source, as a table in memory. */
export async function firstCells(
  from: TableSource,
  limits: { readonly rows: number; readonly columns: number },
): Promise<Table> {
  const rows: (readonly Cell[])[] = [];
  if (limits.rows > 0)
    for await (const row of from.rows()) {
      rows.push(row.slice(0, limits.columns));
      if (rows.length >= limits.rows) break;
    }
  return {
    kind: 'table',
    columns: from.columns.slice(0, limits.columns),
    rows,
    ...(from.items && { items: from.items.slice(0, rows.length) }),
  };
}

/** The character between cells: a comma by the standard, a semicolon where Excel's locale writes decimals with a comma. */
export type Delimiter = ',' | ';' | '\t';

/** Spreadsheets run a cell that starts like this as a formula (OWASP, "CSV injection"). */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

function csvCell(cell: Cell, delimiter: Delimiter, forPeople: boolean): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = forPeople && FORMULA.test(cell) ? `'${cell}` : cell;
  const quote = safe.includes(delimiter) || /["\r\n]|^\s|\s$/.test(safe);
  return quote ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * One line of a CSV file, with its line end (RFC 4180). A text that a spreadsheet would run as a formula gets an
 * apostrophe in front. Numbers do not change.
 * @param forPeople false for a file that only programs read: no text is changed
 */
export function csvLine(cells: readonly Cell[], delimiter: Delimiter = ',', forPeople = true): string {
  return `${cells.map((cell) => csvCell(cell, delimiter, forPeople)).join(delimiter)}\r\n`;
}

/** A cell of a file that {@link csvLine} wrote for people, as it was before. */
export const withoutApostrophe = (cell: string): string =>
  cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
