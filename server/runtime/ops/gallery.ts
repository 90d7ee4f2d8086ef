import type { F32 } from '../../../nodes/sdk/index.ts';
import { hostTensor } from '../ort/tensor.ts';
import { gather, slice } from './graphs.ts';
import { type GraphRunner, int64, isOnHost } from './runner.ts';

/** N x D vectors on any device, to search tile by tile. */
export interface Gallery {
  /** Vectors from..to. On the host it makes no copy. The caller releases the tensor. */
  tile(from: number, to: number): Promise<F32>;
  /** The numbers of some vectors. The i-th of `indices` begins at `offset(i)` in `data`. */
  rows(indices: readonly number[]): Promise<{ readonly data: Float32Array; offset(i: number): number }>;
}

/** Some rows of vectors, for a search among them. A tile is a copy, and lasts until the next one. */
export function someOf(run: GraphRunner, vectors: F32, places: Uint32Array): Gallery {
  const width = vectors.dims[1]!;
  const all = galleryOf(run, vectors);
  const placesOf = (indices: readonly number[]) => indices.map((index) => places[index]!);
  if (!isOnHost(vectors))
    return {
      tile: async (from, to) =>
        run.one('gather', gather, { x: vectors, indices: int64(Array.from(places.subarray(from, to))) }),
      rows: (indices) => all.rows(placesOf(indices)),
    };
  const { data } = vectors.host;
  let room = new Float32Array(0);
  return {
    async tile(from, to) {
      const length = (to - from) * width;
      if (room.length < length) room = new Float32Array(length);
      const copy = room.subarray(0, length);
      for (let row = from; row < to; ) {
        // Rows that follow each other are copied together.
        let end = row + 1;
        while (end < to && places[end] === places[end - 1]! + 1) end += 1;
        const start = places[row]! * width;
        copy.set(data.subarray(start, start + (end - row) * width), (row - from) * width);
        row = end;
      }
      return hostTensor({ dtype: 'float32', dims: [to - from, width], data: copy });
    },
    rows: (indices) => all.rows(placesOf(indices)),
  };
}

/** Opens vectors for a search. */
export function galleryOf(run: GraphRunner, vectors: F32): Gallery {
  const width = vectors.dims[1]!;
  if (isOnHost(vectors)) {
    const { data } = vectors.host;
    return {
      tile: async (from, to) =>
        hostTensor({
          dtype: 'float32',
          dims: [to - from, width],
          data: data.subarray(from * width, to * width),
        }),
      rows: async (indices) => ({ data, offset: (i) => indices[i]! * width }),
    };
  }
  const result = async (key: string, make: () => Uint8Array, feeds: Parameters<GraphRunner['one']>[2]) =>
    (await (await run.session(key, make)).run(feeds)).y as F32;
  return {
    tile: (from, to) => result('slice 0', slice(0), { x: vectors, start: int64([from]), end: int64([to]) }),
    async rows(indices) {
      const picked = await result('gather', gather, { x: vectors, indices: int64(indices) });
      const { data } = await picked.toHost();
      picked.release();
      return { data, offset: (i) => i * width };
    },
  };
}
