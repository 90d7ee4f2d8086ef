import { totalmem } from 'node:os';
import { join } from 'node:path';
import {
  type CollectionService,
  type CollectionVectors,
  noCollection,
  noVectorsOf,
  PatchbayError,
  spaceOf,
} from '../../../nodes/sdk/index.ts';
import { type HostTensorHandle, hostTensor } from '../ort/tensor.ts';
import { withDuck } from './duckdb.ts';
import { KeptColumns } from './kept-columns.ts';
import {
  collectionName,
  collectionNames,
  infoOf,
  type Manifest,
  readManifest,
  unreadableCollection,
} from './manifest.ts';
import { filterOf, itemsOf, matching, tableOfRows } from './rows.ts';
import { saveToCollection } from './save.ts';
import { readIds, readRowsOf, readVectorsOf } from './vector-files.ts';

/** The vectors of a space in memory. */
interface Loaded {
  readonly key: string;
  readonly ids: Uint32Array;
  readonly tensor: HostTensorHandle<'float32'>;
}

/** Vectors of so many bytes stay in memory for the next search. */
const KEPT_BYTES = totalmem() / 4;

/** The collections of a data folder, for one process. */
export interface CollectionStore {
  readonly root: string;
  readonly columns: KeptColumns;
  /**
   * A collection as it is now, or a version of it; 0 is the newest.
   * @throws PatchbayError `collection.not-found`, `collection.no-version`, `collection.unreadable`, `collection.newer`
   */
  find(
    name: string,
    version?: number,
  ): Promise<{ readonly name: string; readonly folder: string; readonly manifest: Manifest }>;
  /** Calls `work` with a manifest, and once more with a newer one if files of it were deleted meanwhile. */
  reading<T>(
    name: string,
    version: number,
    work: (found: Awaited<ReturnType<CollectionStore['find']>>) => Promise<T>,
  ): Promise<T>;
  vectors(
    folder: string,
    manifest: Manifest,
    space: Manifest['spaces'][number],
    signal: AbortSignal,
  ): Promise<Loaded>;
}

const isMissing = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'ENOENT' ||
  /No files found|Cannot open file/i.test((error as Error).message ?? '');

/** Opens the collections of a data folder. @param root the folder `collections`; it need not exist */
export function openCollections(root: string): CollectionStore {
  /** In the order of their last use. */
  const kept = new Map<string, Loaded>();

  const find: CollectionStore['find'] = async (given, version = 0) => {
    const name = collectionName(given);
    const names = await collectionNames(root);
    // Looked up in the list, so that a name cannot lead out of the folder.
    const own = names.get(name);
    const folder = own === undefined ? undefined : join(root, own);
    const manifest = folder === undefined ? undefined : await readManifest(folder, name, version);
    if (folder === undefined || !manifest) throw new PatchbayError(noCollection(name, names.keys()));
    return { name, folder, manifest };
  };

  return {
    root,
    columns: new KeptColumns(),
    find,
    async reading(name, version, work) {
      const found = await find(name, version);
      try {
        return await work(found);
      } catch (error) {
        if (error instanceof PatchbayError || !(error instanceof Error)) throw error;
        const again = await find(name, version);
        if (again.manifest.version === found.manifest.version || !isMissing(error))
          throw unreadableCollection(found.name, found.folder, error);
        return work(again);
      }
    },
    async vectors(folder, { dead, nextId, version }, space, signal) {
      const key = `${folder}\0${version}\0${space.key}`;
      const known = kept.get(key);
      kept.delete(key);
      if (known) {
        kept.set(key, known);
        return known;
      }
      const gone = new Set(dead ? await readIds(join(folder, dead.file)) : []);
      const rows = await readRowsOf(folder, space, gone, nextId);
      // Older versions go first, so that two of them do not need memory at the same time.
      for (const other of kept.keys())
        if (other.startsWith(`${folder}\0`) && other.endsWith(space.key)) kept.delete(other);
      const data = await readVectorsOf(folder, space, rows, signal);
      const tensor = hostTensor({ dtype: 'float32', dims: [rows.ids.length, space.dims], data });
      const loaded: Loaded = { key, ids: rows.ids, tensor };
      kept.set(key, loaded);
      let bytes = [...kept.values()].reduce((sum, one) => sum + one.tensor.bytes, 0);
      for (const [oldest, one] of kept) {
        if (bytes <= KEPT_BYTES) break;
        kept.delete(oldest);
        bytes -= one.tensor.bytes;
      }
      return loaded;
    },
  };
}

/** The rows whose picture has a bit, as 1, and their number. Plain loops: a million calls of a function take longer than the search. */
function rowsWith(ids: Uint32Array, bits: Uint8Array): { only: Uint8Array; count: number } {
  const only = new Uint8Array(ids.length);
  let count = 0;
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row]!;
    const bit = (bits[id >> 3]! >> (7 - (id & 7))) & 1;
    only[row] = bit;
    count += bit;
  }
  return { only, count };
}

/** The rows with a 1, as a copy. */
function someRows(
  tensor: Loaded['tensor'],
  { only, count }: ReturnType<typeof rowsWith>,
): HostTensorHandle<'float32'> {
  const { data, dims } = tensor.host;
  const width = dims[1]!;
  const copy = new Float32Array(count * width);
  let next = 0;
  for (const [row, one] of only.entries())
    if (one === 1) copy.set(data.subarray(row * width, (row + 1) * width), width * next++);
  return hostTensor({ dtype: 'float32', dims: [count, width], data: copy });
}

/** Opens a part of a collection; see `CollectionService.open`. */
async function openVectors(
  store: CollectionStore,
  given: string,
  encoder: string,
  filter: string,
  { signal, version = 0 }: Parameters<CollectionService['open']>[3],
): Promise<CollectionVectors> {
  return store.reading(given, version, async ({ name, folder, manifest }) => {
    const info = infoOf(name, manifest);
    const chosen = spaceOf(info, encoder);
    if (!chosen) throw new PatchbayError(noVectorsOf(info, encoder));
    const space = manifest.spaces.find(({ key }) => key === chosen.key)!;
    // A wrong filter is told before anything large is read.
    const wanted = filter.trim() === '' ? undefined : filterOf(manifest, filter);
    const { ids, tensor } = await store.vectors(folder, manifest, space, signal);
    // DuckDB is loaded only where it is needed: a search of everything starts without it.
    const bits =
      wanted &&
      (await withDuck((duck) =>
        store.columns.use(duck, folder, manifest, wanted.columns, (...from) =>
          matching(duck, manifest, wanted, ...from),
        ),
      ));
    const some = bits && rowsWith(ids, bits);
    // What is read later, after `reading` has ended.
    const read = <T>(work: Parameters<typeof withDuck<T>>[0]) =>
      withDuck(work).catch((error: unknown) => {
        throw error instanceof PatchbayError ? error : unreadableCollection(name, folder, error);
      });
    const fitting = () => (some ? ids.filter((_, row) => some.only[row] === 1) : ids);
    return {
      info,
      space: chosen.space,
      tensor,
      ...(some && { only: some.only }),
      count: some?.count ?? ids.length,
      items: (rows) =>
        read((duck) =>
          itemsOf(duck, folder, manifest, rows ? Uint32Array.from(rows, (row) => ids[row]!) : fitting()),
        ),
      rows: async () => (some ? someRows(tensor, some) : tensor),
      table: () => read((duck) => tableOfRows(duck, folder, manifest, fitting())),
    };
  });
}

/** Collections for nodes; see {@link CollectionService}. */
export function createCollectionService(store: CollectionStore): CollectionService {
  return {
    async info(given, version) {
      const { name, manifest } = await store.find(given, version);
      return infoOf(name, manifest);
    },
    fingerprint: (given, version) =>
      store.find(given, version).then(
        ({ name, manifest }) => `${name} ${manifest.createdAt} ${manifest.version}`,
        (error: unknown) => `missing ${(error as { code?: string }).code}`,
      ),
    save: (given, addition, work) =>
      withDuck((duck) => saveToCollection(duck, store.root, collectionName(given), addition, work)),
    open: (given, encoder, filter, work) => openVectors(store, given, encoder, filter, work),
  };
}
