import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { adapterMessage } from '../../contract/messages/adapters.ts';
import { readRegular } from '../files/regular-file.ts';
import { sample } from './lora-weights.ts';

const PICKLES = new Set(['.bin', '.pt', '.pth', '.ckpt', '.pkl', '.pickle']);
/** The names of PEFT's files. */
export const CONFIG = 'adapter_config.json';
export const WEIGHTS = 'adapter_model.safetensors';
const MAX_CONFIG_BYTES = 1 << 20;

/** The files of one adapter. */
export interface AdapterFiles {
  /** A name for people: the name of the folder, or of the file without its ending. */
  readonly id: string;
  readonly weights: string;
  /** The `adapter_config.json` beside the weights; absent if the folder has none. */
  readonly config?: string;
}

/**
 * Finds the files of an adapter: a PEFT folder, a folder that holds one named adapter, or a .safetensors file.
 * It refuses pickles by their names and never opens one, because reading a pickle runs code.
 * @throws PatchbayError `adapter.*` saying what is missing
 */
export async function findAdapter(path: string): Promise<AdapterFiles> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new PatchbayError(adapterMessage('adapter.not-found', { path }));
  if (!found.isDirectory()) return fileAdapter(path);
  const folder = basename(path);
  const names = (await readdir(path)).sort();
  const inside = (name: string) => (names.includes(name) ? join(path, name) : undefined);
  const weights = inside(WEIGHTS);
  const config = inside(CONFIG);
  if (weights) {
    if (!config) throw new PatchbayError(adapterMessage('adapter.no-config', { folder }));
    return { id: folder, weights, config };
  }
  const pickle = names.find((name) => PICKLES.has(extname(name).toLowerCase()));
  if (pickle) throw pickleError(pickle);
  if (config) throw new PatchbayError(adapterMessage('adapter.no-weights', { folder }));
  const single = names.filter((name) => extname(name).toLowerCase() === '.safetensors');
  if (single.length === 1) return fileAdapter(join(path, single[0]!));
  const named = await namedAdapters(path, names);
  if (named.length === 1) return findAdapter(join(path, named[0]!));
  if (named.length + single.length > 1) {
    const several = { folder, names: sample([...named, ...single]) };
    throw new PatchbayError(adapterMessage('adapter.several', several));
  }
  throw new PatchbayError(adapterMessage('adapter.none-in-folder', { folder }));
}

async function fileAdapter(path: string): Promise<AdapterFiles> {
  const ending = extname(path).toLowerCase();
  if (PICKLES.has(ending)) throw pickleError(basename(path));
  if (basename(path) === CONFIG) return findAdapter(dirname(path));
  if (ending !== '.safetensors')
    throw new PatchbayError(adapterMessage('adapter.not-an-adapter', { file: basename(path) }));
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

const pickleError = (file: string) => new PatchbayError(adapterMessage('adapter.pickle', { file }));

/** Reads a config as text. @throws PatchbayError `adapter.config-size`, `adapter.unreadable` */
export async function readConfigText(path: string): Promise<string> {
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  const file = basename(path);
  if (size > MAX_CONFIG_BYTES) throw new PatchbayError(adapterMessage('adapter.config-size', { file }));
  try {
    return await readRegular(path, 'utf8');
  } catch (cause) {
    throw new PatchbayError(adapterMessage('adapter.unreadable', { file }), { cause });
  }
}
