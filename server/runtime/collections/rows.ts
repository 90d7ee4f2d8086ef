import { join } from 'node:path';
import {
  type Cell,
  type CollectionColumn,
  type Filter,
  type Item,
  OWN_COLUMNS,
  parseFilter,
} from '../../../nodes/sdk/index.ts';
import { type Duck, type DuckDBValue, idsOf, parquetFiles, quoted } from './duckdb.ts';
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

/** A column in SQL over {@link rowsSql}. */
export function columnSql(columns: Manifest['columns'], { name }: CollectionColumn): string {
  if (name === 'category') return 'label';
  if (name === 'modified') return 'make_timestamp(CAST(mtime * 1000 AS BIGINT))';
  if (OWN_COLUMNS.some((own) => own.name === name)) return quoted(name);
  return quoted(columns.find((column) => column.name === name)!.key);
}

/** Reads a filter over the columns of a collection. @throws PatchbayError `filter.*` */
export const filterOf = ({ columns }: Pick<Manifest, 'columns'>, text: string): Filter =>
  parseFilter(text, [...OWN_COLUMNS, ...columns], (column) => columnSql(columns, column));

/** Marks the pictures that fit a filter with 1. @returns an entry for each number of a picture */
export async function matching(
  duck: Duck,
  folder: string,
  manifest: Manifest,
  { sql, values }: Filter,
): Promise<Uint8Array> {
  const marks = new Uint8Array(manifest.nextId);
  const query = `SELECT id FROM ${rowsSql(folder, manifest)} WHERE ${sql}`;
  await duck.each(query, values, (chunk) => {
    const ids = idsOf(chunk);
    for (let i = 0; i < chunk.rowCount; i++) marks[ids[i]!] = 1;
  });
  return marks;
}

/** A point in time as people write it, in UTC. */
const timeSql = (sql: string) => `strftime(${sql}, '%Y-%m-%dT%H:%M:%S.%f')`;

/** A column as a text of JSON: no NaN, all digits of long integers, times as texts. */
function jsonSql(sql: string, type: CollectionColumn['type']): string {
  switch (type) {
    case 'number':
      return `CASE WHEN isfinite(${sql}) THEN ${sql} END`;
    case 'integer':
      return `CAST(${sql} AS VARCHAR)`;
    case 'time':
      return timeSql(sql);
    default:
      return sql;
  }
}

function cellOf(value: unknown, type: CollectionColumn['type']): Cell {
  if (value === null || value === undefined) return null;
  if (type === 'integer') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (type === 'time') return `${String(value).replace(/\.?0+$/, '')}Z`;
  return value as Cell;
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
      const at = Date.parse(String(cell));
      return Number.isNaN(at) ? null : new duck.api.DuckDBTimestampValue(BigInt(at) * 1000n);
    }
  }
}
