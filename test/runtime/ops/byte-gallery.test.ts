import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImageItem, Similarity } from '../../../nodes/sdk/index.ts';
import { assembled } from '../../../server/runtime/ops/bytes/assemble.mjs';
import { settled } from '../../../server/runtime/ops/bytes/byte-galleries.ts';
import { ByteGallery } from '../../../server/runtime/ops/bytes/byte-gallery.ts';
import { KERNELS } from '../../../server/runtime/ops/bytes/kernels.ts';
import { CPU } from '../../../server/runtime/ort/device.ts';
import { workbench } from '../ort/test-devices.ts';
import { random } from './reference.ts';

const { signal } = new AbortController();

it('the kernels are what their source says', async () => {
  expect(KERNELS).toBe(await assembled());
  expect(
    readFileSync(new URL('../../../server/runtime/ops/bytes/kernels.wat', import.meta.url), 'utf8'),
  ).toContain('dot4');
});

/** Rows of one length, or each of its own, and what makes their lengths 1. */
function normalised(data: Float32Array, width: number) {
  const factors = new Float32Array(data.length / width);
  for (let row = 0; row < factors.length; row += 1) {
    let squares = 0;
    for (let i = row * width; i < (row + 1) * width; i += 1) squares += data[i]! ** 2;
    factors[row] = squares === 0 ? 0 : 1 / Math.sqrt(squares);
  }
  return factors;
}

const cosine = (q: Float32Array, x: Float32Array): number => {
  let [product, qq, xx] = [0, 0, 0];
  for (const [i, value] of q.entries()) {
    product += value * x[i]!;
    qq += value * value;
    xx += x[i]! * x[i]!;
  }
  return qq * xx === 0 ? 0 : product / Math.sqrt(qq * xx);
};

type Kind = 'isotropic' | 'clustered' | 'duplicated' | 'one large number' | 'close by' | 'zeros and NaN';

/** Galleries that are easy and hard to tell apart in bytes. */
function drawn(kind: Kind, count: number, width: number, seed: number): Float32Array {
  const data = Float32Array.from(random([count, width], seed));
  const centres = Float32Array.from(random([5, width], seed + 1));
  for (let row = 0; row < count; row += 1)
    for (let i = 0; i < width; i += 1) {
      const at = row * width + i;
      if (kind === 'clustered') data[at] = centres[(row % 5) * width + i]! + 0.2 * data[at]!;
      if (kind === 'close by') data[at] = centres[i]! + 1e-4 * data[at]!;
      if (kind === 'duplicated') data[at] = data[(row % 7) * width + i]!;
      if (kind === 'one large number' && i === row % width) data[at] = 40 * data[at]!;
      if (kind === 'zeros and NaN' && row % 3 === 0) data[at] = row % 2 === 0 ? 0 : Number.NaN;
    }
  return data;
}

const unit = (vector: Float32Array): Float32Array => {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / length);
};

describe('the candidates of a search in bytes', () => {
  it('hold every row of the k best, and all that score as the k-th', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Kind>(
          'isotropic',
          'clustered',
          'duplicated',
          'one large number',
          'close by',
          'zeros and NaN',
        ),
        fc.integer({ min: 1, max: 9000 }),
        fc.integer({ min: 1, max: 150 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 1e6 }),
        async (kind, count, width, k, queries, seed) => {
          const data = drawn(kind, count, width, seed);
          const row = (i: number) => data.subarray(i * width, (i + 1) * width);
          const factors = normalised(data, width);
          const gallery = await ByteGallery.of(data, width, factors, signal);
          const vectors = Array.from({ length: queries }, (_, i) =>
            i % 2 === 0 && kind !== 'zeros and NaN'
              ? unit(row(i % count))
              : unit(Float32Array.from(random([width], seed + 2 + i))),
          );
          const slack = vectors.map(() => (2 * width + 10) * 2 ** -24);
          const found = await gallery.candidates(vectors, {
            k,
            threshold: Number.NEGATIVE_INFINITY,
            excluded: vectors.map((_, i) => i % count),
            slack,
            signal,
          });
          for (const [i, vector] of vectors.entries()) {
            const candidates = found[i];
            // So many cannot be told apart; a full scan ranks them.
            if (candidates === undefined) continue;
            expect(candidates).toEqual([...candidates].sort((a, b) => a - b));
            const scores = Array.from({ length: count }, (_, at) => cosine(vector, row(at)));
            const kth = scores
              .filter((score, at) => at !== i % count && !Number.isNaN(score))
              .sort((a, b) => b - a)[k - 1];
            if (kth === undefined) continue;
            const has = new Set(candidates);
            const lost = scores.flatMap((score, at) =>
              score >= kth && at !== i % count && !has.has(at) ? [at] : [],
            );
            expect(lost).toEqual([]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are few among rows of every direction, and a full scan is asked for where they cannot be few', async () => {
    const [count, width] = [20_000, 128];
    const ask = async (data: Float32Array) => {
      const gallery = await ByteGallery.of(data, width, normalised(data, width), signal);
      const [found] = await gallery.candidates([unit(data.subarray(0, width))], {
        ...{ k: 10, threshold: -2, excluded: [undefined], slack: [1e-5], signal },
      });
      return found?.length;
    };
    expect(await ask(drawn('isotropic', count, width, 1))).toBeLessThan(100);
    expect(await ask(drawn('close by', count, width, 1))).toBeUndefined();
  });

  it('leave out what may not be ranked and what is below the threshold', async () => {
    const [count, width] = [500, 32];
    const data = drawn('isotropic', count, width, 3);
    const gallery = await ByteGallery.of(data, width, normalised(data, width), signal);
    const only = Uint8Array.from({ length: count }, (_, i) => i % 2);
    const vector = unit(data.subarray(0, width));
    const asked = { excluded: [undefined], slack: [1e-6], signal };
    const [odd] = await gallery.candidates([vector], { ...asked, k: 5, threshold: -2, only });
    expect(odd!.every((row) => row % 2 === 1)).toBe(true);
    const [high] = await gallery.candidates([vector], { ...asked, k: 500, threshold: 0.3 });
    const above = Array.from({ length: count }, (_, i) =>
      cosine(vector, data.subarray(i * width, (i + 1) * width)),
    );
    expect(high!.length).toBeLessThan(count);
    expect(above.every((score, i) => score < 0.3 || high!.includes(i))).toBe(true);
  });
});

it('a gallery that is searched again and again gives the same rankings from bytes', async () => {
  const { ops } = workbench(CPU);
  const [count, width, queries] = [1 << 17, 64, 5];
  const data = Float32Array.from(random([count, width], 9));
  // Equal rows have equal scores, so their order shows.
  data.copyWithin(40 * width, 7 * width, 8 * width);
  data.copyWithin(90_000 * width, 7 * width, 8 * width);
  const right = ops.tensor({ dtype: 'float32', dims: [count, width], data });
  const asked = Array.from({ length: queries }, (_, i) => unit(data.slice((7 + i) * width, (8 + i) * width)));
  const left = new Float32Array(queries * width);
  for (const [i, vector] of asked.entries()) left.set(vector, i * width);
  const item: ImageItem = { kind: 'image', name: '', path: '', source: { kind: 'asset', hash: '', size: 0 } };
  const similarity: Similarity = {
    kind: 'similarity',
    queries: asked.map(() => item),
    gallery: [],
    metric: 'cosine',
    scores: {
      form: 'product',
      left: ops.tensor({ dtype: 'float32', dims: [queries, width], data: left }),
      right,
      lengths: (await ops.rowLengths(right))!,
    },
    skipped: [],
  };
  const rank = () => ops.rank(similarity, { k: 12, exclude: (row) => 7 + row, signal });
  const floats = await rank();
  for (let i = 0; i < 5; i += 1) expect(await rank()).toEqual(floats);
  await settled(right);
  expect(await rank()).toEqual(floats);
  expect(floats[0]!.indices.slice(0, 2)).toEqual([40, 90_000]);
});
