import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyNodeDefinition } from '../nodes/sdk/index.ts';
import { createRegistry, type Registry } from './engine/registry.ts';

const NODES = new URL('../nodes/', import.meta.url);

/** `top-k.ts`, `top-k.js`; not `top-k.d.ts` and not `top-k.js.map`. */
const NODE_FILE = /^(?<name>[^.]+)\.(?:ts|js)$/;

function isDefinition(value: unknown): value is AnyNodeDefinition {
  if (typeof value !== 'object' || value === null) return false;
  const { title, inputs, params, outputs, run } = value as Partial<AnyNodeDefinition>;
  return Boolean(title && inputs && params && outputs) && typeof run === 'function';
}

async function folders(url: URL): Promise<string[]> {
  const entries = await readdir(url, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && entry.name !== 'sdk').map((entry) => entry.name);
}

/**
 * Every node there is: the files of `nodes/<category>/`, next to this file, from source or compiled.
 * A file's path is its node's type.
 * @throws Error naming the file that has no node definition as its default export.
 */
export async function loadNodes(root: URL = NODES): Promise<Registry> {
  const entries: [string, AnyNodeDefinition][] = [];
  for (const category of (await folders(root)).sort()) {
    for (const file of (await readdir(new URL(`${category}/`, root))).sort()) {
      const name = NODE_FILE.exec(file)?.groups?.name;
      if (name === undefined) continue;
      const module: { default?: unknown } = await import(
        /* @vite-ignore */ new URL(`${category}/${file}`, root).href
      );
      if (!isDefinition(module.default))
        throw new Error(`nodes/${category}/${file} has no node definition as its default export.`);
      entries.push([`${category}/${name}`, module.default]);
    }
  }
  return createRegistry(entries);
}

/**
 * The nodes that ship and those of further folders.
 * @throws Error when two have one type.
 */
export async function loadAllNodes(folders: readonly string[]): Promise<Registry> {
  const registries = [
    await loadNodes(),
    ...(await Promise.all(folders.map((folder) => loadNodes(pathToFileURL(join(folder, '/')))))),
  ];
  return createRegistry(
    registries.flatMap((registry) => registry.types().map((type) => [type, registry.get(type)!] as const)),
  );
}
