import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { MANIFEST, parseManifest } from '../../../models/manifest.ts';
import { PatchbayError, type PreprocessSpec } from '../../../nodes/sdk/index.ts';
import { preprocessFromConfig } from '../preprocess/from-config.ts';
import { configNumber, type Family, familyOf, type ModelConfig } from './families.ts';
import type { MemoFile } from './memo-file.ts';
import type { ImageTower, LogitFacts, ModelEntry, TextTower, TowerFacts } from './model-entry.ts';
import { readFacts } from './tower-facts.ts';
import { imageTower, textTower, vectorSize } from './towers.ts';

/** Endings of one graph's variants, the most exact first. */
const VARIANTS = ['', '_fp16', '_quantized', '_int8', '_uint8', '_q4', '_q4f16', '_bnb4'];
const CONFIGS = [
  'config.json',
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
    names.includes('config.json') ||
    names.includes(MANIFEST) ||
    names.includes('onnx') ||
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

/** Reads a folder in Hugging Face layout. Never throws: what is wrong is the entry's `problem`. */
export async function readModelFolder(
  folder: string,
  memo: MemoFile,
  titles: ReadonlyMap<string, string>,
): Promise<ModelEntry> {
  const { id, title } = await nameOf(folder, titles);
  try {
    return { ...(await readWhole(folder, memo)), id, title, folder };
  } catch (cause) {
    const reason = cause instanceof PatchbayError ? cause.message : 'its files could not be read';
    const problem = `The model ${id} cannot be used: ${reason.replace(/\.$/, '')}.`;
    return { id, title, folder, family: 'unknown', towers: {}, problem, configHash: '' };
  }
}

/** A fetched model is called by its repository, any other by its folder. */
async function nameOf(
  folder: string,
  titles: ReadonlyMap<string, string>,
): Promise<{ id: string; title: string }> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => undefined);
  const manifest = text === undefined ? undefined : parseManifest(text);
  const id = manifest?.id ?? basename(folder);
  return { id, title: manifest?.title ?? titles.get(id) ?? id };
}

type Read = Omit<ModelEntry, 'id' | 'title' | 'folder'>;

async function readWhole(folder: string, memo: MemoFile): Promise<Read> {
  const config = (await readJson(folder, 'config.json')) ?? {};
  const family = familyOf(config);
  const [vision, text, joint] = await Promise.all([
    findGraph(folder, 'vision_model'),
    findGraph(folder, 'text_model'),
    findGraph(folder, 'model'),
  ]);
  if (!vision && !joint) {
    throw invalid(
      text ? 'onnx/vision_model.onnx is missing' : 'onnx/model.onnx or onnx/vision_model.onnx is missing',
    );
  }
  const facts = async (path: string) =>
    memo.of('facts 1', path, async () => readFacts({ kind: 'file', path }));
  const imagePath = (vision ?? joint)!;
  const image = imageTower({ kind: 'file', path: imagePath }, await facts(imagePath), family, config);
  const tokenizerConfig = (await readJson(folder, 'tokenizer_config.json')) ?? {};
  const place = { config, tokenizerConfig, folder };
  const textPath = text ?? joint;
  const reads = textPath
    ? textTower({ kind: 'file', path: textPath }, await facts(textPath), family, place)
    : undefined;
  const tokenizer = await exists(join(folder, 'tokenizer.json'));
  const preprocess = await readPreprocess(folder, config);
  const probability = probabilityOf(
    family,
    config,
    joint ? await facts(joint).catch(() => undefined) : undefined,
  );
  return {
    family: family.name,
    towers: towersOf(family, config, image, tokenizer ? reads : undefined),
    preprocess,
    probability: reads && tokenizer ? probability : undefined,
    lacks: {
      preprocess: preprocess ? undefined : 'preprocessor_config.json is missing',
      text: reads && !tokenizer ? 'tokenizer.json is missing' : undefined,
    },
    image,
    text: tokenizer ? reads : undefined,
    configHash: await hashConfigs(folder, memo),
  };
}

/** What comes out of a model's towers. */
export function towersOf(
  family: Family,
  config: ModelConfig,
  image: ImageTower,
  text: TextTower | undefined,
): ModelEntry['towers'] {
  const layers = [
    'embedding',
    ...(image.projection ? ['pre-projection'] : []),
    ...(image.hidden ? ['hidden'] : []),
  ];
  return {
    image: {
      dims: vectorSize(image.embedding) ?? family.image.dims(config),
      layers,
      preProjectionDims: image.projection?.in,
      projection: image.projection !== undefined,
    },
    ...(text && {
      text: {
        dims: vectorSize(text.embedding) ?? family.text?.dims(config),
        contextLength: text.length,
      },
    }),
  };
}

/** From the joint graph where there is one: most configs hold only the logarithm that training began with. */
function probabilityOf(
  family: Family,
  config: ModelConfig,
  joint: TowerFacts | undefined,
): ModelEntry['probability'] {
  if (!family.activation) return undefined;
  const begin = configNumber(config, 'logit_scale') ?? configNumber(config, 'logit_scale_init_value');
  const logits: LogitFacts | undefined =
    joint?.logits ?? (begin === undefined ? undefined : { scale: Math.exp(begin), bias: 0 });
  return logits && { activation: family.activation, ...logits };
}

/** The file of a graph: `onnx/<name>.onnx`, or its most exact variant, in `onnx` or in the folder itself. */
async function findGraph(folder: string, name: string): Promise<string | undefined> {
  for (const inside of [join(folder, 'onnx'), folder]) {
    const names = new Set<string>(await readdir(inside).catch(() => []));
    const variant = VARIANTS.find((ending) => names.has(`${name}${ending}.onnx`));
    if (variant !== undefined) return join(inside, `${name}${variant}.onnx`);
  }
  return undefined;
}

async function readPreprocess(folder: string, config: ModelConfig): Promise<PreprocessSpec | undefined> {
  const own =
    (await readJson(folder, 'preprocessor_config.json')) ?? (await readJson(folder, 'processor_config.json'));
  const modelType = typeof config.model_type === 'string' ? config.model_type : undefined;
  return own && preprocessFromConfig(own, { modelType });
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
