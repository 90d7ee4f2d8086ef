/** A convex function of many numbers, as {@link minimize} asks for it. */
export interface Convex {
  /** The value and the gradient at a place. {@link curvature} belongs to the last place that was asked for. */
  at(place: Float64Array): Promise<{ readonly value: number; readonly gradient: Float64Array }>;
  /** The second derivative times a direction. */
  curvature(direction: Float64Array): Promise<Float64Array>;
}

/** Where {@link minimize} is after a step. */
export interface Descent {
  readonly step: number;
  readonly place: Float64Array;
  readonly value: number;
  /** The largest number of the gradient, without its sign. */
  readonly slope: number;
}

/** The result of {@link minimize}. */
export interface Minimum extends Descent {
  /** Whether the slope reached the tolerance. */
  readonly converged: boolean;
}

/** A step must lower the value by this share of what the slope promises (Nocedal and Wright 2006, section 3.1). */
const ARMIJO = 1e-4;
/** Differences of values below this share of them are rounding errors. Slopes are exact for longer. */
const ROUNDING = 1e-13;
const HALVINGS = 20;
/** The most products with the second derivative for one step. */
const PRODUCTS = 250;

/**
 * Minimises a convex function by Newton's method with conjugate gradients (Nocedal and Wright 2006, algorithm 7.1). All vectors
 * are float64. It is deterministic if the function is.
 * @param tolerance ends when no number of the gradient is larger
 * @param onStep is awaited after each step, and before the first one
 */
export async function minimize(
  convex: Convex,
  start: Float64Array,
  options: {
    readonly tolerance: number;
    readonly steps: number;
    readonly onStep?: (descent: Descent) => Promise<void>;
  },
): Promise<Minimum> {
  let place = start;
  let { value, gradient } = await convex.at(place);
  for (let step = 0; ; step++) {
    const slope = largest(gradient);
    const now = { step, place, value, slope };
    await options.onStep?.(now);
    if (!(slope > options.tolerance) || step >= options.steps)
      return { ...now, converged: slope <= options.tolerance };
    const direction = await newtonDirection(convex, gradient);
    const next = await lineSearch(convex, { place, value, gradient, slope }, direction);
    // No step helps any more: this is as exact as it gets.
    if (next === undefined) return { ...now, converged: false };
    ({ place, value, gradient } = next);
  }
}

interface Place {
  readonly place: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

/** Solves H d = -g by conjugate gradients, the more exactly the smaller the gradient is. */
async function newtonDirection(convex: Convex, gradient: Float64Array): Promise<Float64Array> {
  const size = length(gradient);
  const enough = size * Math.min(0.1, Math.sqrt(size));
  const direction = new Float64Array(gradient.length);
  const residual = gradient.map((part) => -part);
  let search = residual.slice();
  let squares = dot(residual, residual);
  for (let product = 0; product < PRODUCTS && Math.sqrt(squares) > enough; product++) {
    const image = await convex.curvature(search);
    const bend = dot(search, image);
    // Rounding can hide a very small bend. What has been found so far still leads down.
    if (!(bend > 0)) break;
    const along = squares / bend;
    addTimes(direction, search, along);
    addTimes(residual, image, -along);
    const next = dot(residual, residual);
    search = residual.map((part, i) => part + (next / squares) * search[i]!);
    squares = next;
  }
  return squares > 0 && largest(direction) === 0 ? residual : direction;
}

/** Halves a step until it leads down; undefined if it never does. */
async function lineSearch(
  convex: Convex,
  { place, value, gradient, slope }: Place & { readonly slope: number },
  direction: Float64Array,
): Promise<Place | undefined> {
  const promised = dot(gradient, direction);
  for (let halving = 0, size = 1; halving < HALVINGS; halving++, size /= 2) {
    const next = place.map((part, i) => part + size * direction[i]!);
    const found = await convex.at(next);
    const down = found.value <= value + ARMIJO * size * promised;
    const near = Math.abs(found.value - value) <= ROUNDING * Math.abs(value);
    if (near ? largest(found.gradient) < slope : down) return { place: next, ...found };
    // Smaller steps cannot be told apart by their values.
    if (near && halving > 2) return undefined;
  }
  return undefined;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

const length = (vector: Float64Array): number => Math.sqrt(dot(vector, vector));

/** The largest number of a vector, without its sign; NaN if one is not a number. */
function largest(vector: Float64Array): number {
  let most = 0;
  for (const part of vector) {
    if (Number.isNaN(part)) return Number.NaN;
    most = Math.max(most, Math.abs(part));
  }
  return most;
}

function addTimes(to: Float64Array, what: Float64Array, times: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += what[i]! * times;
}
