import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CollectionAddition,
  type CollectionService,
  type ImageItem,
  type Item,
  type Space,
  seededRandom,
} from '../../nodes/sdk/index.ts';
import {
  createCollectionService,
  openCollections,
} from '../../server/runtime/collections/collection-service.ts';

export const signal = new AbortController().signal;

export const space = (encoder: string): Space => ({
  encoder,
  title: encoder,
  revision: 'r1',
  layer: 'embedding',
  projection: 'model',
  pooling: 'model',
  tower: 'image',
  normalized: false,
});

/** A data folder without collections. */
export const newRoot = (): string =>
  join(mkdtempSync(join(tmpdir(), 'patchbay-collections-')), 'collections');

/** The collections of a folder, as another process sees them. */
export const service = (root: string): CollectionService => createCollectionService(openCollections(root));

/** A picture that has no file on the disk. */
export const picture = (n: number, label?: string): ImageItem => ({
  kind: 'image',
  name: `${n}.jpg`,
  path: `pets/${n}.jpg`,
  source: {
    kind: 'file',
    path: `/pictures/pets/${n}.jpg`,
    size: 1000 + n,
    mtimeMs: 1_700_000_000_000 + n + 0.5,
  },
  ...(label !== undefined && { label }),
});

export const hashOf = (n: number, edition = 0): string => (n * 10 + edition).toString(16).padStart(64, '0');

/** The vector of picture n: the same in each call. */
export function vectorOf(n: number, dims = 8): Float32Array {
  const random = seededRandom(n + 1);
  return Float32Array.from({ length: dims }, () => random() * 2 - 1);
}

/** Pictures to keep, with vectors that depend on their numbers. */
export function addition(
  numbers: readonly number[],
  options: Partial<CollectionAddition> & {
    readonly dims?: number;
    readonly label?: (n: number) => string | undefined;
  } = {},
): CollectionAddition {
  const { dims = 8, label, ...rest } = options;
  const data = new Float32Array(numbers.length * dims);
  for (const [i, n] of numbers.entries()) data.set(vectorOf(n, dims), i * dims);
  return {
    items: numbers.map((n): Item => picture(n, label?.(n))),
    hashes: numbers.map((n) => hashOf(n)),
    vectors: { dtype: 'float32', dims: [numbers.length, dims], data },
    space: space('clip'),
    others: 'keep',
    ...rest,
  };
}

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);
