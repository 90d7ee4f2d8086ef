import type { ImageItem, PixelBatch, Pixels, Said, Skipped } from '../../../nodes/sdk/index.ts';
import { throwIfAborted } from '../../../nodes/sdk/index.ts';
import type { AssetStore } from '../files/assets.ts';
import { hostTensor } from '../ort/tensor.ts';
import { splitSteps } from '../preprocess/geometry.ts';
import type { Realiser } from '../preprocess/realise.ts';
import { DecodeAhead, skip } from './decode-ahead.ts';
import { ReadingNotes } from './reading-notes.ts';
import type { DecodeLimits } from './sharp.ts';

/** Settings of {@link batches}. */
export interface BatchOptions {
  readonly batchSize: number;
  /** A lower limit for pictures of one height and width, because large pictures need much memory. */
  readonly atOnce?: (size: readonly [height: number, width: number]) => number;
  readonly signal: AbortSignal;
  readonly onSkip: (skipped: Skipped) => void;
  readonly limits?: DecodeLimits;
  /** Receives warnings about how pictures came out. */
  readonly onWarn?: (message: Said) => void;
}

/** A batch holds at most this many bytes, so that large pictures come in smaller batches. */
const MAX_BATCH_BYTES = 256 * 2 ** 20;

/**
 * Realises pixels batch by batch, in order. A picture whose size differs from the open batch starts a new batch.
 *
 * Asking for the next batch releases the tensor of the last one. Retain a tensor to keep it longer.
 * @throws PatchbayError `preprocess.step-order`; CancelledError
 */
export async function* batches(
  { items, spec }: Pixels,
  { realiser, assets }: { readonly realiser: Realiser; readonly assets: AssetStore },
  options: BatchOptions,
): AsyncGenerator<PixelBatch> {
  // A wrong spec fails here once, and not for every picture.
  splitSteps(spec);
  const batchSize = Math.max(1, Math.floor(options.batchSize));
  const notes = new ReadingNotes();
  const decoder = new DecodeAhead(items, assets, {
    ...{ spec, ahead: batchSize, onNote: notes.note },
    ...options,
  });
  const begin = () => new OpenBatch(batchSize, options.atOnce);
  let open = begin();
  const close = async function* (): AsyncGenerator<PixelBatch> {
    const batch = open.close();
    open = begin();
    if (batch === undefined) return;
    // Decodes the next batch while the caller works on this one.
    await decoder.fill();
    throwIfAborted(options.signal);
    try {
      yield batch;
    } finally {
      batch.tensor.release();
    }
  };
  for (let decoded = await decoder.next(); decoded !== undefined; decoded = await decoder.next()) {
    if ('skipped' in decoded) {
      options.onSkip(decoded.skipped);
      continue;
    }
    const { item, picture } = decoded;
    const pixels = await realiser.pixels(picture, spec).catch((error: unknown) => {
      options.onSkip(skip(item, error));
    });
    if (pixels === undefined) continue;
    if (!open.takes(pixels.dims)) yield* close();
    open.add(item, pixels.dims, pixels.data);
    if (open.full) yield* close();
  }
  yield* close();
  notes.tell(options.onWarn);
}

/** A batch being filled: pictures of one size, copied one after another into one array. */
class OpenBatch {
  private readonly size: number;
  private readonly atOnce: BatchOptions['atOnce'];
  private readonly items: ImageItem[] = [];
  private dims: readonly number[] = [];
  private numbers = new Float32Array(0);
  private room = 0;

  constructor(size: number, atOnce: BatchOptions['atOnce']) {
    this.size = size;
    this.atOnce = atOnce;
  }

  get full(): boolean {
    return this.items.length > 0 && this.items.length === this.room;
  }

  takes(dims: readonly number[]): boolean {
    return this.items.length === 0 || dims.every((dim, axis) => dim === this.dims[axis]);
  }

  add(item: ImageItem, dims: readonly number[], numbers: Float32Array): void {
    if (this.items.length === 0) {
      this.dims = dims;
      const [, height = 0, width = 0] = dims;
      const most = Math.min(
        this.atOnce?.([height, width]) ?? this.size,
        MAX_BATCH_BYTES / numbers.byteLength,
      );
      this.room = Math.min(this.size, Math.max(1, Math.floor(most)));
      this.numbers = new Float32Array(numbers.length * this.room);
    }
    this.numbers.set(numbers, this.items.length * numbers.length);
    this.items.push(item);
  }

  close(): PixelBatch | undefined {
    const { items, dims } = this;
    if (items.length === 0) return undefined;
    const data = this.numbers.subarray(0, items.length * (this.numbers.length / this.room));
    return { items, tensor: hostTensor({ dtype: 'float32', dims: [items.length, ...dims], data }) };
  }
}
