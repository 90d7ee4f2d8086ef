import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { MANIFEST, type ModelManifest, parseManifest } from '../../../models/manifest.ts';
import { PatchbayError, type Precision, type PreprocessSpec } from '../../../nodes/sdk/index.ts';
import { preprocessFromConfig } from '../preprocess/from-config.ts';
import { FAMILIES, type Family, familyOf, GENERIC, type ModelConfig, processorOf } from './families.ts';
import { measuredFiles } from './measured.ts';
import type { MemoFile } from './memo-file.ts';
import { FACTS_VERSION, type ModelEntry, type ModelVariant } from './model-entry.ts';
import { readVariant, withoutTexts } from './read-variant.ts';
import type { TrainedLogits } from './trained/trained-logits.ts';
import { findGraph, precisionsOf } from './variants.ts';

/** Where a config is looked for. */
export const CONFIG_PLACES = [
  'config.json',
  'vae/config.json',
  'vae_encoder/config.json',
  'vae_decoder/config.json',
];
/** Small files that results depend on. */
const CONFIGS = [
  ...CONFIG_PLACES,
  'preprocessor_config.json',
  'processor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
];
const MAX_CONFIG_BYTES = 64 << 20;

/** Whether a folder looks as if it were meant to be a model. */
export async function looksLikeModel(folder: string): Promise<boolean> {
  const names: string[] = await readdir(folder).catch(() => []);
  return (
    ['config.json', MANIFEST, 'onnx', 'vae_encoder'].some((name) => names.includes(name)) ||
    names.some((name) => name.endsWith('.onnx'))
  );
}

/** sha256 of a file, hexadecimal; remembered. */
export function hashOf(path: string, memo: MemoFile): Promise<string> {
  return memo.of('sha256', path, async () => {
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex');
  });
}

/** What the catalogue says of models that a folder may not: a name for people, and what the published `config.json` leaves out. */
export type Catalogued = ReadonlyMap<string, { readonly title: string; readonly config?: ModelConfig }>;

/** Reads a folder in Hugging Face layout. Never throws: what is wrong is the entry's `problem`. */
export async function readModelFolder(
  folder: string,
  memo: MemoFile,
  catalogued: Catalogued,
): Promise<ModelEntry> {
  const manifest = await manifestIn(folder);
  const id = manifest?.id ?? basename(folder);
  const title = manifest?.title ?? catalogued.get(id)?.title ?? id;
  try {
    const known = { config: catalogued.get(id)?.config, trained: manifest?.trained };
    const read = await readWhole(folder, memo, known);
    const measured = await measuredFiles(folder, read.variants ?? {}, {
      bytes: async (path) => (await stat(path)).size,
      sha256: (path) => hashOf(path, memo),
    });
    return { ...read, id, title, folder, ...(measured && { measured }) };
  } catch (cause) {
    const reason = cause instanceof PatchbayError ? cause.message : 'its files could not be read';
    const problem = `The model ${id} cannot be used: ${reason.replace(/\.$/, '')}.`;
    return { id, title, folder, family: 'unknown', towers: {}, problem, configHash: '' };
  }
}

/** What a fetch noted; a fetched model is called by its repository, any other by its folder. */
async function manifestIn(folder: string): Promise<ModelManifest | undefined> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parseManifest(text);
}

/** What is known of a model besides its folder's own files. */
interface Known {
  readonly config?: ModelConfig;
  readonly trained?: TrainedLogits;
}

type Read = Omit<ModelEntry, 'id' | 'title' | 'folder'>;

async function readWhole(folder: string, memo: MemoFile, known: Known): Promise<Read> {
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
  const facts = async (path: string) =>
    memo.of(`facts ${FACTS_VERSION}`, path, async () => {
      const { readFacts } = await import('./structure/tower-facts.ts');
      return readFacts({ kind: 'file', path });
    });
  const tokenizer = await exists(join(folder, 'tokenizer.json'));
  const precisions = precisionsOf(graphs.image);
  const variants: Partial<Record<Precision, ModelVariant>> = {};
  let reads = false;
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
      // One variant that is cut short leaves the others as they are; the last hope says what is wrong.
      if (!(error instanceof PatchbayError) || precisions.length === 1) throw error;
      variants[precision] = { towers: {}, problem: error.message };
    }
  }
  const usable = precisions.find((precision) => variants[precision]?.problem === undefined) ?? precisions[0]!;
  const { problem, ...variant } = variants[usable]!;
  if (problem !== undefined) throw invalid(problem);
  const preprocess = await readPreprocess(folder, family, config, basename(Object.values(graphs.image)[0]!));
  return {
    family: family.name,
    ...variant,
    precision: usable,
    precisions,
    variants,
    preprocess: preprocess.spec,
    lacks: {
      preprocess: preprocess.lacks,
      text: reads && !tokenizer ? 'tokenizer.json is missing' : undefined,
    },
    configHash: await hashConfigs(folder, memo),
  };
}

/** A model's config, wherever its layout keeps it: diffusers' autoencoders have theirs in a folder of their own. */
async function readConfig(folder: string): Promise<ModelConfig> {
  for (const name of CONFIG_PLACES) {
    const found = await readJson(folder, name);
    if (found) return found;
  }
  return {};
}

/** The family its config says, or whose graphs are there where it says none. */
async function familyIn(folder: string, config: ModelConfig): Promise<Family> {
  const family = familyOf(config);
  if (family !== GENERIC || (await findGraph(folder, GENERIC.image.graphs))) return family;
  for (const other of FAMILIES)
    if (other.decoder && (await findGraph(folder, other.image.graphs))) return other;
  return family;
}

function missing(readsTexts: boolean, family: Family): PatchbayError {
  const [first = '', second] = family.image.graphs;
  const named = family.decoder
    ? `${first}.onnx or onnx/${second}.onnx`
    : 'onnx/model.onnx or onnx/vision_model.onnx';
  return invalid(readsTexts ? 'onnx/vision_model.onnx is missing' : `${named} is missing`);
}

async function readPreprocess(
  folder: string,
  family: Family,
  config: ModelConfig,
  graph: string,
): Promise<{ readonly spec?: PreprocessSpec; readonly lacks?: string }> {
  const [whole, own] = await Promise.all(
    ['processor_config.json', 'preprocessor_config.json'].map((name) => readJson(folder, name)),
  );
  // Transformers believes the newer file where that holds the picture's part, whatever the older says.
  const said = whole && 'image_processor' in whole ? whole : (own ?? whole);
  try {
    const spec = said
      ? preprocessFromConfig(said, { processor: processorOf(config) })
      : family.preprocess?.(config, graph);
    return spec ? { spec } : { lacks: 'preprocessor_config.json is missing' };
  } catch (error) {
    // Pictures can still be prepared by hand, and texts need none of it.
    if (!(error instanceof PatchbayError) || error.code !== 'preprocess.unsupported') throw error;
    return { lacks: error.message.replace(/^The /, 'the ').replace(/\.$/, '') };
  }
}

/** A JSON object of the folder, or undefined where there is no such file. @throws PatchbayError `model.invalid`. */
export async function readJson(folder: string, name: string): Promise<ModelConfig | undefined> {
  const path = join(folder, name);
  const found = await stat(path).catch(() => undefined);
  if (!found) return undefined;
  if (!found.isFile() || found.size > MAX_CONFIG_BYTES)
    throw invalid(`${name} is no file of a sensible size`);
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as ModelConfig;
  } catch (cause) {
    throw invalid(`${name} is not JSON`, cause);
  }
  throw invalid(`${name} is not a JSON object`);
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

const invalid = (message: string, cause?: unknown) =>
  new PatchbayError({ code: 'model.invalid', message }, { cause });
