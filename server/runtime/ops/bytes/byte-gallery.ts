import { setImmediate as turn } from 'node:timers/promises';
import { throwIfAborted } from '../../../../nodes/sdk/index.ts';
import { KERNELS } from './kernels.ts';

// Exact search over a copy of the gallery in bytes, a quarter of its size. A row x is stored as whole numbers c of -127..127 times a
// scale s; r is the length of x - s c. A query q is stored as whole numbers b of 16 bits times t, and u is the length of q - t b. By
// Cauchy and Schwarz, q . x differs from t s (b . c), a sum of whole numbers, by at most t |b| r + u |x|. So every row has an upper and a
// lower bound, and no row whose upper bound is below the k-th best lower bound is among the best k. The others are ranked by their
// floats, which gives the scores and the order of a full scan.

/** What Node has and its types leave out. */
declare namespace WebAssembly {
  class Memory {
    constructor(size: { readonly initial: number });
    readonly buffer: ArrayBuffer;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: { readonly env: { readonly memory: Memory } });
    readonly exports: object;
  }
}

/** The functions of kernels.wat. All pointers are bytes of the memory. */
interface Kernels {
  dot1(rows: number, queries: number, count: number, width: number, out: number): void;
  dot4(rows: number, queries: number, count: number, width: number, out: number): void;
  quantise(source: number, rows: number, count: number, width: number, scales: number, rests: number): void;
}

/** The kernels handle a multiple of this many numbers of a row. */
const STEP = 32;
/** How many queries read a row together. */
const TOGETHER = 4;
/** How many rows are compared before their products are looked at, so that these are still in the processor's cache. */
const CHUNK = 4096;
/** Bytes of rows in one memory; a memory holds at most 4 GB, and a smaller one is found more easily. */
const PLATE_BYTES = 1 << 28;
const PAGE = 65_536;
/** How long one part of the work may keep the process from answering, in milliseconds. */
const BUSY_MS = 30;
/** Float32 sums of the rests are inexact: their relative error, and the absolute one of the numbers they are made of. */
const REST_SLACK = 1.001;
const REST_FLOOR = 2.5e-7;
/** The largest length that a normalised vector can have after rounding. */
const LENGTH_SLACK = 1.001;
/** More candidates than this part of the rows are not worth it. */
const MOST_CANDIDATES = 1 / 16;
const FEWEST_CANDIDATES = 4096;

let compiled: WebAssembly.Module | undefined;

/** Rows in one memory: room for queries, products and floats that become bytes, then the rows. */
class Plate {
  readonly from: number;
  readonly count: number;
  readonly kernels: Kernels;
  readonly queries: Int16Array;
  readonly products: Int32Array;
  readonly floats: Float32Array;
  readonly scales: Float32Array;
  readonly rests: Float32Array;
  readonly rows: number;

  constructor(from: number, count: number, width: number) {
    this.from = from;
    this.count = count;
    let end = 0;
    const room = (bytes: number): number => {
      end += bytes;
      return end - bytes;
    };
    const queries = room(TOGETHER * width * 2);
    const products = room(CHUNK * TOGETHER * 4);
    const scales = room(CHUNK * 4);
    const rests = room(CHUNK * 4);
    const floats = room(CHUNK * width * 4);
    this.rows = end;
    const memory = new WebAssembly.Memory({ initial: Math.ceil((this.rows + count * width) / PAGE) });
    compiled ??= new WebAssembly.Module(Buffer.from(KERNELS, 'base64'));
    const instance = new WebAssembly.Instance(compiled, { env: { memory } });
    this.kernels = instance.exports as unknown as Kernels;
    const { buffer } = memory;
    this.queries = new Int16Array(buffer, queries, TOGETHER * width);
    this.products = new Int32Array(buffer, products, CHUNK * TOGETHER);
    this.scales = new Float32Array(buffer, scales, CHUNK);
    this.rests = new Float32Array(buffer, rests, CHUNK);
    this.floats = new Float32Array(buffer, floats, CHUNK * width);
  }
}

/** A query in 16 bits, and what bounds its products. */
interface ByteQuery {
  readonly numbers: Int16Array;
  /** What to multiply a product by, beside the row's scale. */
  readonly scale: number;
  /** The bound of the error, without that of the row's rest, and the factor on this rest. */
  readonly error: number;
  readonly length: number;
}

/** What a search asks for. */
export interface ByteSearch {
  readonly k: number;
  /** Rows with a 0 are passed over. */
  readonly only?: Uint8Array;
  /** A score below this is not wanted. */
  readonly threshold: number;
  /** For each query, a row that does not count. */
  readonly excluded: readonly (number | undefined)[];
  /** For each query, how much the product of two unit vectors may differ from their cosine in float64. */
  readonly slack: readonly number[];
  readonly signal: AbortSignal;
}

/** A copy of N x D vectors in bytes. */
export class ByteGallery {
  readonly count: number;
  readonly #width: number;
  readonly #padded: number;
  /** For each row, what its products are multiplied by, and how much they may differ for a query of length 1. */
  readonly #scales: Float32Array;
  readonly #rests: Float32Array;
  readonly #plates: Plate[] = [];

  private constructor(count: number, width: number) {
    this.count = count;
    this.#width = width;
    this.#padded = Math.ceil(width / STEP) * STEP;
    this.#scales = new Float32Array(count);
    this.#rests = new Float32Array(count);
  }

  /**
   * Copies a gallery, in parts that leave the process time to answer.
   *
   * @param data N x D
   * @param factors what makes each row of `data` one of length 1, N; absent if all have this length
   */
  static async of(
    data: Float32Array,
    width: number,
    factors: Float32Array | undefined,
    signal: AbortSignal,
  ): Promise<ByteGallery> {
    const gallery = new ByteGallery(data.length / width, width);
    const rows = Math.max(CHUNK, Math.floor(PLATE_BYTES / gallery.#padded / CHUNK) * CHUNK);
    const pause = pauses(signal);
    for (let from = 0; from < gallery.count; from += rows) {
      const plate = new Plate(from, Math.min(rows, gallery.count - from), gallery.#padded);
      gallery.#plates.push(plate);
      for (let at = 0; at < plate.count; at += CHUNK) {
        gallery.#fill(plate, at, data, factors);
        await pause();
      }
    }
    return gallery;
  }

  #fill(plate: Plate, at: number, data: Float32Array, factors: Float32Array | undefined): void {
    const [width, padded] = [this.#width, this.#padded];
    const count = Math.min(CHUNK, plate.count - at);
    const first = plate.from + at;
    if (padded === width) plate.floats.set(data.subarray(first * width, (first + count) * width));
    else
      for (let row = 0; row < count; row += 1)
        plate.floats.set(data.subarray((first + row) * width, (first + row + 1) * width), row * padded);
    const { floats, rows, scales, rests } = plate;
    const bytes = rows + at * padded;
    plate.kernels.quantise(floats.byteOffset, bytes, count, padded, scales.byteOffset, rests.byteOffset);
    for (let row = 0; row < count; row += 1) {
      const [scale, factor] = [scales[row]!, factors?.[first + row] ?? 1];
      const rest = rests[row]! * factor * REST_SLACK + REST_FLOOR;
      // What is no number has no bound, so it is always looked at.
      const isNumber = Number.isFinite(scale) && Number.isFinite(rest);
      this.#scales[first + row] = isNumber ? scale * factor : 0;
      this.#rests[first + row] = isNumber ? rest : Number.POSITIVE_INFINITY;
    }
  }

  #query(vector: Float32Array, slack: number): ByteQuery {
    const numbers = new Int16Array(this.#padded);
    // The products of a row of the largest bytes must fit into 32 bits.
    const largest = Math.min(32_767, Math.floor((2 ** 31 - 1) / (127 * this.#padded)));
    const most = vector.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const scale = most / largest;
    let [squares, rests] = [0, 0];
    for (let i = 0; i < vector.length; i += 1) {
      numbers[i] = Math.round(vector[i]! / scale);
      squares += numbers[i]! ** 2;
      rests += (vector[i]! - numbers[i]! * scale) ** 2;
    }
    return {
      numbers,
      scale,
      error: Math.sqrt(rests) * LENGTH_SLACK + slack,
      length: Math.sqrt(squares) * scale,
    };
  }

  /**
   * For each query, ascending, all rows that may be among its best k; undefined where they are so many that a full scan is faster.
   *
   * @param vectors finite vectors of length 1, not zero
   * @throws CancelledError
   */
  async candidates(
    vectors: readonly Float32Array[],
    search: ByteSearch,
  ): Promise<(readonly number[] | undefined)[]> {
    const found: (readonly number[] | undefined)[] = [];
    const pause = pauses(search.signal);
    for (let from = 0; from < vectors.length; ) {
      // Three would leave one of four without work, which is still faster than one after another.
      const size = vectors.length - from >= TOGETHER - 1 ? Math.min(TOGETHER, vectors.length - from) : 1;
      const some = vectors.slice(from, from + size).map((vector, i) => {
        const query = this.#query(vector, search.slack[from + i]!);
        return { query, best: new Candidates(search, search.excluded[from + i], this.count) };
      });
      for (const plate of this.#plates)
        for (let at = 0; at < plate.count; at += CHUNK) {
          this.#look(plate, at, some, search.only);
          await pause();
        }
      for (const { best } of some) found.push(best.finish());
      from += size;
    }
    return found;
  }

  #look(
    plate: Plate,
    at: number,
    some: readonly { readonly query: ByteQuery; readonly best: Candidates }[],
    only: Uint8Array | undefined,
  ): void {
    const count = Math.min(CHUNK, plate.count - at);
    const { kernels, queries, products } = plate;
    const rows = plate.rows + at * this.#padded;
    // Other searches use the same memory between the parts of this one.
    for (const [i, { query }] of some.entries()) queries.set(query.numbers, i * this.#padded);
    const [dot, step] = some.length === 1 ? [kernels.dot1, 1] : [kernels.dot4, TOGETHER];
    dot(rows, queries.byteOffset, count, this.#padded, products.byteOffset);
    for (const [i, { query, best }] of some.entries()) {
      if (best.areTooMany) continue;
      const { scale, error, length } = query;
      for (let row = 0; row < count; row += 1) {
        const index = plate.from + at + row;
        const score = products[row * step + i]! * scale * this.#scales[index]!;
        const bound = length * this.#rests[index]! + error;
        // Most rows end here.
        if (score + bound < best.cut) continue;
        if (only?.[index] !== 0) best.add(index, score - bound, score + bound);
      }
    }
  }
}

/** Collects the rows that may be among the best k of one query. */
class Candidates {
  /** A row whose upper bound is below this is not among the best k. */
  cut: number;
  areTooMany = false;
  readonly #k: number;
  readonly #excluded: number | undefined;
  readonly #most: number;
  /** The k best lower bounds so far, the least first: a binary heap. */
  readonly #lowers: Float64Array;
  #known = 0;
  #rows: number[] = [];
  #uppers: number[] = [];

  constructor({ k, threshold }: ByteSearch, excluded: number | undefined, count: number) {
    this.cut = threshold;
    this.#k = k;
    this.#excluded = excluded;
    this.#most = Math.max(FEWEST_CANDIDATES, Math.floor(count * MOST_CANDIDATES));
    this.#lowers = new Float64Array(k);
  }

  add(row: number, lower: number, upper: number): void {
    this.#rows.push(row);
    this.#uppers.push(upper);
    if (row !== this.#excluded) this.#learn(lower);
    if (this.#rows.length > 2 * this.#most) {
      this.#forget();
      this.areTooMany = this.#rows.length > this.#most;
    }
  }

  /** The rows, ascending; undefined if they are too many. */
  finish(): readonly number[] | undefined {
    this.#forget();
    return this.areTooMany || this.#rows.length > this.#most ? undefined : this.#rows;
  }

  #learn(lower: number): void {
    const heap = this.#lowers;
    if (this.#known < this.#k) {
      let at = this.#known;
      this.#known += 1;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (heap[parent]! <= lower) break;
        heap[at] = heap[parent]!;
        at = parent;
      }
      heap[at] = lower;
    } else if (lower > heap[0]!) {
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= this.#k) break;
        if (child + 1 < this.#k && heap[child + 1]! < heap[child]!) child += 1;
        if (heap[child]! >= lower) break;
        heap[at] = heap[child]!;
        at = child;
      }
      heap[at] = lower;
    } else return;
    if (this.#known === this.#k) this.cut = Math.max(this.cut, heap[0]!);
  }

  #forget(): void {
    const kept = Array.from(this.#rows.keys()).filter((i) => !(this.#uppers[i]! < this.cut));
    this.#rows = kept.map((i) => this.#rows[i]!);
    this.#uppers = kept.map((i) => this.#uppers[i]!);
  }
}

/** Gives other work of the process a turn whenever some time has passed. @throws CancelledError */
function pauses(signal: AbortSignal): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < BUSY_MS) return undefined;
    throwIfAborted(signal);
    return turn().then(() => {
      last = performance.now();
    });
  };
}
