import { isUtf8 } from 'node:buffer';
import Libsql from 'libsql';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import { requestMessage } from '../contract/messages/requests.ts';
import { storageMessage } from '../contract/messages/storage.ts';
import { unopened } from './data-folder-problem.ts';

/** A value that can be bound to a statement. */
export type Bindable = string | number | null;

/** A prepared statement whose rows have the shape `R`. */
export interface Statement<R> {
  all(...values: Bindable[]): R[];
  get(...values: Bindable[]): R | undefined;
  /** @returns how many rows changed. */
  run(...values: Bindable[]): number;
}

/** The rows in which a stored value was not what its column says. */
const damagedRows = new WeakSet<object>();

/** Whether a byte of this row has changed on the disk: a text is not UTF-8, or a number is a text. */
export const isDamaged = (row: object): boolean => damagedRows.has(row);

/** `durable` survives a power cut and takes 3 to 7 ms; `fast` survives the end of this process. */
export type Durability = 'durable' | 'fast';

/** A database in one file with a single connection, the one of this process. */
export interface Database {
  prepare<R = unknown>(sql: string): Statement<R>;
  exec(sql: string): void;
  /** Runs `work` in a transaction, which is kept as a whole or not at all. Transactions cannot be nested. */
  transaction<T>(durability: Durability, work: () => T): T;
  /** Makes every transaction throw this error, until it is called without one. */
  refuseWrites(error: PatchbayError | undefined): void;
  /** Whether the last transaction failed because the disk cannot be written at the moment. */
  readonly isFailing: boolean;
  /** Whether a damaged row was read since the database was opened. */
  readonly hasDamage: boolean;
  /** Writes a copy of the whole database to a new file. */
  copyTo(path: string): void;
  close(): void;
}

/** The names of SQLite's errors by number, for extended codes that the library does not name. */
const NAMES: Readonly<Record<number, string>> = {
  3: 'SQLITE_PERM',
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  7: 'SQLITE_NOMEM',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  19: 'SQLITE_CONSTRAINT',
  26: 'SQLITE_NOTADB',
};

/** SQLite's code of an error: `SQLITE_FULL`, `SQLITE_CONSTRAINT_UNIQUE`, ... */
export function sqliteCode(error: unknown): string | undefined {
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') return undefined;
  if (code.startsWith('SQLITE_')) return code;
  // The lower byte of an extended code is the code itself.
  const number = /^UNKNOWN_SQLITE_ERROR_(\d+)$/.exec(code)?.[1];
  return number === undefined ? undefined : (NAMES[Number(number) & 0xff] ?? 'SQLITE_ERROR');
}

/** Codes of errors that end by themselves or when a person acts: a full disk, a folder without permission to write, ... */
const TRANSIENT = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|PERM|BUSY|LOCKED|NOMEM)/;

/** Whether a write that failed with this error can succeed later. */
export const isTransient = (error: unknown): boolean =>
  TRANSIENT.test(sqliteCode(error) ?? '') || (error instanceof PatchbayError && error.code === 'data.gone');

// The native library aborts the process on a boolean, cuts texts at NUL, and ignores missing and extra values. So only safe
// values pass.
function checked(values: readonly Bindable[], expected: number): readonly Bindable[] {
  if (values.length !== expected) throw new Error(`${values.length} values for ${expected} places.`);
  for (const value of values) {
    if (typeof value === 'string') {
      if (value.includes('\0')) throw new PatchbayError(requestMessage('request.nul'));
    } else if (value !== null && !Number.isFinite(value))
      throw new Error(`A ${typeof value} that SQLite does not keep as it is.`);
  }
  return values;
}

/** The text of bytes; undefined if they are not UTF-8. */
function decoded(bytes: Buffer): string | undefined {
  const text = bytes.toString();
  // Only a text with the replacement character needs a second look.
  return text.includes('\ufffd') && !isUtf8(bytes) ? undefined : text;
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Reads all rows of a query, as objects by column. */
type Reader = (values: readonly Bindable[]) => Record<string, unknown>[];

/**
 * Reads the rows of a query. The native library aborts the process on a text that is not UTF-8, and one changed byte on the disk
 * is enough for that. So it never gets a text: SQLite joins the texts of a row to one blob, which is decoded here. Joined,
 * because one blob costs as much as one text, and ten blobs cost twice as much as ten texts.
 */
function readerOf(db: Libsql.Database, sql: string, onDamage: () => void): Reader {
  const columns = db.prepare(sql).columns();
  const names = (wanted: boolean) =>
    columns.filter(({ type }) => (type === 'TEXT') === wanted).map(({ name }) => name);
  const texts = names(true);
  const others = names(false);
  // A damaged row can have a text also where a number belongs; a sum is never a text. An expression can be anything.
  const isNumber = (name: string) => columns.some((one) => one.name === name && one.type !== null);
  const numbers = others.map((name) => {
    const column = quoted(name);
    if (isNumber(name)) return `${column} + 0`;
    return `CASE typeof(${column}) WHEN 'text' THEN CAST(${column} AS BLOB) ELSE ${column} END`;
  });
  // The letter tells a text from null. No stored text contains a NUL.
  const joined = texts.map((name) => `ifnull('t' || ${quoted(name)}, 'n')`).join(" || x'00' || ");
  const fast = db.prepare(
    `SELECT ${[...numbers, ...(texts.length > 0 ? [`CAST(${joined} AS BLOB)`] : [])].join(', ')} FROM (${sql})`,
  );
  fast.raw();

  /** @returns undefined if the row is damaged */
  const rowOf = (values: readonly unknown[]): Record<string, unknown> | undefined => {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < others.length; i++) {
      const value = values[i];
      const read = typeof value === 'object' && value !== null ? decoded(value as Buffer) : value;
      if (read === undefined) return undefined;
      row[others[i] as string] = read;
    }
    if (texts.length === 0) return row;
    const parts = decoded(values[others.length] as Buffer)?.split('\0');
    if (parts?.length !== texts.length) return undefined;
    for (let i = 0; i < texts.length; i++) {
      const part = parts[i] as string;
      row[texts[i] as string] = part === 'n' ? null : part.slice(1);
    }
    return row;
  };

  // Reads each value on its own, to save what can be read of damaged rows.
  let slow: Libsql.Statement | undefined;
  const salvage: Reader = (values) => {
    if (!slow) {
      slow = db.prepare(
        `SELECT ${columns.map(({ name }) => `typeof(${quoted(name)}), CAST(${quoted(name)} AS BLOB)`).join(', ')} FROM (${sql})`,
      );
      slow.raw();
    }
    return (slow.all(values) as unknown[][]).map((values) => {
      let damaged = false;
      const entries = columns.map(({ name, type }, i): [string, unknown] => {
        const stored = values[2 * i] as string;
        const bytes = values[2 * i + 1] as Buffer | null;
        if (stored === 'null' || bytes === null) return [name, null];
        const text = bytes.toString();
        const isText = stored === 'text' || stored === 'blob';
        if (
          isText
            ? !isUtf8(bytes) || text.includes('\0') || (type !== 'TEXT' && type !== null)
            : type === 'TEXT'
        )
          damaged = true;
        return [name, isText || type === 'TEXT' ? text.replaceAll('\0', '') : Number(text)];
      });
      const row = Object.fromEntries(entries);
      if (damaged) damagedRows.add(row);
      return row;
    });
  };

  return (values) => {
    const rows: Record<string, unknown>[] = [];
    for (const one of fast.all(values) as unknown[][]) {
      const row = rowOf(one);
      if (!row) {
        onDamage();
        return salvage(values);
      }
      rows.push(row);
    }
    return rows;
  };
}

// A column whose name is not UTF-8 would abort the process as soon as a statement names it.
function checkSchema(db: Libsql.Database, path: string): void {
  const schema = db.prepare('SELECT CAST(name AS BLOB), CAST(sql AS BLOB) FROM sqlite_schema');
  schema.raw();
  const texts = (schema.all() as unknown[][]).flat();
  if (!texts.every((text) => text === null || isUtf8(text as Buffer)))
    throw new PatchbayError(storageMessage('data.damaged', { path }));
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
    checkSchema(db, path);
    return db;
  } catch (cause) {
    db?.close();
    if (cause instanceof PatchbayError) throw cause;
    const code = sqliteCode(cause);
    if (code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED')
      throw new PatchbayError(storageMessage('data.in-use', { who: storageMessage('data.other'), path }), {
        cause,
      });
    if (code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT')
      throw new PatchbayError(storageMessage('data.damaged', { path }), { cause });
    if (code === 'SQLITE_FULL')
      throw new PatchbayError(storageMessage('data.disk-full', { path }), { cause });
    throw unopened(path, code, cause);
  }
}

/**
 * Opens or makes a database. No other process can open it while this one lives.
 * @throws PatchbayError `data.in-use`, `data.damaged`, `data.disk-full`, `data.unreadable`
 */
export function openDatabase(path: string): Database {
  const db = open(path);
  let synchronous: Durability | undefined;
  let hasDamage = false;
  let isFailing = false;
  let refused: PatchbayError | undefined;
  const noteDamage = () => {
    hasDamage = true;
  };
  return {
    prepare<R>(sql: string): Statement<R> {
      const places = sql.match(/\?/g)?.length ?? 0;
      const isQuery = /^\s*SELECT\b/i.test(sql);
      const read = isQuery ? readerOf(db, sql, noteDamage) : undefined;
      const statement = isQuery ? undefined : db.prepare(sql);
      const all = (values: readonly Bindable[]) => read?.(checked(values, places)) as R[];
      return {
        all: (...values) => all(values),
        get: (...values) => all(values)[0],
        run: (...values) => statement?.run(checked(values, places)).changes ?? 0,
      };
    },
    exec: (sql) => db.exec(sql),
    refuseWrites(error) {
      refused = error;
    },
    transaction<T>(durability: Durability, work: () => T): T {
      if (refused) throw refused;
      if (synchronous !== durability) {
        db.pragma(`synchronous = ${durability === 'durable' ? 'FULL' : 'NORMAL'}`);
        synchronous = durability;
      }
      try {
        db.exec('BEGIN IMMEDIATE');
        const result = work();
        db.exec('COMMIT');
        isFailing = false;
        return result;
      } catch (error) {
        if (isTransient(error)) isFailing = true;
        // SQLite itself rolls back on a full disk. A second rollback would hide the error.
        if (db.inTransaction) db.exec('ROLLBACK');
        throw error;
      }
    },
    get isFailing() {
      return isFailing;
    },
    get hasDamage() {
      return hasDamage;
    },
    copyTo: (path) => void db.prepare('VACUUM INTO ?').run(path),
    close: () => db.close(),
  };
}
