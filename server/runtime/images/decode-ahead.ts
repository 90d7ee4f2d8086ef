import {
  type ImageItem,
  PatchbayError,
  type RgbPicture,
  type Skipped,
  throwIfAborted,
} from '../../../nodes/sdk/index.ts';
import type { AssetStore } from '../files/assets.ts';
import { readItem } from './read-item.ts';
import { type DecodeLimits, type OpenedPicture, openPicture } from './sharp.ts';

/** A decoded picture, or why there is none; in the order of the items. */
export type Decoded =
  | { readonly item: ImageItem; readonly picture: RgbPicture }
  | { readonly item: ImageItem; readonly skipped: Skipped };

/** How far decoding may run ahead. */
export interface AheadOptions {
  readonly exif: boolean;
  /** Pictures opened and decoded before they are asked for. */
  readonly ahead: number;
  /** Pixels decoded and not yet taken; one picture may be larger, and is then alone. Default 96 million, 288 MB. */
  readonly pixelsAhead?: number;
  readonly limits?: DecodeLimits;
  readonly signal: AbortSignal;
}

/** Files read before their pictures are handed to a decoder; more would only hold memory. */
const OPEN_AT_ONCE = 16;

type Result<T> = { readonly value: T } | { readonly error: unknown };

/** A promise that nobody may be waiting for yet must not be rejected. */
function settled<T>(promise: Promise<T>): Promise<Result<T>> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

/**
 * Decodes pictures in order, ahead of whoever takes them.
 *
 * Inference blocks this thread, so what should run beside it must already be in the hands of the decoders' threads:
 * {@link fill} waits only until that is so. Opening tells the sizes, by which the memory ahead is bounded.
 */
export class DecodeAhead {
  private readonly items: Iterator<ImageItem>;
  private readonly assets: AssetStore;
  private readonly options: AheadOptions;
  private readonly opening: { item: ImageItem; opened: Promise<Result<OpenedPicture>> }[] = [];
  private readonly decoding: { item: ImageItem; pixels: number; picture: Promise<Result<RgbPicture>> }[] = [];
  private pixels = 0;
  private done = false;
  private filling: Promise<void> | undefined;

  constructor(items: Iterable<ImageItem>, assets: AssetStore, options: AheadOptions) {
    this.items = items[Symbol.iterator]();
    this.assets = assets;
    this.options = options;
  }

  /** Hands pictures to the decoders until `ahead` are on their way or the memory for it is used. */
  fill(): Promise<void> {
    this.filling ??= this.handOver().finally(() => {
      this.filling = undefined;
    });
    return this.filling;
  }

  private async handOver(): Promise<void> {
    const { ahead, exif, pixelsAhead = 96_000_000 } = this.options;
    while (this.decoding.length < ahead) {
      this.open();
      const first = this.opening[0];
      if (first === undefined) return;
      const opened = await first.opened;
      const pixels = 'value' in opened ? opened.value.width * opened.value.height : 0;
      if (this.decoding.length > 0 && this.pixels + pixels > pixelsAhead) return;
      this.opening.shift();
      this.pixels += pixels;
      const picture: Promise<Result<RgbPicture>> =
        'value' in opened ? settled(opened.value.decode(exif)) : Promise.resolve(opened);
      this.decoding.push({ item: first.item, pixels, picture });
    }
    this.open();
  }

  /** The next picture, or undefined after the last. @throws CancelledError */
  async next(): Promise<Decoded | undefined> {
    throwIfAborted(this.options.signal);
    this.open();
    // A filling that had stopped for memory may still be ending: only an empty queue of files is the end.
    while (this.decoding.length === 0 && this.opening.length > 0) await this.fill();
    const head = this.decoding.shift();
    if (head === undefined) return undefined;
    void this.fill();
    const result = await head.picture;
    this.pixels -= head.pixels;
    throwIfAborted(this.options.signal);
    if ('value' in result) return { item: head.item, picture: result.value };
    return { item: head.item, skipped: skip(head.item, result.error) };
  }

  private open(): void {
    while (!this.done && this.opening.length < Math.min(this.options.ahead, OPEN_AT_ONCE)) {
      const next = this.items.next();
      if (next.done) {
        this.done = true;
        return;
      }
      const item = next.value;
      const opened = readItem(item, this.assets).then((bytes) => openPicture(bytes, this.options.limits));
      this.opening.push({ item, opened: settled(opened) });
    }
  }
}

/** An item with the sentence that says why it is left out. @throws `error` itself when it does not speak of this picture */
export function skip(item: ImageItem, error: unknown): Skipped {
  const ofPicture = error instanceof PatchbayError && /^(image|asset)\./.test(error.code);
  if (!ofPicture) throw error;
  return { name: item.name, path: item.path, reason: error.message };
}
