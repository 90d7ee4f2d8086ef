import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type AnyNodeDefinition, PatchbayError } from '../nodes/sdk/index.ts';
import { createRegistry, type Registry } from './engine/registry.ts';

const NODES = new URL('../nodes/', import.meta.url);

/** `top-k.ts`, `top-k.js`; not `top-k.d.ts` and not `top-k.js.map`. */
const NODE_FILE = /^(?<name>[^.]+)\.(?:ts|js)$/;

function isDefinition(value: unknown): value is AnyNodeDefinition {
  if (typeof value !== 'object' || value === null) return false;
  const { title, inputs, params, outputs, run } = value as Partial<AnyNodeDefinition>;
  return Boolean(title && inputs && params && outputs) && typeof run === 'function';
}

const unusable = (message: string, cause?: unknown) =>
  new PatchbayError({ code: 'node.unusable', message }, { cause });

async function folders(url: URL): Promise<string[]> {
  const entries = await readdir(url, { withFileTypes: true }).catch((cause: unknown) => {
    throw unusable(`The folder of nodes ${fileURLToPath(url)} cannot be read; check PATCHBAY_NODES.`, cause);
  });
  return entries.filter((entry) => entry.isDirectory() && entry.name !== 'sdk').map((entry) => entry.name);
}

async function definitionIn(url: URL): Promise<AnyNodeDefinition> {
  const file = fileURLToPath(url);
  const module: { default?: unknown } = await import(/* @vite-ignore */ url.href).catch((cause: unknown) => {
    throw unusable(`The node ${file} cannot be loaded: ${(cause as Error)?.message ?? cause}`, cause);
  });
  if (isDefinition(module.default)) return module.default;
  throw unusable(
    `The node ${file} has no node definition as its default export: it wants defineNode({ ... }).`,
  );
}

/** The files of nodes in the folders of `root`, by the type of their node. */
async function filesIn(root: URL): Promise<ReadonlyMap<string, URL>> {
  const files = new Map<string, URL>();
  for (const category of (await folders(root)).sort()) {
    for (const file of (await readdir(new URL(`${category}/`, root))).sort()) {
      const name = NODE_FILE.exec(file)?.groups?.name;
      if (name !== undefined) files.set(`${category}/${name}`, new URL(`${category}/${file}`, root));
    }
  }
  return files;
}

async function registryOf(files: Iterable<readonly [type: string, url: URL]>): Promise<Registry> {
  const entries: [string, AnyNodeDefinition][] = [];
  for (const [type, url] of files) entries.push([type, await definitionIn(url)]);
  return createRegistry(entries);
}

/**
 * Every node there is: the files of `nodes/<category>/`, next to this file, from source or compiled.
 * A file's path is its node's type.
 * @throws PatchbayError `node.unusable` naming the file that cannot be loaded or is no node.
 */
export async function loadNodes(root: URL = NODES): Promise<Registry> {
  return registryOf(await filesIn(root));
}

/**
 * A registry for workflows of these types only: the other nodes that ship are not loaded. Where a type does not ship, or
 * there are further folders, it holds everything that {@link loadAllNodes} does, so that the same is found and refused.
 * @throws PatchbayError `node.unusable`
 */
export async function loadNodesOf(types: ReadonlySet<string>, folders: readonly string[]): Promise<Registry> {
  const files = folders.length === 0 ? await filesIn(NODES) : new Map<string, URL>();
  const wanted = [...files].filter(([type]) => types.has(type));
  return wanted.length === types.size ? registryOf(wanted) : loadAllNodes(folders);
}

/**
 * The nodes that ship and those of further folders.
 * @throws PatchbayError `node.unusable`, also when two have one type.
 */
export async function loadAllNodes(folders: readonly string[]): Promise<Registry> {
  const registries = [
    await loadNodes(),
    ...(await Promise.all(folders.map((folder) => loadNodes(pathToFileURL(join(folder, '/')))))),
  ];
  const entries = registries.flatMap((registry) =>
    registry.types().map((type) => [type, registry.get(type)!] as const),
  );
  const types = entries.map(([type]) => type);
  const twice = types.find((type, at) => types.indexOf(type) !== at);
  if (twice !== undefined)
    throw unusable(`Two nodes have the type "${twice}". Give one of the files another name.`);
  return createRegistry(entries);
}
