import { appendFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { fileMessage } from '../../contract/messages/files.ts';
import { makeFolder } from './make-folder.ts';
import { partNamesFault } from './output-path.ts';
import { readRegular } from './regular-file.ts';

/** Files that Patchbay wrote outside of the output folders, so that it replaces these and no others. */
export interface OwnFiles {
  /**
   * The absolute path for a new file. Creates its folders.
   * @throws PatchbayError `output-name.taken` if a file is there that Patchbay did not write, or that changed since
   */
  path(name: string): Promise<string>;
  /** The absolute path of this name, whatever is there. Creates its folders. @throws PatchbayError `output-name.*` */
  place(name: string): Promise<string>;
  /** Notes a file that was just written. */
  note(path: string): Promise<void>;
}

/** The size and time of a file. When somebody changes it, it is no longer ours. */
async function stateOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found && `${found.size} ${found.mtimeNs}`;
}

/** Opens the list of such files. @param list a file with one line for each; several processes may add to it */
export function openOwnFiles(list: string): OwnFiles {
  /** By path, while this process runs: it writes to the list alone what others need not know at once. */
  const own = new Map<string, string>();

  async function isOwn(path: string, state: string): Promise<boolean> {
    if (own.get(path) === state) return true;
    const lines = (await readRegular(list, 'utf8').catch(() => '')).split('\n');
    for (const line of lines) {
      try {
        const [at, was] = JSON.parse(line) as [string, string];
        own.set(at, was);
      } catch {
        // A line that was cut short by a crash: its file counts as somebody else's.
      }
    }
    return own.get(path) === state;
  }

  /** The absolute path that a name means, for people who may write where they like. */
  function absolute(name: string): string {
    const path = resolve(name.replace(/^~(?=[\\/])/, homedir()));
    // A path of another system would become a strange name in the current folder.
    if (!isAbsolute(name) && !name.startsWith('~'))
      throw new PatchbayError(fileMessage('output-name.other-system', { name: name.slice(0, 200) }));
    const fault = partNamesFault(
      path
        .replace(/^[a-z]:/i, '')
        .split(/[/\\]/)
        .filter(Boolean),
      name,
    );
    if (fault) throw new PatchbayError(fault);
    return path;
  }

  return {
    async place(name) {
      const path = absolute(name);
      await makeFolder(dirname(path));
      return path;
    },
    async path(name) {
      const path = absolute(name);
      const state = await stateOf(path);
      if (state !== undefined && !(await isOwn(path, state)))
        throw new PatchbayError(fileMessage('output-name.taken', { path }));
      await makeFolder(dirname(path));
      return path;
    },
    async note(path) {
      const state = await stateOf(path);
      if (state === undefined) return;
      own.set(path, state);
      await makeFolder(dirname(list));
      // If the disk is full, the file counts as somebody else's later, and is not replaced.
      await appendFile(list, `${JSON.stringify([path, state])}\n`).catch(() => undefined);
    },
  };
}

/** The list of own files in a data folder. */
export const ownFilesOf = (dataFolder: string): OwnFiles => openOwnFiles(join(dataFolder, 'own-files.jsonl'));
