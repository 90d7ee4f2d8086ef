import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { adapterError } from './adapter-error.ts';
import { sample } from './lora-weights.ts';

const PICKLES = new Set(['.bin', '.pt', '.pth', '.ckpt', '.pkl', '.pickle']);
const CONFIG = 'adapter_config.json';
const WEIGHTS = 'adapter_model.safetensors';

/** Files of one adapter. */
export interface AdapterFiles {
  /** Name for people: the folder's, or the file's without its ending. */
  readonly id: string;
  readonly weights: string;
  /** `adapter_config.json`, where there is one beside the weights. */
  readonly config?: string;
}

/**
 * Finds an adapter's files: a PEFT folder, a folder of one named adapter, or a .safetensors file.
 * Pickles are refused by their names and never opened: reading one runs code.
 * @throws PatchbayError `adapter.file`
 */
export async function findAdapter(path: string): Promise<AdapterFiles> {
  const found = await stat(path).catch(() => undefined);
  if (!found)
    throw adapterError(
      'file',
      `There is no adapter at ${path}: give the folder that holds ${CONFIG}, or a .safetensors file.`,
    );
  if (!found.isDirectory()) return fileAdapter(path);
  const names = (await readdir(path)).sort();
  const inside = (name: string) => (names.includes(name) ? join(path, name) : undefined);
  const weights = inside(WEIGHTS);
  const config = inside(CONFIG);
  if (weights) {
    if (!config)
      throw adapterError(
        'file',
        `The adapter folder ${basename(path)} lacks ${CONFIG}, which says rank and scale.`,
      );
    return { id: basename(path), weights, config };
  }
  const pickle = names.find((name) => PICKLES.has(extname(name).toLowerCase()));
  if (pickle) throw pickleError(pickle);
  if (config) throw adapterError('file', `The adapter folder ${basename(path)} lacks ${WEIGHTS}.`);
  const single = names.filter((name) => extname(name).toLowerCase() === '.safetensors');
  if (single.length === 1) return fileAdapter(join(path, single[0]!));
  const named = await namedAdapters(path, names);
  if (named.length === 1) return findAdapter(join(path, named[0]!));
  if (named.length + single.length > 1) {
    throw adapterError(
      'file',
      `The folder ${basename(path)} holds several adapters (${sample([...named, ...single])}): choose one of them.`,
    );
  }
  throw adapterError(
    'file',
    `The folder ${basename(path)} holds no adapter: ${CONFIG} and ${WEIGHTS} are not in it.`,
  );
}

async function fileAdapter(path: string): Promise<AdapterFiles> {
  const ending = extname(path).toLowerCase();
  if (PICKLES.has(ending)) throw pickleError(basename(path));
  if (basename(path) === CONFIG) return findAdapter(dirname(path));
  if (ending !== '.safetensors') {
    throw adapterError(
      'file',
      `${basename(path)} is no adapter: give a .safetensors file, or the folder that holds ${CONFIG}.`,
    );
  }
  const config = join(dirname(path), CONFIG);
  const hasConfig = await stat(config).then(
    (found) => found.isFile(),
    () => false,
  );
  const id = basename(path) === WEIGHTS ? basename(dirname(path)) : basename(path, extname(path));
  return { id, weights: path, config: hasConfig ? config : undefined };
}

async function namedAdapters(path: string, names: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) {
    const config = await stat(join(path, name, CONFIG)).catch(() => undefined);
    if (config?.isFile()) found.push(name);
  }
  return found;
}

const pickleError = (name: string) =>
  adapterError(
    'file',
    `${name} is a pickle, which can run code when it is read, and is not opened: save the adapter as safetensors.`,
  );

/** Reads a config as text. @throws PatchbayError `adapter.file` */
export async function readConfigText(path: string): Promise<string> {
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  if (size > 1 << 20) throw adapterError('file', `${basename(path)} is too large to be an adapter's config.`);
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw adapterError('file', `${basename(path)} could not be read; check that it may be.`, cause);
  }
}
