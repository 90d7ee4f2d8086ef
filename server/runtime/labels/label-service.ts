import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import {
  type LabelService,
  type LabelSetContent,
  PatchbayError,
  type PictureLabel,
} from '../../../nodes/sdk/index.ts';
import { labelMessage } from '../../contract/messages/labels.ts';
import { isSetPath } from '../../contract/path-params.ts';
import { setNotFound } from '../../contract/set-not-found.ts';
import type { PathResolver } from '../files/paths.ts';
import { readSet, setState } from './set-file.ts';

/** A set as nodes get it, and what its content is. */
interface Loaded {
  readonly state: string;
  readonly content: LabelSetContent;
  /** The sha256 over categories and labels. */
  readonly hash: string;
}

/** Reads label sets and keeps the last ones until their files change. */
export interface LabelReader {
  readonly folder: string;
  /** @throws PatchbayError `labels.unreadable`; the system's error */
  load(path: string, name: string): Promise<Loaded | undefined>;
}

/** How many sets are kept. */
const MAX_KEPT = 4;
/** How many labels are read before others get a turn. */
const AT_ONCE = 5000;

async function read(path: string, name: string, state: string): Promise<Loaded> {
  const { set } = await readSet(path, name);
  const names = new Map(set.categories.map((category) => [category.id, category.name]));
  const labels = new Map<string, PictureLabel>();
  const hash = createHash('sha256').update(JSON.stringify(set.categories.map((one) => one.name)));
  let count = 0;
  // In the order of the hashes, because the order of labelling says nothing.
  for (const key of [...set.labels.keys()].sort()) {
    if (++count % AT_ONCE === 0) await turn();
    const label = set.labels.get(key)!;
    const category = label.category === null ? undefined : names.get(label.category);
    const not = label.not.map((id) => names.get(id)!).sort();
    if (category === undefined && not.length === 0) continue;
    labels.set(label.hash, { ...(category !== undefined && { category }), not });
    hash.update(`\n${JSON.stringify([label.hash, category ?? null, ...not])}`);
  }
  return {
    state,
    content: { name, categories: [...names.values()], labels },
    hash: hash.digest('hex'),
  };
}

/** Opens a reader. @param folder the sets of the data folder; it need not exist */
export function openLabelReader(folder: string): LabelReader {
  const kept = new Map<string, Promise<Loaded>>();
  return {
    folder,
    async load(path, name) {
      const state = await setState(path);
      if (state === undefined) return undefined;
      const key = `${path}\0${state}`;
      let loading = kept.get(key);
      if (!loading) {
        loading = read(path, name, state);
        // A set that cannot be read is read again next time.
        loading.catch(() => kept.delete(key));
      }
      kept.delete(key);
      kept.set(key, loading);
      for (const oldest of kept.keys()) {
        if (kept.size <= MAX_KEPT) break;
        kept.delete(oldest);
      }
      return loading;
    },
  };
}

/** The names of the sets in a folder, with the names of their files, which macOS may write in another form. */
async function namesIn(folder: string): Promise<Map<string, string>> {
  const files: string[] = await readdir(folder).catch(() => []);
  return new Map(
    files
      .filter((file) => file.endsWith('.json') && !file.startsWith('.'))
      .map((file) => [file.slice(0, -'.json'.length).normalize('NFC'), file]),
  );
}

/** Reads label sets by name or by path; see {@link LabelService}. */
export function createLabelService({
  sets,
  paths,
}: {
  readonly sets: LabelReader;
  readonly paths: PathResolver;
}): LabelService {
  async function find(given: string): Promise<Loaded> {
    const set = given.trim().normalize('NFC');
    if (isSetPath(given)) {
      const path = await paths.resolve(given.trim());
      const found = await sets.load(path, basename(path).replace(/\.json$/i, ''));
      if (!found) throw new PatchbayError(labelMessage('labels.file-not-found', { path: given.trim() }));
      return found;
    }
    const names = await namesIn(sets.folder);
    // Looked up in the list, so that a name cannot lead out of the folder.
    const file = names.get(set);
    const found = file === undefined ? undefined : await sets.load(join(sets.folder, file), set);
    if (found) return found;
    throw new PatchbayError(setNotFound(set, names.keys()));
  }
  return {
    read: async (set) => (await find(set)).content,
    fingerprint: (set) =>
      find(set).then(
        ({ hash }) => hash,
        (error: unknown) => `missing ${(error as { code?: string }).code}`,
      ),
  };
}
