import { expect, test } from 'vitest';
import type { F32, Ops, Similarity } from '../../../nodes/sdk/index.ts';
import { describeDevices, workbench } from '../ort/test-devices.ts';
import { random } from './reference.ts';

// Equal rows must get equal bits, or copies of a picture do not tie. The rule has no tolerance.

const COUNTS = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33, 66, 200];
const OTHERS = [1, 2, 3, 5, 16, 18, 70, 130, 400];

describeDevices('equal rows give equal bits', (device) => {
  const { ops } = workbench(device);
  const cpu = device.provider === 'cpu';
  const widths = cpu
    ? [...Array.from({ length: 70 }, (_, i) => i + 1), 127, 128, 129, 200, 257, 512, 768, 1100]
    : [1, 3, 4, 58, 129, 768];
  const rowWidths = cpu ? widths : [...Array.from({ length: 35 }, (_, i) => 2 * i + 1), 129, 200, 258, 768];
  const counts = cpu ? COUNTS : [1, 2, 5, 33];
  const others = cpu ? OTHERS : [1, 3, 70];
  const tensor = (dims: readonly number[], data: Float32Array) =>
    ops.tensor({ dtype: 'float32', dims, data });
  const numbers = (dims: readonly number[], seed: number) => Float32Array.from(random(dims, seed));

  /** The bits of what an operation makes of one row, wherever it is among `count` copies of itself and other rows. */
  async function bits(row: Float32Array, make: (x: F32, count: number) => Promise<F32>, among = counts) {
    const seen = new Set<string>();
    for (const count of among) {
      const data = numbers([count * row.length], count);
      // Every second row is another one, so that the place of a copy is not a multiple of anything.
      const places = Array.from({ length: count }, (_, i) => i).filter((i) => i % 3 !== 1);
      for (const place of places) data.set(row, place * row.length);
      // JavaScript gives memory at any multiple of 4 bytes.
      const shifted = new Float32Array(data.length + 1).subarray(1);
      shifted.set(data);
      for (const memory of [data, shifted]) {
        const y = await make(tensor([count, row.length], memory), count);
        const out = (await y.toHost()).data;
        const size = out.length / count;
        for (const place of places) seen.add(hex(out.subarray(place * size, (place + 1) * size)));
      }
    }
    return seen.size;
  }

  const rules: readonly [string, (x: F32) => Promise<F32>][] = [
    ['l2Normalize', (x) => ops.l2Normalize(x)],
    ['rowLengths', async (x) => (await ops.rowLengths(x))!],
    ['softmax', (x) => ops.softmax(x)],
    ['sigmoid', (x) => ops.sigmoid(x)],
    ['the mean', (x) => ops.mean(x, -1)],
    ['the maximum', (x) => ops.max(x, -1)],
  ];
  test.each(rules)(
    '%s',
    async (_, make) => {
      const differing: number[] = [];
      for (const width of rowWidths) {
        if ((await bits(numbers([width], width), make)) > 1) differing.push(width);
      }
      expect(differing).toEqual([]);
    },
    120_000,
  );

  const pairs: readonly [string, (ops: Ops, x: F32, y: F32) => Promise<F32>][] = [
    ['matmul', async (o, x, y) => o.matmul(x, await o.transpose(y, [1, 0]))],
    ['matmul with transposeB', (o, x, y) => o.matmul(x, y, { transposeB: true })],
    ['cosine', (o, x, y) => o.cosine(x, y)],
    ['similarityRows', (o, x, y) => o.similarityRows(similarityOf(x, y), 0, x.dims[0]!)],
    [
      'similarityRows of a gallery with lengths',
      async (o, x, y) =>
        o.similarityRows(similarityOf(await o.l2Normalize(x), y, await o.rowLengths(y)), 0, x.dims[0]!),
    ],
  ];
  test.each(pairs)(
    '%s, on either side and at any size of the other',
    async (_, make) => {
      const differing: string[] = [];
      for (const width of widths) {
        const row = numbers([width], width);
        const first = numbers([width], 3);
        const seen = new Set<string>();
        for (const count of others) {
          // The other side begins with the same row at every size.
          const data = numbers([count * width], count);
          data.set(first);
          const other = tensor([count, width], data);
          const scores = async (flip: boolean) => (x: F32) =>
            flip ? make(ops, other, x) : make(ops, x, other);
          const left = await scores(false);
          const right = await scores(true);
          for (const rows of counts.filter((n) => n < 20 || n === 200)) {
            const copies = new Float32Array(rows * width);
            for (let i = 0; i < rows; i++) copies.set(row, i * width);
            const x = tensor([rows, width], copies);
            const a = (await (await left(x)).toHost()).data;
            const b = (await (await right(x)).toHost()).data;
            for (let i = 0; i < rows; i++) {
              seen.add(hex(a.subarray(i * count, i * count + 1)));
              seen.add(hex(b.subarray(i, i + 1)));
            }
          }
        }
        if (seen.size > 1) differing.push(`${width}: ${seen.size}`);
      }
      expect(differing).toEqual([]);
    },
    120_000,
  );

  test('the mean and the maximum of tokens, alone or among other pictures', async () => {
    for (const tokens of [1, 3, 16, 197, 300]) {
      for (const dims of cpu ? [1, 16, 58] : [3, 58]) {
        for (const op of [ops.mean, ops.max]) {
          const make = (x: F32, count: number) =>
            ops.reshape(x, [count, tokens, dims]).then((stack) => op(stack, 1));
          expect(await bits(numbers([tokens * dims], tokens), make, [1, 2, 5, 33])).toBe(1);
        }
      }
    }
  }, 120_000);

  test.runIf(cpu)('a side that is too large for one piece', async () => {
    const width = 130;
    const rows = 70_000;
    const data = new Float32Array(rows * width);
    const row = numbers([width], 1);
    for (let i = 0; i < rows; i++) data.set(row, i * width);
    const x = tensor([rows, width], data);
    const query = tensor([1, width], numbers([width], 2));
    for (const scores of [
      await ops.matmul(x, query, { transposeB: true }),
      await ops.matmul(query, x, { transposeB: true }),
    ]) {
      const { data: found } = await scores.toHost();
      expect(found).toHaveLength(rows);
      expect(new Set(found).size).toBe(1);
    }
  });

  test('a vector and its copy have a cosine of 1 at every width', async () => {
    for (const width of widths) {
      const row = numbers([width], width);
      const both = new Float32Array(2 * width);
      both.set(row);
      both.set(row, width);
      const { data } = await (await ops.cosine(tensor([2, width], both), tensor([1, width], row))).toHost();
      // Two lengths and a sum of float32 numbers.
      for (const score of data) expect(Math.abs(score - 1)).toBeLessThan(1e-6);
    }
  });
});

const hex = (data: ArrayLike<number>) => Buffer.from(Float32Array.from(data).buffer).toString('hex');

function similarityOf(left: F32, right: F32, lengths?: F32): Similarity {
  return {
    kind: 'similarity',
    queries: [],
    gallery: [],
    metric: 'cosine',
    scores: { form: 'product', left, right, ...(lengths && { lengths }) },
    skipped: [],
  };
}
