import { readFileSync } from 'node:fs';
import { seededRandom } from '../../nodes/sdk/index.ts';

/** What `models/recipes/exploring/make.py` makes vectors from. */
export interface BlobShape {
  readonly seed: number;
  readonly count: number;
  readonly dims: number;
  readonly groups: number;
  readonly spread: number;
  readonly noise: number;
}

/** Vectors around centres, each group along two directions of its own: bit for bit those of `blobs` in the recipe. */
export function blobs({ seed, count, dims, groups, spread, noise }: BlobShape): {
  readonly data: Float32Array;
  readonly groups: readonly number[];
} {
  const random = seededRandom(seed);
  const direction = () => Array.from({ length: dims }, () => random() * 2 - 1);
  const centers = Array.from({ length: groups }, direction);
  const axes = Array.from({ length: groups }, () => [direction(), direction()] as const);
  const data = new Float32Array(count * dims);
  const own: number[] = [];
  for (let row = 0; row < count; row++) {
    const group = Math.floor(random() * groups);
    const [s, t] = [random() * 2 - 1, random() * 2 - 1];
    const [one, two] = axes[group]!;
    for (let d = 0; d < dims; d++) {
      const wave = random() + random() + random() + random() - 2;
      data[row * dims + d] = centers[group]![d]! + spread * (s * one[d]! + t * two[d]!) + noise * wave;
    }
    own.push(group);
  }
  return { data, groups: own };
}

/** The rows of {@link blobs}. */
export function blobRows(shape: BlobShape): number[][] {
  const { data } = blobs(shape);
  return Array.from({ length: shape.count }, (_, row) => [
    ...data.subarray(row * shape.dims, (row + 1) * shape.dims),
  ]);
}

/** What another program found in such vectors; see `models/recipes/exploring`. */
export const explored = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../fixtures/exploring/${name}.json`, import.meta.url), 'utf8')) as T;
