import type {
  DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBType,
  DuckDBValue,
  DuckDBVector,
} from '@duckdb/node-api';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { collectionMessage } from '../../contract/messages/collections.ts';

// DuckDB never opens a database file here: it reads and writes Parquet files from memory, so no process holds a file that another
// one wants. Extensions are downloads and stay off; Parquet and JSON are built in.

export type { DuckDBValue };

type Api = typeof import('@duckdb/node-api');

/** A value of a statement: a VARCHAR or a DOUBLE. */
export type SqlValue = string | number;

/** DuckDB, ready for queries. */
export interface Duck {
  readonly api: Api;
  /** Runs a statement. `$1`, `$2`, ... in it stand for `values`. @throws the error of DuckDB */
  run(sql: string, values?: readonly SqlValue[]): Promise<void>;
  /** Runs a query and calls `take` with each part of its rows. */
  each(sql: string, values: readonly SqlValue[], take: (chunk: DuckDBDataChunk) => void): Promise<void>;
  /** All rows of a small result, column by column. */
  columns(sql: string, values?: readonly SqlValue[]): Promise<DuckDBValue[][]>;
  /** Fills a new temporary table part by part, and drops it when `work` has ended. A type in SQL says more than one of the library. */
  withChunks<T>(
    columns: readonly { readonly name: string; readonly type: DuckDBType; readonly sql?: string }[],
    work: (
      table: string,
      append: (rows: number, fill: (chunk: DuckDBDataChunk) => void) => void,
    ) => Promise<T>,
  ): Promise<T>;
  /** Fills a new temporary table, and drops it when `work` has ended. */
  withTable<T>(
    columns: readonly { readonly name: string; readonly type: DuckDBType }[],
    rows: number,
    cells: (row: number) => readonly DuckDBValue[],
    work: (table: string) => Promise<T>,
  ): Promise<T>;
}

/** Rows of one part, as DuckDB works with them. */
const CHUNK_ROWS = 2048;
const SETTINGS = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  // The vectors need the memory.
  memory_limit: '1GB',
  preserve_insertion_order: 'true',
};

/** The library and its databases in memory. */
interface Opened {
  readonly api: Api;
  readonly instance: DuckDBInstance;
}

let opening: Promise<Opened> | undefined;
let tables = 0;

/** A name in SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
/** A text in SQL. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** The path of one file in SQL. Letters with a meaning in patterns stand for themselves. */
export const pathLiteral = (path: string): string => literal(path.replaceAll(/[*?[]/g, '[$&]'));
/** Parquet files to read, as SQL. */
export const parquetFiles = (paths: readonly string[]): string =>
  `read_parquet([${paths.map(pathLiteral).join(', ')}], union_by_name = true)`;

async function open(): Promise<Opened> {
  try {
    const api = await import('@duckdb/node-api');
    const instance = await api.DuckDBInstance.create(':memory:', SETTINGS);
    const first = await instance.connect();
    // A second database in memory, whose tables are compressed; see kept-columns.ts.
    await first.run("ATTACH ':memory:' AS kept (COMPRESS)");
    await first.run('SET lock_configuration = true');
    first.closeSync();
    return { api, instance };
  } catch (cause) {
    const reason = String((cause as Error).message ?? cause)
      .split('\n')[0]!
      .slice(0, 200);
    throw new PatchbayError(collectionMessage('collection.no-engine', { reason }), { cause });
  }
}

function duckOf(api: Api, connection: DuckDBConnection): Duck {
  const bound = (values: readonly SqlValue[]): [values?: DuckDBValue[], types?: DuckDBType[]] => {
    // Otherwise the library takes a whole number for a BIGINT, and refuses longer ones.
    const types = values.map((value) => (typeof value === 'number' ? api.DOUBLE : api.VARCHAR));
    return values.length > 0 ? [[...values], types] : [];
  };
  const duck: Duck = {
    api,
    async run(sql, values = []) {
      await connection.run(sql, ...bound(values));
    },
    async each(sql, values, take) {
      const result = await connection.stream(sql, ...bound(values));
      for (;;) {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) return;
        take(chunk);
      }
    },
    async columns(sql, values = []) {
      const reader = await connection.runAndReadAll(sql, ...bound(values));
      return reader.getColumns();
    },
    async withChunks(columns, work) {
      const table = `given_${++tables}`;
      const types = columns.map(({ name, type, sql }) => `${quoted(name)} ${sql ?? type}`).join(', ');
      await connection.run(`CREATE TEMP TABLE ${table} (${types})`);
      try {
        const appender = await connection.createAppender(table);
        const result = await work(table, (rows, fill) => {
          const chunk = api.DuckDBDataChunk.create(
            columns.map(({ type }) => type),
            rows,
          );
          fill(chunk);
          appender.appendDataChunk(chunk);
          appender.flushSync();
        });
        appender.closeSync();
        return result;
      } finally {
        await connection.run(`DROP TABLE IF EXISTS ${table}`);
      }
    },
    withTable: (columns, rows, cells, work) =>
      duck.withChunks(columns, (table, append) => {
        for (let from = 0; from < rows; from += CHUNK_ROWS) {
          const count = Math.min(CHUNK_ROWS, rows - from);
          append(count, (chunk) => chunk.setRows(Array.from({ length: count }, (_, i) => cells(from + i))));
        }
        return work(table);
      }),
  };
  return duck;
}

/**
 * Runs work with DuckDB, which is loaded once per process. Each work has a connection of its own: a second query on one would end the
 * rows that the first one still gives.
 * @throws PatchbayError `collection.no-engine` where it cannot be loaded
 */
export async function withDuck<T>(work: (duck: Duck) => Promise<T>): Promise<T> {
  opening ??= open();
  const { api, instance } = await opening;
  const connection = await instance.connect();
  try {
    return await work(duckOf(api, connection));
  } finally {
    connection.closeSync();
  }
}

/** The numbers of a column of vectors of equal length, in place: value by value would take a hundred times as long. */
export function floatsOf(
  { api }: Duck,
  vector: DuckDBVector,
): { readonly items: Float32Array; readonly flush: () => void } {
  const child: unknown = Reflect.get(vector, 'childData');
  const items: unknown = child instanceof api.DuckDBFloatVector ? Reflect.get(child, 'items') : undefined;
  if (!(items instanceof Float32Array)) throw new TypeError('DuckDB holds vectors in another way.');
  return {
    items,
    flush() {
      (child as InstanceType<Api['DuckDBFloatVector']>).flush();
      vector.flush();
    },
  };
}
