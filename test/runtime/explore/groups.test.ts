import { describe, expect, test } from 'vitest';
import type { Metric } from '../../../nodes/sdk/index.ts';
import { createExploreService } from '../../../server/runtime/explore/explore-service.ts';
import { CPU } from '../../../server/runtime/ort/device.ts';
import { type BlobShape, blobs, explored } from '../../nodes/blobs.ts';
import { agreement } from '../../nodes/groups.ts';
import { workbench } from '../ort/test-devices.ts';

const { pool, scope, ops } = workbench(CPU);
const explore = createExploreService(pool, scope);
const { signal } = new AbortController();
const made = (shape: BlobShape) => {
  const { data, groups } = blobs(shape);
  return { vectors: ops.tensor({ dtype: 'float32', dims: [shape.count, shape.dims], data }), groups };
};
const rowsOf = (data: readonly number[]) =>
  ops.tensor({ dtype: 'float32', dims: [data.length, 1], data: Float32Array.from(data) });

/** How well groups fit: the sum of squared distances to their middles, or of cosines with them. */
function fitOf(near: Float64Array, metric: Metric): number {
  return near.reduce((sum, value) => sum + (metric === 'cosine' ? value : value * value), 0);
}

describe('k-means', () => {
  const { cases } = explored<{
    cases: readonly { metric: Metric; blobs: BlobShape; inertia: number; labels: number[] }[];
  }>('kmeans');

  test.each(cases)(
    'finds groups as good as those of scikit-learn: $metric, seed $blobs.seed',
    async (one) => {
      const { vectors } = made(one.blobs);
      const count = one.blobs.groups;
      const job = { vectors, count, metric: one.metric, starts: 10, seed: 0 };
      const group = await explore.kMeans(job, { signal });
      const ours = fitOf((await explore.centers(vectors, group, one.metric)).near, one.metric);
      const theirs = fitOf(
        (await explore.centers(vectors, Int32Array.from(one.labels), one.metric)).near,
        one.metric,
      );
      if (one.metric === 'euclidean') {
        expect(theirs).toBeCloseTo(one.inertia, 2);
        expect(ours).toBeLessThan(one.inertia * 1.01);
      } else expect(ours).toBeGreaterThan(theirs * 0.99);
      expect(agreement(group, one.labels)).toBeGreaterThan(0.95);
    },
  );

  test('is the same for the same seed, largest group first, and finds groups in a part of many', async () => {
    const shape = { seed: 20, count: 14_000, dims: 6, groups: 5, spread: 0.15, noise: 0.1 };
    const { vectors, groups } = made(shape);
    const job = { vectors, count: 5, metric: 'euclidean', starts: 3, seed: 4 } as const;
    const group = await explore.kMeans(job, { signal });
    expect(await explore.kMeans(job, { signal })).toEqual(group);
    expect(agreement(group, groups)).toBeGreaterThan(0.99);
    const sizes = [0, 1, 2, 3, 4].map((own) => group.filter((one) => one === own).length);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  test('finds no more groups than there are different vectors', async () => {
    for (const metric of ['euclidean', 'cosine'] as const) {
      const job = { count: 5, metric, starts: 2, seed: 0 };
      const equal = await explore.kMeans({ vectors: rowsOf([3, 3, 3]), ...job }, { signal });
      expect([...equal]).toEqual([0, 0, 0]);
      expect([...(await explore.kMeans({ vectors: rowsOf([]), ...job }, { signal }))]).toEqual([]);
    }
    const job = { vectors: rowsOf([1, 1, 9, 1]), count: 3, metric: 'euclidean', starts: 1, seed: 0 } as const;
    expect([...(await explore.kMeans(job, { signal }))]).toEqual([0, 0, 1, 0]);
  });

  test('stops when it is cancelled', async () => {
    const { vectors } = made({ seed: 21, count: 500, dims: 4, groups: 3, spread: 0.1, noise: 0.1 });
    const job = { vectors, count: 3, metric: 'cosine', starts: 3, seed: 0 } as const;
    const stop = { signal: AbortSignal.abort() };
    await expect(explore.kMeans(job, stop)).rejects.toMatchObject({ code: 'run.cancelled' });
    await expect(explore.hdbscan({ vectors, minSize: 5 }, stop)).rejects.toMatchObject({
      code: 'run.cancelled',
    });
  });
});

describe('HDBSCAN', () => {
  const { cases } = explored<{
    cases: readonly {
      blobs: BlobShape;
      size: number;
      samples: number | null;
      labels: number[];
      unsure: number[];
    }[];
  }>('hdbscan');

  test.each(cases)(
    'finds the groups of scikit-learn: seed $blobs.seed',
    async ({ size, samples, ...one }) => {
      const { vectors } = made(one.blobs);
      const job = { vectors, minSize: size, ...(samples !== null && { minSamples: samples }) };
      const group = await explore.hdbscan(job, { signal });
      // scikit-learn itself puts these elsewhere when the rows come in another order.
      const rows = [...one.labels.keys()].filter((row) => !one.unsure.includes(row));
      const pairs = new Set(rows.map((row) => `${one.labels[row]} ${group[row]}`));
      // Each of their groups is one of ours, and theirs without a group are ours without one.
      expect(pairs.size).toBe(new Set(one.labels).size);
      expect(new Set(group).size).toBe(pairs.size);
      for (const row of rows) expect(group[row] === -1).toBe(one.labels[row] === -1);
      expect(one.unsure.length).toBeLessThan(3);
    },
  );

  test('equal vectors, few and none', async () => {
    const found = async (data: readonly number[], minSize: number) => [
      ...(await explore.hdbscan({ vectors: rowsOf(data), minSize }, { signal })),
    ];
    expect(await found([], 5)).toEqual([]);
    expect(await found([1], 5)).toEqual([-1]);
    expect(await found([1, 1, 1, 1], 2)).toEqual([-1, -1, -1, -1]);
    // The squares of such numbers overflow in float32.
    const far = Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? 1e30 : -1e30) * (1 + at / 1000));
    await expect(found(far, 5)).rejects.toMatchObject({ code: 'tensor.too-far' });
    expect(await found([1, 1, 1, 5, 5, 5, 5, 40], 3)).toEqual([1, 1, 1, 0, 0, 0, 0, -1]);
  });
});
