import {
  type F32,
  type LogisticFit,
  type LogisticJob,
  type LogisticPoint,
  type Targets,
  throwIfAborted,
  type WorkOptions,
} from '../../../nodes/sdk/index.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import { hostTensor } from '../ort/tensor.ts';
import { curvatureGraph, gradientGraph, judgeGraph } from './logistic-graphs.ts';
import { type Convex, minimize } from './newton.ts';

/** A piece of vectors, or of their probabilities, takes at most this many bytes. */
const PIECE_BYTES = 1 << 23;
/**
 * With so few numbers in all vectors, a product takes about a millisecond: one thread does it sooner than several that wait for each
 * other, above all while other work runs.
 */
const FEW_NUMBERS = 1 << 20;
/** The largest number of the gradient of the mean loss at the end. */
const TOLERANCE = 1e-8;

/** Some vectors with their categories. */
interface Piece {
  readonly rows: number;
  /** n x D. */
  readonly x: F32;
  /** n x 1: the category of each. */
  readonly y: F32;
  /** n x 1: how much each counts. */
  readonly s: F32;
  /** n x C: the probabilities where {@link Convex.at} was last asked. */
  p?: F32;
}

type Results = Readonly<Record<string, F32>>;

const tensorOf = (data: Float32Array, ...dims: readonly number[]): F32 =>
  hostTensor({ dtype: 'float32', dims, data });

/** Numbers of float64 as the nearest ones of float32, and what these lack. */
function parts(of: Float64Array): readonly [near: Float32Array, rest: Float32Array] {
  const near = Float32Array.from(of);
  return [near, Float32Array.from(of, (value, i) => value - near[i]!)];
}

/**
 * Multinomial logistic regression with an L2 penalty on the weights and none on the bias, as scikit-learn's `LogisticRegression`
 * defines it: the weighted losses times C, plus half the squares of the weights. For two categories, scikit-learn penalises the
 * one vector that separates them, which is the difference of both rows here; half of C gives the same minimum.
 *
 * Vectors are processed piece by piece. The gradient is computed in float64 on the cpu, products with the second derivative, of
 * which there are many, in float32 on the device of the run.
 * @throws CancelledError
 */
export async function logisticRegression(
  pool: SessionPool,
  job: LogisticJob,
  { signal, onPoint }: WorkOptions & { readonly onPoint?: (point: LogisticPoint) => void },
): Promise<LogisticFit> {
  const { vectors, targets, categories, categoryWeights } = job;
  const dims = vectors.dims[1] ?? 0;
  const size = categories * dims;
  const weightOf = (target: number) => categoryWeights?.[target] ?? 1;
  const total = targets.reduce((sum, target) => sum + weightOf(target), 0);
  const penalty = 1 / ((categories === 2 ? job.c / 2 : job.c) * total);
  const places = tensorOf(
    Float32Array.from({ length: categories }, (_, at) => at),
    categories,
  );
  const sides = (w: Float32Array, b: Float32Array) => ({
    w: tensorOf(w, categories, dims),
    b: tensorOf(b, categories),
  });
  const both = (theta: Float64Array) => {
    const [near, rest] = parts(theta);
    const { w, b } = sides(rest.subarray(0, size), rest.subarray(size));
    return { ...sides(near.subarray(0, size), near.subarray(size)), w_rest: w, b_rest: b, places };
  };

  const training = await piecesOf(job, categories, weightOf);
  const heldOut = job.heldOut ? await piecesOf(job.heldOut, categories, weightOf) : [];
  const threads = targets.length * dims <= FEW_NUMBERS ? { threads: 1 } : {};
  const [gradient, judge, curvature] = await Promise.all([
    pool.graph('logistic gradient', gradientGraph, { provider: 'cpu', ...threads }),
    pool.graph('logistic judge', judgeGraph, { provider: 'cpu', ...threads }),
    pool.graph('logistic curvature', curvatureGraph, threads),
  ]);
  /** The sum of what a graph gives for each piece, as the mean over all vectors, with the penalty. */
  const mean = async (theta: Float64Array, each: (piece: Piece) => Promise<Results>) => {
    const sum = new Float64Array(theta.length);
    for (const piece of training) {
      throwIfAborted(signal);
      const { gw, gb } = await each(piece);
      const [weights, bias] = await numbersOf(gw!, gb!);
      for (let i = 0; i < size; i++) sum[i]! += weights[i]!;
      for (let i = 0; i < categories; i++) sum[size + i]! += bias[i]!;
    }
    for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! / total + (i < size ? penalty * theta[i]! : 0);
    return sum;
  };
  // How the vectors to learn from were judged at the last place.
  let seen = { loss: 0, right: 0 };
  const convex: Convex = {
    async at(theta) {
      const given = both(theta);
      seen = { loss: 0, right: 0 };
      let value = 0;
      const slopes = await mean(theta, async (piece) => {
        const { x, y, s } = piece;
        const results = (await gradient.run({ x, y, s, ...given })) as Results;
        piece.p?.release();
        piece.p = results.p!;
        const [near, rest] = await numbersOf(results.sum!, results.sum_rest!);
        value += near[0]! + rest[0]!;
        add(seen, await numbersOf(results.losses!, results.right!));
        return results;
      });
      let squares = 0;
      for (let i = 0; i < size; i++) squares += theta[i]! ** 2;
      return { value: value / total + (penalty / 2) * squares, gradient: slopes };
    },
    curvature(direction) {
      const near = Float32Array.from(direction);
      const given = sides(near.subarray(0, size), near.subarray(size));
      return mean(
        direction,
        async ({ x, s, p }) => (await curvature.run({ x, s, p: p!, ...given })) as Results,
      );
    },
  };
  const judged = async (theta: Float64Array) => {
    const count = job.heldOut?.targets.length ?? 0;
    if (count === 0) return {};
    const given = both(theta);
    const sum = { loss: 0, right: 0 };
    for (const { x, y } of heldOut) {
      throwIfAborted(signal);
      const { losses, right } = (await judge.run({ x, y, ...given })) as Results;
      add(sum, await numbersOf(losses!, right!));
    }
    return { heldOutLoss: sum.loss / count, heldOutAccuracy: sum.right / count };
  };

  const history: LogisticPoint[] = [];
  try {
    const found = await minimize(convex, new Float64Array(size + categories), {
      tolerance: TOLERANCE,
      steps: job.steps,
      async onStep({ step, place }) {
        const [loss, accuracy] = [seen.loss / targets.length, seen.right / targets.length];
        const point: LogisticPoint = { step, loss, accuracy, ...(await judged(place)) };
        history.push(point);
        onPoint?.(point);
      },
    });
    const place = Float32Array.from(centred(found.place, size));
    const { w, b } = sides(place.slice(0, size), place.slice(size));
    return {
      weights: w,
      bias: b,
      steps: found.step,
      slope: found.slope,
      converged: found.converged,
      history,
    };
  } finally {
    for (const { p } of training) p?.release();
  }
}

/** The same probabilities, with a bias whose numbers add up to 0: a number added to all of them changes nothing. */
function centred(theta: Float64Array, size: number): Float64Array {
  const bias = theta.subarray(size);
  const mean = bias.reduce((sum, part) => sum + part, 0) / Math.max(1, bias.length);
  return theta.map((part, i) => (i < size ? part : part - mean));
}

function add(sum: { loss: number; right: number }, [losses, right]: readonly [Float32Array, Float32Array]) {
  for (let i = 0; i < losses.length; i++) {
    sum.loss += losses[i]!;
    sum.right += right[i]!;
  }
}

/** The numbers of two results of a graph, which are released. */
async function numbersOf(a: F32, b: F32): Promise<readonly [Float32Array, Float32Array]> {
  const [one, other] = await Promise.all([a.toHost(), b.toHost()]);
  a.release();
  b.release();
  return [one.data, other.data];
}

/** Cuts vectors into pieces on the host, which are views of the same numbers. */
async function piecesOf(
  { vectors, targets }: Targets,
  categories: number,
  weightOf: (target: number) => number,
): Promise<Piece[]> {
  const [rows = 0, dims = 0] = vectors.dims;
  const { data } = await vectors.toHost();
  const step = Math.max(1, Math.floor(PIECE_BYTES / (4 * Math.max(dims, categories))));
  const pieces: Piece[] = [];
  for (let from = 0; from < rows; from += step) {
    const to = Math.min(rows, from + step);
    const own = targets.slice(from, to);
    pieces.push({
      rows: to - from,
      x: tensorOf(data.subarray(from * dims, to * dims), to - from, dims),
      y: tensorOf(Float32Array.from(own), to - from, 1),
      s: tensorOf(Float32Array.from(own, weightOf), to - from, 1),
    });
  }
  return pieces;
}
