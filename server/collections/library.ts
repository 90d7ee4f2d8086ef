import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, noCollection, noVersion, PatchbayError } from '../../nodes/sdk/index.ts';
import type { Collection, CollectionDetails, CollectionsNotice } from '../contract/collections.ts';
import { collectionName, isKeptName, MAX_KEPT_NAME } from '../contract/kept-name.ts';
import { collectionMessage } from '../contract/messages/collections.ts';
import {
  collectionNames,
  keptVersions,
  type Manifest,
  manifestFiles,
  readManifest,
} from '../runtime/collections/manifest.ts';
import { commitVersion, withCollection } from '../runtime/collections/writer.ts';
import { foldersOf, pauseFollow, readFollow } from './follow-file.ts';

/** The collections of a data folder, as lists show them. Runs write them in other processes. */
export interface CollectionLibrary {
  /** All collections by name. One that cannot be read has a `problem`. */
  list(): Promise<Collection[]>;
  /** @throws PatchbayError `collection.not-found`, `collection.unreadable` */
  get(name: string): Promise<CollectionDetails>;
  /** @throws PatchbayError `collection.not-found`, `collection.name`, `collection.name-taken` */
  rename(name: string, to: string): Promise<CollectionDetails>;
  /**
   * Makes a new version that is a copy of an older one. Following its folder pauses, because that would change it back.
   * @throws PatchbayError `collection.not-found`, `collection.no-version`, `collection.unreadable`
   */
  restore(name: string, version: number): Promise<CollectionDetails>;
  /** Removes a collection: `move` takes the folder away that it gets the name of. @throws PatchbayError `collection.not-found` */
  remove<T>(name: string, move: (folder: string) => Promise<T>): Promise<T>;
  /** Looks for changes now, and not only after a while. */
  look(): Promise<void>;
  close(): void;
}

/** How often changes of other processes are looked for, in milliseconds. */
const LOOK_MS = 2000;
/** A version as it is written in an address or a command. @throws PatchbayError `collection.bad-version` */
export function versionNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new PatchbayError(collectionMessage('collection.bad-version', { version: text.slice(0, 40) }));
}

const NEVER = new Date(0).toISOString();

function summaryOf(name: string, manifest: Manifest): Collection {
  const { version, createdAt, pictures, spaces, columns, history } = manifest;
  const last = history.at(-1)!;
  return {
    name,
    version,
    createdAt,
    updatedAt: last.at,
    pictures,
    bytes: last.bytes,
    encoders: spaces.map(({ key, space, dims, count }) => ({
      ...{ key, encoder: space.encoder, title: space.title },
      ...{ dims, count },
    })),
    columns: columns.map(({ name: column, type }) => ({ name: column, type })),
  };
}

/** The state of a collection that follows folders, as its server wrote it last. */
async function followOf(folder: string, name: string): Promise<Pick<Collection, 'follow'>> {
  try {
    const follow = await readFollow(folder, name);
    if (!follow) return {};
    const { workflow, node, state, problem, at } = follow;
    return { follow: { folders: foldersOf(workflow, node).map(({ path }) => path), state, problem, at } };
  } catch (error) {
    if (!(error instanceof PatchbayError)) throw error;
    return { follow: { folders: [], state: 'problem', problem: messageOf(error), at: NEVER } };
  }
}

/**
 * Opens the collections of a data folder for lists.
 * @param root the folder `collections`; it need not exist
 * @param onChange called for each change, also of other processes
 */
export function openLibrary(root: string, onChange?: (notice: CollectionsNotice) => void): CollectionLibrary {
  const { signal } = new AbortController();
  /** The versions as last told, by name; undefined before the first look. */
  let known: ReadonlyMap<string, number> | undefined;
  let looking: Promise<void> | undefined;

  async function versions(): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    for (const [name, folder] of await collectionNames(root)) {
      const [newest] = await manifestFiles(join(root, folder));
      const version = Number.parseInt(newest?.slice(newest.search(/\d+\.json$/)) ?? '', 10);
      if (version > 0) found.set(name, version);
    }
    return found;
  }

  async function compare(): Promise<void> {
    const now = await versions();
    const before = known;
    known = now;
    if (!before || !onChange) return;
    for (const [name, version] of now)
      if (before.get(name) !== version)
        onChange({ name, version, change: before.has(name) ? 'changed' : 'created' });
    for (const [name, version] of before) if (!now.has(name)) onChange({ name, version, change: 'deleted' });
  }

  const look = () => {
    looking ??= compare()
      .catch(() => undefined)
      .finally(() => {
        looking = undefined;
      });
    return looking;
  };
  const timer = onChange && setInterval(() => void look(), LOOK_MS).unref();
  if (onChange) void look();

  async function find(given: string): Promise<{ name: string; folder: string; manifest: Manifest }> {
    const name = collectionName(given);
    const names = await collectionNames(root);
    const folder = names.get(name);
    const manifest = folder === undefined ? undefined : await readManifest(join(root, folder), name);
    if (folder === undefined || !manifest) throw new PatchbayError(noCollection(name, names.keys()));
    return { name, folder, manifest };
  }
  const get = async (given: string): Promise<CollectionDetails> => {
    const { name, folder, manifest } = await find(given);
    const follow = await followOf(join(root, folder), name);
    const kept = new Set(await keptVersions(join(root, folder)));
    const versions = manifest.history.map((one) => ({ ...one, kept: kept.has(one.version) })).reverse();
    return { ...summaryOf(name, manifest), ...follow, versions };
  };

  return {
    get,
    look,
    async list() {
      const items: Collection[] = [];
      for (const [name, folder] of await collectionNames(root)) {
        try {
          const manifest = await readManifest(join(root, folder), name);
          if (manifest)
            items.push({ ...summaryOf(name, manifest), ...(await followOf(join(root, folder), name)) });
        } catch (error) {
          if (!(error instanceof PatchbayError)) throw error;
          const nothing = { version: 0, createdAt: NEVER, updatedAt: NEVER, pictures: 0, bytes: 0 };
          items.push({ name, ...nothing, encoders: [], columns: [], problem: messageOf(error) });
        }
      }
      return items;
    },
    async rename(given, wanted) {
      const { name } = await find(given);
      const to = collectionName(wanted);
      if (!isKeptName(to))
        throw new PatchbayError(
          collectionMessage('collection.name', { name: to.slice(0, 80), count: MAX_KEPT_NAME }),
        );
      await withCollection(root, name, signal, async (folder) => {
        for (const other of (await collectionNames(root)).keys())
          if (other !== name && other.toLowerCase() === to.toLowerCase())
            throw new PatchbayError(collectionMessage('collection.name-taken', { name: other }));
        await rename(folder, join(root, to));
      });
      const renamed = await get(to);
      if (known) {
        const others = [...known].filter(([other]) => other !== name);
        known = new Map([...others, [to, renamed.version]]);
      }
      onChange?.({ name, version: renamed.version, change: 'renamed', renamedTo: to });
      return renamed;
    },
    async restore(given, version) {
      const { name } = await find(given);
      await withCollection(root, name, signal, async (folder) => {
        const now = await readManifest(folder, name);
        const old = await readManifest(folder, name, version);
        if (!now || !old || version < 1) throw new PatchbayError(noVersion(name, version));
        // Numbers of pictures and rows that later versions used are not used again.
        const { nextId, nextRow } = now;
        const nothing = { added: 0, changed: 0, updated: 0, removed: 0 };
        await commitVersion(folder, now, { ...old, nextId, nextRow }, new Date().toISOString(), {
          ...nothing,
          restored: version,
        });
        // A damaged file follows nothing, and must not keep a version from being restored.
        await pauseFollow(folder, name).catch(() => undefined);
      });
      await look();
      return get(name);
    },
    async remove(given, move) {
      const name = collectionName(given);
      const names = await collectionNames(root);
      const folder = names.get(name);
      if (folder === undefined) throw new PatchbayError(noCollection(name, names.keys()));
      // One that cannot be read can be deleted, too.
      const result = await withCollection(root, name, signal, () => move(folder));
      await look();
      return result;
    },
    close: () => clearInterval(timer),
  };
}
