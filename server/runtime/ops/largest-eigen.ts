import { seededRandom } from '../../../nodes/sdk/index.ts';
import { tridiagonalEigen } from './tridiagonal-eigen.ts';

/**
 * An eigenvector is accepted if its residual, relative to the largest eigenvalue, is at most this. Float64 reaches it
 * easily.
 */
const TOLERANCE = 1e-11;
/**
 * A direction counts as mapped to 0 if the length of its image, relative to the largest eigenvalue, is at most this.
 */
const NOTHING = 1e-13;
const FIRST_LOOK = 16;

/** Eigenvalues, largest first, and their unit vectors, one per row of `vectors` (k x n). */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/**
 * The k largest eigenvalues and eigenvectors of a symmetric n x n matrix without negative eigenvalues; fewer if the rest are 0.
 * It uses Lanczos (1950) and makes every new direction orthogonal to all earlier ones, twice (Parlett, The Symmetric Eigenvalue
 * Problem, 13.8). Otherwise rounding would make it find one eigenvalue twice.
 */
export function largestEigen(matrix: Float64Array, n: number, k: number): Promise<Eigen> {
  return largestEigenOf((direction) => product(matrix, direction), n, k);
}

/** {@link largestEigen} of a matrix that is known by what it makes of a vector, which may take its time. */
export async function largestEigenOf(
  imageOf: (direction: Float64Array) => Float64Array | Promise<Float64Array>,
  n: number,
  k: number,
): Promise<Eigen> {
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const beside: number[] = [];
  const random = seededRandom(1);
  let direction = freshDirection(n, basis, random);
  let look = FIRST_LOOK;
  while (direction) {
    const image = await imageOf(direction);
    const largest = Math.max(...diagonal.map(Math.abs), length(image));
    // A random direction in the remaining space is mapped to 0, so the whole remaining space is.
    if (beside.at(-1) === 0 && length(image) <= NOTHING * largest) {
      beside.pop();
      break;
    }
    basis.push(direction);
    diagonal.push(dot(direction, image));
    orthogonalize(image, basis);
    const left = length(image);
    const ended = left <= NOTHING * largest;
    if (basis.length === n) break;
    if (basis.length >= look && !ended) {
      const { values, vectors } = tridiagonalEigen(diagonal, beside);
      const converged = [...values.keys()]
        .slice(-k)
        .every((i) => left * Math.abs(vectors[i]!.at(-1)!) <= TOLERANCE * Math.abs(values.at(-1)!));
      if (converged && values.length >= k) break;
      look = Math.ceil(look * 1.4);
    }
    beside.push(ended ? 0 : left);
    direction = ended ? freshDirection(n, basis, random) : image.map((value) => value / left);
  }
  return inWholeSpace(basis, tridiagonalEigen(diagonal, beside), n, k);
}

/** Turns the eigenvectors of the small matrix into those of the large one. */
function inWholeSpace(
  basis: readonly Float64Array[],
  small: { readonly values: Float64Array; readonly vectors: readonly Float64Array[] },
  n: number,
  k: number,
): Eigen {
  const places = [...small.values.keys()].reverse().slice(0, k);
  const vectors = new Float64Array(places.length * n);
  for (const [row, place] of places.entries()) {
    const own = vectors.subarray(row * n, (row + 1) * n);
    for (const [step, one] of basis.entries()) addTimes(own, one, small.vectors[place]![step]!);
    const size = length(own);
    for (let i = 0; i < n; i++) own[i]! /= size;
  }
  return { values: Float64Array.from(places, (place) => Math.max(0, small.values[place]!)), vectors };
}

/** A random unit vector orthogonal to the basis; undefined if the basis spans the whole space. */
function freshDirection(
  n: number,
  basis: readonly Float64Array[],
  random: () => number,
): Float64Array | undefined {
  if (basis.length >= n) return undefined;
  const vector = Float64Array.from({ length: n }, () => random() - 0.5);
  orthogonalize(vector, basis);
  const size = length(vector);
  return vector.map((value) => value / size);
}

function orthogonalize(vector: Float64Array, basis: readonly Float64Array[]): void {
  for (let pass = 0; pass < 2; pass++) for (const one of basis) addTimes(vector, one, -dot(vector, one));
}

function product(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  const result = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    let sum = 0;
    for (let column = 0, at = row * n; column < n; column++, at++) sum += matrix[at]! * vector[column]!;
    result[row] = sum;
  }
  return result;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

const length = (vector: Float64Array): number => Math.sqrt(dot(vector, vector));

function addTimes(to: Float64Array, what: Float64Array, times: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += what[i]! * times;
}
