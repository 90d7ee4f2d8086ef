import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type AnyNodeDefinition, PatchbayError } from '../nodes/sdk/index.ts';
import { nodeFileMessage } from './contract/messages/node-files.ts';
import { createRegistry, type Registry } from './engine/registry.ts';
import { codeOf, shippedCode } from './node-code.ts';

const NODES = new URL('../nodes/', import.meta.url);

/** `top-k.ts`, `top-k.js`; not `top-k.d.ts` and not `top-k.js.map`. */
const NODE_FILE = /^(?<name>[^.]+)\.(?:ts|js)$/;

function isDefinition(value: unknown): value is AnyNodeDefinition {
  if (typeof value !== 'object' || value === null) return false;
  const { title, inputs, params, outputs, run } = value as Partial<AnyNodeDefinition>;
  return Boolean(title && inputs && params && outputs) && typeof run === 'function';
}

async function folders(url: URL): Promise<string[]> {
  const entries = await readdir(url, { withFileTypes: true }).catch((cause: unknown) => {
    throw new PatchbayError(nodeFileMessage('node-file.no-folder', { folder: fileURLToPath(url) }), {
      cause,
    });
  });
  return entries.filter((entry) => entry.isDirectory() && entry.name !== 'sdk').map((entry) => entry.name);
}

async function definitionIn(url: URL): Promise<AnyNodeDefinition> {
  const file = fileURLToPath(url);
  const module: { default?: unknown } = await import(/* @vite-ignore */ url.href).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PatchbayError(nodeFileMessage('node-file.not-loaded', { file, reason }), { cause });
  });
  if (isDefinition(module.default)) return module.default;
  throw new PatchbayError(nodeFileMessage('node-file.no-definition', { file }));
}

/** The node files in the folders of `root`, by node type. */
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

/** The code of a node file. It is read before the file is loaded, so a later edit gets a key of its own. */
function codeIn(url: URL): string {
  return url.href.startsWith(NODES.href) ? shippedCode() : codeOf(fileURLToPath(url));
}

async function registryOf(files: Iterable<readonly [type: string, url: URL]>): Promise<Registry> {
  const entries: [string, AnyNodeDefinition, string][] = [];
  for (const [type, url] of files) {
    const code = codeIn(url);
    entries.push([type, await definitionIn(url), code]);
  }
  return createRegistry(entries);
}

/**
 * Loads the nodes of a folder: the files `<category>/<name>`, as source or compiled. The path of a file is the node's
 * type.
 * @param root the folder; by default, that of Patchbay's own nodes
 * @throws PatchbayError `node-file.*`, naming a file that cannot be loaded or defines no node
 */
export async function loadNodes(root: URL = NODES): Promise<Registry> {
  return registryOf(await filesIn(root));
}

/**
 * A registry for workflows of these types only. It does not load other nodes. With additional folders or an unknown
 * type, it loads everything that {@link loadAllNodes} loads, so that both report the same errors.
 * @throws PatchbayError `node-file.*`
 */
export async function loadNodesOf(types: ReadonlySet<string>, folders: readonly string[]): Promise<Registry> {
  const files = folders.length === 0 ? await filesIn(NODES) : new Map<string, URL>();
  const wanted = [...files].filter(([type]) => types.has(type));
  return wanted.length === types.size ? registryOf(wanted) : loadAllNodes(folders);
}

/**
 * Loads the nodes that come with Patchbay and those of additional folders.
 * @throws PatchbayError `node-file.*`, also when two nodes have the same type
 */
export async function loadAllNodes(folders: readonly string[]): Promise<Registry> {
  const registries = [
    await loadNodes(),
    ...(await Promise.all(folders.map((folder) => loadNodes(pathToFileURL(join(folder, '/')))))),
  ];
  const entries = registries.flatMap((registry) =>
    registry.types().map((type) => [type, registry.get(type)!, registry.code(type)] as const),
  );
  const types = entries.map(([type]) => type);
  const twice = types.find((type, at) => types.indexOf(type) !== at);
  if (twice !== undefined) throw new PatchbayError(nodeFileMessage('node-file.same-type', { type: twice }));
  return createRegistry(entries);
}
