import { randomUUID } from 'node:crypto';
import { type ImageItem, PatchbayError } from '../../../nodes/sdk/index.ts';
import { type Disk, NO_ANSWER, disk as sharedDisk } from '../disk/disk.ts';
import type { FileIndexOptions } from '../disk/file-index.ts';
import type { IndexPlace, KeyAnswer } from '../disk/tasks.ts';
import { checkBytes, gone, MAX_FILE_BYTES } from './left-out.ts';

/** Gives pictures keys by their bytes: two copies of a file share a key, an edited file gets a new one. */
export interface ContentKeys {
  /**
   * The sha256 of the item's bytes, in hexadecimal. A file whose inode, size and times are the same is not read again.
   * @throws PatchbayError `image.gone` when the file does not exist, `image.no-access`, `image.file-too-large`
   */
  key(item: ImageItem): Promise<string>;
  /** The keys of many items, or why one has none. @throws CancelledError */
  keys(items: readonly ImageItem[], signal?: AbortSignal): Promise<(string | PatchbayError)[]>;
  /** Where the keys are remembered, with other facts about files. */
  readonly index: IndexPlace;
  /** Writes new keys to disk at the end of a run. If that fails, the next run only takes longer. */
  flush(): Promise<void>;
}

/** Opens the keys that are remembered in a file. Without a file they live as long as the process. */
export function createContentKeys(
  file?: string,
  options: FileIndexOptions = {},
  disk: Disk = sharedDisk,
): ContentKeys {
  const index: IndexPlace = { id: randomUUID(), ...(file !== undefined && { file }), ...options };
  let flushing: Promise<unknown> = Promise.resolve();

  const keys: ContentKeys['keys'] = async (items, signal) => {
    const found = new Array<string | PatchbayError>(items.length);
    let open: number[] = [];
    for (const [i, { source }] of items.entries()) {
      if (source.kind === 'asset') found[i] = source.hash;
      else open.push(i);
    }
    while (open.length > 0) {
      const asked = open;
      const paths = asked.map((i) => pathOf(items[i]!));
      try {
        const request = { paths, maxBytes: MAX_FILE_BYTES, index };
        const answers = await disk.run('keys', request, (place) => paths[place]!, signal);
        for (const [at, answer] of answers.entries()) found[asked[at]!] = keyOf(items[asked[at]!]!, answer);
        open = [];
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== NO_ANSWER) throw error;
        // Only this drive is silent: the other pictures are asked for again.
        const { path } = error as NodeJS.ErrnoException;
        open = asked.filter((i) => {
          const own = pathOf(items[i]!);
          const silent = own === path || disk.isDead(own);
          if (silent) found[i] = gone(items[i]!.name, error);
          return !silent;
        });
      }
    }
    return found;
  };

  return {
    keys,
    async key(item) {
      const [found] = await keys([item]);
      if (typeof found === 'string') return found;
      throw found;
    },
    index,
    flush() {
      flushing = flushing.then(() => disk.run('save', { index }, () => '')).catch(() => undefined);
      return flushing.then(() => undefined);
    },
  };
}

const pathOf = ({ source }: ImageItem): string => (source.kind === 'file' ? source.path : '');

function keyOf({ name }: ImageItem, answer: KeyAnswer): string | PatchbayError {
  if ('key' in answer) return answer.key;
  try {
    if ('bytes' in answer) checkBytes(name, answer.bytes);
    return gone(name, answer);
  } catch (error) {
    if (error instanceof PatchbayError) return error;
    throw error;
  }
}
