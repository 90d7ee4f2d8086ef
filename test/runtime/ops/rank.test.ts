import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ImageItem, Similarity } from '../../../nodes/sdk/index.ts';
import { describeDevices, workbench } from '../ort/test-devices.ts';
import { random } from './reference.ts';

const signal = new AbortController().signal;
const item: ImageItem = { kind: 'image', name: '', path: '', source: { kind: 'asset', hash: '', size: 0 } };
const items = (count: number) => Array.from({ length: count }, () => item);

interface Asked {
  readonly k: number;
  readonly threshold?: number;
  readonly exclude?: (row: number) => number | undefined;
}

/** The definition: cosines in float64, without excluded rows and scores below the threshold, sorted by score and then index. */
function reference(left: Float32Array, right: Float32Array, width: number, asked: Asked) {
  const count = right.length / width;
  return Array.from({ length: left.length / width }, (_, row) => {
    const scored = Array.from({ length: count }, (_, index) => {
      let [product, l2, r2] = [0, 0, 0];
      for (let i = 0; i < width; i += 1) {
        const [l, r] = [left[row * width + i]!, right[index * width + i]!];
        product += l * r;
        l2 += l * l;
        r2 += r * r;
      }
      const score = l2 * r2 === 0 ? 0 : Math.min(1, Math.max(-1, product / Math.sqrt(l2 * r2)));
      return { index, score };
    });
    const best = scored
      .filter(({ index, score }) => index !== asked.exclude?.(row) && score >= (asked.threshold ?? -2))
      .sort((a, b) => b.score - a.score || a.index - b.index)
      .slice(0, asked.k);
    return { indices: best.map(({ index }) => index), scores: best.map(({ score }) => score) };
  });
}

function unitRows(count: number, width: number, seed: number): Float32Array {
  const data = Float32Array.from(random([count, width], seed));
  for (let row = 0; row < count; row += 1) {
    const vector = data.subarray(row * width, (row + 1) * width);
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    for (let i = 0; i < width; i += 1) vector[i] = vector[i]! / length;
  }
  return data;
}

describeDevices('rank', (device) => {
  // Small tiles, so that galleries of a few thousand vectors need many.
  const { ops } = workbench(device, 64 * 1000);
  const matrix = (data: Float32Array, width: number) =>
    ops.tensor({ dtype: 'float32', dims: [data.length / width, width], data });
  const similarity = (left: Float32Array, right: Float32Array, width: number): Similarity => ({
    kind: 'similarity',
    queries: items(left.length / width),
    gallery: items(right.length / width),
    metric: 'cosine',
    scores: { form: 'product', left: matrix(left, width), right: matrix(right, width) },
    skipped: [],
  });

  test('equals the definition bit for bit, even with repeated vectors', async () => {
    const width = 16;
    const row = fc.integer({ min: 0, max: 11 });
    const property = fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 80 }),
      fc.array(row, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 0, max: 90 }),
      fc.option(fc.double({ min: -1, max: 1, noNaN: true }), { nil: undefined }),
      fc.boolean(),
      async (gallery, queries, k, threshold, self) => {
        // Few different vectors, one of them zero, so that most scores are equal.
        const pool = unitRows(12, width, 3).fill(0, 0, width);
        const rows = (picked: readonly number[]) =>
          Float32Array.from(picked.flatMap((i) => [...pool.subarray(i * width, (i + 1) * width)]));
        const [left, right] = [rows(queries), rows(gallery)];
        const asked: Asked = { k, threshold, ...(self && { exclude: (query: number) => query }) };
        const result = await ops.rank(similarity(left, right, width), { ...asked, signal });
        expect(result).toEqual(reference(left, right, width, asked));
      },
    );
    await fc.assert(property, { numRuns: device.name === 'cpu' ? 200 : 30, seed: 1 });
  });

  test('a gallery of any lengths is ranked like its unit vectors, without a copy of it', async () => {
    const width = 16;
    const count = 5000;
    const right = unitRows(count, width, 8);
    const copy = right.slice(0, width);
    for (const at of [7, 1000, 4999]) right.set(copy, at * width);
    for (let row = 0; row < count; row += 1)
      for (let i = row * width; i < (row + 1) * width; i += 1) right[i] = right[i]! * (row % 13) * 3;
    const left = unitRows(9, width, 9);
    left.set(copy, 0);
    const rows = matrix(right, width);
    const lengths = await ops.rowLengths(rows);
    expect(lengths?.dims).toEqual([count]);
    expect(await ops.rowLengths(rows)).toBeDefined();
    const value: Similarity = {
      ...similarity(left, right, width),
      scores: { form: 'product', left: matrix(left, width), right: rows, lengths: lengths! },
    };
    const asked = { k: 12 };
    // Bit for bit what a normalised copy of the gallery gives.
    const unit = (await (await ops.l2Normalize(rows)).toHost()).data;
    const expected = reference(left, unit, width, asked);
    expect(await ops.rank(value, { ...asked, signal })).toEqual(expected);
    const all = await (await ops.similarityRows(value, 0, 9)).toHost();
    for (const [row, { indices, scores }] of expected.entries())
      for (const [i, index] of indices.entries())
        expect(Math.abs(all.data[row * count + index]! - scores[i]!)).toBeLessThan(1e-5);
  });

  test('equal vectors of any length score exactly 1 wherever they are, and a threshold of 1 keeps them', async () => {
    for (const width of device.provider === 'cpu' ? [7, 16, 100, 768] : [7, 100]) {
      const count = 9000;
      const right = Float32Array.from(random([count, width], width), (value) => value * 17);
      const places = [0, 511, 1000, 4097, 8192, 8999];
      for (const at of places) right.copyWithin(at * width, 3 * width, 4 * width);
      const rows = matrix(right, width);
      const lengths = (await ops.rowLengths(rows))!;
      const { data } = await lengths.toHost();
      expect(new Set(places.map((at) => data[at])).size).toBe(1);
      // Alone and among others, which are ranked at the same time.
      for (const queries of [1, 5, 40]) {
        const left = await ops.l2Normalize(matrix(right.slice(3 * width, (3 + queries) * width), width));
        const value: Similarity = {
          ...similarity(new Float32Array(queries * width), right, width),
          scores: { form: 'product', left, right: rows, lengths },
        };
        const [first] = await ops.rank(value, { k: 20, threshold: 1, signal });
        expect(first?.indices).toEqual([0, 3, ...places.slice(1)]);
        expect(new Set(first?.scores)).toEqual(new Set([1]));
      }
    }
  });

  test('rows that are too long or too short for products have no lengths', async () => {
    for (const value of [1e20, 1e-20, 1e-30])
      expect(await ops.rowLengths(matrix(Float32Array.of(1, 0, value, value), 2))).toBeUndefined();
    const lengths = await ops.rowLengths(matrix(Float32Array.of(3, 4, 0, 0), 2));
    expect([...(await lengths!.toHost()).data]).toEqual([5, 0]);
  });

  test('is exact over many tiles, with equal vectors in different tiles and positions', async () => {
    const width = 12;
    const count = 9000;
    const right = unitRows(count, width, 4);
    const copy = right.slice(0, width);
    // Float32 sums of equal rows may differ between positions.
    for (const at of [1, 511, 999, 1000, 4097, 8192, 8999]) right.set(copy, at * width);
    const left = unitRows(64, width, 5);
    left.set(copy, 0);
    const asked = { k: 10 };
    const result = await ops.rank(similarity(left, right, width), { ...asked, signal });
    expect(result).toEqual(reference(left, right, width, asked));
    expect(result[0]?.indices.slice(0, 8)).toEqual([0, 1, 511, 999, 1000, 4097, 8192, 8999]);
  });

  test('a gallery of one repeated vector is ranked by index', async () => {
    const width = 8;
    const one = unitRows(1, width, 6);
    const right = Float32Array.from({ length: 20_000 * width }, (_, i) => one[i % width]!);
    const result = await ops.rank(similarity(one, right, width), { k: 5, signal });
    expect(result[0]?.indices).toEqual([0, 1, 2, 3, 4]);
  });

  test('equal vectors score exactly 1, and a threshold of 1 keeps them', async () => {
    const width = 256;
    const rows = unitRows(200, width, 8);
    rows.copyWithin(0, 100 * width);
    const result = await ops.rank(similarity(rows, rows, width), { k: 5, threshold: 1, signal });
    for (const [row, { indices, scores }] of result.entries()) {
      const twin = (row + 100) % 200;
      expect([indices, scores]).toEqual([
        [Math.min(row, twin), Math.max(row, twin)],
        [1, 1],
      ]);
    }
  });

  test('rows of cosines are within -1 and 1, and NaN stays NaN', async () => {
    const width = 64;
    const rows = unitRows(300, width, 9);
    // Rounded up, so that products of vectors with themselves exceed 1.
    const long = rows.map((value) => Math.fround(value * (1 + 1e-6)));
    long[0] = Number.NaN;
    for (const to of [4, 300]) {
      const { data } = await (await ops.similarityRows(similarity(long, long, width), 0, to)).toHost();
      expect(Number.isNaN(data[0])).toBe(true);
      expect(data[300 + 1]).toBe(1);
      expect(data.every((value) => Number.isNaN(value) || Math.abs(value) <= 1)).toBe(true);
    }
  });

  test('NaN has no rank', async () => {
    const right = Float32Array.of(Number.NaN, 0, 1, 0, Number.NaN, 1, 0, 1);
    const product = await ops.rank(similarity(Float32Array.of(1, 0), right, 2), { k: 4, signal });
    expect(product).toEqual([{ indices: [1, 3], scores: [1, 0] }]);
    const tensor = ops.tensor({
      dtype: 'float32',
      dims: [1, 4],
      data: Float32Array.of(Number.NaN, 2, Number.NaN, 3),
    });
    const dense: Similarity = { ...similarity(right, right, 2), scores: { form: 'dense', tensor } };
    expect(await ops.rank(dense, { k: 2, signal })).toEqual([{ indices: [3, 1], scores: [3, 2] }]);
  });

  test('a dense similarity is ranked by its own numbers', async () => {
    const data = Float32Array.of(0.5, 0.9, 0.5, 0.1, 0, 0, 0, 0);
    const tensor = ops.tensor({ dtype: 'float32', dims: [2, 4], data });
    const dense: Similarity = { ...similarity(data, data, 4), scores: { form: 'dense', tensor } };
    expect(await ops.rank(dense, { k: 9, threshold: 0.5, exclude: (row) => row, signal })).toEqual([
      { indices: [1, 2], scores: [Math.fround(0.9), 0.5] },
      { indices: [], scores: [] },
    ]);
    const rows = await ops.rank(dense, { k: 3, signal });
    expect(rows.map(({ indices }) => indices)).toEqual([
      [1, 0, 2],
      [0, 1, 2],
    ]);
  });

  test('empty sides and k = 0 give empty rows', async () => {
    const empty = similarity(new Float32Array(0), new Float32Array(0), 4);
    const left = unitRows(2, 4, 1);
    const none = { indices: [], scores: [] };
    expect(await ops.rank(empty, { k: 3, signal })).toEqual([]);
    expect(await ops.rank(similarity(left, new Float32Array(0), 4), { k: 3, signal })).toEqual([none, none]);
    expect(await ops.rank(similarity(left, left, 4), { k: 0, signal })).toEqual([none, none]);
  });

  test('similarityRows gives the same products as rows', async () => {
    const left = unitRows(20, 6, 1);
    const right = unitRows(30, 6, 2);
    const all = reference(left, right, 6, { k: 30 });
    for (const [from, to] of [
      [0, 20],
      [3, 5],
      [7, 7],
    ] as const) {
      const tile = await ops.similarityRows(similarity(left, right, 6), from, to);
      expect(tile.dims).toEqual([to - from, 30]);
      const { data } = await tile.toHost();
      for (let row = from; row < to; row += 1) {
        const { indices, scores } = all[row]!;
        for (const [i, index] of indices.entries())
          expect(Math.abs(data[(row - from) * 30 + index]! - scores[i]!)).toBeLessThan(1e-6);
      }
    }
  });
});

describe('a ranking', () => {
  const { ops } = workbench({ name: 'cpu', key: 'cpu', provider: 'cpu', keepsResults: false });
  const left = unitRows(200, 4, 1);
  const tensor = ops.tensor({ dtype: 'float32', dims: [200, 4], data: left });
  const similarity: Similarity = {
    kind: 'similarity',
    queries: items(200),
    gallery: items(200),
    metric: 'cosine',
    scores: { form: 'product', left: tensor, right: tensor },
    skipped: [],
  };

  test('stops when it is aborted', async () => {
    const controller = new AbortController();
    const running = ops.rank(similarity, {
      k: 1,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: 'run.cancelled' });
  });

  test('reports its progress', async () => {
    const seen: number[] = [];
    await ops.rank(similarity, { k: 1, signal, onProgress: (done) => seen.push(done) });
    expect(seen.at(-1)).toBe(200);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });
});
