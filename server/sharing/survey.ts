import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isHousekeeping } from '../contract/housekeeping.ts';
import { PICTURE_EXTENSIONS } from '../runtime/images/formats.ts';

/** A file below a folder. */
export interface FoundFile {
  /** Its path below the folder, with forward slashes; its name if it is not in a folder. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/** A folder with this file is an adapter, and all its files belong together. */
const ADAPTER = 'adapter_config.json';

/** Files without an extension may be pictures, too: their first bytes tell. */
function mayBePicture(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return dot <= 0 || PICTURE_EXTENSIONS.has(name.slice(dot + 1).toLowerCase());
}

/**
 * The files at a path, one after the other: the file itself, or the pictures in the folder and its subfolders; all files if
 * it is an adapter. Hidden entries and housekeeping folders are passed over, like when pictures are loaded. Nothing if the path
 * does not exist.
 * @param mayRead whether a file behind a link may be read
 */
export async function* filesAt(
  path: string,
  mayRead: (file: string) => Promise<boolean>,
): AsyncGenerator<FoundFile> {
  const root = await stat(path).catch(() => undefined);
  if (root?.isFile()) yield { name: basename(path), path, bytes: root.size };
  if (!root?.isDirectory()) return;
  const isAdapter = (await stat(join(path, ADAPTER)).catch(() => undefined)) !== undefined;
  const entered = new Set<string>();
  const open: { readonly at: string; readonly facts: Stats }[] = [{ at: '', facts: root }];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const { at, facts } = folder;
    // A link may lead back to a folder above.
    const identity = `${facts.dev}:${facts.ino}`;
    if (facts.ino !== 0 && entered.has(identity)) continue;
    entered.add(identity);
    const entries: Dirent[] = await readdir(join(path, at), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.')) continue;
      const name = at === '' ? entry.name : `${at}/${entry.name}`;
      const file = join(path, name);
      const found = await stat(file).catch(() => undefined);
      if (!found || (entry.isSymbolicLink() && !(await mayRead(file)))) continue;
      if (found.isDirectory()) {
        if (!isHousekeeping(entry.name)) open.push({ at: name, facts: found });
      } else if (found.isFile() && (isAdapter || mayBePicture(entry.name)))
        yield { name, path: file, bytes: found.size };
    }
  }
}
