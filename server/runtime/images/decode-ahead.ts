import {
  type ImageItem,
  PatchbayError,
  type PreprocessSpec,
  type RgbPicture,
  type Skipped,
  throwIfAborted,
} from '../../../nodes/sdk/index.ts';
import type { AssetStore } from '../files/assets.ts';
import { leastSize } from '../preprocess/geometry.ts';
import { leftOut } from './left-out.ts';
import { readItem } from './read-item.ts';
import type { OnNote } from './reading-notes.ts';
import { type DecodeLimits, type OpenedPicture, openPicture } from './sharp.ts';

/** A decoded picture, or the reason why it was left out. */
export type Decoded =
  | { readonly item: ImageItem; readonly picture: RgbPicture }
  | { readonly item: ImageItem; readonly skipped: Skipped };

/** Settings of {@link DecodeAhead}. */
export interface AheadOptions {
  /** What the pictures are decoded for. */
  readonly spec: PreprocessSpec;
  /** How many pictures are decoded before the caller asks for them. */
  readonly ahead: number;
  /** The most decoded pixels that wait; a larger picture waits alone. Default 96 million, 288 MB. */
  readonly pixelsAhead?: number;
  readonly limits?: DecodeLimits;
  /** Called with warnings about how a picture was read. */
  readonly onNote?: OnNote;
  readonly signal: AbortSignal;
}

/** How many files are read before a decoder is free; more would only take memory. */
const OPEN_AT_ONCE = 16;

type Result<T> = { readonly value: T } | { readonly error: unknown };

/** Turns a rejection into a value, because Node ends the process if a promise rejects before it is awaited. */
function settled<T>(promise: Promise<T>): Promise<Result<T>> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

/**
 * Decodes pictures in order, before the caller asks for them.
 *
 * Inference blocks this thread. So decoding must start on the decoders' threads before inference does: {@link fill} waits until
 * it has started. Opening a file gives the picture's size, which bounds the memory that decoding ahead takes.
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

  /** Starts decoding until `ahead` pictures are decoding or decoded, or `pixelsAhead` is reached. */
  fill(): Promise<void> {
    this.filling ??= this.handOver().finally(() => {
      this.filling = undefined;
    });
    return this.filling;
  }

  private async handOver(): Promise<void> {
    const { ahead, spec, pixelsAhead = 96_000_000 } = this.options;
    const least = leastSize(spec);
    while (this.decoding.length < ahead) {
      this.open();
      const first = this.opening[0];
      if (first === undefined) return;
      const opened = await first.opened;
      const { read } = first.item;
      const size = 'value' in opened ? opened.value.reducedTo(spec.exif, read, least) : undefined;
      const { width, height } = size ?? ('value' in opened ? opened.value : { width: 0, height: 0 });
      const pixels = width * height;
      if (this.decoding.length > 0 && this.pixels + pixels > pixelsAhead) return;
      this.opening.shift();
      this.pixels += pixels;
      const picture: Promise<Result<RgbPicture>> =
        'value' in opened
          ? settled(
              opened.value.decode(spec.exif, read, this.options.onNote?.bind(undefined, first.item), size),
            )
          : Promise.resolve(opened);
      this.decoding.push({ item: first.item, pixels, picture });
    }
    this.open();
  }

  /** Gives the next picture, or undefined after the last one. @throws CancelledError */
  async next(): Promise<Decoded | undefined> {
    throwIfAborted(this.options.signal);
    this.open();
    // An earlier `fill` that is waiting for memory may still be running. Only an empty queue of files means the end.
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

/** An item that is left out, with the reason. @throws `error` itself when it is not about this picture */
export function skip(item: ImageItem, error: unknown): Skipped {
  const isOfPicture = error instanceof PatchbayError && /^(image|asset)\./.test(error.code);
  if (!isOfPicture) throw error;
  return leftOut(item, error);
}
