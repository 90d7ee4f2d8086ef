import Libsql from 'libsql';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import { storageMessage } from '../contract/messages/storage.ts';

/** A value that can be bound to a statement. */
export type Bindable = string | number | null;

/** A prepared statement whose rows have the shape `R`. */
export interface Statement<R> {
  all(...values: Bindable[]): R[];
  get(...values: Bindable[]): R | undefined;
  /** @returns how many rows changed. */
  run(...values: Bindable[]): number;
}

/** `durable` survives a power cut and takes 3 to 7 ms; `fast` survives the end of this process. */
export type Durability = 'durable' | 'fast';

/** A database in one file with a single connection, the one of this process. */
export interface Database {
  prepare<R = unknown>(sql: string): Statement<R>;
  exec(sql: string): void;
  /** Runs `work` in a transaction, which is kept as a whole or not at all. Transactions cannot be nested. */
  transaction<T>(durability: Durability, work: () => T): T;
  close(): void;
}

/** SQLite's code of an error: `SQLITE_FULL`, `SQLITE_CONSTRAINT_UNIQUE`, ... */
export function sqliteCode(error: unknown): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : undefined;
}

// The native library aborts the process on a boolean, cuts texts at NUL, and ignores missing and extra values. So this
// function refuses such values.
function checked(values: readonly Bindable[], expected: number): readonly Bindable[] {
  if (values.length !== expected) throw new Error(`${values.length} values for ${expected} places.`);
  for (const value of values) {
    if (typeof value === 'string' ? value.includes('\0') : value !== null && !Number.isFinite(value))
      throw new Error(`A ${typeof value} that SQLite does not keep as it is.`);
  }
  return values;
}

function open(path: string): Libsql.Database {
  let db: Libsql.Database | undefined;
  try {
    db = new Libsql(path);
    // An exclusive lock: no other process can open the file, and there is no shared -shm file. SQLite before 3.51.3 can
    // lose a WAL that several connections reset at once.
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL');
    db.exec('BEGIN IMMEDIATE; COMMIT');
    db.pragma('foreign_keys = ON');
    db.pragma(`journal_size_limit = ${64 * 1024 * 1024}`);
    return db;
  } catch (cause) {
    db?.close();
    const code = sqliteCode(cause);
    if (code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED')
      throw new PatchbayError(storageMessage('data.in-use', { who: storageMessage('data.other'), path }), {
        cause,
      });
    if (code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT')
      throw new PatchbayError(storageMessage('data.damaged', { path }), { cause });
    if (code === 'SQLITE_FULL')
      throw new PatchbayError(storageMessage('data.disk-full', { path }), { cause });
    const reason = (cause as Error).message;
    throw new PatchbayError(storageMessage('data.unreadable', { path, reason }), { cause });
  }
}

/**
 * Opens or makes a database. No other process can open it while this one lives.
 * @throws PatchbayError `data.in-use`, `data.damaged`, `data.disk-full`, `data.unreadable`
 */
export function openDatabase(path: string): Database {
  const db = open(path);
  let synchronous: Durability | undefined;
  return {
    prepare<R>(sql: string): Statement<R> {
      const statement = db.prepare(sql);
      const places = sql.match(/\?/g)?.length ?? 0;
      // Rows are read as lists, because libsql adds a `_metadata` to rows that are objects.
      const columns = statement.reader ? statement.columns().map(({ name }) => name) : [];
      const rowOf = (row: unknown[]) => Object.fromEntries(columns.map((name, i) => [name, row[i]])) as R;
      if (statement.reader) statement.raw();
      const all = (values: readonly Bindable[]) =>
        (statement.all(checked(values, places)) as unknown[][]).map(rowOf);
      return {
        all: (...values) => all(values),
        get: (...values) => all(values)[0],
        run: (...values) => statement.run(checked(values, places)).changes,
      };
    },
    exec: (sql) => db.exec(sql),
    transaction<T>(durability: Durability, work: () => T): T {
      if (synchronous !== durability) {
        db.pragma(`synchronous = ${durability === 'durable' ? 'FULL' : 'NORMAL'}`);
        synchronous = durability;
      }
      db.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        db.exec('COMMIT');
        return result;
      } catch (error) {
        // SQLite itself rolls back on a full disk. A second rollback would hide the error.
        if (db.inTransaction) db.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => db.close(),
  };
}
