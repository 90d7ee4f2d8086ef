import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MANIFEST, type ModelManifest, parseManifest } from '../../../models/manifest.ts';
import {
  type Message,
  messageOf,
  PatchbayError,
  type Precision,
  type PreprocessSpec,
} from '../../../nodes/sdk/index.ts';
import { fileMessage } from '../../contract/messages/files.ts';
import { modelMessage } from '../../contract/messages/models.ts';
import { hashRegular, isNotRegular, readRegular } from '../files/regular-file.ts';
import { preprocessFromConfig } from '../preprocess/from-config.ts';
import { checkedFiles, PARITY } from './checked.ts';
import { FAMILIES, type Family, familyOf, GENERIC, type ModelConfig, processorOf } from './families.ts';
import type { MemoFile } from './memo-file.ts';
import { FACTS_VERSION, type ModelEntry, type ModelVariant, type TowerFacts } from './model-entry.ts';
import { readVariant, withoutTexts } from './read-variant.ts';
import type { TrainedLogits } from './trained/trained-logits.ts';
import { findGraph, precisionsOf } from './variants.ts';

/** Possible places of the config in a model's folder. */
export const CONFIG_PLACES = [
  'config.json',
  'vae/config.json',
  'vae_encoder/config.json',
  'vae_decoder/config.json',
];
/** Small files that change results. */
const CONFIGS = [
  ...CONFIG_PLACES,
  'preprocessor_config.json',
  'processor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
];
const MAX_CONFIG_MEGABYTES = 64;

/** Whether a folder looks like a model, broken or not. */
export async function looksLikeModel(folder: string): Promise<boolean> {
  const names: string[] = await readdir(folder).catch(() => []);
  return (
    ['config.json', MANIFEST, 'onnx', 'vae_encoder'].some((name) => names.includes(name)) ||
    names.some((name) => name.endsWith('.onnx'))
  );
}

/** The sha256 of a file, hexadecimal. `memo` remembers it. */
export function hashOf(path: string, memo: MemoFile): Promise<string> {
  return memo.of('sha256', path, async () => {
    try {
      return await hashRegular(path);
    } catch (cause) {
      throw isNotRegular(cause) ? invalid(fileMessage('file.not-a-file', { path }), cause) : cause;
    }
  });
}

/** Facts of the catalogue by model id: a name for people, and keys that the published `config.json` omits. */
export type Catalogued = ReadonlyMap<string, { readonly title: string; readonly config?: ModelConfig }>;

/** Reads a folder in Hugging Face layout. Never throws: the entry of a broken model has a `problem`. */
export async function readModelFolder(
  folder: string,
  memo: MemoFile,
  catalogued: Catalogued,
): Promise<ModelEntry> {
  const manifest = await manifestIn(folder);
  const id = manifest?.id ?? basename(folder);
  const title = manifest?.title ?? catalogued.get(id)?.title ?? id;
  try {
    const known = { id, config: catalogued.get(id)?.config, trained: manifest?.trained };
    const read = await readWhole(folder, memo, known);
    const checked = await checkedFiles(folder, read.variants ?? {}, {
      bytes: async (path) => (await stat(path)).size,
      sha256: (path) => hashOf(path, memo),
    });
    return { ...read, id, title, folder, ...(checked && { checked }) };
  } catch (cause) {
    const reason = cause instanceof PatchbayError ? messageOf(cause) : modelMessage('model.files-unreadable');
    const problem = modelMessage('model.unusable', { model: id, reason });
    return { id, title, folder, family: 'unknown', towers: {}, problem, configHash: '' };
  }
}

/** The manifest that a download leaves. It names the model after its repository; other models are named after their folder. */
async function manifestIn(folder: string): Promise<ModelManifest | undefined> {
  const text = await readRegular(join(folder, MANIFEST), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parseManifest(text);
}

/** Facts about a model that are not in its folder. */
interface Known {
  readonly id: string;
  readonly config?: ModelConfig;
  readonly trained?: TrainedLogits;
}

type Read = Omit<ModelEntry, 'id' | 'title' | 'folder'>;

async function readWhole(folder: string, memo: MemoFile, known: Known): Promise<Read> {
  // A clone without Git LFS has pointers instead of its large files.
  for (const name of [...CONFIGS, PARITY]) await refuseStandIn(join(folder, name));
  const config = { ...known.config, ...(await readConfig(folder)) };
  const family = await familyIn(folder, config);
  const graphs = {
    image: await findGraph(folder, family.image.graphs),
    text: family.text && (await findGraph(folder, family.text.graphs)),
    joint: await findGraph(folder, ['model']),
    decoder: family.decoder && (await findGraph(folder, family.decoder.graphs)),
  };
  if (!graphs.image) throw missing(graphs.text !== undefined, family);
  const tokenizerConfig = (await readJson(folder, 'tokenizer_config.json')) ?? {};
  const facts = async (path: string) => {
    await refuseStandIn(path);
    const found = await memo.of(`facts ${FACTS_VERSION}`, path, async () => {
      const { readFacts } = await import('./structure/tower-facts.ts');
      return readFacts({ kind: 'file', path });
    });
    await checkWeights(path, found);
    return found;
  };
  const tokenizer = await exists(join(folder, 'tokenizer.json'));
  const precisions = precisionsOf(graphs.image);
  const variants: Partial<Record<Precision, ModelVariant>> = {};
  let reads = false;
  let fault: PatchbayError | undefined;
  for (const precision of precisions) {
    try {
      const variant = await readVariant(
        { ...{ folder, family, config, tokenizerConfig, trained: known.trained }, facts },
        graphs,
        precision,
      );
      reads ||= variant.text !== undefined;
      variants[precision] = tokenizer ? variant : withoutTexts(variant);
    } catch (error) {
      // A broken variant does not break the others.
      if (!(error instanceof PatchbayError)) throw error;
      fault ??= error;
      const reason = messageOf(error);
      const problem = modelMessage('model.precision-unusable', { precision, model: known.id, reason });
      variants[precision] = { towers: {}, problem };
    }
  }
  const usable = precisions.find((precision) => variants[precision]?.problem === undefined);
  if (usable === undefined) throw fault;
  const preprocess = await readPreprocess(folder, family, config, basename(Object.values(graphs.image)[0]!));
  return {
    family: family.name,
    ...variants[usable]!,
    precision: usable,
    precisions,
    variants,
    preprocess: preprocess.spec,
    lacks: {
      preprocess: preprocess.lacks,
      text: reads && !tokenizer ? modelMessage('model.no-tokenizer') : undefined,
    },
    configHash: await hashConfigs(folder, memo),
  };
}

/**
 * Checks the files that hold the weights of a graph, before anything opens them.
 * @throws PatchbayError `model.unsafe`
 */
export async function checkWeights(
  path: string,
  { external, externalBytes }: Pick<TowerFacts, 'external' | 'externalBytes'>,
): Promise<void> {
  if (external.length === 0) return;
  const { checkExternalData } = await import('../onnx/external-data.ts');
  checkExternalData(path, new Map(external.map((name, i) => [name, externalBytes[i] ?? 0])));
}

/** Refuses what stands in for a file: a pipe would be read for ever. @throws PatchbayError `model.lfs-pointer`, `model.not-a-file` */
async function refuseStandIn(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found || found.isDirectory()) return;
  if (!found.isFile()) throw invalid(modelMessage('model.not-a-file', { file: basename(path) }));
  if (found.size > 1024) return;
  const { isLfsPointer } = await import('../onnx/external-data.ts');
  if (isLfsPointer(path, found.size))
    throw invalid(modelMessage('model.lfs-pointer', { file: basename(path) }));
}

/** The config of a model. diffusers' autoencoders keep theirs in a folder of its own. */
async function readConfig(folder: string): Promise<ModelConfig> {
  for (const name of CONFIG_PLACES) {
    const found = await readJson(folder, name);
    if (found) return found;
  }
  return {};
}

/** The family that the config names, or else the family whose graphs are in the folder. */
async function familyIn(folder: string, config: ModelConfig): Promise<Family> {
  const family = familyOf(config);
  if (family !== GENERIC || (await findGraph(folder, GENERIC.image.graphs))) return family;
  for (const other of FAMILIES)
    if (other.decoder && (await findGraph(folder, other.image.graphs))) return other;
  return family;
}

function missing(readsTexts: boolean, family: Family): PatchbayError {
  const [first = '', second] = family.image.graphs;
  const files = family.decoder
    ? [`${first}.onnx`, `onnx/${second}.onnx`]
    : [...(readsTexts ? [] : ['onnx/model.onnx']), 'onnx/vision_model.onnx'];
  return invalid(modelMessage('model.no-graph', { files }));
}

async function readPreprocess(
  folder: string,
  family: Family,
  config: ModelConfig,
  graph: string,
): Promise<{ readonly spec?: PreprocessSpec; readonly lacks?: Message }> {
  const [whole, own] = await Promise.all(
    ['processor_config.json', 'preprocessor_config.json'].map((name) => readJson(folder, name)),
  );
  // Transformers prefers the newer processor_config.json if it has an `image_processor`.
  const said = whole && 'image_processor' in whole ? whole : (own ?? whole);
  try {
    const spec = said
      ? preprocessFromConfig(said, { processor: processorOf(config) })
      : family.preprocess?.(config, graph);
    return spec ? { spec } : { lacks: modelMessage('model.no-preprocessor-config') };
  } catch (error) {
    // The model is still useful: for texts, and for pictures that the user prepares.
    if (!(error instanceof PatchbayError) || !error.code.startsWith('preprocess.')) throw error;
    return { lacks: messageOf(error) };
  }
}

/** Reads a JSON object from the folder; undefined for a missing file. @throws PatchbayError `model.config-*` */
export async function readJson(folder: string, name: string): Promise<ModelConfig | undefined> {
  const path = join(folder, name);
  const found = await stat(path).catch(() => undefined);
  if (!found) return undefined;
  if (!found.isFile() || found.size > MAX_CONFIG_MEGABYTES << 20)
    throw invalid(modelMessage('model.config-size', { file: name, megabytes: MAX_CONFIG_MEGABYTES }));
  try {
    const value: unknown = JSON.parse(await readRegular(path, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as ModelConfig;
  } catch (cause) {
    throw invalid(modelMessage('model.config-not-json', { file: name }), cause);
  }
  throw invalid(modelMessage('model.config-not-object', { file: name }));
}

async function hashConfigs(folder: string, memo: MemoFile): Promise<string> {
  const hash = createHash('sha256');
  for (const name of CONFIGS) {
    const path = join(folder, name);
    if (await exists(path)) hash.update(`${name} ${await hashOf(path, memo)}\n`);
  }
  return hash.digest('hex');
}

const exists = (path: string) =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

const invalid = (message: Message, cause?: unknown) => new PatchbayError(message, { cause });
