import { join } from 'node:path';
import {
  type Cell,
  type CollectionColumn,
  type Filter,
  type Item,
  OWN_COLUMNS,
  parseFilter,
} from '../../../nodes/sdk/index.ts';
import { type Duck, type DuckDBValue, parquetFiles, quoted } from './duckdb.ts';
import type { Manifest } from './manifest.ts';

/** Types of columns in Parquet files. */
export const SQL_TYPES = {
  text: 'VARCHAR',
  number: 'DOUBLE',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
  time: 'TIMESTAMP',
} as const satisfies Readonly<Record<CollectionColumn['type'], string>>;

/** The columns of the files of rows, without those that a collection was given. */
export const ROW_COLUMNS = [
  ['id', 'UINTEGER'],
  ['row', 'UINTEGER'],
  ['hash', 'VARCHAR'],
  ['path', 'VARCHAR'],
  ['file', 'VARCHAR'],
  ['asset', 'VARCHAR'],
  ['size', 'BIGINT'],
  ['mtime', 'DOUBLE'],
  ['label', 'VARCHAR'],
  ['added', 'TIMESTAMP'],
  ['version', 'INTEGER'],
] as const;

type Stored = Pick<Manifest, 'rows' | 'stale' | 'columns'>;

/** How many pictures become one text of JSON, which is read much faster than value by value. */
const JSON_ROWS = 20_000;
/** More pictures than this are found by reading all. */
const FEW = 4096;

/** What {@link itemKey} gives for the picture or text of a row. */
export const KEY_SQL =
  "CASE WHEN file IS NOT NULL THEN 'file:' || file WHEN asset IS NOT NULL THEN 'asset:' || asset ELSE 'text:' || path END";

/** A query for the rows of a collection as they are now. A collection without rows has the same columns. */
export function rowsSql(folder: string, { rows, stale, columns }: Stored): string {
  const given = columns.map(({ key, type }) => [key, SQL_TYPES[type]] as const);
  const all = [...ROW_COLUMNS, ...given];
  if (rows.length === 0)
    return `(SELECT ${all.map(([name, type]) => `NULL::${type} AS ${quoted(name)}`).join(', ')} WHERE false)`;
  const cast = all.map(([name, type]) => `CAST(${quoted(name)} AS ${type}) AS ${quoted(name)}`);
  const files = parquetFiles(rows.map(({ file }) => join(folder, file)));
  const without = stale
    ? ` WHERE "row" NOT IN (SELECT "row" FROM ${parquetFiles([join(folder, stale.file)])})`
    : '';
  return `(SELECT ${cast.join(', ')} FROM ${files}${without})`;
}

/** The name of a column in the files of rows. */
function storedName(columns: Manifest['columns'], { name }: CollectionColumn): string {
  if (name === 'category') return 'label';
  if (name === 'modified') return 'mtime';
  return OWN_COLUMNS.some((own) => own.name === name)
    ? name
    : columns.find((column) => column.name === name)!.key;
}

/** A column in SQL over {@link rowsSql}. */
function columnSql(columns: Manifest['columns'], column: CollectionColumn): string {
  const stored = quoted(storedName(columns, column));
  return column.name === 'modified' ? `make_timestamp(CAST(${stored} * 1000 AS BIGINT))` : stored;
}

/** A filter with the columns that it uses, by their names in the files of rows. */
export interface StoredFilter extends Filter {
  readonly columns: readonly string[];
}

/** Reads a filter over the columns of a collection. @throws PatchbayError `filter.*` */
export function filterOf({ columns }: Pick<Manifest, 'columns'>, text: string): StoredFilter {
  const used = new Set<string>();
  const filter = parseFilter(text, [...OWN_COLUMNS, ...columns], (column) => {
    used.add(storedName(columns, column));
    return columnSql(columns, column);
  });
  return { ...filter, columns: [...used] };
}

/**
 * Finds the pictures that fit a filter.
 * @param from SQL with the column `id` and those of the filter
 * @param some the same for a few of the pictures
 * @returns one bit for each number of a picture, the first in the highest place of the first byte; of numbers without a picture they
 * say nothing
 */
export async function matching(
  duck: Duck,
  { nextId }: Pick<Manifest, 'nextId'>,
  { sql, values }: Filter,
  from: string,
  some?: string,
): Promise<Uint8Array> {
  // To collect the numbers takes longer than to find them. So where most pictures fit, the others are collected.
  const [[share]] = (
    some === undefined
      ? [[0]]
      : await duck.columns(`SELECT avg(CASE WHEN ${sql} THEN 1 ELSE 0 END) FROM ${some}`, values)
  ) as [[number | null]];
  const isMost = (share ?? 0) > 0.5;
  // As one value: as rows, a million numbers take longer to hand over than to find. The first byte of a value of whole bytes is 0.
  const bytes = Math.max(1, Math.ceil(nextId / 8));
  const [[found]] = (await duck.columns(
    `SELECT bitstring_agg(id, 0, ${bytes * 8 - 1}) FROM ${from} WHERE ${isMost ? `(${sql}) IS NOT TRUE` : sql}`,
    values,
  )) as [[DuckDBValue]];
  const bits = found instanceof duck.api.DuckDBBitValue ? found.data.subarray(1) : new Uint8Array(bytes);
  return isMost ? bits.map((byte) => ~byte) : bits;
}

/** A point in time as a text, in UTC. */
export const timeSql = (sql: string) => `strftime(${sql}, '%Y-%m-%dT%H:%M:%S.%f')`;

/** A column as JSON: NaN and infinite numbers, all digits of long integers, and times as texts. */
function jsonSql(sql: string, type: CollectionColumn['type']): string {
  switch (type) {
    case 'number':
      return `CASE WHEN isfinite(${sql}) THEN to_json(${sql}) ELSE to_json(CAST(${sql} AS VARCHAR)) END`;
    case 'integer':
      return `CAST(${sql} AS VARCHAR)`;
    case 'time':
      return timeSql(sql);
    default:
      return sql;
  }
}

const NOT_FINITE: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};

/** A value of DuckDB or of {@link jsonSql} as a cell. Whole numbers that a number cannot hold keep all their digits as texts. */
export function cellOf(value: unknown, type: CollectionColumn['type']): Cell {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'integer': {
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : String(value);
    }
    case 'time':
      return `${String(value).replace(/\.?0+$/, '')}Z`;
    case 'number':
      return typeof value === 'string' ? NOT_FINITE[value]! : Number(value);
    case 'boolean':
      return value === true;
    case 'text':
      return String(value);
  }
}

/**
 * Some columns of pictures, in the order of their numbers. `take` gets the number of the picture and its values.
 * @param ids only these pictures; all if absent
 */
async function readColumns(
  duck: Duck,
  folder: string,
  manifest: Manifest,
  columns: readonly string[],
  ids: Uint32Array | undefined,
  take: (id: number, values: readonly unknown[]) => void,
): Promise<void> {
  const lists = ['id', ...columns].map((_, i) => `to_json(list(v${i})) AS l${i}`);
  const selected = ['id', ...columns].map((sql, i) => `${sql} AS v${i}`);
  const read = (where: string) =>
    duck.each(
      `SELECT ${lists.join(', ')} FROM (SELECT ${selected.join(', ')} FROM ${rowsSql(folder, manifest)} ${where})
       GROUP BY v0 // ${JSON_ROWS} ORDER BY min(v0)`,
      [],
      (chunk) => {
        for (const row of chunk.getRows()) {
          const [own, ...others] = row.map((text) => JSON.parse(String(text)) as unknown[]);
          for (const [i, id] of (own as number[]).entries())
            take(
              id,
              others.map((list) => list[i]),
            );
        }
      },
    );
  if (ids === undefined || ids.length > FEW) return read('');
  const number = duck.api.UINTEGER;
  await duck.withTable(
    [{ name: 'id', type: number }],
    ids.length,
    (row) => [ids[row]!],
    (table) => read(`WHERE id IN (SELECT id FROM ${table})`),
  );
}

const ITEM_COLUMNS = ['path', 'label', 'file', 'asset', 'size', 'mtime'];

/** The pictures with these numbers, in their order. */
export async function itemsOf(
  duck: Duck,
  folder: string,
  manifest: Manifest,
  ids: Uint32Array,
): Promise<Item[]> {
  const found = new Array<Item | undefined>(manifest.nextId);
  await readColumns(duck, folder, manifest, ITEM_COLUMNS, ids, (id, values) => {
    const [path, label, file, asset, size, mtimeMs] = values as [
      string,
      string | null,
      string | null,
      string | null,
      number | null,
      number | null,
    ];
    const labelled = label === null ? {} : { label };
    if (file === null && asset === null) {
      found[id] = { kind: 'text', text: path, ...labelled };
      return;
    }
    found[id] = {
      kind: 'image',
      name: path.slice(path.lastIndexOf('/') + 1),
      path,
      source:
        file === null
          ? { kind: 'asset', hash: asset!, size: size ?? 0 }
          : { kind: 'file', path: file, size: size ?? 0, mtimeMs: mtimeMs ?? 0 },
      ...labelled,
    };
  });
  return Array.from(ids, (id) => {
    const item = found[id];
    if (!item) throw new RangeError(`the row of picture ${id} is missing`);
    return item;
  });
}

/** Columns for people: all but those that only programs need. */
export async function tableOfRows(
  duck: Duck,
  folder: string,
  manifest: Manifest,
  ids: Uint32Array,
): Promise<{ columns: CollectionColumn[]; rows: Cell[][] }> {
  const columns: CollectionColumn[] = [
    ...OWN_COLUMNS,
    ...manifest.columns.map(({ name, type }) => ({ name, type })),
  ];
  const sql = columns.map((column) => jsonSql(columnSql(manifest.columns, column), column.type));
  const found = new Array<Cell[] | undefined>(manifest.nextId);
  await readColumns(duck, folder, manifest, sql, ids, (id, values) => {
    found[id] = values.map((value, i) => cellOf(value, columns[i]!.type));
  });
  return { columns, rows: Array.from(ids, (id) => found[id] ?? columns.map(() => null)) };
}

/** A moment in microseconds since 1970; a Date has only milliseconds. Undefined if it is none. */
function microseconds(text: string): bigint | undefined {
  const at = Date.parse(text);
  if (Number.isNaN(at)) return undefined;
  const [, decimals = ''] = /\.(\d+)/.exec(text) ?? [];
  return BigInt(at) * 1000n + BigInt(decimals.slice(3, 6).padEnd(3, '0'));
}

/** A value of a cell as DuckDB takes it. */
export function duckValue(duck: Duck, cell: Cell | undefined, type: CollectionColumn['type']): DuckDBValue {
  if (cell === null || cell === undefined) return null;
  switch (type) {
    case 'text':
      return String(cell);
    case 'number':
      return Number(cell);
    case 'integer':
      return BigInt(cell);
    case 'boolean':
      return Boolean(cell);
    case 'time': {
      const at = microseconds(String(cell));
      return at === undefined ? null : new duck.api.DuckDBTimestampValue(at);
    }
  }
}
