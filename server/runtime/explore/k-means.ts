import type { F32, KMeansJob, Metric, WorkOptions } from '../../../nodes/sdk/index.ts';
import { seededRandom, throwIfAborted } from '../../../nodes/sdk/index.ts';
import { type Gallery, galleryOf } from '../ops/gallery.ts';
import { toCenters } from '../ops/graphs.ts';
import { type GraphRunner, onHost } from '../ops/runner.ts';
import { hostTensor } from '../ort/tensor.ts';
import { largestFirst } from './groups.ts';
import { lengthsOf } from './nearest.ts';

// Starts are tried on some of the vectors, and only the best one goes on with all of them. Products with the centres are float32 on the
// device; sums, and with them the centres, are float64 and change only by the vectors that change their group.

/** How many vectors each start is tried on, or this many for each group. */
const SAMPLE = 10_000;
const SAMPLE_PER_GROUP = 100;
/** The most steps with all vectors. */
const MOST_STEPS = 300;
/** Steps end when the centres move less than this, relative to the variance of the vectors, as with scikit-learn. */
const STILL = 1e-4;
/** They also end when a step makes the groups tighter by less than this share. */
const TIGHTER = 1e-5;
/** Most bytes of a tile. */
const TILE_BYTES = 1 << 22;

/** Groups by k-means; see `ExploreService.kMeans`. */
export async function kMeans(
  run: GraphRunner,
  { vectors, count, metric, starts, seed }: KMeansJob,
  { signal, onProgress }: WorkOptions,
): Promise<Int32Array> {
  const [rows = 0, width = 0] = vectors.dims;
  if (rows === 0 || width === 0 || count <= 1) return new Int32Array(rows);
  const { data } = await onHost(vectors);
  const all = await Points.of(run, vectors, data, width, metric);
  const random = seededRandom(seed);
  const most = Math.max(SAMPLE, SAMPLE_PER_GROUP * count);
  const some = rows <= most ? all : await sampleOf(run, all, most, random);
  const total = starts + (some === all ? 0 : 1);
  let best: Fit | undefined;
  for (let start = 0; start < starts; start++) {
    const fit = await improved(some, await firstCenters(some, count, random, signal), signal);
    if (best === undefined || fit.inertia < best.inertia) best = fit;
    onProgress?.(start + 1, total);
  }
  if (best === undefined) return new Int32Array(rows);
  if (some === all) return largestFirst(best.group);
  const fit = await improved(all, best.centers, signal);
  onProgress?.(total, total);
  return largestFirst(fit.group);
}

/** K x D numbers, in the frame of the points: from their mean for distances, unit vectors for cosine. */
interface Centers {
  readonly count: number;
  readonly data: Float64Array;
}

interface Fit {
  readonly centers: Centers;
  readonly group: Int32Array;
  /** The sum of the squared distances to the centres. */
  readonly inertia: number;
}

/** Vectors to group: their numbers are read where they are, minus their mean or divided by their lengths. */
class Points {
  readonly run: GraphRunner;
  readonly data: Float32Array;
  readonly width: number;
  readonly metric: Metric;
  readonly rows: number;
  /** The squared length of each vector in the frame. */
  readonly squares: Float64Array;
  /** What to multiply each vector by. */
  readonly factors: Float64Array | undefined;
  readonly mean: Float32Array;
  readonly #gallery: Gallery;

  private constructor(
    run: GraphRunner,
    vectors: F32,
    data: Float32Array,
    width: number,
    metric: Metric,
    frame: Pick<Points, 'squares' | 'factors' | 'mean'>,
  ) {
    this.run = run;
    this.data = data;
    this.width = width;
    this.metric = metric;
    this.rows = data.length / width;
    this.squares = frame.squares;
    this.factors = frame.factors;
    this.mean = frame.mean;
    this.#gallery = galleryOf(run, vectors);
  }

  static async of(run: GraphRunner, vectors: F32, data: Float32Array, width: number, metric: Metric) {
    return new Points(run, vectors, data, width, metric, frameOf(data, width, metric));
  }

  /** Adds a vector, in the frame, to a sum. */
  add(row: number, to: Float64Array, at: number, times: 1 | -1): void {
    const { data, mean, width } = this;
    const from = row * width;
    if (this.factors) {
      const factor = this.factors[row]! * times;
      for (let d = 0; d < width; d++) to[at + d]! += data[from + d]! * factor;
    } else for (let d = 0; d < width; d++) to[at + d]! += (data[from + d]! - mean[d]!) * times;
  }

  /** For each vector, x . c - |c|^2 / 2 with each centre: largest for the nearest one. `use` gets n x K numbers at a time. */
  async eachScore(
    centers: Centers,
    signal: AbortSignal,
    use: (scores: Float32Array, from: number, to: number) => void,
  ): Promise<void> {
    const { run, width, mean, rows } = this;
    const { count, data } = centers;
    const session = await run.session('to centers', toCenters);
    const bias = Float32Array.from({ length: count }, (_, k) => {
      if (this.factors) return 0;
      let sum = 0;
      for (let at = k * width; at < (k + 1) * width; at++) sum += data[at]! * data[at]!;
      return -sum / 2;
    });
    const feeds = {
      centers: hostTensor({ dtype: 'float32', dims: [count, width], data: Float32Array.from(data) }),
      bias: hostTensor({ dtype: 'float32', dims: [count], data: bias }),
      mean: hostTensor({ dtype: 'float32', dims: [width], data: mean }),
    };
    const step = Math.max(1, Math.floor(TILE_BYTES / (4 * Math.max(width, count))));
    for (let from = 0; from < rows; from += step) {
      throwIfAborted(signal);
      const to = Math.min(rows, from + step);
      const x = await this.#gallery.tile(from, to);
      const { y } = await session.run({ ...feeds, x }, { host: true });
      x.release();
      const scores = (await (y as F32).toHost()).data;
      if (this.factors)
        for (let row = from, at = 0; row < to; row++)
          for (let k = 0; k < count; k++, at++) scores[at] = scores[at]! * this.factors[row]! - 0.5;
      use(scores, from, to);
    }
  }
}

function frameOf(
  data: Float32Array,
  width: number,
  metric: Metric,
): Pick<Points, 'squares' | 'factors' | 'mean'> {
  const rows = data.length / width;
  if (metric === 'cosine') {
    const factors = lengthsOf(data, width).map((length) => (length === 0 ? 0 : 1 / length));
    return { factors, squares: new Float64Array(rows).fill(1), mean: new Float32Array(width) };
  }
  const sum = new Float64Array(width);
  for (let at = 0; at < data.length; at += width) for (let d = 0; d < width; d++) sum[d]! += data[at + d]!;
  const mean = Float32Array.from(sum, (value) => value / rows);
  const squares = new Float64Array(rows);
  for (let row = 0, at = 0; row < rows; row++) {
    let square = 0;
    for (let d = 0; d < width; d++, at++) {
      const value = data[at]! - mean[d]!;
      square += value * value;
    }
    squares[row] = square;
  }
  return { factors: undefined, squares, mean };
}

/** Some of the vectors, chosen at random, as points of their own. */
async function sampleOf(run: GraphRunner, all: Points, count: number, random: () => number): Promise<Points> {
  const { width, rows } = all;
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  const data = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(random() * (rows - i));
    const row = order[other]!;
    order[other] = order[i]!;
    data.set(all.data.subarray(row * width, (row + 1) * width), i * width);
  }
  const vectors = hostTensor({ dtype: 'float32', dims: [count, width], data });
  const sample = await Points.of(run, vectors, data, width, all.metric);
  return sample;
}

/**
 * First centres by greedy k-means++ (Arthur and Vassilvitskii 2007): each is the best of some vectors that were drawn by their squared
 * distance to the nearest one before. Fewer than asked for if there are not so many different vectors.
 */
async function firstCenters(
  points: Points,
  count: number,
  random: () => number,
  signal: AbortSignal,
): Promise<Centers> {
  const { rows, width, squares } = points;
  const trials = 2 + Math.floor(Math.log(count));
  const nearest = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  const chosen = new Float64Array(count * width);
  let found = 0;
  const take = async (candidates: readonly number[]) => {
    const tried = new Float64Array(candidates.length * width);
    for (const [i, row] of candidates.entries()) points.add(row, tried, i * width, 1);
    const far = candidates.map(() => new Float64Array(rows));
    const sums = candidates.map(() => 0);
    await points.eachScore({ count: candidates.length, data: tried }, signal, (scores, from, to) => {
      for (let row = from, at = 0; row < to; row++)
        for (let i = 0; i < candidates.length; i++, at++) {
          const squared = Math.min(nearest[row]!, Math.max(0, squares[row]! - 2 * scores[at]!));
          far[i]![row] = squared;
          sums[i]! += squared;
        }
    });
    const best = sums.indexOf(Math.min(...sums));
    nearest.set(far[best]!);
    chosen.set(tried.subarray(best * width, (best + 1) * width), found++ * width);
    return sums[best]!;
  };
  const scale = squares.reduce((sum, square) => sum + square, 0);
  let rest = await take([Math.floor(random() * rows)]);
  // What is left of equal vectors is a rounding error.
  while (found < count && rest > 1e-6 * scale) {
    const drawn = Array.from({ length: trials }, () => {
      let left = random() * rest;
      let row = 0;
      while (row < rows - 1 && left >= nearest[row]!) left -= nearest[row++]!;
      return row;
    });
    rest = await take(drawn);
  }
  return { count: found, data: chosen.slice(0, found * width) };
}

/** Steps of Lloyd (1982) until no vector changes its group, or the centres hardly move. */
async function improved(points: Points, first: Centers, signal: AbortSignal): Promise<Fit> {
  const { rows, width, squares } = points;
  const { count } = first;
  const group = new Int32Array(rows).fill(-1);
  const far = new Float64Array(rows);
  const sums = new Float64Array(count * width);
  const sizes = new Float64Array(count);
  const still = (STILL * squares.reduce((sum, square) => sum + square, 0)) / rows / width;
  let centers = first;
  let inertia = 0;
  for (let step = 0; step < MOST_STEPS; step++) {
    let changed = 0;
    const before = inertia;
    inertia = 0;
    await points.eachScore(centers, signal, (scores, from, to) => {
      for (let row = from, at = 0; row < to; row++) {
        let best = 0;
        let score = scores[at]!;
        for (let k = 1; k < count; k++)
          if (scores[at + k]! > score) {
            best = k;
            score = scores[at + k]!;
          }
        at += count;
        far[row] = Math.max(0, squares[row]! - 2 * score);
        inertia += far[row]!;
        const old = group[row]!;
        if (old === best) continue;
        changed++;
        move(points, row, old, best, { group, sums, sizes });
      }
    });
    if (changed === 0) break;
    fillEmpty(points, far, { group, sums, sizes });
    const next = meansOf(points, sums, sizes);
    let moved = 0;
    for (let i = 0; i < next.length; i++) moved += (next[i]! - centers.data[i]!) ** 2;
    centers = { count, data: next };
    if (moved <= still || (step > 0 && before - inertia < TIGHTER * before)) break;
  }
  return { centers, group, inertia };
}

interface Sums {
  readonly group: Int32Array;
  readonly sums: Float64Array;
  readonly sizes: Float64Array;
}

function move(points: Points, row: number, from: number, to: number, { group, sums, sizes }: Sums): void {
  if (from >= 0) {
    points.add(row, sums, from * points.width, -1);
    sizes[from]!--;
  }
  points.add(row, sums, to * points.width, 1);
  sizes[to]!++;
  group[row] = to;
}

/** A group that lost all its vectors gets the one that is farthest from its centre. */
function fillEmpty(points: Points, far: Float64Array, own: Sums): void {
  for (let k = 0; k < own.sizes.length; k++) {
    if (own.sizes[k]! > 0) continue;
    let farthest = -1;
    for (let row = 0; row < far.length; row++)
      if (own.sizes[own.group[row]!]! > 1 && (farthest < 0 || far[row]! > far[farthest]!)) farthest = row;
    if (farthest < 0) return;
    move(points, farthest, own.group[farthest]!, k, own);
    far[farthest] = 0;
  }
}

function meansOf({ width, factors }: Points, sums: Float64Array, sizes: Float64Array): Float64Array {
  const means = new Float64Array(sums.length);
  for (let k = 0; k < sizes.length; k++) {
    const own = sums.subarray(k * width, (k + 1) * width);
    const size = factors ? Math.sqrt(own.reduce((sum, value) => sum + value * value, 0)) : sizes[k]!;
    for (let d = 0; d < width; d++) means[k * width + d] = size === 0 ? 0 : own[d]! / size;
  }
  return means;
}
