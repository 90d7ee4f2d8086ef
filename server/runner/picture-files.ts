import {
  type ImageItem,
  type ImageService,
  type LabelFolder,
  messageOf,
  PatchbayError,
  throwIfAborted,
} from '../../nodes/sdk/index.ts';
import { labelMessage } from '../contract/messages/labels.ts';
import type { FolderPicture, PictureHash } from './messages.ts';

/** How many files are opened at once to see whether they are pictures. */
const OPENED_AT_ONCE = 16;
/** How many pictures are hashed before the caller hears that it goes on. */
const HASHED_AT_ONCE = 256;

interface Work {
  readonly signal: AbortSignal;
  /** Called now and then. */
  readonly alive: () => void;
}

/** Hashes pictures by their paths or as `asset:HASH`, in order. Files that were hashed before are not read again. */
export async function hashFiles(
  images: ImageService,
  paths: readonly string[],
  { signal, alive }: Work,
): Promise<PictureHash[]> {
  const found: PictureHash[] = new Array(paths.length);
  const items: { readonly at: number; readonly item: ImageItem }[] = [];
  let next = 0;
  const openOneByOne = async () => {
    for (let at = next++; at < paths.length; at = next++) {
      throwIfAborted(signal);
      try {
        items.push({ at, item: await images.file(paths[at]!) });
      } catch (error) {
        if (!(error instanceof PatchbayError)) throw error;
        found[at] = { problem: messageOf(error) };
      }
      if (at % HASHED_AT_ONCE === 0) alive();
    }
  };
  await Promise.all(Array.from({ length: OPENED_AT_ONCE }, openOneByOne));
  for (let from = 0; from < items.length; from += HASHED_AT_ONCE) {
    const part = items.slice(from, from + HASHED_AT_ONCE);
    const hashes = await images.hashes(
      part.map(({ item }) => item),
      { signal },
    );
    for (const [i, { at, item }] of part.entries()) {
      const hash = hashes[i];
      const gone = () => labelMessage('labels.picture-gone', { name: item.name });
      found[at] = hash === undefined ? { problem: gone() } : { hash };
    }
    alive();
  }
  return found;
}

/** Lists the pictures of a folder and its subfolders, with the names of the subfolders. */
export async function picturesIn(
  images: ImageService,
  folder: string,
  labelFolder: LabelFolder,
  signal: AbortSignal,
): Promise<FolderPicture[]> {
  const { items } = await images.folder(folder, { recursive: true, labels: true, labelFolder, signal });
  return items.flatMap(({ path, label, source }) =>
    source.kind === 'file' ? [{ file: source.path, path, ...(label !== undefined && { label }) }] : [],
  );
}
