import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type AnyNodeDefinition, describeNode, type Message } from '../nodes/sdk/index.ts';
import { nodeFileMessage } from './contract/messages/node-files.ts';
import { systemFault } from './contract/system-fault.ts';
import { createRegistry, type NodeFault, type Registry } from './engine/registry.ts';
import { codeOf, shippedCode } from './node-code.ts';
import { readRegular } from './runtime/files/regular-file.ts';

const NODES = new URL('../nodes/', import.meta.url);

/** `top-k.ts`, `top-k.js`; not `top-k.d.ts` and not `top-k.js.map`. */
const NODE_FILE = /^(?<name>[^.]+)\.(?:ts|js)$/;

/** A node with its file, and what its results depend on. */
interface LoadedNode {
  readonly type: string;
  readonly url: URL;
  readonly definition: AnyNodeDefinition;
  readonly code: string;
}

/** What was found in folders of nodes: the nodes, and the files and folders that were left out. */
interface Found {
  readonly nodes: readonly LoadedNode[];
  readonly faults: readonly NodeFault[];
}

function isDefinition(value: unknown): value is AnyNodeDefinition {
  if (typeof value !== 'object' || value === null) return false;
  const { title, inputs, params, outputs, run } = value as Partial<AnyNodeDefinition>;
  return Boolean(title && inputs && params && outputs) && typeof run === 'function';
}

/** A file of the user in a stack or in front of it: `file:///nodes/a/b.js:3`. */
const PLACE = /(file:\/\/[^\s()]+?\.[cm]?[jt]sx?):(\d+)/g;
/** How long a process may take to parse a file, in milliseconds. */
const PARSE_MS = 5000;
/** What an import names, in the messages of Node. */
const IMPORTED = /Cannot find (?:module|package) '([^']+)'/;

/** The line of a file that names something; undefined if none does. */
async function lineNaming(file: string, name: string): Promise<number | undefined> {
  const text = await readRegular(file, 'utf8').catch(() => '');
  const at = text.split('\n').findIndex((line) => line.includes(name));
  return at < 0 ? undefined : at + 1;
}

/** The first place of a stack that belongs to the user. */
function placeIn(stack: string, file: string): Message | undefined {
  for (const [, url, line] of stack.matchAll(PLACE)) {
    const path = fileURLToPath(url!);
    if (path.includes('node_modules')) continue;
    // An error without a line of the user comes from this file, which imported theirs.
    if (url === import.meta.url) return undefined;
    return path === file
      ? nodeFileMessage('node-file.line', { line: line! })
      : nodeFileMessage('node-file.line-of', { file: path, line: line! });
  }
  return undefined;
}

/**
 * What Node prints about a file that does not parse. An `import()` that fails has no line, but a process that starts with
 * the file prints it. Nothing of the file runs, because none of its code does before all of it parses.
 */
function printedAbout(file: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [file], { timeout: PARSE_MS, windowsHide: true }, (_, __, stderr) =>
      resolve(stderr),
    );
  });
}

/** Where an error arose: the line of the node's file, or another file with its line. */
async function placeOf(file: string, error: Error): Promise<Message | undefined> {
  const place = placeIn(error.stack ?? '', file);
  if (place !== undefined) return place;
  if (error instanceof SyntaxError) return placeIn(await printedAbout(file), file);
  const missing = IMPORTED.exec(error.message)?.[1];
  const line = missing === undefined ? undefined : await lineNaming(file, basename(missing));
  return line === undefined ? undefined : nodeFileMessage('node-file.line', { line });
}

async function notLoaded(file: string, thrown: unknown): Promise<Message> {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const [first = ''] = error.message.split('\n', 1);
  const reason = systemFault(error) ?? `${error.name}: ${first}`;
  return nodeFileMessage('node-file.not-loaded', { file, reason, place: await placeOf(file, error) });
}

/** A definition, or why the file has none. */
async function definitionIn(type: string, url: URL): Promise<AnyNodeDefinition | Message> {
  const file = fileURLToPath(url);
  try {
    const module: { default?: unknown } = await import(/* @vite-ignore */ url.href);
    if (!isDefinition(module.default)) return nodeFileMessage('node-file.no-definition', { file });
    // Ports and params of a wrong form show here, and not when all nodes are listed.
    describeNode(type, module.default);
    return module.default;
  } catch (thrown) {
    return notLoaded(file, thrown);
  }
}

/** The node files in the folders of `root`, by node type, and the folders that could not be read. */
async function filesIn(
  root: URL,
): Promise<{ files: ReadonlyMap<string, URL>; faults: readonly NodeFault[] }> {
  const files = new Map<string, URL>();
  const faults: NodeFault[] = [];
  const list = async (url: URL) => {
    try {
      return await readdir(url, { withFileTypes: true });
    } catch {
      const folder = fileURLToPath(url);
      faults.push({ message: nodeFileMessage('node-file.no-folder', { folder }) });
      return [];
    }
  };
  const names = (entries: readonly { readonly name: string }[]) => entries.map(({ name }) => name).sort();
  const folders = (await list(root)).filter((entry) => entry.isDirectory() && entry.name !== 'sdk');
  for (const category of names(folders)) {
    for (const file of names(await list(new URL(`${category}/`, root)))) {
      const name = NODE_FILE.exec(file)?.groups?.name;
      if (name !== undefined) files.set(`${category}/${name}`, new URL(`${category}/${file}`, root));
    }
  }
  return { files, faults };
}

/** The code of a node file. It is read before the file is loaded, so a later edit gets a key of its own. */
function codeIn(url: URL): string {
  return url.href.startsWith(NODES.href) ? shippedCode() : codeOf(fileURLToPath(url));
}

async function load(files: Iterable<readonly [type: string, url: URL]>): Promise<Found> {
  const nodes: LoadedNode[] = [];
  const faults: NodeFault[] = [];
  for (const [type, url] of files) {
    const code = codeIn(url);
    const definition = await definitionIn(type, url);
    if (isDefinition(definition)) nodes.push({ type, url, definition, code });
    else faults.push({ type, message: definition });
  }
  return { nodes, faults };
}

async function loadFolder(root: URL): Promise<Found> {
  const { files, faults } = await filesIn(root);
  const found = await load(files);
  return { nodes: found.nodes, faults: [...faults, ...found.faults] };
}

const registryOf = ({ nodes, faults }: Found): Registry =>
  createRegistry(
    nodes.map(({ type, definition, code }) => [type, definition, code] as const),
    faults,
  );

/**
 * The nodes of a folder: the files `<category>/<name>`, as source or compiled. The path of a file is the type of its node.
 * A file that cannot be loaded is left out and listed in `faults`.
 * @param root the nodes that ship, unless given
 */
export async function loadNodes(root: URL = NODES): Promise<Registry> {
  return registryOf(await loadFolder(root));
}

/**
 * A registry for workflows of these types only; it does not load the other nodes. With further folders, or a type that does
 * not ship, it loads everything that {@link loadAllNodes} loads, so that both report the same errors.
 */
export async function loadNodesOf(types: ReadonlySet<string>, folders: readonly string[]): Promise<Registry> {
  const files = folders.length === 0 ? (await filesIn(NODES)).files : new Map<string, URL>();
  const wanted = [...files].filter(([type]) => types.has(type));
  return wanted.length === types.size ? registryOf(await load(wanted)) : loadAllNodes(folders);
}

/**
 * The nodes that ship and those of further folders. Files that cannot be loaded, and files whose type there already is, are
 * left out and listed in `faults`.
 */
export async function loadAllNodes(folders: readonly string[]): Promise<Registry> {
  const found = [
    await loadFolder(NODES),
    ...(await Promise.all(folders.map((folder) => loadFolder(pathToFileURL(join(folder, '/')))))),
  ];
  const nodes = new Map<string, LoadedNode>();
  const faults = found.flatMap((one) => one.faults);
  for (const node of found.flatMap((one) => one.nodes)) {
    if (!nodes.has(node.type)) nodes.set(node.type, node);
    else
      faults.push({
        message: nodeFileMessage('node-file.same-type', { type: node.type, file: fileURLToPath(node.url) }),
      });
  }
  return registryOf({ nodes: [...nodes.values()], faults });
}
