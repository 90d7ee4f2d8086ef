import type { ImageItem } from '../../../nodes/sdk/index.ts';

/** Names pictures by what they contain: two copies of a file have one key, an edited file another. */
export interface ContentKeys {
  /**
   * The sha256 of the item's bytes, hexadecimal; remembered for files whose path, size and time of change are the same.
   * @throws PatchbayError `image.not-found`, `image.unreadable`
   */
  key(item: ImageItem): Promise<string>;
  /** Writes what was learnt since; called at the end of a run. */
  flush(): Promise<void>;
}
