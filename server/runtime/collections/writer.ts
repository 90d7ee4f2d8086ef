import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KEPT_VERSIONS, PatchbayError, throwIfAborted } from '../../../nodes/sdk/index.ts';
import { isKeptName, MAX_KEPT_NAME } from '../../contract/kept-name.ts';
import { collectionMessage } from '../../contract/messages/collections.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import { withLock } from '../files/lock.ts';
import { makeFolder } from '../files/make-folder.ts';
import { type Duck, literal, parquetFiles } from './duckdb.ts';
import {
  collectionNames,
  filesOf,
  type Manifest,
  manifestFiles,
  manifestPath,
  oldManifest,
} from './manifest.ts';
import { rowsSql } from './rows.ts';
import { flushFile, readIds, readRowsOf, readVectorsOf, writeIds, writeVectors } from './vector-files.ts';

/** Versions that the history tells about. */
const TOLD_VERSIONS = 500;
/** Files with fewer rows are joined with others. */
const SMALL_ROWS = 16_384;
/** So many small files at the end become one. */
const MANY_FILES = 16;

/** A name for new files. */
export const newId = () => Date.now().toString(36) + randomBytes(5).toString('hex');
const COMPRESSED = '(FORMAT parquet, COMPRESSION zstd)';

/** One change of a collection, while its lock is held. */
export class CollectionWriter {
  readonly duck: Duck;
  readonly folder: string;
  readonly before: Manifest;
  readonly signal: AbortSignal;
  readonly now = new Date().toISOString();
  /** The bytes of new files. */
  bytes = 0;
  #dead: Set<number> | undefined;

  constructor(duck: Duck, folder: string, before: Manifest, signal: AbortSignal) {
    this.duck = duck;
    this.folder = folder;
    this.before = before;
    this.signal = signal;
  }

  async dead(): Promise<Set<number>> {
    const { dead } = this.before;
    this.#dead ??= new Set(dead ? await readIds(join(this.folder, dead.file)) : []);
    return this.#dead;
  }

  /** Writes a query to a Parquet file that is on the disk afterwards. */
  async copy(query: string, prefix: string, rows: number): Promise<Manifest['rows'][number]> {
    const file = `${prefix}-${newId()}.parquet`;
    const path = join(this.folder, file);
    await this.duck.run(`COPY (${query}) TO ${literal(path)} ${COMPRESSED}`);
    const bytes = await flushFile(path);
    this.bytes += bytes;
    return { file, rows, bytes };
  }

  /** The rows that no longer count after some more went. */
  async stale(more: readonly number[]): Promise<Manifest['stale']> {
    const { stale } = this.before;
    if (more.length === 0) return stale;
    const { UINTEGER } = this.duck.api;
    return this.duck.withTable(
      [{ name: 'row', type: UINTEGER }],
      more.length,
      (at) => [more[at]!],
      (table) => {
        const old = stale
          ? `UNION ALL SELECT "row" FROM ${parquetFiles([join(this.folder, stale.file)])}`
          : '';
        return this.copy(`SELECT "row" FROM ${table} ${old}`, 'stale', (stale?.rows ?? 0) + more.length);
      },
    );
  }

  async deadAfter(more: readonly number[]): Promise<Manifest['dead']> {
    if (more.length === 0) return this.before.dead;
    const all = await this.dead();
    for (const id of more) all.add(id);
    const file = `dead-${newId()}.ids`;
    const bytes = await writeIds(join(this.folder, file), Uint32Array.from(all));
    this.bytes += bytes;
    return { file, rows: all.size, bytes };
  }

  /** Joins the small files of rows at the end into one, or all of them where most rows no longer count. */
  async joinRows(manifest: Manifest): Promise<Manifest> {
    const { rows, stale } = manifest;
    const total = rows.reduce((sum, part) => sum + part.rows, 0);
    let first = rows.length;
    while (first > 0 && rows[first - 1]!.rows < SMALL_ROWS) first--;
    const isWasteful = stale !== null && stale.rows > 1024 && stale.rows * 2 > total;
    if (isWasteful) first = 0;
    else if (rows.length - first < MANY_FILES) return manifest;
    const joined = { ...manifest, rows: rows.slice(first), stale };
    const live = `SELECT * FROM ${rowsSql(this.folder, joined)}`;
    const [[counted]] = (await this.duck.columns(`SELECT count(*) FROM (${live})`)) as [[bigint]];
    const one = await this.copy(`${live} ORDER BY "row"`, 'rows', Number(counted));
    const kept = rows.slice(0, first);
    if (!stale || isWasteful) return { ...manifest, rows: [...kept, one], stale: isWasteful ? null : stale };
    const parts = parquetFiles(joined.rows.map(({ file }) => join(this.folder, file)));
    const rest = `SELECT "row" FROM ${parquetFiles([join(this.folder, stale.file)])} WHERE "row" NOT IN (SELECT "row" FROM ${parts})`;
    const [[left]] = (await this.duck.columns(`SELECT count(*) FROM (${rest})`)) as [[bigint]];
    return {
      ...manifest,
      rows: [...kept, one],
      stale: left === 0n ? null : await this.copy(rest, 'stale', Number(left)),
    };
  }

  /** The same for the files of vectors of one space. */
  async joinVectors(space: Manifest['spaces'][number], dead: ReadonlySet<number>, nextId: number) {
    const { files, dims, key } = space;
    const total = files.reduce((sum, part) => sum + part.rows, 0);
    let first = files.length;
    while (first > 0 && files[first - 1]!.rows < SMALL_ROWS) first--;
    if (total > 1024 && space.count * 2 < total) first = 0;
    else if (files.length - first < MANY_FILES) return space;
    const part = { files: files.slice(first), dims };
    const rows = await readRowsOf(this.folder, part, dead, nextId);
    const matrix = await readVectorsOf(this.folder, part, rows, this.signal);
    if (rows.ids.length === 0) return { ...space, files: files.slice(0, first) };
    const one = await writeVectors(
      this.folder,
      `vectors-${key}-${newId()}`,
      {
        count: rows.ids.length,
        dims,
        id: (row) => rows.ids[row]!,
        vector: (row) => matrix.subarray(row * dims, (row + 1) * dims),
      },
      this.signal,
    );
    this.bytes += one.bytes + one.rows * 8;
    return { ...space, files: [...files.slice(0, first), one] };
  }

  /** Makes a version real; see {@link commitVersion}. */
  async commit(next: Manifest, change: VersionChange): Promise<Manifest> {
    throwIfAborted(this.signal);
    const { manifest, bytes } = await commitVersion(this.folder, this.before, next, this.now, change);
    this.bytes += bytes;
    return manifest;
  }
}

type VersionChange = Pick<
  Manifest['history'][number],
  'added' | 'changed' | 'updated' | 'removed' | 'restored'
>;

/** Makes a version real, and deletes the files that no kept version names. Only while the lock of the collection is held. */
export async function commitVersion(
  folder: string,
  before: Pick<Manifest, 'version' | 'history'>,
  next: Manifest,
  at: string,
  change: VersionChange,
): Promise<{ readonly manifest: Manifest; readonly bytes: number }> {
  const version = before.version + 1;
  const size = filesOf(next).reduce((sum, file) => sum + file.bytes, 0);
  const told = { version, at, pictures: next.pictures, ...change, bytes: size };
  const history = [...before.history, told].slice(-TOLD_VERSIONS);
  const manifest: Manifest = { ...next, version, history };
  const text = Buffer.from(`${JSON.stringify(manifest)}\n`);
  const bytes = await writeFileAtomic(manifestPath(folder, version), text);
  // What cannot be deleted now is deleted after the next change.
  await removeUnused(folder).catch(() => undefined);
  return { manifest, bytes };
}

/** Deletes old versions, and files that none of the kept ones names: also those of a process that was killed. */
async function removeUnused(folder: string): Promise<void> {
  const files = await manifestFiles(folder);
  const used = new Set<string>();
  for (const path of files.slice(0, KEPT_VERSIONS)) {
    const manifest = await oldManifest(path);
    // Nobody knows what a version needs that a newer Patchbay wrote.
    if (!manifest) return;
    for (const { file } of filesOf(manifest)) used.add(file);
  }
  for (const path of files.slice(KEPT_VERSIONS)) await rm(path, { force: true });
  for (const name of await readdir(folder))
    if (/^\.?(rows|vectors|stale|dead)-.*\.(parquet|npy|ids|tmp)$/.test(name) && !used.has(name))
      await rm(join(folder, name), { force: true });
}

/** The error of a write, with a sentence where the disk is full. */
export const diskFull = (name: string, error: unknown): unknown => {
  const { code, message = '' } = error as NodeJS.ErrnoException;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT' || /No space left on device/i.test(message);
  return isFull
    ? new PatchbayError(collectionMessage('collection.disk-full', { name }), { cause: error })
    : error;
};

/** Runs work while no other process changes this collection. */
export async function withCollection<T>(
  root: string,
  name: string,
  signal: AbortSignal,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  if (!isKeptName(name))
    throw new PatchbayError(
      collectionMessage('collection.name', { name: name.slice(0, 80), count: MAX_KEPT_NAME }),
    );
  await makeFolder(root);
  const names = await collectionNames(root);
  const folder = join(root, names.get(name) ?? name);
  // Beside the folder, so that it does not go to the trash with it.
  const lock = join(root, `.${name}.lock`);
  return withLock(
    lock,
    signal,
    () => undefined,
    () => work(folder),
  );
}
