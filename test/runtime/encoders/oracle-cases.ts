import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openSafetensors } from '../../../server/runtime/files/safetensors.ts';

/** A set of reference cases. */
export interface OracleRoot {
  readonly name: 'given' | 'own';
  /** Ends with a slash. */
  readonly path: string;
}

const ROOTS: readonly OracleRoot[] = [
  { name: 'given', path: fileURLToPath(new URL('../../../../shared/oracles/', import.meta.url)) },
  { name: 'own', path: fileURLToPath(new URL('../../fixtures/oracles/', import.meta.url)) },
];

/** Runs a suite for each set of cases that has `folder`, and warns about absent ones. */
export function describeOracles(folder: string, suite: (root: OracleRoot) => void | Promise<void>): void {
  for (const root of ROOTS) {
    if (existsSync(`${root.path}${folder}`)) {
      describe(`${folder}, ${root.name} cases`, () => suite(root));
      continue;
    }
    console.warn(`No reference cases at ${root.path}${folder}: nothing is compared with them.`);
    describe.skip(`${folder}, ${root.name} cases (absent)`, () => it('is skipped', () => {}));
  }
}

/** `expected.json` of a folder. */
export function expectedJson(root: OracleRoot, folder: string) {
  return JSON.parse(readFileSync(`${root.path}${folder}/expected.json`, 'utf8')) as {
    readonly images: readonly string[];
    readonly texts: readonly string[];
    readonly cases: Readonly<Record<string, unknown>>;
    readonly refused?: Readonly<Record<string, string>>;
  };
}

/** Tensors of a safetensors file as float32, by name. */
export async function tensorsOf(path: string, names?: (name: string) => boolean) {
  const file = await openSafetensors(path);
  try {
    const found = new Map<string, { dims: readonly number[]; data: Float32Array }>();
    for (const name of file.tensors.keys()) {
      if (names?.(name) ?? true) found.set(name, await file.readFloat32(name));
    }
    return found;
  } finally {
    await file.close();
  }
}

/** Largest absolute difference of two lists of equal length. */
export function largestDifference(got: ArrayLike<number>, want: ArrayLike<number>): number {
  expect(got.length).toBe(want.length);
  let largest = 0;
  for (let i = 0; i < want.length; i++) largest = Math.max(largest, Math.abs(got[i]! - want[i]!));
  return largest;
}

/** Cosine of two vectors, in float64. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/**
 * The published tolerance of embeddings: cosine >= 0.99999 of every row, and 1e-4 absolute where the range is below 20.
 */
export function expectEmbeddings(
  got: { readonly dims: readonly number[]; readonly data: Float32Array },
  want: { readonly dims: readonly number[]; readonly data: Float32Array },
): void {
  expect(got.dims).toEqual(want.dims);
  const size = want.dims.at(-1)!;
  for (let at = 0; at < want.data.length; at += size) {
    expect(
      cosine(got.data.subarray(at, at + size), want.data.subarray(at, at + size)),
    ).toBeGreaterThanOrEqual(0.99999);
  }
  const range = want.data.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  if (range < 20) expect(largestDifference(got.data, want.data)).toBeLessThanOrEqual(1e-4);
}
