import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import type { Cell, ColumnType, HostTensor, ParquetContent } from '../../../nodes/sdk/index.ts';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { fileMessage } from '../../contract/messages/files.ts';
import { partsOfRegular } from '../files/regular-file.ts';
import {
  type Duck,
  type DuckDBValue,
  floatsOf,
  literal,
  parquetFiles,
  pathLiteral,
  quoted,
  withDuck,
} from './duckdb.ts';
import { cellOf, duckValue, SQL_TYPES, timeSql } from './rows.ts';

/** Rows of one part, as DuckDB works with them. */
const CHUNK_ROWS = 2048;
/** Names of columns of vectors, the usual ones first. */
const VECTOR_NAMES = ['embedding', 'embeddings', 'vector', 'vectors', 'emb', 'features'];
/** Names of columns with places on a map: embedding-atlas, and its command line. */
const MAP_NAMES = [
  ['x', 'y'],
  ['projection_x', 'projection_y'],
] as const;

/** Writes a Parquet file. */
async function writeParquet(
  duck: Duck,
  file: string,
  { columns, rows, vectors, neighbors, metadata }: ParquetContent,
): Promise<void> {
  const { api } = duck;
  const dims = vectors?.tensor.dims[1] ?? 0;
  const types = columns.map(({ type }) => SQL_TYPES[type]);
  const fields = [
    { name: 'row', type: api.UINTEGER, sql: 'UINTEGER' },
    ...columns.map((_, i) => ({ name: `c${i}`, type: api[types[i]!], sql: types[i]! })),
    ...(neighbors ? [{ name: 'near', type: api.VARCHAR, sql: 'VARCHAR' }] : []),
    ...(vectors ? [{ name: 'v', type: api.ARRAY(api.FLOAT, dims), sql: `FLOAT[${dims}]` }] : []),
  ];
  await duck.withChunks(fields, async (table, append) => {
    for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, rows.length - from);
      append(count, (chunk) => {
        chunk.setColumnValues(
          0,
          Array.from({ length: count }, (_, i) => from + i),
        );
        for (const [c, { type }] of columns.entries()) {
          const cells: DuckDBValue[] = [];
          for (let i = 0; i < count; i++) cells.push(duckValue(duck, rows[from + i]![c], type));
          chunk.setColumnValues(c + 1, cells);
        }
        if (neighbors) {
          const near = neighbors.slice(from, from + count);
          chunk.setColumnValues(
            columns.length + 1,
            near.map((one) => JSON.stringify(one)),
          );
        }
        if (!vectors) return;
        const vector = chunk.getColumnVector(fields.length - 1);
        const { items, flush } = floatsOf(duck, vector);
        items.set(vectors.tensor.data.subarray(from * dims, (from + count) * dims));
        flush();
      });
    }
    const selected = [
      ...columns.map(({ name }, i) => `c${i} AS ${quoted(name)}`),
      ...(neighbors ? [`from_json(near, '{"ids":["BIGINT"],"distances":["DOUBLE"]}') AS neighbors`] : []),
      ...(vectors ? [`CAST(v AS FLOAT[]) AS ${quoted(vectors.name)}`] : []),
    ];
    const told = Object.entries({ ...metadata, ...(vectors && { dims: String(dims) }) }).map(
      ([key, value]) => `${quoted(key)}: ${literal(value)}`,
    );
    await duck.run(
      `COPY (SELECT ${selected.join(', ')} FROM ${table} ORDER BY "row") TO ${literal(file)}
       (FORMAT parquet, COMPRESSION zstd, KV_METADATA {${told.join(', ')}})`,
    );
  });
}

/**
 * The bytes of a Parquet file. Vectors are `list<float>`, as pyarrow, pandas and DuckDB read them; their length is in the metadata.
 * Written by DuckDB into a temporary file first.
 */
export async function* parquetBytes(content: ParquetContent): AsyncGenerator<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-parquet-'));
  try {
    const file = join(folder, 'file.parquet');
    await withDuck((duck) => writeParquet(duck, file, content));
    yield* partsOfRegular(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the types of DuckDB are in a collection; others become texts. */
function columnType(sql: string): ColumnType {
  if (/^(U?(TINY|SMALL|BIG)INT|U?INTEGER)$/.test(sql)) return 'integer';
  if (/^(FLOAT|DOUBLE|DECIMAL.*)$/.test(sql)) return 'number';
  if (sql === 'BOOLEAN') return 'boolean';
  return /^(TIMESTAMP.*|DATE)$/.test(sql) ? 'time' : 'text';
}

/** A column as values of JavaScript. */
function columnSql(name: string, type: ColumnType): string {
  const own = quoted(name);
  switch (type) {
    case 'number':
      return `CAST(${own} AS DOUBLE)`;
    case 'boolean':
      return own;
    case 'time':
      return timeSql(`CAST(${own} AS TIMESTAMP)`);
    default:
      return `CAST(${own} AS VARCHAR)`;
  }
}

/** How files are read, by their endings. */
const READERS: Readonly<Record<string, (path: string) => string>> = {
  '.parquet': (path) => parquetFiles([path]),
  '.csv': (path) => `read_csv(${pathLiteral(path)}, header = true, sample_size = -1)`,
  '.tsv': (path) => `read_csv(${pathLiteral(path)}, header = true, sample_size = -1, delim = '\t')`,
  '.jsonl': (path) => `read_json(${pathLiteral(path)}, format = 'newline_delimited', sample_size = -1)`,
  '.ndjson': (path) => `read_json(${pathLiteral(path)}, format = 'newline_delimited', sample_size = -1)`,
};

/** Whether a file of this name is a table that can be read. */
export const isTableFile = (path: string): boolean => Object.hasOwn(READERS, extname(path).toLowerCase());

/** Columns of numbers with names such as `0`, `1`, `2` or `dim_1`, `dim_2`: the longest such row of columns, at least two. */
function numbered(names: readonly string[], isNumber: (i: number) => boolean): number[] {
  const groups = new Map<string, { at: number; number: number }[]>();
  for (const [at, name] of names.entries()) {
    const [, prefix, digits] = /^(.*?)(\d{1,6})$/.exec(name) ?? [];
    if (prefix === undefined || !isNumber(at)) continue;
    groups.set(prefix, [...(groups.get(prefix) ?? []), { at, number: Number(digits) }]);
  }
  const rows = [...groups.values()].map((group) => group.sort((a, b) => a.number - b.number));
  const whole = rows.filter(
    (row) =>
      row.length > 1 && row[0]!.number < 2 && row.every(({ number }, i) => number === row[0]!.number + i),
  );
  return whole.sort((a, b) => b.length - a.length)[0]?.map(({ at }) => at) ?? [];
}

const isTooLong = (cell: Cell): boolean =>
  typeof cell === 'string' && BigInt.asIntN(64, BigInt(cell)) !== BigInt(cell);

/** A table file in memory. */
export interface ReadTable {
  /** Absent if the file has no vectors. */
  readonly tensor?: HostTensor<'float32'>;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly rows: readonly (readonly Cell[])[];
  readonly metadata: Readonly<Record<string, string>>;
}

async function readTensor(
  duck: Duck,
  path: string,
  from: string,
  sql: string,
): Promise<HostTensor<'float32'>> {
  const [[shortest], [longest], [all], [known]] = (await duck.columns(
    `SELECT min(len(v)), max(len(v)), count(*), count(v) FROM (SELECT ${sql} AS v FROM ${from})`,
  )) as [[bigint | null], [bigint | null], [bigint], [bigint]];
  const file = basename(path);
  if (all !== known)
    throw new PatchbayError(fileMessage('parquet.null-vectors', { file, count: Number(all - known) }));
  if (shortest !== longest)
    throw new PatchbayError(
      fileMessage('parquet.lengths', { file, shortest: Number(shortest), longest: Number(longest) }),
    );
  const [dims, rows] = [Number(shortest ?? 0), Number(all)];
  const data = new Float32Array(rows * dims);
  let next = 0;
  if (rows > 0 && dims > 0)
    await duck.each(`SELECT CAST(${sql} AS FLOAT[${dims}]) FROM ${from}`, [], (chunk) => {
      const { items } = floatsOf(duck, chunk.getColumnVector(0));
      data.set(items.subarray(0, chunk.rowCount * dims), next);
      next += chunk.rowCount * dims;
    });
  return { dtype: 'float32', dims: [rows, dims], data };
}

/**
 * Reads a table of any program: Parquet, CSV, TSV or a line of JSON for each row. With `vectors`, its column of lists of numbers, its
 * numbered columns, or `x` and `y` of a map are vectors; all others are columns.
 * @throws PatchbayError `parquet.unreadable`, `table-file.not-utf8`, `parquet.null-vectors`, `parquet.lengths`, `collection.no-engine`
 */
export const readTableFile = (path: string, vectors = true): Promise<ReadTable> =>
  withDuck((duck) => readWith(duck, path, vectors));

async function readWith(duck: Duck, path: string, hasVectors: boolean): Promise<ReadTable> {
  const ending = extname(path).toLowerCase();
  const isParquet = ending === '.parquet';
  const from = READERS[ending]!(path);
  try {
    const [names, types] = (await duck.columns(`DESCRIBE SELECT * FROM ${from}`)) as [string[], string[]];
    const isNumber = (i: number) => ['number', 'integer'].includes(columnType(types[i]!));
    const isVector = (i: number) => /^(FLOAT|DOUBLE)\[\d*\]$/.test(types[i]!);
    // A text file has no lists: pandas writes them as texts such as [0.1, 0.2].
    const mayBeVector = (i: number) => isVector(i) || (!isParquet && types[i] === 'VARCHAR');
    const places = [...names.keys()];
    const own =
      VECTOR_NAMES.map((name) => places.find((i) => names[i] === name && mayBeVector(i))).find(
        (i) => i !== undefined,
      ) ?? places.find(isVector);
    const split = own === undefined && !isParquet ? numbered(names, isNumber) : [];
    const vector = !hasVectors ? [] : own === undefined ? split : [own];
    const hasNumber = (name: string) => names.includes(name) && isNumber(names.indexOf(name));
    const map = MAP_NAMES.find(([x, y]) => hasNumber(x) && hasNumber(y));
    const listed = (some: readonly string[]) =>
      `[${some.map((name) => `CAST(${quoted(name)} AS FLOAT)`).join(', ')}]`;
    const sqlOf = () => {
      if (!hasVectors) return undefined;
      if (own !== undefined)
        return isVector(own) ? quoted(names[own]!) : `CAST(${quoted(names[own]!)} AS FLOAT[])`;
      if (vector.length > 0) return listed(vector.map((i) => names[i]!));
      return map && listed(map);
    };
    const sql = sqlOf();
    const columns = places
      .filter((i) => !vector.includes(i))
      .map((i) => ({ name: names[i]!, type: columnType(types[i]!) }));
    const rows: Cell[][] = [];
    if (columns.length > 0)
      await duck.each(
        `SELECT ${columns.map(({ name, type }) => columnSql(name, type)).join(', ')} FROM ${from}`,
        [],
        (chunk) => {
          for (const row of chunk.getRows())
            rows.push(row.map((value, i) => cellOf(value, columns[i]!.type)));
        },
      );
    // An unsigned number of 64 bits can have more digits than a whole number of a file or collection.
    for (const [i, column] of columns.entries())
      if (column.type === 'integer' && rows.some((row) => isTooLong(row[i] ?? null))) {
        columns[i] = { ...column, type: 'text' };
        for (const row of rows) row[i] = row[i] === null ? null : String(row[i]);
      }
    const [keys = [], values = []] = isParquet
      ? ((await duck.columns(
          `SELECT decode(key), decode(value) FROM parquet_kv_metadata(${pathLiteral(path)})`,
        )) as [string[], string[]])
      : [];
    return {
      ...(sql !== undefined && { tensor: await readTensor(duck, path, from, sql) }),
      columns,
      rows,
      metadata: Object.fromEntries(keys.map((key, i) => [key, values[i]!])),
    };
  } catch (cause) {
    if (cause instanceof PatchbayError) throw cause;
    const told = String((cause as Error).message);
    // DuckDB says so in a later line, which is not shown.
    if (/not utf-8 encoded|invalid (utf-8|unicode)/i.test(told))
      throw new PatchbayError(fileMessage('table-file.not-utf8', { file: basename(path) }), { cause });
    const reason = told.split('\n')[0]!.slice(0, 200);
    throw new PatchbayError(fileMessage('parquet.unreadable', { file: basename(path), reason }), { cause });
  }
}
