import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { version } from './package-root.ts';
import { readRegularSync } from './runtime/files/regular-file.ts';

// The code behind a node's results, as a text that changes with it. Cache keys hold it, so that edited code computes
// again.

const CODE = /\.[cm]?[jt]s$/;
/** Relative paths in quotes: imports, and files such as `new URL('./words.txt', import.meta.url)`. */
const RELATIVE = /(['"`])(\.{1,2}\/[^'"`\n]{1,500})\1/g;
/** Larger files count by size and time instead of their bytes. */
const LARGEST = 16 * 1024 * 1024;
/** A node with more files than this is not followed further. */
const MOST_FILES = 2000;

/** The folders of the package whose code affects the results of shipped nodes. */
const SHIPPED = ['nodes', 'server/contract', 'server/engine', 'server/runtime', 'models'].map((folder) =>
  fileURLToPath(new URL(`../${folder}/`, import.meta.url)),
);

/** A text that changes when a file is written; undefined if there is no such file. */
function stateOf(path: string): string | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat?.isFile() ? `${stat.size} ${stat.mtimeMs}` : undefined;
  } catch {
    // Not every text in quotes is a path.
    return undefined;
  }
}

function codeBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return codeBelow(path);
    return CODE.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}

let shipped: string | undefined;

/**
 * The code of the nodes that ship and of the runtime they use: the version of the package, and the size and time of
 * every file of code. Found once for a process, because the process does not read its code again either.
 */
export function shippedCode(): string {
  if (shipped === undefined) {
    const hash = createHash('sha256').update(version);
    for (const folder of SHIPPED)
      for (const path of codeBelow(folder).sort())
        hash.update(`\0${path.slice(folder.length)}\0${stateOf(path) ?? ''}`);
    shipped = hash.digest('base64url');
  }
  return shipped;
}

/**
 * The code of a node file of the user: its content, and that of every file that it names by a relative path, and so on.
 * A path that the code puts together at run time is not seen.
 */
export function codeOf(file: string): string {
  const hash = createHash('sha256');
  const seen = new Set<string>();
  const open = [file];
  for (let path = open.pop(); path !== undefined && seen.size < MOST_FILES; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const state = stateOf(path);
    if (state === undefined) continue;
    if (statSync(path).size > LARGEST) {
      hash.update(`\0${state}`);
      continue;
    }
    const bytes = readRegularSync(path);
    hash.update(`\0${bytes.byteLength}\0`).update(bytes);
    if (!CODE.test(path)) continue;
    const named = bytes.toString('utf8').matchAll(RELATIVE);
    // `require` and compilers may leave the extension out. Files that do not exist are skipped above.
    for (const [, , name] of named) {
      const found = join(dirname(path), name!);
      open.push(found, `${found}.js`, `${found}.cjs`, `${found}.json`, join(found, 'index.js'));
    }
  }
  return hash.digest('base64url');
}
