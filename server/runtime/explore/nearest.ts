import type { F32, Metric, NearestOptions, Neighbours, TensorHandle } from '../../../nodes/sdk/index.ts';
import { throwIfAborted } from '../../../nodes/sdk/index.ts';
import { type Gallery, galleryOf } from '../ops/gallery.ts';
import { nearestProducts } from '../ops/graphs.ts';
import { type GraphRunner, int64, onHost } from '../ops/runner.ts';
import { hostTensor } from '../ort/tensor.ts';

// Products in float32 choose some more candidates than are asked for. Their distances are computed again in float64 from the vectors
// themselves, so they do not depend on the device, nor on what else is searched.

/** How many queries are searched together. */
export const QUERIES = 512;
/** Most vectors of a tile: their products with all queries take 16 MB. */
const TILE = 8192;
/** How many candidates are computed again beyond those that are asked for. */
const MARGIN = 16;

/** Finds the nearest vectors of each vector; see `ExploreService.nearest`. */
export async function nearest(
  run: GraphRunner,
  queries: F32,
  { k, metric, among, signal, onProgress }: NearestOptions,
): Promise<Neighbours> {
  const gallery = among ?? queries;
  const [count = 0, width = 0] = queries.dims;
  const [total = 0] = gallery.dims;
  const isSelf = among === undefined;
  const found = Math.max(0, Math.min(k, isSelf ? total - 1 : total));
  const indices = new Int32Array(count * found);
  const distances = new Float64Array(count * found);
  if (found === 0 || width === 0) return { k: found, indices, distances };
  const [{ data: left }, { data: right }] = await Promise.all([onHost(queries), onHost(gallery)]);
  const distance = distanceOf(metric, left, right, width);
  const search = new Search(run, galleryOf(run, gallery), total, metric, meanOf(right, width));
  const wanted = Math.min(total, found + MARGIN + (isSelf ? 1 : 0));
  for (let from = 0; from < count; from += QUERIES) {
    const to = Math.min(count, from + QUERIES);
    const rows = hostTensor({
      dtype: 'float32',
      dims: [to - from, width],
      data: left.subarray(from * width, to * width),
    });
    const candidates = await search.best(rows, wanted, signal);
    for (let row = from; row < to; row++) {
      const own = candidates.subarray((row - from) * wanted, (row - from + 1) * wanted);
      const at = row * found;
      let kept = 0;
      for (const index of own) {
        if (isSelf && index === row) continue;
        const far = distance(row, index);
        // Sorted by distance; of equal ones the first vector counts.
        let place = kept;
        while (
          place > 0 &&
          (distances[at + place - 1]! > far ||
            (distances[at + place - 1]! === far && indices[at + place - 1]! > index))
        )
          place--;
        if (place >= found) continue;
        kept = Math.min(found, kept + 1);
        for (let later = kept - 1; later > place; later--) {
          distances[at + later] = distances[at + later - 1]!;
          indices[at + later] = indices[at + later - 1]!;
        }
        distances[at + place] = far;
        indices[at + place] = index;
      }
    }
    onProgress?.(to, count);
  }
  return { k: found, indices, distances };
}

/** Finds candidates tile by tile. */
class Search {
  readonly #run: GraphRunner;
  readonly #gallery: Gallery;
  readonly #count: number;
  readonly #metric: Metric;
  readonly #mean: F32;

  constructor(run: GraphRunner, gallery: Gallery, count: number, metric: Metric, mean: F32) {
    this.#run = run;
    this.#gallery = gallery;
    this.#count = count;
    this.#metric = metric;
    this.#mean = mean;
  }

  /** The `wanted` nearest vectors of each of the rows, nearest first as far as float32 can tell. */
  async best(left: F32, wanted: number, signal: AbortSignal): Promise<Int32Array> {
    const [rows = 0] = left.dims;
    const session = await this.#run.session(
      `nearest ${this.#metric}`,
      nearestProducts(this.#metric === 'cosine'),
    );
    const mean: Readonly<Record<string, F32>> = this.#metric === 'cosine' ? {} : { mean: this.#mean };
    return bestOfTiles(this.#gallery, this.#count, { rows, wanted, signal }, (right, k) =>
      session.run({ left, right, k, ...mean }, { host: true }),
    );
  }
}

/**
 * The `wanted` vectors of a gallery with the largest values for each of some rows, largest first; -1 where there are fewer. It never
 * holds the values of more than a tile.
 * @param search the k largest `values` of each row in a tile, sorted, and their `indices` there
 * @throws CancelledError
 */
export async function bestOfTiles(
  gallery: Gallery,
  count: number,
  { rows, wanted, signal }: { readonly rows: number; readonly wanted: number; readonly signal: AbortSignal },
  search: (tile: F32, k: TensorHandle, from: number) => Promise<Readonly<Record<string, TensorHandle>>>,
): Promise<Int32Array> {
  const indices = new Int32Array(rows * wanted).fill(-1);
  const scores = new Float32Array(rows * wanted).fill(Number.NEGATIVE_INFINITY);
  for (let from = 0; from < count; from += TILE) {
    throwIfAborted(signal);
    const size = Math.min(TILE, count - from);
    const kept = Math.min(size, wanted);
    const right = await gallery.tile(from, from + size);
    const best = await search(right, int64([kept]), from);
    right.release();
    const values = (await (best.values as F32).toHost()).data;
    const places = (await best.indices!.toHost()).data as BigInt64Array;
    for (let row = 0; row < rows; row++)
      merge(
        { scores, indices, from: row * wanted, size: wanted },
        { values, places, from: row * kept, size: kept, offset: from },
      );
  }
  return indices;
}

/** Puts the best of a tile, which are sorted, among the best so far. */
function merge(
  best: { scores: Float32Array; indices: Int32Array; from: number; size: number },
  tile: { values: Float32Array; places: BigInt64Array; from: number; size: number; offset: number },
): void {
  const { scores, indices } = best;
  const last = best.from + best.size - 1;
  for (let i = tile.from; i < tile.from + tile.size; i++) {
    const value = tile.values[i]!;
    if (!(value > scores[last]!)) return;
    let at = last;
    while (at > best.from && scores[at - 1]! < value) {
      scores[at] = scores[at - 1]!;
      indices[at] = indices[at - 1]!;
      at--;
    }
    scores[at] = value;
    indices[at] = tile.offset + Number(tile.places[i]!);
  }
}

/** Products of vectors far from the origin would lose their differences, so the mean is taken away first. */
export function meanOf(data: Float32Array, width: number): F32 {
  const sum = new Float64Array(width);
  for (let at = 0; at < data.length; at += width) for (let d = 0; d < width; d++) sum[d]! += data[at + d]!;
  const rows = Math.max(1, data.length / width);
  return hostTensor({
    dtype: 'float32',
    dims: [width],
    data: Float32Array.from(sum, (value) => value / rows),
  });
}

function distanceOf(
  metric: Metric,
  left: Float32Array,
  right: Float32Array,
  width: number,
): (row: number, other: number) => number {
  if (metric === 'euclidean')
    return (row, other) => {
      const [a, b] = [row * width, other * width];
      let sum = 0;
      for (let d = 0; d < width; d++) {
        const apart = left[a + d]! - right[b + d]!;
        sum += apart * apart;
      }
      return Math.sqrt(sum);
    };
  const lengths = lengthsOf(right, width);
  const own = left === right ? lengths : lengthsOf(left, width);
  return (row, other) => {
    const [a, b] = [row * width, other * width];
    const length = own[row]! * lengths[other]!;
    // As scikit-learn: a zero vector has no direction and is 1 away from all others.
    if (length === 0) return 1;
    let sum = 0;
    for (let d = 0; d < width; d++) sum += left[a + d]! * right[b + d]!;
    return Math.max(0, 1 - sum / length);
  };
}

/** The length of each row, in float64. */
export function lengthsOf(data: Float32Array, width: number): Float64Array {
  const lengths = new Float64Array(data.length / width);
  for (let row = 0; row < lengths.length; row++) {
    let sum = 0;
    for (let at = row * width; at < (row + 1) * width; at++) sum += data[at]! * data[at]!;
    lengths[row] = Math.sqrt(sum);
  }
  return lengths;
}
