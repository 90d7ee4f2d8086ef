import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { largestEigen } from '../../../server/runtime/ops/largest-eigen.ts';
import { describeDevices, workbench } from '../ort/test-devices.ts';
import { close, matrix, random, read } from './reference.ts';

/** Tokens and their singular value decomposition by NumPy in float64; see make.py beside it. */
const expected = JSON.parse(
  readFileSync(new URL('../../fixtures/patches/expected.json', import.meta.url), 'utf8'),
) as Record<'tokens' | 'texts' | 'components' | 'scores' | 'variances', number[]> & {
  pictures: number;
  rows: number;
  columns: number;
  dims: number;
};
const never = { signal: new AbortController().signal };

describeDevices('principal components and cosines', (device) => {
  const { ops } = workbench(device);
  const tensor = (dims: readonly number[], data: readonly number[]) =>
    ops.tensor({ dtype: 'float32', dims, data: Float32Array.from(data) });
  const { pictures, rows, columns, dims } = expected;
  const each = (rows * columns + 1) * dims;
  const parts = Array.from({ length: pictures }, (_, i) =>
    tensor([rows * columns, dims], expected.tokens.slice(i * each + dims, (i + 1) * each)),
  );

  test('equal those of a singular value decomposition, including their signs', async () => {
    const { scores, components, variances } = await ops.principal(parts, 3, never);
    expect(scores.dims).toEqual([pictures * rows * columns, 3]);
    close([...components.data], expected.components, 1e-5);
    close(await read(scores), expected.scores, 1e-4);
    close([...variances], expected.variances, 1e-5);
  });

  test('are the same every time', async () => {
    const [once, again] = [await ops.principal(parts, 3, never), await ops.principal(parts, 3, never)];
    expect(await read(again.scores)).toEqual(await read(once.scores));
  });

  test('are zero beyond the directions in which the vectors spread', async () => {
    const line = tensor(
      [4, 5],
      matrix(4, 5, (i, j) => i * (j + 1) + 2),
    );
    const { scores, components, variances } = await ops.principal([line], 3, never);
    expect(variances[0]).toBeCloseTo(1.25 * 55, 4);
    expect(variances.slice(1)).toEqual([0, 0]);
    expect([...components.data.subarray(5)].every((value) => value === 0)).toBe(true);
    expect((await read(scores)).filter((_, i) => i % 3 > 0).every((value) => value === 0)).toBe(true);
    const two = await ops.principal([tensor([3, 2], [0, 0, 1, 0, 0, 2])], 3, never);
    expect(two.variances[1]).toBeGreaterThan(0);
    expect(two.variances[2]).toBe(0);
  });

  test('are zero for no vectors and for equal vectors', async () => {
    expect((await ops.principal([], 3, never)).scores.dims).toEqual([0, 3]);
    const equal = await ops.principal([tensor([3, 2], [1, 2, 1, 2, 1, 2])], 2, never);
    expect(await read(equal.scores)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('numbers that are not finite are refused with a sentence', async () => {
    const odd = tensor([2, 2], [1, Number.NaN, 2, 3]);
    await expect(ops.principal([odd], 1, never)).rejects.toMatchObject({
      code: 'tensor.not-finite',
      message:
        'Some vectors contain numbers that are not finite, because the model overflowed. They have no principal components. Choose a more exact precision, or another layer.',
    });
  });

  test('a cosine is the product of unit vectors, 0 for a zero vector, and never above 1', async () => {
    const [a, b] = [random([3, 7], 1), random([12, 7], 2)];
    a.fill(0, 7, 14);
    b.splice(0, 7, ...a.slice(0, 7).map((value) => value * 3));
    const length = (x: readonly number[]) => Math.hypot(...x) || 1;
    const row = (x: readonly number[], i: number) => x.slice(i * 7, i * 7 + 7);
    const wanted = matrix(3, 12, (i, j) => {
      const [x, y] = [row(a, i), row(b, j)];
      return x.reduce((sum, value, n) => sum + value * y[n]!, 0) / length(x) / length(y);
    });
    const found = await read(await ops.cosine(tensor([3, 7], a), tensor([12, 7], b)));
    close(found, wanted, 1e-6);
    expect(Math.max(...found)).toBeLessThanOrEqual(1);
    expect((await ops.cosine(tensor([0, 7], []), tensor([12, 7], b))).dims).toEqual([0, 12]);
  });
});

test('the matrix maps each eigenvector to a multiple of itself, for many and few eigenvalues', async () => {
  for (const [n, k] of [
    [1, 1],
    [5, 5],
    [60, 3],
    [200, 4],
  ] as const) {
    const half = random([n, n], n);
    const product = Float64Array.from(
      matrix(n, n, (i, j) => {
        let sum = 0;
        for (let m = 0; m < n; m++) sum += half[i * n + m]! * half[j * n + m]!;
        return sum;
      }),
    );
    const { values, vectors } = await largestEigen(product, n, k);
    expect(values).toHaveLength(k);
    for (let row = 0; row < k; row++) {
      const vector = vectors.subarray(row * n, (row + 1) * n);
      const image = matrix(n, 1, (i) =>
        vector.reduce((sum, value, j) => sum + value * product[i * n + j]!, 0),
      );
      close(
        image,
        [...vector].map((value) => value * values[row]!),
        1e-8,
      );
      if (row > 0) expect(values[row]).toBeLessThan(values[row - 1]!);
    }
  }
});

test('a double eigenvalue is found twice', async () => {
  const diagonal = [7, 2, 7, 1, 0, 0];
  const { values } = await largestEigen(
    Float64Array.from(matrix(6, 6, (i, j) => (i === j ? diagonal[i]! : 0))),
    6,
    3,
  );
  close([...values], [7, 7, 2], 1e-12);
});
