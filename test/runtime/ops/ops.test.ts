import { describe, expect, test } from 'vitest';
import type { F32, Ops } from '../../../nodes/sdk/index.ts';
import { describeDevices, workbench } from '../ort/test-devices.ts';
import { close, matrix, random, read } from './reference.ts';

describeDevices('operations agree with float64 loops', (device) => {
  const { ops } = workbench(device);
  const tensor = (dims: readonly number[], data = random(dims, 7)) =>
    ops.tensor({ dtype: 'float32', dims, data: Float32Array.from(data) });

  const elementwise: readonly [string, (a: F32, b: F32) => Promise<F32>, (a: number, b: number) => number][] =
    [
      ['add', ops.add, (a, b) => a + b],
      ['subtract', ops.subtract, (a, b) => a - b],
      ['multiply', ops.multiply, (a, b) => a * b],
      ['divide', ops.divide, (a, b) => a / b],
    ];

  test.each(elementwise)('%s broadcasts a row over a matrix', async (_, op, reference) => {
    const a = random([5, 7], 1);
    const b = random([7], 2);
    const result = await op(tensor([5, 7], a), tensor([7], b));
    expect(result.dims).toEqual([5, 7]);
    close(
      await read(result),
      a.map((x, i) => reference(x, b[i % 7]!)),
    );
  });

  test.each(elementwise)('%s takes scalars and empty tensors', async (_, op, reference) => {
    const scalar = await op(tensor([], [3]), tensor([], [4]));
    expect(scalar.dims).toEqual([]);
    close(await read(scalar), [reference(3, 4)]);
    expect((await op(tensor([0, 7], []), tensor([7]))).dims).toEqual([0, 7]);
  });

  test('matmul sums products, also for stacks of matrices and a transposed right side', async () => {
    const a = random([2, 3, 5], 3);
    const b = random([5, 4], 4);
    const expected = matrix(6, 4, (i, j) => sum(5, (n) => a[i * 5 + n]! * b[n * 4 + j]!));
    const plain = await ops.matmul(tensor([2, 3, 5], a), tensor([5, 4], b));
    expect(plain.dims).toEqual([2, 3, 4]);
    close(await read(plain), expected);
    const turned = await ops.transpose(tensor([5, 4], b), [1, 0]);
    const transposed = await ops.matmul(tensor([2, 3, 5], a), turned, { transposeB: true });
    expect(transposed.dims).toEqual([2, 3, 4]);
    close(await read(transposed), expected);
  });

  test('a product over zero elements is zero', async () => {
    const result = await ops.matmul(tensor([2, 0], []), tensor([0, 3], []));
    expect(await read(result)).toEqual([0, 0, 0, 0, 0, 0]);
    expect((await ops.matmul(tensor([0, 4], []), tensor([4, 3]))).dims).toEqual([0, 3]);
  });

  test('scale multiplies and then adds', async () => {
    const x = random([3, 3], 5);
    close(
      await read(await ops.scale(tensor([3, 3], x), 2.5, -1)),
      x.map((value) => value * 2.5 - 1),
    );
    close(
      await read(await ops.scale(tensor([3, 3], x), 0.5)),
      x.map((value) => value * 0.5),
    );
  });

  test('l2Normalize divides by the length and leaves a zero vector zero', async () => {
    const x = random([4, 6], 6).fill(0, 6, 12);
    const lengths = Array.from({ length: 4 }, (_, i) => Math.sqrt(sum(6, (j) => x[i * 6 + j]! ** 2)));
    close(
      await read(await ops.l2Normalize(tensor([4, 6], x))),
      x.map((value, i) => (lengths[Math.floor(i / 6)] === 0 ? 0 : value / lengths[Math.floor(i / 6)]!)),
    );
  });

  test('l2Normalize neither overflows nor loses tiny vectors', async () => {
    const result = await read(await ops.l2Normalize(tensor([2, 2], [3e30, 4e30, 3e-30, 4e-30])));
    close(result, [0.6, 0.8, 0.6, 0.8], 1e-6);
  });

  test('softmax is stable and sums to one', async () => {
    const result = await read(await ops.softmax(tensor([2, 3], [1000, 1001, 1002, -1e4, 0, -1e4])));
    const e = [Math.exp(-2), Math.exp(-1), 1];
    const total = e[0]! + e[1]! + e[2]!;
    close(result, [...e.map((value) => value / total), 0, 1, 0], 1e-6);
  });

  test('sigmoid is correct far from zero', async () => {
    const x = [-100, -20, -1, 0, 1, 20, 100];
    close(
      await read(await ops.sigmoid(tensor([7], x))),
      x.map((value) => 1 / (1 + Math.exp(-value))),
      1e-6,
    );
  });

  test('mean and max work along any axis', async () => {
    const x = random([2, 3, 4], 8);
    const middle = (i: number) => [0, 1, 2].map((n) => x[Math.floor(i / 4) * 12 + n * 4 + (i % 4)]!);
    const mean = await ops.mean(tensor([2, 3, 4], x), 1);
    expect(mean.dims).toEqual([2, 4]);
    close(
      await read(mean),
      matrix(2, 4, (i, j) => middle(i * 4 + j).reduce((a, b) => a + b) / 3),
    );
    close(
      await read(await ops.max(tensor([2, 3, 4], x), -2)),
      matrix(2, 4, (i, j) => Math.max(...middle(i * 4 + j))),
    );
  });

  test('topK sorts, and among equal values puts the lower index first', async () => {
    const x = [1, 3, 3, 2, 3, -1, -1, -1, -1, -1];
    const best = await ops.topK(tensor([2, 5], x), 4);
    expect(await read(best.values)).toEqual([3, 3, 3, 2, -1, -1, -1, -1]);
    expect(Array.from((await best.indices.toHost()).data)).toEqual([1n, 2n, 4n, 3n, 0n, 1n, 2n, 3n]);
    const worst = await ops.topK(tensor([2, 5], x), 2, { largest: false });
    expect(Array.from((await worst.indices.toHost()).data)).toEqual([0n, 3n, 0n, 1n]);
    const none = await ops.topK(tensor([2, 5], x), 0);
    expect([none.values.dims, none.indices.dims]).toEqual([
      [2, 0],
      [2, 0],
    ]);
  });

  test('slice takes elements of any axis', async () => {
    const x = random([3, 4, 2], 9).map(Math.fround);
    expect(await read(await ops.slice(tensor([3, 4, 2], x), 0, 1, 3))).toEqual(x.slice(8));
    const columns = await ops.slice(tensor([3, 4, 2], x), 1, 1, 2);
    expect(columns.dims).toEqual([3, 1, 2]);
    expect(await read(columns)).toEqual([0, 1, 2].flatMap((i) => x.slice(i * 8 + 2, i * 8 + 4)));
    expect((await ops.slice(tensor([3, 4, 2], x), 2, 1, 1)).dims).toEqual([3, 4, 0]);
  });

  test('concat joins any number of tensors along any axis, including empty ones', async () => {
    const parts = Array.from({ length: 19 }, (_, i) => random([2, i % 3], i).map(Math.fround));
    const joined = await ops.concat(
      parts.map((data, i) => tensor([2, i % 3], data)),
      1,
    );
    const row = (r: number) => parts.flatMap((data, i) => data.slice(r * (i % 3), (r + 1) * (i % 3)));
    expect(joined.dims).toEqual([2, 18]);
    expect(await read(joined)).toEqual([...row(0), ...row(1)]);
    const stacked = await ops.concat(
      [tensor([1, 2], [1, 2]), tensor([0, 2], []), tensor([2, 2], [3, 4, 5, 6])],
      0,
    );
    expect(await read(stacked)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('transpose, reshape and gather move numbers without changing them', async () => {
    const x = Array.from({ length: 24 }, (_, i) => i);
    const turned = await ops.transpose(tensor([2, 3, 4], x), [2, 0, 1]);
    expect(turned.dims).toEqual([4, 2, 3]);
    expect(await read(turned)).toEqual(
      Array.from({ length: 24 }, (_, i) => (Math.floor(i / 3) % 2) * 12 + (i % 3) * 4 + Math.floor(i / 6)),
    );
    const flat = await ops.reshape(turned, [6, 4]);
    expect([flat.dims, await read(flat)]).toEqual([[6, 4], await read(turned)]);
    const rows = await ops.gather(flat, [5, 0, 5]);
    const all = await read(flat);
    expect(await read(rows)).toEqual([...all.slice(20), ...all.slice(0, 4), ...all.slice(20)]);
    expect((await ops.gather(flat, [])).dims).toEqual([0, 4]);
  });

  test('a large tensor, normalised in pieces, gives the same numbers', async () => {
    const rows = 40_000;
    const x = Float32Array.from({ length: rows * 128 }, (_, i) => Math.sin(i));
    const whole = ops.tensor({ dtype: 'float32', dims: [rows, 128], data: x });
    const result = (await (await ops.l2Normalize(whole)).toHost()).data;
    for (const row of [0, 1, 16_383, 32_768, rows - 1]) {
      const length = Math.sqrt(sum(128, (j) => x[row * 128 + j]! ** 2));
      close(
        Array.from(result.subarray(row * 128, (row + 1) * 128)),
        Array.from(x.subarray(row * 128, (row + 1) * 128), (value) => value / length),
        1e-6,
      );
    }
  });
});

describe('shapes that do not fit', () => {
  const { ops } = workbench({ name: 'cpu', key: 'cpu', provider: 'cpu', keepsResults: false });
  const t = (...dims: number[]) =>
    ops.tensor({ dtype: 'float32', dims, data: new Float32Array(dims.reduce((a, b) => a * b, 1)) });
  const cases: readonly [string, string, (o: Ops) => Promise<unknown>][] = [
    [
      'tensor.broadcast',
      'Adding needs shapes that fit each other: 2 x 3 and 4 do not.',
      (o) => o.add(t(2, 3), t(4)),
    ],
    [
      'tensor.product',
      'A matrix product needs as many columns on the left as rows on the right: 2 x 3 and 4 x 2 do not fit.',
      (o) => o.matmul(t(2, 3), t(4, 2)),
    ],
    [
      'tensor.product-transposed',
      'A product with a transposed matrix needs equal numbers of columns: 2 x 3 and 3 x 2 do not fit.',
      (o) => o.matmul(t(2, 3), t(3, 2), { transposeB: true }),
    ],
    ['tensor.axis', 'Averaging along axis 2 is not possible: the shape is 2 x 3.', (o) => o.mean(t(2, 3), 2)],
    [
      'tensor.no-elements',
      'Taking the maximum along axis 0 has no result: the shape 0 x 3 has no elements there.',
      (o) => o.max(t(0, 3), 0),
    ],
    ['tensor.top-k', 'The last axis of the shape 2 x 3 has no best 4.', (o) => o.topK(t(2, 3), 4)],
    [
      'tensor.slice',
      'Elements 1 to 9 are not within axis 1 of the shape 2 x 3.',
      (o) => o.slice(t(2, 3), 1, 1, 9),
    ],
    [
      'tensor.join',
      'Joining along axis 0 needs equal sizes on all other axes: 2 x 3 and 2 x 4 differ.',
      (o) => o.concat([t(2, 3), t(2, 4)], 0),
    ],
    [
      'tensor.nothing-to-join',
      'The list of tensors to join is empty. Give at least one.',
      (o) => o.concat([], 0),
    ],
    [
      'tensor.order',
      'The shape 2 x 3 cannot be transposed by the order 0, 0.',
      (o) => o.transpose(t(2, 3), [0, 0]),
    ],
    ['tensor.row', 'The shape 2 x 3 has no row 2.', (o) => o.gather(t(2, 3), [2])],
    ['tensor.reshape', 'The shape 2 x 3 cannot become 4: it has 6 numbers.', (o) => o.reshape(t(2, 3), [4])],
    ['tensor.axis', 'Softmax along axis -1 is not possible: the shape is scalar.', (o) => o.softmax(t())],
  ];

  test.each(cases)('are refused: %s: %s', async (code, message, act) => {
    await expect(act(ops)).rejects.toMatchObject({ code, message });
  });

  test('another element type is refused', async () => {
    const bytes = ops.tensor({ dtype: 'uint8', dims: [1], data: Uint8Array.of(1) });
    await expect(ops.scale(bytes as unknown as F32, 2)).rejects.toMatchObject({
      code: 'tensor.dtype',
      message: 'Scaling needs float32 numbers, but got uint8.',
    });
  });
});

function sum(count: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < count; i += 1) total += term(i);
  return total;
}
