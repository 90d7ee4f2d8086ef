import { expect } from 'vitest';
import { isTensorHandle } from '../../nodes/sdk/index.ts';

/** A tensor as tests compare it. */
export interface PlainTensor {
  readonly tensor: readonly number[];
  readonly data: readonly number[];
}

/** Copies a value and replaces its tensors by plain numbers. */
export async function plain(value: unknown): Promise<unknown> {
  if (typeof value !== 'object' || value === null) return value;
  if (isTensorHandle(value)) {
    const { data } = await value.toHost();
    return { tensor: [...value.dims], data: Array.from(data, Number) } satisfies PlainTensor;
  }
  if (Array.isArray(value)) return Promise.all(value.map(plain));
  const entries = await Promise.all(
    Object.entries(value).map(async ([key, entry]) => [key, await plain(entry)] as const),
  );
  return Object.fromEntries(entries.filter(([, entry]) => entry !== undefined));
}

/** Freezes a value with everything inside it. Tensors stay open, because they count their holders. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || isTensorHandle(value))
    return value;
  for (const entry of Object.values(value)) deepFreeze(entry);
  return Object.freeze(value);
}

/**
 * Fails unless two plain values are equal, with a tolerance for numbers. The error names the place where they differ.
 */
export function expectAlike(actual: unknown, expected: unknown, tolerance: number, place = ''): void {
  if (typeof actual === 'number' && typeof expected === 'number') {
    const far = Math.abs(actual - expected);
    expect(far <= tolerance || Object.is(actual, expected), `${place}: ${actual} against ${expected}`).toBe(
      true,
    );
  } else if (typeof actual === 'object' && actual && typeof expected === 'object' && expected) {
    expect(Object.keys(actual), place).toEqual(Object.keys(expected));
    for (const [key, entry] of Object.entries(actual))
      expectAlike(entry, (expected as Record<string, unknown>)[key], tolerance, `${place}.${key}`);
  } else expect(actual, place).toEqual(expected);
}
