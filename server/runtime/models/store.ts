import { createHash } from 'node:crypto';
import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import catalog from '../../../models/catalog.json' with { type: 'json' };
import { parseCatalog } from '../../../models/catalog.ts';
import {
  type ModelCatalogue,
  type ModelInfo,
  modelNotFound,
  PatchbayError,
  type Precision,
} from '../../../nodes/sdk/index.ts';
import { modelMessage } from '../../contract/messages/models.ts';
import type { ModelReport } from '../encoders/verify-model.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import { readRegular } from '../files/regular-file.ts';
import { builtModels } from './builtin/built-models.ts';
import { FolderReads } from './folder-reads.ts';
import { MemoFile } from './memo-file.ts';
import type { ModelEntry, ModelSource } from './model-entry.ts';
import { checkWeights, hashOf, looksLikeModel, readModelFolder } from './model-folder.ts';
import { withPrecision } from './variants.ts';

/** Options of a store. */
export interface ModelStoreOptions {
  /** Each is the folder of a model, or a folder with models. If two models have the same name, the first is used. */
  readonly folders: readonly string[];
  /** Keeps the added folders and the facts about files. Without it the store forgets them when the process ends. */
  readonly dataFolder?: string;
}

/** All encoders. */
export interface ModelStore {
  /** All encoders, the built-in ones first. Broken ones have a `problem`. */
  list(): readonly ModelEntry[];
  /** The usable models as of the last refresh, for inference while wiring. */
  catalogue(): ModelCatalogue;
  /** @throws PatchbayError `model.not-found`, `model.none-chosen`, `model.unusable` */
  get(id: string): ModelEntry;
  /**
   * Reads the entry from its files as they are now, as one of its variants.
   * @throws PatchbayError `model.not-found`, `model.unusable`, `model.precision-unusable`, `model.no-precision`
   */
  current(id: string, precision?: Precision): Promise<ModelEntry>;
  /** The sha256 over the hashes of all weight files of a variant. */
  hash(id: string, precision?: Precision): Promise<string>;
  /** Hashes the files, compares the known hashes, loads the model and tries it. */
  verify(id: string): Promise<ModelReport>;
  /**
   * Adds a folder, for later starts too.
   * @throws PatchbayError `model.no-folder`, `model.none-in-folder`, `model.unusable`, `model.exists`, `model.exists-built-in`
   */
  add(path: string): Promise<ModelEntry>;
  /** Forgets an added folder but keeps its files. @throws PatchbayError `model.not-found`, `model.not-added`, `model.built-in` */
  remove(id: string): Promise<void>;
  /** Reads all folders again. */
  refresh(): Promise<void>;
}

const known = parseCatalog(catalog);
// Recipes do not describe folders, because a user may give any model the name of a recipe.
const named = known.models.filter(({ recipe }) => recipe === undefined);
const catalogued = new Map(named.map((model) => [model.id, model]));

/** Opens the store and reads all folders. */
export async function openModelStore(options: ModelStoreOptions): Promise<ModelStore> {
  const store = new FolderModelStore(options);
  await store.refresh();
  return store;
}

class FolderModelStore implements ModelStore {
  readonly #options: ModelStoreOptions;
  readonly #memo: MemoFile;
  readonly #reads: FolderReads;
  #entries = new Map<string, ModelEntry>();

  constructor(options: ModelStoreOptions) {
    this.#options = options;
    const { dataFolder } = options;
    this.#memo = new MemoFile(dataFolder === undefined ? undefined : join(dataFolder, 'model-facts.json'));
    this.#reads = new FolderReads(this.#memo, catalogued);
  }

  async refresh(): Promise<void> {
    const entries = new Map(builtModels().map((entry) => [entry.id, entry]));
    for (const folder of [...this.#options.folders, ...(await this.#added())]) {
      for (const path of await modelsIn(folder)) {
        const entry = await this.#reads.read(path);
        const first = entries.get(entry.id);
        if (!first) entries.set(entry.id, entry);
        else if (first.problem !== undefined && entry.problem === undefined) entries.set(entry.id, entry);
      }
    }
    this.#entries = entries;
  }

  list(): readonly ModelEntry[] {
    return [...this.#entries.values()];
  }

  catalogue(): ModelCatalogue {
    const usable = new Map(
      this.list()
        .filter(({ problem }) => problem === undefined)
        .map((entry) => [entry.id, entry]),
    );
    const variant = (entry: ModelEntry, precision: Precision) =>
      entry.precision === precision || entry.variants?.[precision]?.problem === undefined
        ? infoOf(withPrecision(entry, precision))
        : undefined;
    const problems = new Map(this.list().map(({ id, problem }) => [id, problem]));
    return {
      describe(id, precision) {
        const entry = usable.get(id);
        if (!entry || precision === undefined) return entry && infoOf(entry);
        return entry.precisions?.includes(precision) ? variant(entry, precision) : undefined;
      },
      ids: () => [...usable.keys()],
      problem: (id) => problems.get(id),
    };
  }

  get(id: string): ModelEntry {
    const entry = this.#entries.get(id);
    if (!entry) throw notFound(id, this.catalogue().ids());
    return usable(entry);
  }

  async current(id: string, precision?: Precision): Promise<ModelEntry> {
    const now = await this.#now(id);
    return precision === undefined ? now : usable(withPrecision(now, precision));
  }

  async #now(id: string): Promise<ModelEntry> {
    const entry = this.#entries.get(id);
    if (!entry) {
      await this.refresh();
      return this.get(id);
    }
    if (entry.folder === undefined) return entry;
    const now = await this.#reads.read(entry.folder);
    this.#entries.set(id, now);
    if (now.problem !== undefined && !(await looksLikeModel(entry.folder))) {
      await this.refresh();
      return this.get(id);
    }
    return usable(now);
  }

  async hash(id: string, precision?: Precision): Promise<string> {
    return hashEntry(await this.current(id, precision), this.#memo);
  }

  async verify(id: string): Promise<ModelReport> {
    const entry = this.#entries.get(id);
    if (!entry) throw notFound(id, this.catalogue().ids());
    // A fresh memo, because a failing disk may change bytes without changing times.
    const memo = new MemoFile();
    const now = entry.folder === undefined ? entry : await readModelFolder(entry.folder, memo, catalogued);
    const { verifyModel } = await import('../encoders/verify-model.ts');
    const expected = known.models.find((model) => model.id === id)?.files ?? [];
    return verifyModel(now, {
      hash: () => hashEntry(now, memo),
      hashFile: (path) => hashOf(path, memo),
      expected: new Map(
        expected.flatMap(({ path, sha256 }) => (sha256 === undefined ? [] : [[path, sha256]])),
      ),
    });
  }

  async add(path: string): Promise<ModelEntry> {
    const folder = await realpath(resolve(path)).catch(() => {
      throw new PatchbayError(modelMessage('model.no-folder', { path: resolve(path) }));
    });
    if (!(await looksLikeModel(folder)))
      throw new PatchbayError(modelMessage('model.none-in-folder', { folder }));
    const entry = usable(await this.#reads.read(folder));
    const taken = this.#entries.get(entry.id);
    if (taken && taken.problem === undefined && taken.folder !== entry.folder) {
      const message =
        taken.folder === undefined
          ? modelMessage('model.exists-built-in', { model: entry.id })
          : modelMessage('model.exists', { model: entry.id, folder: taken.folder });
      throw new PatchbayError(message);
    }
    const added = await this.#added();
    const { dataFolder } = this.#options;
    if (dataFolder !== undefined && !added.includes(folder)) {
      await writeFileAtomic(
        listFile(dataFolder),
        Buffer.from(`${JSON.stringify([...added, folder], null, 2)}\n`),
      );
    }
    this.#entries.set(entry.id, entry);
    return entry;
  }

  async remove(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) throw notFound(id, this.catalogue().ids());
    const { dataFolder } = this.#options;
    const added = await this.#added();
    if (entry.folder === undefined) throw new PatchbayError(modelMessage('model.built-in', { model: id }));
    if (dataFolder === undefined || !added.includes(entry.folder)) {
      const place = { model: id, folder: dirname(entry.folder) };
      throw new PatchbayError(modelMessage('model.not-added', place));
    }
    const kept = added.filter((path) => path !== entry.folder);
    await writeFileAtomic(listFile(dataFolder), Buffer.from(`${JSON.stringify(kept, null, 2)}\n`));
    await this.refresh();
  }

  async #added(): Promise<readonly string[]> {
    const { dataFolder } = this.#options;
    if (dataFolder === undefined) return [];
    try {
      const list: unknown = JSON.parse(await readRegular(listFile(dataFolder), 'utf8'));
      return Array.isArray(list) ? list.filter((path): path is string => typeof path === 'string') : [];
    } catch {
      return [];
    }
  }
}

const listFile = (dataFolder: string) => join(dataFolder, 'models.json');

/** The folder itself if it is a model, else the models directly inside it. */
async function modelsIn(folder: string): Promise<string[]> {
  if (await looksLikeModel(folder)) return [resolve(folder)];
  const found: string[] = [];
  const names: string[] = await readdir(folder).catch(() => []);
  // The folder of an unfinished download begins with a dot.
  for (const name of names.filter((one) => !one.startsWith('.')).sort()) {
    const path = join(folder, name);
    if (await looksLikeModel(path)) found.push(resolve(path));
  }
  return found;
}

async function hashEntry(entry: ModelEntry, memo: MemoFile): Promise<string> {
  const { configHash, image, text, decoder, folder } = entry;
  if (folder === undefined) return configHash;
  const towers = [image, text, decoder].filter((tower) => tower !== undefined);
  // The files may have changed since the folder was read.
  for (const { source, facts } of towers) if (source.kind === 'file') await checkWeights(source.path, facts);
  const paths = new Set(towers.flatMap(weightFiles));
  const hash = createHash('sha256');
  for (const path of paths) hash.update(`${basename(path)} ${await hashOf(path, memo)}\n`);
  return hash.digest('hex');
}

function weightFiles({
  source,
  facts,
}: {
  source: ModelSource;
  facts: { external: readonly string[] };
}): string[] {
  if (source.kind !== 'file') return [];
  return [source.path, ...facts.external.map((name) => join(dirname(source.path), name))];
}

/** The description of a model, without the hash of its weights. */
export function infoOf(entry: ModelEntry): ModelInfo {
  const { id, title, family, precision, precisions, towers, preprocess, probability, lacks } = entry;
  return {
    id,
    title,
    family,
    ...(precision && { precision }),
    ...(precisions && { precisions }),
    towers,
    ...(preprocess && { preprocess }),
    ...(probability && { probability }),
    ...((lacks?.preprocess || lacks?.text) && { lacks }),
  };
}

function usable(entry: ModelEntry): ModelEntry {
  if (entry.problem === undefined) return entry;
  throw new PatchbayError(entry.problem);
}

function notFound(id: string, ids: readonly string[]): PatchbayError {
  if (id === '') return new PatchbayError(modelMessage('model.none-chosen', { models: ids }));
  return new PatchbayError(modelNotFound(id, ids));
}
