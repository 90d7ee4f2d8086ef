import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type ImageItem, PatchbayError } from '../../../nodes/sdk/index.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import { makeFolder } from '../files/make-folder.ts';

/** Names pictures by what they contain: two copies of a file have one key, an edited file another. */
export interface ContentKeys {
  /**
   * The sha256 of the item's bytes, hexadecimal; remembered for files whose path, size and time of change are the same.
   * @throws PatchbayError `image.not-found` when the file is gone, `image.unreadable`
   */
  key(item: ImageItem): Promise<string>;
  /** Writes what was learnt since; called at the end of a run. A failure costs only time in the next one. */
  flush(): Promise<void>;
}

/** How much is remembered. */
export interface ContentKeysOptions {
  /** Files remembered; the longest unused are forgotten. Default 500,000, about 100 MB on disk. */
  readonly maxEntries?: number;
}

/** Lines are `sha256 mark`, the mark a hash of path, size and time of change; a torn last line is no line. */
const LINE = /^([0-9a-f]{64}) ([0-9a-f]{64})$/;

/** A file system's clock may tick every 2 s: what changed within that time may change again under the same time. */
const SETTLED_MS = 2_000;

/**
 * Content keys remembered in a file that is only appended to, so that a crash loses at most its last line; it is rewritten
 * when it holds twice as many lines as are remembered. Without a file they are remembered for the process's life.
 */
export function createContentKeys(file?: string, options: ContentKeysOptions = {}): ContentKeys {
  const maxEntries = options.maxEntries ?? 500_000;
  const known = new Map<string, string>();
  let unsaved: string[] = [];
  let lines = 0;
  let loading: Promise<void> | undefined;
  let saving: Promise<void> = Promise.resolve();

  const load = async () => {
    const text = file === undefined ? '' : await readFile(file, 'latin1').catch(() => '');
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
        // The first newline closes a line that a crash may have torn.
        await appendFile(file, `\n${fresh.join('\n')}\n`);
      }
    } catch {
      // Remembering is a convenience: a full disk must not fail a run.
    }
  };

  return {
    async key(item) {
      if (item.source.kind === 'asset') return item.source.hash;
      loading ??= load();
      await loading;
      const { path } = item.source;
      const before = await stateOf(path, item.name);
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
    for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(part as Buffer);
  } catch (cause) {
    throw gone(name, cause);
  }
  return hash.digest('hex');
}

/** The error of a picture whose file cannot be opened. */
export function gone(name: string, cause: unknown): PatchbayError {
  const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  return new PatchbayError(
    missing
      ? { code: 'image.not-found', message: `${name} is gone.` }
      : { code: 'image.unreadable', message: `${name} could not be opened; check that it may be read.` },
    { cause },
  );
}
