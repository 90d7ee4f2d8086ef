import { freemem } from 'node:os';
import type { F32 } from '../../../../nodes/sdk/index.ts';
import { isOnHost } from '../runner.ts';
import { ByteGallery } from './byte-gallery.ts';

/** Smaller galleries, in numbers, are searched in a few milliseconds, and larger ones do not fit beside their floats. */
const LEAST = 1 << 23;
const MOST = 2 ** 33;
/** A copy takes as long as about this many searches for one query, so it is made when a gallery was searched as often. */
const SEARCHES = 4;
/** A search for this many queries takes as long as two for one. */
const QUERIES_A_SEARCH = 16;
/** For more queries at a time, matrix products of floats on all cores are faster. */
const MOST_QUERIES = 8;
/** How many times its size has to be free before a copy is made. */
const FREE_TIMES = 4;

interface Entry {
  searches: number;
  copy?: ByteGallery;
  making?: Promise<void>;
}

/** The copies of galleries in bytes. A copy goes when its gallery does. Tensors never change. */
const entries = new WeakMap<F32, Entry>();

/**
 * The copy of a gallery in bytes; undefined while there is none. It counts the searches of each gallery, and begins to copy one that
 * is searched again and again; the search that asks does not wait for it.
 *
 * @param gallery N x D
 * @param factors what makes each row one of length 1, N; absent if all have this length
 */
export function bytesOf(
  gallery: F32,
  factors: Float32Array | undefined,
  queries: number,
): ByteGallery | undefined {
  if (!isOnHost(gallery)) return undefined;
  const [rows = 0, width = 0] = gallery.dims;
  const numbers = rows * width;
  if (numbers < LEAST || numbers > MOST) return undefined;
  const entry = entries.get(gallery) ?? { searches: 0 };
  entries.set(gallery, entry);
  if (entry.copy) return queries > MOST_QUERIES ? undefined : entry.copy;
  if (entry.searches >= SEARCHES && !entry.making && freemem() > numbers * FREE_TIMES) {
    entry.making = ByteGallery.of(gallery.host.data, width, factors, new AbortController().signal).then(
      (copy) => {
        entry.copy = copy;
      },
      // Without memory for it there is no copy; the search works without one.
      () => undefined,
    );
  }
  entry.searches += 1 + queries / QUERIES_A_SEARCH;
  return undefined;
}

/** Resolves when copies that are being made of a gallery are there. */
export async function settled(gallery: F32): Promise<void> {
  await entries.get(gallery)?.making;
}
