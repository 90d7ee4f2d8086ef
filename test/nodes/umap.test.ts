import { describe, expect, test } from 'vitest';
import umap from '../../nodes/explore/umap.ts';
import type { Embeddings } from '../../nodes/sdk/index.ts';
import { fittedCurve } from '../../server/runtime/explore/umap/curve.ts';
import { joined, memberships } from '../../server/runtime/explore/umap/graph.ts';
import type { PlainTensor } from '../contract/plain.ts';
import { type BlobShape, blobRows, explored } from './blobs.ts';
import { deviceWorld, rowsOf } from './device-world.ts';
import type { Matrix } from './numbers.ts';
import { distances, type Metric, trustworthiness } from './trustworthiness.ts';

const { world, vectors, run } = deviceWorld();

/** Maps by umap-learn, judged by scikit-learn. */
const expected = explored<{
  cases: readonly { metric: Metric; blobs: BlobShape; trustworthiness: number[] }[];
  curve: [number, number];
  judged: { blobs: BlobShape; places: Matrix; trustworthiness: number };
  graph: { sums: number[]; first: [number, number][] };
}>('umap');

const placesOf = (value: unknown) => rowsOf((value as Embeddings).tensor as unknown as PlainTensor);
const small = expected.judged.blobs;

describe('UMAP', () => {
  test('the judge of maps agrees with scikit-learn', () => {
    const { blobs, places, trustworthiness: wanted } = expected.judged;
    expect(trustworthiness(blobRows(blobs), places, 15, 'euclidean')).toBeCloseTo(wanted, 9);
  });

  test.each(expected.cases)(
    'maps are as trustworthy as those of umap-learn: $metric, seed $blobs.seed',
    async ({ metric, blobs, trustworthiness: theirs }) => {
      const rows = blobRows(blobs);
      const { outputs } = await run(umap, { embeddings: vectors(rows) }, { metric });
      const ours = trustworthiness(rows, placesOf(outputs.embeddings), 15, metric);
      const mean = theirs.reduce((a, b) => a + b) / theirs.length;
      expect(ours).toBeGreaterThan(mean - 0.02);
    },
    60_000,
  );

  test('joins the same vectors as umap-learn, equally strongly', async () => {
    const found = await world().ctx.explore.nearest(vectors(blobRows(small)).tensor, {
      k: 14,
      metric: 'euclidean',
      signal: world().ctx.signal,
    });
    const { starts, ends, weights } = joined(found, memberships(found, 15, true));
    const row = (at: number) =>
      Array.from({ length: starts[at + 1]! - starts[at]! }, (_, i) => starts[at]! + i);
    const sums = expected.graph.sums.map((_, at) => row(at).reduce((sum, i) => sum + weights[i]!, 0));
    for (const [at, sum] of expected.graph.sums.entries()) expect(sums[at]).toBeCloseTo(sum, 3);
    expect(row(0).map((i) => ends[i])).toEqual(expected.graph.first.map(([end]) => end));
    for (const [at, [, weight]] of expected.graph.first.entries())
      expect(weights[row(0)[at]!]).toBeCloseTo(weight, 3);
    const { a, b } = fittedCurve(0.1);
    expect(a).toBeCloseTo(expected.curve[0], 4);
    expect(b).toBeCloseTo(expected.curve[1], 4);
  });

  test('the neighbours are the nearest vectors, in order, also among others', async () => {
    const rows = blobRows({ ...small, count: 700 });
    const signal = world().ctx.signal;
    for (const metric of ['euclidean', 'cosine'] as const) {
      const found = await world().ctx.explore.nearest(vectors(rows).tensor, { k: 9, metric, signal });
      for (const [row, far] of distances(rows, rows, metric).entries()) {
        const order = far.map((_, i) => i).filter((i) => i !== row);
        order.sort((a, b) => far[a]! - far[b]! || a - b);
        expect([...found.indices.subarray(row * 9, row * 9 + 9)]).toEqual(order.slice(0, 9));
        expect(found.distances[row * 9 + 8]).toBeCloseTo(far[order[8]!]!, 12);
      }
    }
    const among = await world().ctx.explore.nearest(vectors(rows.slice(0, 2)).tensor, {
      k: 5,
      metric: 'euclidean',
      among: vectors(rows.slice(0, 3)).tensor,
      signal,
    });
    expect(among.k).toBe(3);
    expect([among.indices[0], among.indices[3]]).toEqual([0, 1]);
  });

  test('is the same for the same seed, another one for another seed', async () => {
    const map = async (seed: number) =>
      placesOf((await run(umap, { embeddings: vectors(blobRows(small)) }, { seed })).outputs.embeddings);
    const first = await map(1);
    expect(await map(1)).toEqual(first);
    expect(await map(2)).not.toEqual(first);
  });

  test('others get their place and move nothing, each by itself', async () => {
    const rows = blobRows({ ...small, count: small.count + 20 });
    const [own, fresh] = [rows.slice(0, small.count), rows.slice(small.count)];
    const inputs = { embeddings: vectors(own) };
    const alone = (await run(umap, inputs)).outputs.embeddings as Embeddings;
    const { outputs } = await run(umap, { ...inputs, others: vectors(fresh) });
    expect(outputs.embeddings).toEqual(alone);
    const placed = placesOf(outputs.others);
    const one = await run(umap, { ...inputs, others: vectors([fresh[7]!]) });
    expect(placesOf(one.outputs.others)).toEqual([placed[7]]);
    // A map of all, where each new vector lies among its own nearest ones.
    const all = [...placesOf(alone), ...placed];
    expect(trustworthiness(rows, all, 15, 'cosine')).toBeGreaterThan(0.97);
    // A vector of the map itself lands beside its own place.
    const again = placesOf((await run(umap, { ...inputs, others: vectors(own) })).outputs.others);
    const places = placesOf(alone);
    const off = again.map((place, i) => Math.hypot(place[0]! - places[i]![0]!, place[1]! - places[i]![1]!));
    expect(off.sort((a, b) => a - b)[Math.floor(off.length / 2)]).toBeLessThan(0.6);
  });

  test('few, equal and no vectors give a map too', async () => {
    for (const [rows, warned] of [
      [[], 0],
      [[[1, 2]], 0],
      [
        [
          [1, 2],
          [2, 1],
        ],
        1,
      ],
      [Array.from({ length: 20 }, () => [1, 2, 3]), 0],
      [[[0, 0], ...blobRows({ ...small, dims: 2, count: 20 })], 0],
    ] as const) {
      const { outputs, warnings } = await run(umap, { embeddings: vectors(rows as Matrix) });
      const places = placesOf(outputs.embeddings);
      expect(places).toHaveLength(rows.length);
      expect(places.flat().every(Number.isFinite)).toBe(true);
      expect(warnings).toHaveLength(warned);
    }
    await expect(
      run(umap, {
        embeddings: vectors([
          [1, Number.NaN],
          [1, 2],
        ]),
      }),
    ).rejects.toThrow(
      'The vector of a contains a number that is not finite or too large, so *UMAP* cannot use it.',
    );
  });

  test('stops when it is cancelled, and lets others have a turn', async () => {
    const controller = new AbortController();
    const signal = controller.signal;
    const job = {
      vectors: vectors(blobRows({ ...small, count: 1500 })).tensor,
      metric: 'euclidean',
      neighbours: 15,
      minDistance: 0.1,
      dims: 2,
      epochs: 100_000,
      seed: 0,
    } as const;
    const timer = setTimeout(() => controller.abort(), 400);
    await expect(world().ctx.explore.umap(job, { signal })).rejects.toMatchObject({ code: 'run.cancelled' });
    clearTimeout(timer);
  });
});
