import { type Duck, quoted } from './duckdb.ts';
import type { Manifest } from './manifest.ts';
import { ROW_COLUMNS, rowsSql, SQL_TYPES } from './rows.ts';

// A condition over a million pictures takes a few milliseconds where its columns are in memory, and up to a hundred where they are
// read and decompressed from Parquet each time. So the columns that conditions use stay in tables of DuckDB, compressed.

/** The columns of all collections take at most so many bytes, before compression. */
const KEPT_BYTES = 96 << 20;
/** A text takes this much beside its letters. */
const TEXT_BYTES = 16;
const NUMBER_BYTES = 8;

/** All users of a process share one DuckDB. */
let tables = 0;

interface Kept {
  readonly folder: string;
  readonly version: string;
  readonly table: string;
  readonly columns: ReadonlySet<string>;
  readonly bytes: number;
  users: number;
}

/** Columns of collections in memory, for one process. */
export class KeptColumns {
  readonly #mostBytes: number;
  /** In the order of their last use. */
  #kept: readonly Kept[] = [];
  #last: Promise<unknown> = Promise.resolve();

  /** @param mostBytes columns that take more stay in their files */
  constructor(mostBytes: number = KEPT_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /**
   * Calls `work` with SQL that gives the column `id` and these columns of all pictures: a table in memory, or the files where the
   * columns are too large for it. For a table, `some` gives a few of its rows.
   * @param columns names in the files of rows
   */
  async use<T>(
    duck: Duck,
    folder: string,
    manifest: Manifest,
    columns: readonly string[],
    work: (from: string, some?: string) => Promise<T>,
  ): Promise<T> {
    // One after the other, so that two searches do not make the same table.
    const taking = this.#last.then(() => this.#take(duck, folder, manifest, columns));
    this.#last = taking.catch(() => undefined);
    const kept = await taking;
    if (!kept) return work(rowsSql(folder, manifest));
    try {
      return await work(kept.table, `${kept.table} TABLESAMPLE SYSTEM (2 PERCENT) REPEATABLE (1)`);
    } finally {
      kept.users--;
      await this.#dropUnused(duck, kept);
    }
  }

  async #take(
    duck: Duck,
    folder: string,
    manifest: Manifest,
    columns: readonly string[],
  ): Promise<Kept | undefined> {
    const version = `${manifest.createdAt} ${manifest.version}`;
    const known = this.#kept.find((one) => one.folder === folder && one.version === version);
    const make = (wanted: Iterable<string>) => this.#make(duck, folder, manifest, version, new Set(wanted));
    const kept = columns.every((column) => known?.columns.has(column))
      ? known
      : ((known && (await make([...known.columns, ...columns]))) ?? (await make(columns)));
    if (!kept) return undefined;
    kept.users++;
    // Other versions of this collection, or the same one with fewer columns, are not searched again.
    const others = this.#kept.filter((one) => one.folder !== folder);
    const before = this.#kept;
    let bytes = kept.bytes + others.reduce((sum, one) => sum + one.bytes, 0);
    while (bytes > this.#mostBytes && others.length > 0) bytes -= others.shift()!.bytes;
    this.#kept = [...others, kept];
    for (const one of before) await this.#dropUnused(duck, one);
    return kept;
  }

  /** Reads columns into a table. Undefined if they are too large. */
  async #make(
    duck: Duck,
    folder: string,
    manifest: Manifest,
    version: string,
    columns: ReadonlySet<string>,
  ): Promise<Kept | undefined> {
    const numbers = manifest.pictures * NUMBER_BYTES * (columns.size + 1);
    if (numbers > this.#mostBytes) return undefined;
    const types = new Map<string, string>([
      ...ROW_COLUMNS,
      ...manifest.columns.map(({ key, type }) => [key, SQL_TYPES[type]] as const),
    ]);
    const texts = [...columns].filter((column) => types.get(column) === 'VARCHAR');
    const letters = texts.map((column) => `coalesce(sum(strlen(${quoted(column)}) + ${TEXT_BYTES}), 0)`);
    const from = rowsSql(folder, manifest);
    const [[counted]] = (await duck.columns(`SELECT ${['0', ...letters].join(' + ')} FROM ${from}`)) as [
      [bigint | number],
    ];
    const bytes = numbers + Number(counted);
    if (bytes > this.#mostBytes) return undefined;
    const table = `kept.columns_${++tables}`;
    const selected = ['id', ...columns].map(quoted).join(', ');
    await duck.run(`CREATE TABLE ${table} AS SELECT ${selected} FROM ${from}`);
    // This compresses the table. Where another one is changed at this moment, a later one does it.
    await duck.run('CHECKPOINT kept').catch(() => undefined);
    return { folder, version, table, columns, bytes, users: 0 };
  }

  async #dropUnused(duck: Duck, kept: Kept): Promise<void> {
    if (kept.users === 0 && !this.#kept.includes(kept)) await duck.run(`DROP TABLE IF EXISTS ${kept.table}`);
  }
}
