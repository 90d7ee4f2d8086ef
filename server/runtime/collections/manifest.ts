import { type Dirent, readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import {
  COLUMN_TYPES,
  type CollectionCatalogue,
  type CollectionInfo,
  KEPT_VERSIONS,
  noVersion,
  PatchbayError,
  spaceSchema,
} from '../../../nodes/sdk/index.ts';
import { count, time } from '../../contract/basics.ts';
import { collectionVersionSchema } from '../../contract/collections.ts';
import { collectionName, isKeptName } from '../../contract/kept-name.ts';
import { collectionMessage } from '../../contract/messages/collections.ts';
import { readRegular, readRegularSync } from '../files/regular-file.ts';

// A collection is a folder `collections/NAME` with
//
//   versions/000012.json   a manifest: which files version 12 consists of
//   rows-ID.parquet        metadata of pictures, one row each
//   vectors-KEY-ID.npy     vectors of one encoder, and vectors-KEY-ID.ids, which pictures they belong to
//   stale-ID.parquet       numbers of rows that a later version replaced or removed
//   dead-ID.ids            pictures that were removed
//
// Files are written once, under new names, and never changed. A version exists from the moment at which its manifest has its name.
// So a process that ends at any moment leaves the version of before and some files that nobody names, and readers need no lock:
// several processes can read while one of them writes. One writes at a time, by a lock file beside the folder.

const FORMAT = 'patchbay-collection';
const FORMAT_VERSION = 1;

const fileName = z.string().regex(/^[0-9a-z-]+\.(parquet|npy|ids)$/);
const piece = z.object({ file: fileName, rows: count, bytes: count });

const manifestSchema = z.object({
  format: z.literal(FORMAT),
  formatVersion: z.literal(FORMAT_VERSION),
  createdAt: time,
  version: z.int().min(1),
  pictures: count,
  /** The numbers that the next picture and the next row get. */
  nextId: count,
  nextRow: count,
  /** Added columns. Their values are in the column `key` of the files. */
  columns: z.array(
    z.object({ key: z.string().regex(/^c\d+$/), name: z.string().min(1), type: z.enum(COLUMN_TYPES) }),
  ),
  /** The one that was saved last comes first. */
  spaces: z.array(
    z.object({
      key: z.string().regex(/^[0-9a-z]{12}$/),
      space: spaceSchema,
      dims: z.int().min(1),
      count,
      /** `offset`: where the numbers begin in the file. */
      files: z.array(piece.extend({ offset: count, ids: fileName })),
    }),
  ),
  rows: z.array(piece),
  stale: piece.nullable(),
  dead: piece.nullable(),
  /** The last versions, oldest first, with this one. */
  history: z.array(collectionVersionSchema).min(1),
});
/** What a version of a collection consists of. */
export type Manifest = z.infer<typeof manifestSchema>;

/** The names of {@link Manifest.format}. */
export const MANIFEST_HEAD = { format: FORMAT, formatVersion: FORMAT_VERSION } as const;

const VERSIONS = 'versions';
const VERSION_FILE = /^\d{6,}\.json$/;

/** The path of the manifest of a version. */
export const manifestPath = (folder: string, version: number): string =>
  join(folder, VERSIONS, `${String(version).padStart(6, '0')}.json`);

const isAbsent = (error: unknown) =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

const named = (entries: readonly Dirent[]): Map<string, string> =>
  new Map(
    entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }): [string, string] => [name.normalize('NFC'), name])
      .filter(([name]) => isKeptName(name))
      .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })),
  );

/** The names of all collections, with the names of their folders, which macOS may write in another form. */
export async function collectionNames(root: string): Promise<Map<string, string>> {
  try {
    return named(await readdir(root, { withFileTypes: true }));
  } catch (error) {
    if (isAbsent(error)) return new Map();
    throw error;
  }
}

/** A collection whose files cannot be read. */
export const unreadableCollection = (name: string, file: string, cause: unknown): PatchbayError => {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = (code ?? message ?? String(cause)).split('\n')[0]!.slice(0, 200);
  return new PatchbayError(collectionMessage('collection.unreadable', { name, file, reason }), { cause });
};

function parse(text: string, name: string, file: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unreadableCollection(name, file, cause);
  }
  const { format, formatVersion } = (value ?? {}) as { format?: unknown; formatVersion?: unknown };
  if (format === FORMAT && typeof formatVersion === 'number' && formatVersion > FORMAT_VERSION)
    throw new PatchbayError(collectionMessage('collection.newer', { name }));
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) throw unreadableCollection(name, file, parsed.error.issues[0] ?? parsed.error);
  return parsed.data;
}

/** The names of the manifests in a folder, newest first. */
const newestFirst = (files: readonly string[]): string[] =>
  files
    .filter((file) => VERSION_FILE.test(file))
    .sort((a, b) => Number.parseInt(b, 10) - Number.parseInt(a, 10));

/** The manifest files of a collection, newest first. Empty if there is no collection. */
export async function manifestFiles(folder: string): Promise<string[]> {
  try {
    return newestFirst(await readdir(join(folder, VERSIONS))).map((file) => join(folder, VERSIONS, file));
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** The numbers of the versions of a collection whose files are kept, newest first. */
export const keptVersions = async (folder: string): Promise<number[]> =>
  (await manifestFiles(folder)).slice(0, KEPT_VERSIONS).map((file) => Number.parseInt(basename(file), 10));

/**
 * A manifest; undefined if the collection has none.
 * @param version 0 is the newest
 * @throws PatchbayError `collection.unreadable`, `collection.newer`, `collection.no-version`
 */
export async function readManifest(folder: string, name: string, version = 0): Promise<Manifest | undefined> {
  const files = await manifestFiles(folder);
  if (files.length === 0) return undefined;
  const file = version === 0 ? files[0] : files.find((one) => one === manifestPath(folder, version));
  if (file === undefined) throw new PatchbayError(noVersion(name, version));
  try {
    return parse(await readRegular(file, 'utf8'), name, file);
  } catch (error) {
    throw error instanceof PatchbayError ? error : unreadableCollection(name, file, error);
  }
}

/** A manifest that was read before; undefined if it cannot be read any more. */
export async function oldManifest(path: string): Promise<Manifest | undefined> {
  try {
    return manifestSchema.parse(JSON.parse(await readRegular(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** All files that a manifest names, with their sizes. */
export function filesOf({ spaces, rows, stale, dead }: Pick<Manifest, 'spaces' | 'rows' | 'stale' | 'dead'>) {
  const pieces = [...rows, ...(stale ? [stale] : []), ...(dead ? [dead] : [])];
  return [
    ...pieces.map(({ file, bytes }) => ({ file, bytes })),
    ...spaces.flatMap(({ files }) =>
      files.flatMap(({ file, bytes, ids, rows: count }) => [
        { file, bytes },
        { file: ids, bytes: count * 4 },
      ]),
    ),
  ];
}

/** What nodes and lists show of a manifest. */
export const infoOf = (name: string, { version, pictures, spaces, columns }: Manifest): CollectionInfo => ({
  name,
  version,
  pictures,
  spaces: spaces.map(({ key, space, dims, count }) => ({ key, space: { ...space, dims }, count })),
  columns: columns.map(({ name: column, type }) => ({ name: column, type })),
});

/** Reads manifests without waiting, for inference, and keeps them until there are newer ones. */
export interface ManifestReader extends CollectionCatalogue {
  /** A text that changes when the newest version of any collection does. */
  state(): string;
}

/** Opens a reader. @param root the folder `collections`; it need not exist */
export function manifestReader(root: string): ManifestReader {
  const kept = new Map<string, { readonly file: string; readonly info: CollectionInfo | undefined }>();
  const folders = (): Map<string, string> => {
    try {
      return named(readdirSync(root, { withFileTypes: true }));
    } catch {
      return new Map();
    }
  };
  const newest = (folder: string, version = 0): string | undefined => {
    try {
      const files = newestFirst(readdirSync(join(root, folder, VERSIONS)));
      return version === 0 ? files[0] : files.find((file) => Number.parseInt(file, 10) === version);
    } catch {
      return undefined;
    }
  };
  return {
    names: () => [...folders()].filter(([, folder]) => newest(folder) !== undefined).map(([name]) => name),
    describe(given, version) {
      const name = collectionName(given);
      const folder = folders().get(name);
      const file = folder === undefined ? undefined : newest(folder, version);
      if (folder === undefined || file === undefined) return undefined;
      const key = version ? `${name}\0${version}` : name;
      const known = kept.get(key);
      if (known?.file === file) return known.info;
      let info: CollectionInfo | undefined;
      try {
        info = infoOf(name, parse(readRegularSync(join(root, folder, VERSIONS, file), 'utf8'), name, file));
      } catch {
        // The run says why.
      }
      kept.set(key, { file, info });
      return info;
    },
    state: () => [...folders()].map(([name, folder]) => `${name} ${newest(folder)}`).join('\n'),
  };
}
