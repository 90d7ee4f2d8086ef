import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type Cell,
  type CollectionAddition,
  type CollectionColumn,
  type ItemColumns,
  itemKey,
  OWN_COLUMNS,
  throwIfAborted,
} from '../../../nodes/sdk/index.ts';
import { type Duck, type DuckDBValue, quoted } from './duckdb.ts';
import type { Manifest } from './manifest.ts';
import { duckValue, KEY_SQL, rowsSql, SQL_TYPES } from './rows.ts';

/** The files of so many pictures are looked for where nobody asked for it. */
const LOOKED_FOR = 20_000;
const LOOKS_AT_ONCE = 32;

/** The type that holds the values of both. */
function widest(a: CollectionColumn['type'], b: CollectionColumn['type']): CollectionColumn['type'] {
  if (a === b) return a;
  return ['number', 'integer'].includes(a) && ['number', 'integer'].includes(b) ? 'number' : 'text';
}

const isOwn = (name: string) =>
  ['label', ...OWN_COLUMNS.map((column) => column.name)].includes(name.trim().toLowerCase());

/** The columns of a collection after more were given, and where each given one goes; null for one that every collection has. */
export function joinColumns(known: Manifest['columns'], given: readonly CollectionColumn[]) {
  const columns = known.map((column) => ({ ...column }));
  const places = given.map(({ name, type }) => {
    if (isOwn(name)) return null;
    const at = columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
    if (at >= 0) {
      columns[at]!.type = widest(columns[at]!.type, type);
      return at;
    }
    columns.push({ key: `c${columns.length}`, name, type });
    return columns.length - 1;
  });
  return { columns, places };
}

/** An item that is kept, once. */
export interface Given {
  readonly at: number;
  readonly key: string;
}

/** What the collection says about a given item. */
export interface Known {
  readonly id: number;
  readonly row: number;
  readonly isChanged: boolean;
  /** Whether its category or its cells differ. */
  readonly isDifferent: boolean;
  /** Whether its file has another time or size. */
  readonly isTouched: boolean;
}

/** Whether a file is gone, and not only the drive or folder that it lies in. */
async function isGone(file: string): Promise<boolean> {
  const absent = (path: string) =>
    lstat(path).then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
    );
  return (await absent(file)) && !(await absent(dirname(file)));
}

async function goneOf(files: readonly (string | null)[], signal: AbortSignal): Promise<boolean[]> {
  const gone: boolean[] = files.map(() => false);
  const queue = files.entries();
  const work = async () => {
    for (const [at, file] of queue) {
      throwIfAborted(signal);
      if (file !== null) gone[at] = await isGone(file);
    }
  };
  await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, work));
  return gone;
}

/** The items that are kept: the first of each file, asset or text. */
export function uniqueItems({ items }: CollectionAddition): Given[] {
  const first = new Map<string, Given>();
  for (const [at, item] of items.entries()) {
    const key = itemKey(item);
    if (!first.has(key)) first.set(key, { at, key });
  }
  return [...first.values()];
}

/** The cells of one given item, for a table of DuckDB. */
function givenRow(
  { at, key }: Given,
  position: number,
  { items, hashes }: CollectionAddition,
  cells: readonly DuckDBValue[] | undefined,
  columns: number,
): DuckDBValue[] {
  const item = items[at]!;
  const source = item.kind === 'image' ? item.source : undefined;
  const hash =
    hashes[at] ?? (item.kind === 'text' ? createHash('sha256').update(item.text).digest('hex') : null);
  return [
    position,
    key,
    hash,
    item.kind === 'text' ? item.text : item.path,
    source?.kind === 'file' ? source.path : null,
    source?.kind === 'asset' ? source.hash : null,
    source ? BigInt(source.size) : null,
    source?.kind === 'file' ? source.mtimeMs : null,
    item.label ?? null,
    cells !== undefined,
    ...(cells ?? Array.from({ length: columns }, () => null)),
  ];
}

/** The given cells in the order of the columns of the collection. */
function cellsOf(
  duck: Duck,
  more: ItemColumns | undefined,
  places: readonly (number | null)[],
  columns: Manifest['columns'],
  at: number,
): DuckDBValue[] | undefined {
  const row: readonly Cell[] | undefined = more?.rows[at];
  if (!row) return undefined;
  const cells: DuckDBValue[] = columns.map(() => null);
  for (const [i, place] of places.entries())
    if (place !== null) cells[place] = duckValue(duck, row[i], columns[place]!.type);
  return cells;
}

const GIVEN = [
  ['position', 'UINTEGER'],
  ['key', 'VARCHAR'],
  ['hash', 'VARCHAR'],
  ['path', 'VARCHAR'],
  ['file', 'VARCHAR'],
  ['asset', 'VARCHAR'],
  ['size', 'BIGINT'],
  ['mtime', 'DOUBLE'],
  ['label', 'VARCHAR'],
  ['more', 'BOOLEAN'],
] as const;

/** Puts the given items into a table of DuckDB while `work` runs. */
export function withGiven<T>(
  duck: Duck,
  given: readonly Given[],
  addition: CollectionAddition,
  { columns, places }: ReturnType<typeof joinColumns>,
  work: (table: string) => Promise<T>,
): Promise<T> {
  const fields = [...GIVEN, ...columns.map(({ key, type }) => [key, SQL_TYPES[type]] as const)];
  return duck.withTable(
    fields.map(([name, type]) => ({ name, type: duck.api[type] })),
    given.length,
    (position) => {
      const one = given[position]!;
      return givenRow(
        one,
        position,
        addition,
        cellsOf(duck, addition.more, places, columns, one.at),
        columns.length,
      );
    },
    work,
  );
}

/** The rows that a collection has, with their keys; columns that are new are empty. */
export function existingSql(folder: string, before: Manifest, columns: Manifest['columns']): string {
  const isStored = ({ key }: { readonly key: string }) => before.columns.some((column) => column.key === key);
  // A column that now holds more than before is read as what it is now.
  const stored = { ...before, columns: columns.filter(isStored) };
  const added = columns
    .filter((column) => !isStored(column))
    .map(({ key, type }) => `NULL::${SQL_TYPES[type]} AS ${quoted(key)}`);
  return `(SELECT ${['*', ...added, `${KEY_SQL} AS "key"`].join(', ')} FROM ${rowsSql(folder, stored)})`;
}

/** What the collection knows of each given item; undefined for a new one. */
export async function knownOf(
  duck: Duck,
  table: string,
  existing: string,
  columns: Manifest['columns'],
): Promise<(Known | undefined)[]> {
  const differs = [
    'g.path <> e.path',
    '(e.hash IS NULL AND g.hash IS NOT NULL)',
    '(g.label IS NOT NULL AND g.label IS DISTINCT FROM e.label)',
    ...columns.map(({ key }) => `(g.more AND g.${quoted(key)} IS DISTINCT FROM e.${quoted(key)})`),
  ];
  const found: (Known | undefined)[] = [];
  await duck.each(
    `SELECT g.position, e.id, e."row", coalesce(g.hash <> e.hash, false), ${differs.join(' OR ')},
      g.size IS DISTINCT FROM e.size OR g.mtime IS DISTINCT FROM e.mtime
     FROM ${table} g JOIN ${existing} e ON g."key" = e."key"`,
    [],
    (chunk) => {
      for (const [position, id, row, isChanged, isDifferent, isTouched] of chunk.getRows())
        found[Number(position)] = {
          id: Number(id),
          row: Number(row),
          isChanged: isChanged === true,
          isDifferent: isDifferent === true,
          isTouched: isTouched === true,
        };
    },
  );
  const [[count]] = (await duck.columns(`SELECT count(*) FROM ${table}`)) as [[bigint]];
  return Array.from({ length: Number(count) }, (_, position) => found[position]);
}

/** The pictures of a collection that are not among the given ones. */
export interface Others {
  readonly count: number;
  /** How many of them have no file any more; undefined if nobody looked. */
  readonly gone: number | undefined;
  /** Those that go. */
  readonly removed: readonly { readonly id: number; readonly row: number }[];
}

/** Looks for the pictures that were not given. @param count how many these are @throws CancelledError */
export async function othersOf(
  duck: Duck,
  table: string,
  existing: string,
  wish: CollectionAddition['others'],
  count: number,
  signal: AbortSignal,
): Promise<Others> {
  const from = `FROM ${existing} WHERE "key" NOT IN (SELECT "key" FROM ${table})`;
  if (count === 0 || (wish === 'keep' && count > LOOKED_FOR))
    return { count, gone: count === 0 ? 0 : undefined, removed: [] };
  const [ids, rows, files] = (await duck.columns(`SELECT id, "row", file ${from}`)) as [
    number[],
    number[],
    (string | null)[],
  ];
  const gone = await goneOf(files, signal);
  const isRemoved = (at: number) => wish === 'all' || (wish === 'gone' && gone[at]!);
  return {
    count,
    gone: gone.filter(Boolean).length,
    removed: ids.flatMap((id, at) => (isRemoved(at) ? [{ id, row: rows[at]! }] : [])),
  };
}
