import { describe, expect, test } from 'vitest';
import cosine from '../../nodes/compare/cosine.ts';
import pca from '../../nodes/explore/pca.ts';
import type { Embeddings, Metrics, TextItem } from '../../nodes/sdk/index.ts';
import { inferred } from '../contract/infer.ts';
import type { PlainTensor } from '../contract/plain.ts';
import { type BlobShape, blobRows, explored } from './blobs.ts';
import { deviceWorld, farthest, rowsOf } from './device-world.ts';
import type { Matrix } from './numbers.ts';

const { vectors, run } = deviceWorld();

/** Principal components by scikit-learn, with the signs of `svd_flip`. */
const expected = explored<{
  blobs: BlobShape;
  othersBlobs: BlobShape;
  k: number;
  scores: Matrix;
  others: Matrix;
  ratios: number[];
  white: Matrix;
}>('pca');

const placesOf = (value: unknown) => rowsOf((value as Embeddings).tensor as unknown as PlainTensor);
const noModels = { describe: () => undefined, ids: () => [] };

describe('PCA', () => {
  const own = () => vectors(blobRows(expected.blobs));
  const others = () => vectors(blobRows(expected.othersBlobs));

  test('equals scikit-learn, signs included', async () => {
    const { outputs } = await run(pca, { embeddings: own(), others: others() }, { k: expected.k });
    expect(farthest(placesOf(outputs.embeddings), expected.scores)).toBeLessThan(1e-5);
    expect(farthest(placesOf(outputs.others), expected.others)).toBeLessThan(1e-5);
    const { explained, 'explained in all': all } = (outputs.metrics as Metrics).values;
    expect(farthest([explained as number[]], [expected.ratios])).toBeLessThan(1e-6);
    expect(all).toBeCloseTo(
      expected.ratios.reduce((a, b) => a + b),
      6,
    );
    const white = await run(pca, { embeddings: own() }, { k: expected.k, whiten: true });
    expect(farthest(placesOf(white.outputs.embeddings), expected.white)).toBeLessThan(1e-5);
  });

  test('is exact far from the origin, and where it reads the vectors in pieces', async () => {
    const rows = Array.from({ length: 5000 }, (_, n) =>
      Array.from({ length: 256 }, (_, d) => 512 + (d === 7 ? (n - 2499.5) / 512 : 0)),
    );
    const { outputs } = await run(pca, { embeddings: vectors(rows) }, { k: 1 });
    const wanted = rows.map((_, n) => [(n - 2499.5) / 512]);
    expect(farthest(placesOf(outputs.embeddings), wanted)).toBeLessThan(1e-5);
  });

  test('others change nothing, and can be compared with the map but not with their encoder', async () => {
    const alone = (await run(pca, { embeddings: own() })).outputs.embeddings as Embeddings;
    const { outputs } = await run(pca, { embeddings: own(), others: others() });
    const map = outputs.embeddings as Embeddings;
    expect(map).toEqual(alone);
    expect((outputs.others as Embeddings).space).toEqual(map.space);
    expect(map.space).toMatchObject({ title: 'hand-made', projection: 'PCA', dims: 2 });
    const onMap = (from: Embeddings) => ({ ...vectors(placesOf(from)), space: from.space });
    await run(cosine, { queries: onMap(outputs.others as Embeddings), gallery: onMap(map) });
    await expect(run(cosine, { queries: own(), gallery: onMap(map) })).rejects.toMatchObject({
      code: 'space.mismatch',
    });
    const another = (await run(pca, { embeddings: others() })).outputs.embeddings as Embeddings;
    expect(another.space.encoder).not.toBe(map.space.encoder);
    await expect(run(cosine, { queries: onMap(another), gallery: onMap(map) })).rejects.toMatchObject({
      code: 'space.mismatch',
    });
  });

  test('says what is wrong with its vectors', async () => {
    const rows = blobRows(expected.blobs);
    await expect(run(pca, { embeddings: vectors(rows) }, { k: 25 })).rejects.toThrow(
      '*PCA* can give at most as many numbers as the vectors have: 24. Lower *Numbers per vector* from 25.',
    );
    await expect(
      run(pca, {
        embeddings: vectors([
          [1, 2],
          [Number.NaN, 1],
        ]),
      }),
    ).rejects.toThrow(
      'The vector of b contains a number that is not finite or too large, so *PCA* cannot use it.',
    );
    await expect(run(pca, { embeddings: own(), others: vectors([[1, 2]]) })).rejects.toThrow(
      '*PCA* gets 24 numbers per vector at *Vectors* and 2 at *Others*.',
    );
    const named: readonly TextItem[] = [{ kind: 'text', text: 'a' }];
    const foreign = vectors([rows[0]!], named, { encoder: 'other', title: 'other' });
    await expect(run(pca, { embeddings: own(), others: foreign })).rejects.toMatchObject({
      code: 'space.mismatch',
    });
    await expect(run(pca, { embeddings: vectors([]), others: others() })).rejects.toThrow(
      'There are 5 vectors at *Others*, but none at *Vectors*',
    );
  });

  test('one vector, equal vectors and vectors on a line give zeros and say so', async () => {
    const flat = 'so the other';
    for (const rows of [[[1, 2, 3]], Array.from({ length: 4 }, () => [1, 2, 3])]) {
      const { outputs, warnings } = await run(pca, { embeddings: vectors(rows) });
      expect(placesOf(outputs.embeddings)).toEqual(rows.map(() => [0, 0]));
      expect(warnings).toEqual([expect.stringContaining(flat)]);
      expect((outputs.metrics as Metrics).values).toEqual({ explained: [0, 0], 'explained in all': 0 });
    }
    const line = await run(
      pca,
      {
        embeddings: vectors([
          [0, 0],
          [1, 1],
          [2, 2],
        ]),
      },
      { whiten: true },
    );
    expect(line.warnings).toEqual(['The vectors differ along 1 direction only, so the other 1 number is 0.']);
    const places = placesOf(line.outputs.embeddings);
    expect(
      farthest(places, [
        [-1, 0],
        [0, 0],
        [1, 0],
      ]),
    ).toBeLessThan(1e-6);
    const none = await run(pca, { embeddings: vectors([]) });
    expect(none.warnings).toEqual([]);
    expect((none.outputs.embeddings as Embeddings).items).toEqual([]);
  });

  test('tells shapes and wrong wires before a run', () => {
    const wire = { type: 'embeddings', count: 7, dims: 24 } as const;
    const { outputs, problems } = inferred(pca, { embeddings: [wire] }, { k: 3 }, noModels);
    expect(problems).toEqual([]);
    expect(outputs).toMatchObject({ embeddings: { count: 7, dims: 3 }, others: { count: 0, dims: 3 } });
    expect(inferred(pca, { embeddings: [wire] }, { k: 25 }, noModels).problems).toMatchObject([
      { code: 'pca.too-many', param: 'k' },
    ]);
    expect(
      inferred(pca, { embeddings: [wire], others: [{ ...wire, dims: 8 }] }, { k: 2 }, noModels).problems,
    ).toMatchObject([{ code: 'maps.sizes', port: 'others' }]);
  });
});
