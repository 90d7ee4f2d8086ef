import { createHash } from 'node:crypto';
import {
  type ImageItem,
  type ImageService,
  type PixelBatch,
  type Pixels,
  type Skipped,
  throwIfAborted,
  type WorkOptions,
} from '../../../nodes/sdk/index.ts';
import type { ContentKeys } from '../images/content-keys.ts';
import { leftOut } from '../images/left-out.ts';
import type { CachedVectors } from './embedding-cache.ts';
import { SkipReasons, VectorRows } from './vector-rows.ts';

/** Everything that encoding pictures needs. */
export interface ImageEncoding {
  readonly images: Pick<ImageService, 'batches'>;
  /** The most pictures of a size that memory allows in one batch. */
  readonly atOnce: (size: readonly [height: number, width: number]) => number;
  readonly contentKeys: Pick<ContentKeys, 'keys'>;
  readonly cached: CachedVectors;
  readonly dims: number;
  /** Encodes a batch to n x D numbers. */
  readonly encode: (batch: PixelBatch) => Promise<Float32Array>;
}

/** How many batches have their keys looked up together: enough to keep the pipeline busy, few enough to start soon. */
const BATCHES_A_WINDOW = 16;

/**
 * N x D vectors of pictures, in order. Known vectors come from the cache. Equal pictures are encoded once. Pictures
 * that cannot be read are left out and listed. For each picture, only its key and its vector stay in memory.
 */
export async function encodePictures(
  pixels: Pixels,
  encoding: ImageEncoding,
  options: WorkOptions & { readonly batchSize: number },
): Promise<{ data: Float32Array; items: readonly ImageItem[]; skipped: readonly Skipped[] }> {
  const { items } = pixels;
  const { signal, onProgress } = options;
  const rows = new VectorRows(items.length, encoding.dims);
  const reasons = new SkipReasons();
  const firsts = new Map<string, number>();
  const window = Math.max(1, options.batchSize) * BATCHES_A_WINDOW;
  let next = keysOf(encoding, items.slice(0, window), signal);
  for (let from = 0; from < items.length; from += window) {
    const keys = await next;
    const to = Math.min(items.length, from + window);
    // Hashes the next files while this window is encoded. The next window awaits the promise, including its error.
    next = keysOf(encoding, items.slice(to, to + window), signal);
    next.catch(() => undefined);
    await encodeWindow(pixels, encoding, options, { from, keys, rows, reasons, firsts });
    onProgress?.(to, items.length);
  }
  const done = rows.finish(items);
  const skipped = items.flatMap((item, row) =>
    rows.has(row) ? [] : [{ name: item.name, path: item.path, ...reasons.of(item) }],
  );
  return { ...done, skipped: [...pixels.skipped, ...skipped] };
}

interface Window {
  readonly from: number;
  /** The key of each item, or the reason for leaving it out. */
  readonly keys: readonly (Key | Skipped)[];
  readonly rows: VectorRows;
  readonly reasons: SkipReasons;
  /** For each content, the row of its first picture. */
  readonly firsts: Map<string, number>;
}

interface Key {
  readonly key: string;
}

async function encodeWindow(
  pixels: Pixels,
  encoding: ImageEncoding,
  options: WorkOptions & { readonly batchSize: number },
  { from, keys, rows, reasons, firsts }: Window,
): Promise<void> {
  const { signal, onProgress } = options;
  const { cached, dims } = encoding;
  throwIfAborted(signal);
  const fresh: { row: number; key: string }[] = [];
  const copies: { row: number; of: number }[] = [];
  for (const [i, found] of keys.entries()) {
    const row = from + i;
    if (!('key' in found)) {
      reasons.add(found);
      continue;
    }
    const first = firsts.get(found.key);
    if (first === undefined) {
      firsts.set(found.key, row);
      fresh.push({ row, key: found.key });
    } else copies.push({ row, of: first });
  }

  const known = new Float32Array(fresh.length * dims);
  const hits = await cached.read(
    fresh.map(({ key }) => key),
    known,
  );
  for (const hit of hits) rows.fill(fresh[hit]!.row, known.subarray(hit * dims, (hit + 1) * dims));
  const missing = fresh.filter((_, i) => !hits.has(i));
  const places = new Map(missing.map((place) => [pixels.items[place.row]!, place]));
  let done = from + keys.length - missing.length;
  // Also before the first batch, which can take long.
  if (missing.length > 0) onProgress?.(done, pixels.items.length);

  if (missing.length > 0) {
    const wanted: Pixels = { ...pixels, items: [...places.keys()], skipped: [] };
    const onSkip = (skipped: Skipped) => reasons.add(skipped);
    const { batchSize } = options;
    const { atOnce } = encoding;
    for await (const batch of encoding.images.batches(wanted, { batchSize, atOnce, signal, onSkip })) {
      throwIfAborted(signal);
      const vectors = await encoding.encode(batch);
      const entries = batch.items.map((item, i) => {
        const { row, key } = placeOf(places, item);
        rows.fill(row, vectors.subarray(i * dims, (i + 1) * dims));
        return { key, vector: rows.view(row, row + 1) };
      });
      await cached.append(entries);
      done += batch.items.length;
      onProgress?.(done, pixels.items.length);
    }
  }
  for (const { row, of } of copies) {
    rows.copy(of, row);
    if (!rows.has(of)) reasons.add({ ...named(pixels.items[row]!), ...reasons.of(pixels.items[of]!) });
  }
}

function placeOf<T>(places: ReadonlyMap<ImageItem, T>, item: ImageItem): T {
  const place = places.get(item);
  if (place) return place;
  throw new Error(`The batch holds ${item.name}, which nobody asked for.`);
}

const named = ({ name, path }: ImageItem) => ({ name, path });

/** Equal bytes that are read in another way have other vectors. Without a way of its own, a picture keeps the key of its bytes. */
function keyAsRead(key: string, { read }: ImageItem): string {
  if (!read) return key;
  const { background, levels, decode } = read;
  return createHash('sha256')
    .update(JSON.stringify(decode ? [key, background, levels, decode] : [key, background, levels]))
    .digest('hex');
}

/** The content key of each item, or the reason for leaving it out. */
async function keysOf(
  { contentKeys }: ImageEncoding,
  items: readonly ImageItem[],
  signal: AbortSignal,
): Promise<(Key | Skipped)[]> {
  const found = await contentKeys.keys(items, signal);
  return found.map((key, i) => {
    const item = items[i]!;
    return typeof key === 'string' ? { key: keyAsRead(key, item) } : leftOut(item, key);
  });
}
