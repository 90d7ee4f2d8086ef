import { createHash } from 'node:crypto';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import catalog from '../../../models/catalog.json' with { type: 'json' };
import { parseCatalog } from '../../../models/catalog.ts';
import {
  type ModelCatalogue,
  type ModelInfo,
  nearestName,
  PatchbayError,
  type Precision,
} from '../../../nodes/sdk/index.ts';
import type { ModelReport } from '../encoders/verify-model.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import { builtModels } from './builtin/built-models.ts';
import { FolderReads } from './folder-reads.ts';
import { MemoFile } from './memo-file.ts';
import type { ModelEntry, ModelSource } from './model-entry.ts';
import { hashOf, looksLikeModel, readModelFolder } from './model-folder.ts';
import { withPrecision } from './variants.ts';

/** Where models are looked for. */
export interface ModelStoreOptions {
  /** Each a model's folder, or a folder of models; the first to have a name keeps it. */
  readonly folders: readonly string[];
  /** Where added folders and what was learnt of files are remembered; without it, for this process only. */
  readonly dataFolder?: string;
}

/** The encoders there are. */
export interface ModelStore {
  /** All of them, built in first, broken ones with their `problem`. */
  list(): readonly ModelEntry[];
  /** The usable ones, for inference while wiring: a snapshot of the last look. */
  catalogue(): ModelCatalogue;
  /** @throws PatchbayError `model.not-found`, `model.invalid` with a sentence. */
  get(id: string): ModelEntry;
  /** The entry as its files are now, as one of its variants. @throws PatchbayError `model.not-found`, `model.invalid`, `model.no-precision`. */
  current(id: string, precision?: Precision): Promise<ModelEntry>;
  /** sha256 over the hashes of all weight files of a variant. */
  hash(id: string, precision?: Precision): Promise<string>;
  /** Hashes the files, compares with what is known of them, loads the model and tries it. */
  verify(id: string): Promise<ModelReport>;
  /** Makes a folder known by its name, for later starts too. @throws PatchbayError `model.invalid`, `model.exists`. */
  add(path: string): Promise<ModelEntry>;
  /** Forgets an added folder; its files are left alone. @throws PatchbayError `model.not-found`, `model.not-added`. */
  remove(id: string): Promise<void>;
  /** Looks at all folders again. */
  refresh(): Promise<void>;
}

const known = parseCatalog(catalog);
// A folder somebody made may bear the name of what a recipe makes, and be something else.
const named = known.models.filter(({ recipe }) => recipe === undefined);
const catalogued = new Map(named.map((model) => [model.id, model]));

/** Opens the store and looks at all folders once. */
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
    // Nothing remembered counts here: a disk may change bytes without changing times.
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
      throw new PatchbayError({
        code: 'model.invalid',
        message: `There is no folder ${resolve(path)}. Check the path, or name a repository of the hub as OWNER/NAME.`,
      });
    });
    if (!(await looksLikeModel(folder))) {
      throw new PatchbayError({
        code: 'model.invalid',
        message: `There is no model in ${folder}: a model's folder holds its graph, onnx/model.onnx or onnx/vision_model.onnx, and the .json files beside it.`,
      });
    }
    const entry = usable(await this.#reads.read(folder));
    const taken = this.#entries.get(entry.id);
    if (taken && taken.problem === undefined && taken.folder !== entry.folder) {
      throw new PatchbayError({
        code: 'model.exists',
        message: `There already is a model named ${entry.id} (${taken.folder ?? 'built in'}): rename the new folder.`,
      });
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
    if (dataFolder === undefined || entry.folder === undefined || !added.includes(entry.folder)) {
      throw new PatchbayError({
        code: 'model.not-added',
        message: `${id} was not added: it ${entry.folder === undefined ? 'is built in' : `is found in ${dirname(entry.folder)}; take its folder away there`}.`,
      });
    }
    const kept = added.filter((path) => path !== entry.folder);
    await writeFileAtomic(listFile(dataFolder), Buffer.from(`${JSON.stringify(kept, null, 2)}\n`));
    await this.refresh();
  }

  async #added(): Promise<readonly string[]> {
    const { dataFolder } = this.#options;
    if (dataFolder === undefined) return [];
    try {
      const list: unknown = JSON.parse(await readFile(listFile(dataFolder), 'utf8'));
      return Array.isArray(list) ? list.filter((path): path is string => typeof path === 'string') : [];
    } catch {
      return [];
    }
  }
}

const listFile = (dataFolder: string) => join(dataFolder, 'models.json');

/** The model folders at a place: itself, or those directly in it. */
async function modelsIn(folder: string): Promise<string[]> {
  if (await looksLikeModel(folder)) return [resolve(folder)];
  const found: string[] = [];
  const names: string[] = await readdir(folder).catch(() => []);
  // What a fetch has not finished begins with a dot.
  for (const name of names.filter((one) => !one.startsWith('.')).sort()) {
    const path = join(folder, name);
    if (await looksLikeModel(path)) found.push(resolve(path));
  }
  return found;
}

async function hashEntry(entry: ModelEntry, memo: MemoFile): Promise<string> {
  const { configHash, image, text, decoder, folder } = entry;
  if (folder === undefined) return configHash;
  const paths = new Set([image, text, decoder].flatMap((tower) => (tower ? weightFiles(tower) : [])));
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

/** What may be said of a model without its weights' hash. */
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
  throw new PatchbayError({ code: 'model.invalid', message: entry.problem });
}

function notFound(id: string, ids: readonly string[]): PatchbayError {
  const names = ids.join(', ');
  const near = nearestName(id, ids);
  if (id !== '' && near !== undefined)
    return new PatchbayError({
      code: 'model.not-found',
      message: `There is no model named ${id}. Did you mean ${near}?`,
    });
  return new PatchbayError({
    code: 'model.not-found',
    message:
      id === ''
        ? `No model is chosen: choose one of ${names}.`
        : `There is no model named ${id}: choose one of ${names}, or add its folder with "patchbay models add".`,
  });
}
