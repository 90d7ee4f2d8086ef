import { createHash } from 'node:crypto';
import { appendFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ImageItem } from '../../../nodes/sdk/index.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import { makeFolder } from '../files/make-folder.ts';
import { partsOfRegular, readRegular } from '../files/regular-file.ts';
import { checkBytes, gone } from './left-out.ts';

/** Gives pictures keys by their bytes: two copies of a file share a key, an edited file gets a new one. */
export interface ContentKeys {
  /**
   * The sha256 of the item's bytes, in hexadecimal. A file with unchanged path, size and modification time is not read again.
   * @throws PatchbayError `image.gone` when the file does not exist, `image.no-access`, `image.file-too-large`
   */
  key(item: ImageItem): Promise<string>;
  /** Writes new keys to disk at the end of a run. If that fails, the next run only takes longer. */
  flush(): Promise<void>;
}

/** Settings of {@link createContentKeys}. */
export interface ContentKeysOptions {
  /** The number of files to remember; the least recently used are dropped. Default 500,000, about 100 MB on disk. */
  readonly maxEntries?: number;
}

/** Lines are `sha256 mark`. The mark hashes path, size and modification time. An incomplete last line does not match. */
const LINE = /^([0-9a-f]{64}) ([0-9a-f]{64})$/;

/**
 * Some file systems store times in steps of 2 s. A file that changed this recently may change again without a new time.
 */
const SETTLED_MS = 2_000;

/**
 * Remembers content keys in a file. New lines are appended, so a crash loses at most the last line. The file is rewritten when
 * it has twice as many lines as keys. Without a file the keys live as long as the process.
 */
export function createContentKeys(file?: string, options: ContentKeysOptions = {}): ContentKeys {
  const maxEntries = options.maxEntries ?? 500_000;
  const known = new Map<string, string>();
  let unsaved: string[] = [];
  let lines = 0;
  let loading: Promise<void> | undefined;
  let saving: Promise<void> = Promise.resolve();

  const load = async () => {
    const text = file === undefined ? '' : await readRegular(file, 'latin1').catch(() => '');
    for (const line of text.split('\n')) {
      const [, key, mark] = LINE.exec(line) ?? [];
      if (key !== undefined && mark !== undefined) remember(mark, key);
      lines += 1;
    }
  };
  const remember = (mark: string, key: string) => {
    known.delete(mark);
    known.set(mark, key);
    if (known.size > maxEntries) known.delete(known.keys().next().value!);
  };
  const save = async () => {
    if (file === undefined || unsaved.length === 0) return;
    const fresh = unsaved;
    unsaved = [];
    lines += fresh.length;
    try {
      if (lines > 2 * Math.max(known.size, 1_000)) {
        await writeFileAtomic(
          file,
          Buffer.from([...known].map(([mark, key]) => `${key} ${mark}\n`).join('')),
        );
        lines = known.size;
      } else {
        await makeFolder(dirname(file));
        // The first newline ends a line that may be incomplete after a crash.
        await appendFile(file, `\n${fresh.join('\n')}\n`);
      }
    } catch {
      // Keys only save time, so a full disk must not fail a run.
    }
  };

  return {
    async key(item) {
      if (item.source.kind === 'asset') return item.source.hash;
      loading ??= load();
      await loading;
      const { path } = item.source;
      const before = await stateOf(path, item.name);
      checkBytes(item.name, Number(before.size));
      const mark = createHash('sha256').update(`${path}\0${before.size}\0${before.mtimeNs}`).digest('hex');
      const remembered = known.get(mark);
      if (remembered !== undefined) {
        remember(mark, remembered);
        return remembered;
      }
      const key = await hashFile(path, item.name);
      const settled = Date.now() - Number(before.mtimeMs) > SETTLED_MS;
      const after = await stateOf(path, item.name);
      if (settled && after.mtimeNs === before.mtimeNs && after.size === before.size) {
        remember(mark, key);
        unsaved.push(`${key} ${mark}`);
      }
      return key;
    },
    flush() {
      saving = saving.then(save);
      return saving;
    },
  };
}

async function stateOf(path: string, name: string) {
  try {
    return await stat(path, { bigint: true });
  } catch (cause) {
    throw gone(name, cause);
  }
}

async function hashFile(path: string, name: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const part of partsOfRegular(path)) hash.update(part);
  } catch (cause) {
    throw gone(name, cause);
  }
  return hash.digest('hex');
}
