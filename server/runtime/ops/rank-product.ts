import { type F32, type RankedRow, throwIfAborted } from '../../../nodes/sdk/index.ts';
import { hostTensor } from '../ort/tensor.ts';
import type { ByteGallery } from './bytes/byte-gallery.ts';
import { type Gallery, galleryOf, someOf } from './gallery.ts';
import { allProducts, bestProducts, l2Normalize, type Products, productsKey, rowSumsOf } from './graphs.ts';
import { type RankOptions, select } from './rank-dense.ts';
import { type GraphRunner, int64 } from './runner.ts';
import { isFew } from './similarity-rows.ts';

// Exact search with float32 products. The product of two unit vectors of D numbers, summed in float32 in any order, differs by
// at most D * 2^-24 from the true one (Higham, Accuracy and Stability of Numerical Algorithms, 3.1). The length of a vector
// normalised in float32 differs by at most (D / 2 + 3) * 2^-24 from 1. So every tile of the gallery gives its k best candidates
// and some more. Candidates within twice the error of the k-th best are computed again in float64 as dot / (length * length),
// which is exactly 1 for equal vectors, and sorted. Rows that do not have length 1 are normalised for this, as a copy of the gallery
// would be: their scores do not depend on how they were found. If even the last candidate of a tile is that close, the whole tile is read.

/** Most bytes of a tile that is sent to a device. */
const TILE_BYTES = 1 << 26;
/** Bytes of a tile of copied rows. Smaller tiles need more calls, and each waits for all threads. */
const COPY_BYTES = 1 << 25;
/** Most bytes of candidates that are normalised at a time. */
const UNIT_BYTES = 1 << 22;
/** Fewer rows than one of so many are copied for a search. */
const FEW_OF = 12;
const MARGIN = 16;
const UNIT_ROUNDOFF = 2 ** -24;
/** The largest length that a normalised vector can have after rounding. */
const LENGTH_SLACK = 1.001;

interface Tile {
  readonly from: number;
  readonly size: number;
  /** The number of candidates for each query. Each row holds them best first. */
  readonly kept: number;
  readonly values: Float32Array;
  readonly indices: BigInt64Array;
}

/** A query, and rows that hold all of its best. */
interface Found {
  readonly row: number;
  readonly vector: Float32Array;
  readonly found: readonly number[];
}

/** One query with its candidates. */
interface Query extends Found {
  readonly excluded: number | undefined;
  /** A score below this cannot be among the best k. */
  readonly cut: number;
  readonly found: number[];
}

/** The two sides of a search. */
interface Sides {
  /** Unit vectors, Q x D. */
  readonly left: Float32Array;
  readonly right: F32;
  /** What to multiply each product by, N; absent if the rows of `right` have length 1. */
  readonly factors: Float32Array | undefined;
  /** A copy of `right` in bytes, if there is one. */
  readonly bytes?: ByteGallery;
}

/** Searches one gallery with batches of queries. */
export class ProductSearch {
  private readonly run: GraphRunner;
  private readonly left: Float32Array;
  /** Made when a search of floats needs them: among some of a million rows they take as long as a part of a search of bytes. */
  private readonly factors: () => Float32Array | undefined;
  private readonly hasFactors: boolean;
  /** Whether rows have lengths of their own. */
  private readonly isScaled: boolean;
  /** The rows that may be ranked, if they are so few that copying them is faster than passing over the others. */
  private readonly places: Uint32Array | undefined;
  private readonly width: number;
  private readonly count: number;
  private readonly gallery: Gallery;
  private readonly bytes: ByteGallery | undefined;
  private readonly options: RankOptions;

  constructor(run: GraphRunner, { left, right, factors, bytes }: Sides, options: RankOptions) {
    const [all = 0, width = 0] = right.dims;
    const places = placesOf(options.only, all);
    this.run = run;
    this.left = left;
    this.isScaled = factors !== undefined;
    this.hasFactors = this.isScaled || (options.only !== undefined && !places);
    this.places = places;
    let made: { readonly factors: Float32Array | undefined } | undefined;
    this.factors = () => {
      made ??= { factors: factorsFor(factors, places, options.only) };
      return made.factors;
    };
    this.width = width;
    this.count = places?.length ?? all;
    this.gallery = places ? someOf(run, right, places) : galleryOf(run, right);
    this.bytes = places ? undefined : bytes;
    this.options = places ? withPlaces(options, places) : options;
  }

  /** The rankings of queries from..to. */
  async rows(from: number, to: number): Promise<RankedRow[]> {
    const vectors = Array.from({ length: to - from }, (_, i) => this.vector(from + i));
    const searched = vectors.flatMap((vector, i) => (isZero(vector) ? [] : [{ vector, row: from + i }]));
    const ranked = new Map<number, RankedRow>();
    const open = await this.rankByBytes(searched, ranked);
    if (open.length > 0) {
      const tiles = await this.tiles(open.map(({ vector }) => vector));
      const queries = open.map(({ vector, row }, i) => this.query(vector, row, i, tiles));
      await this.lookAgain(queries, tiles);
      for (const query of queries) ranked.set(query.row, await this.rescore(query));
    }
    const rows = vectors.map((_, i) => ranked.get(from + i) ?? this.rankZero(from + i));
    const { places } = this;
    return places
      ? rows.map(({ indices, scores }) => ({ indices: indices.map((index) => places[index]!), scores }))
      : rows;
  }

  /** Ranks the queries that a search of bytes can answer, and gives the others. */
  private async rankByBytes(
    searched: readonly { readonly vector: Float32Array; readonly row: number }[],
    ranked: Map<number, RankedRow>,
  ) {
    const { bytes } = this;
    if (!bytes || searched.length === 0) return searched;
    const { k, only, threshold = Number.NEGATIVE_INFINITY, exclude, signal } = this.options;
    const found = await bytes.candidates(
      searched.map(({ vector }) => vector),
      {
        ...{ k, only, threshold, signal },
        excluded: searched.map(({ row }) => exclude?.(row)),
        slack: searched.map(({ vector }) => this.errorOf(vector)),
      },
    );
    const open: (typeof searched)[number][] = [];
    for (const [i, { vector, row }] of searched.entries()) {
      const rows = found[i];
      if (rows === undefined) open.push(searched[i]!);
      else ranked.set(row, await this.rescore({ row, vector, found: rows }));
    }
    return open;
  }

  private vector(row: number): Float32Array {
    return this.left.subarray(row * this.width, (row + 1) * this.width);
  }

  /** The cosine of a zero vector with any vector is 0, so its ranking is the first k. */
  private rankZero(row: number): RankedRow {
    const { k, only } = this.options;
    const indices: number[] = [];
    for (let i = 0; i < this.count && indices.length <= k; i += 1) if (only?.[i] !== 0) indices.push(i);
    return select({ indices, scores: indices.map(() => 0) }, row, this.options);
  }

  private tileRows(queries: number): number {
    const rows = Math.max(1, Math.floor(this.run.tileScores / queries));
    if (this.places) return Math.min(rows, Math.max(1, Math.floor(COPY_BYTES / (this.width * 4))));
    return this.run.onCpu ? rows : Math.min(rows, Math.max(1, Math.floor(TILE_BYTES / (this.width * 4))));
  }

  private products(queries: number): Products {
    return { few: isFew(queries), scaled: this.hasFactors };
  }

  /** The input with the factors of vectors from..to, if there are factors. */
  private factorsOf(from: number, to: number) {
    const data = this.factors()?.subarray(from, to);
    return data && { factors: hostTensor({ dtype: 'float32', dims: [to - from], data }) };
  }

  private async tiles(vectors: readonly Float32Array[]): Promise<Tile[]> {
    const how = this.products(vectors.length);
    const session = await this.run.session(`best products ${productsKey(how)}`, bestProducts(how));
    const left = stack(vectors, this.width);
    const wanted = this.options.k + MARGIN + (this.options.exclude ? 1 : 0);
    const tiles: Tile[] = [];
    const step = this.tileRows(vectors.length);
    for (let from = 0; from < this.count; from += step) {
      throwIfAborted(this.options.signal);
      const size = Math.min(step, this.count - from);
      const kept = Math.min(size, wanted);
      const right = await this.gallery.tile(from, from + size);
      const factors = this.factorsOf(from, from + size);
      const best = await session.run({ left, right, k: int64([kept]), ...factors }, { host: true });
      right.release();
      const values = (await (best.values as F32).toHost()).data;
      const indices = (await best.indices!.toHost()).data as BigInt64Array;
      tiles.push({ from, size, kept, values, indices });
    }
    return tiles;
  }

  /** How much a product that is computed in float32 may differ from the cosine. */
  private errorOf(vector: Float32Array): number {
    // The error of the sum and of both lengths, the two roundings of a factor, and the two of each number of a normalised row.
    const roundings = this.width + 2 * (this.width / 2 + 3) + (this.hasFactors ? 4 : 0);
    return roundings * UNIT_ROUNDOFF * LENGTH_SLACK * Math.sqrt(dot(vector, 0, vector, 0, this.width));
  }

  private query(vector: Float32Array, row: number, position: number, tiles: readonly Tile[]): Query {
    const excluded = this.options.exclude?.(row);
    const error = this.errorOf(vector);
    const { threshold = Number.NEGATIVE_INFINITY } = this.options;
    const kth = kthBest(tiles, position, this.options, excluded);
    const cut = Math.max(kth - 2 * error, threshold - error);
    return { row, vector, excluded, cut, found: [] };
  }

  /**
   * Collects the candidates of each query. If a tile may contain more candidates than it returned, it is computed again
   * in full.
   */
  private async lookAgain(queries: readonly Query[], tiles: readonly Tile[]): Promise<void> {
    for (const tile of tiles) {
      const open: Query[] = [];
      for (const [i, query] of queries.entries()) {
        const start = i * tile.kept;
        const last = tile.values[start + tile.kept - 1]!;
        // Written with `!`, so that NaN means that the tile is computed again.
        if (tile.kept < tile.size && !(last < query.cut)) open.push(query);
        else collect(query, tile, start, this.options.only);
      }
      if (open.length === 0) continue;
      throwIfAborted(this.options.signal);
      const how = this.products(open.length);
      const session = await this.run.session(`products ${productsKey(how)}`, allProducts(how));
      const left = stack(
        open.map(({ vector }) => vector),
        this.width,
      );
      const right = await this.gallery.tile(tile.from, tile.from + tile.size);
      const factors = this.factorsOf(tile.from, tile.from + tile.size);
      const { y } = await session.run({ left, right, ...factors }, { host: true });
      right.release();
      const { data } = await (y as F32).toHost();
      for (const [i, { found, cut }] of open.entries()) {
        const start = i * tile.size;
        for (let j = 0; j < tile.size; j += 1)
          if (data[start + j]! >= cut && this.options.only?.[tile.from + j] !== 0) found.push(tile.from + j);
      }
    }
  }

  private async rescore(query: Found): Promise<RankedRow> {
    throwIfAborted(this.options.signal);
    const scores = new Float64Array(query.found.length);
    const { vector } = query;
    const square = dot(vector, 0, vector, 0, this.width);
    const step = this.isScaled ? Math.max(1, Math.floor(UNIT_BYTES / (this.width * 4))) : scores.length;
    for (let from = 0; from < scores.length; from += step) {
      const found = query.found.slice(from, from + step);
      const { data, offset } = await (this.isScaled ? this.unitRows(found) : this.gallery.rows(found));
      for (let i = 0; i < found.length; i += 1) {
        const at = offset(i);
        const product = dot(vector, 0, data, at, this.width);
        scores[from + i] = cosine(product, square * dot(data, at, data, at, this.width));
      }
    }
    const order = Array.from(scores.keys())
      .filter((i) => !Number.isNaN(scores[i]))
      .sort((a, b) => scores[b]! - scores[a]! || query.found[a]! - query.found[b]!);
    const ranked = { indices: order.map((i) => query.found[i]!), scores: order.map((i) => scores[i]!) };
    return select(ranked, query.row, this.options);
  }

  /** Some rows, normalised as the queries are, so that equal vectors of any length score exactly 1. */
  private async unitRows(indices: readonly number[]): Promise<Awaited<ReturnType<Gallery['rows']>>> {
    const { width } = this;
    const { data, offset } = await this.gallery.rows(indices);
    const x = stack(
      indices.map((_, i) => data.subarray(offset(i), offset(i) + width)),
      width,
    );
    const { sums, feeds } = rowSumsOf(width, this.run.onCpu);
    const session = await this.run.session(`operation.normalize ${sums}`, l2Normalize(sums));
    const { y } = await session.run({ ...feeds, x }, { host: true });
    return { data: (await (y as F32).toHost()).data, offset: (i) => i * width };
  }
}

/**
 * The positions that may be ranked, if they are few. Measured with 1,000,000 x 512 on two cores: a copy of 1/10 of the rows takes about
 * as long as reading all of them.
 */
function placesOf(only: Uint8Array | undefined, count: number): Uint32Array | undefined {
  if (!only) return undefined;
  let found = 0;
  for (let i = 0; i < count; i += 1) found += only[i]!;
  if (found * FEW_OF > count) return undefined;
  const places = new Uint32Array(found);
  for (let i = 0, next = 0; i < count; i += 1) if (only[i] === 1) places[next++] = i;
  return places;
}

/**
 * The factors of the rows of a search. Where some of many rows may not be ranked, theirs is 0, so that they seldom take the place of
 * a candidate; they never count.
 */
function factorsFor(
  factors: Float32Array | undefined,
  places: Uint32Array | undefined,
  only: Uint8Array | undefined,
): Float32Array | undefined {
  if (places) return factors && Float32Array.from(places, (place) => factors[place]!);
  if (!only) return factors;
  const chosen = new Float32Array(only.length);
  for (let i = 0; i < chosen.length; i += 1) if (only[i] === 1) chosen[i] = factors ? factors[i]! : 1;
  return chosen;
}

/** The options of a search among some rows, which have the positions 0, 1, ... in it. */
function withPlaces({ only: _, exclude, ...options }: RankOptions, places: Uint32Array): RankOptions {
  if (!exclude) return options;
  const positions = new Map(Array.from(places, (place, position) => [place, position]));
  return {
    ...options,
    exclude(row) {
      const place = exclude(row);
      return place === undefined ? undefined : positions.get(place);
    },
  };
}

function isZero(vector: Float32Array): boolean {
  return vector.every((value) => value === 0);
}

function dot(a: Float32Array, aStart: number, b: Float32Array, bStart: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i += 1) sum += a[aStart + i]! * b[bStart + i]!;
  return sum;
}

/** `squares` is the product of both squared lengths. The cosine of a zero vector is 0, and NaN stays NaN. */
function cosine(product: number, squares: number): number {
  if (squares === 0) return 0;
  return Math.min(1, Math.max(-1, product / Math.sqrt(squares)));
}

function stack(vectors: readonly Float32Array[], width: number) {
  const data = new Float32Array(vectors.length * width);
  for (const [i, vector] of vectors.entries()) data.set(vector, i * width);
  return hostTensor({ dtype: 'float32', dims: [vectors.length, width], data });
}

/** The k-th best float32 score among the candidates of all tiles; minus infinity if there are fewer. */
function kthBest(
  tiles: readonly Tile[],
  position: number,
  { k, only }: RankOptions,
  excluded: number | undefined,
): number {
  const values: number[] = [];
  for (const { from, kept, values: all, indices } of tiles) {
    for (let i = position * kept; i < (position + 1) * kept; i += 1) {
      const index = from + Number(indices[i]!);
      if (index !== excluded && only?.[index] !== 0 && !Number.isNaN(all[i]!)) values.push(all[i]!);
    }
  }
  const sorted = Float32Array.from(values).sort();
  return sorted[sorted.length - k] ?? Number.NEGATIVE_INFINITY;
}

function collect(
  { found, cut }: Query,
  { from, kept, values, indices }: Tile,
  start: number,
  only: RankOptions['only'],
): void {
  for (let i = start; i < start + kept; i += 1) {
    const index = from + Number(indices[i]!);
    if (values[i]! >= cut && only?.[index] !== 0) found.push(index);
  }
}
