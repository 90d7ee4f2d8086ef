import { describe, expect, test } from 'vitest';
import clusters from '../../nodes/explore/clusters.ts';
import pca from '../../nodes/explore/pca.ts';
import type { Embeddings, ImageItem, Images, Labels, Matches, Table } from '../../nodes/sdk/index.ts';
import { type BlobShape, blobRows, blobs } from './blobs.ts';
import { deviceWorld } from './device-world.ts';
import { agreement } from './groups.ts';
import { named } from './run-pure.ts';

const { tensor, vectors, run } = deviceWorld();

const shape: BlobShape = { seed: 31, count: 240, dims: 12, groups: 4, spread: 0.2, noise: 0.1 };
const truth = blobs(shape).groups;
const pictures = (rows: readonly (readonly number[])[]): Embeddings => ({
  ...vectors([]),
  tensor: tensor(rows),
  items: named(rows.map((_, row) => `${row}.png`)).items,
});
const placesOf = (labels: unknown) => (labels as Labels).labels.map((label) => (label === null ? -1 : label));
const numbered = (labels: unknown) => {
  const names = [...new Set(placesOf(labels))];
  return placesOf(labels).map((label) => names.indexOf(label));
};

describe('groups', () => {
  test.each(['kMeans', 'hdbscan'])(
    '%s finds them, the largest first, with typical pictures',
    async (method) => {
      const embeddings = pictures(blobRows(shape));
      const { outputs, warnings } = await run(
        clusters,
        { embeddings },
        { method, count: 4, representatives: 2 },
      );
      expect(warnings).toEqual([]);
      expect(agreement(numbered(outputs.labels), truth)).toBeGreaterThan(0.95);
      const { rows } = outputs.table as Table;
      expect(rows.map(([name]) => name)).toEqual(['Group 1', 'Group 2', 'Group 3', 'Group 4']);
      const sizes = rows.map(([, size]) => size as number);
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      const { labels, scores = [] } = outputs.labels as Labels;
      for (const [name, size, cohesion, typical] of rows) {
        const own = [...labels.keys()].filter((row) => labels[row] === name);
        expect(own).toHaveLength(size as number);
        expect(own.reduce((sum, row) => sum + scores[row]!, 0) / own.length).toBeCloseTo(
          cohesion as number,
          12,
        );
        const best = own.toSorted((a, b) => scores[b]! - scores[a]!);
        expect(typical).toBe(`${best[0]}.png`);
        const typicals = (outputs.images as Images).items.filter(({ label }) => label === name);
        expect(typicals.map(({ path }) => path)).toEqual(best.slice(0, 2).map((row) => `${row}.png`));
        const shown = (outputs.matches as Matches).results.find(
          ({ query }) => query.kind === 'text' && query.text === name,
        );
        expect(shown?.results.map(({ index }) => index)).toEqual(best);
      }
    },
  );

  test('a picture between the groups belongs to none with HDBSCAN', async () => {
    const rows = [...blobRows({ ...shape, dims: 3 }), [40, -40, 40]];
    const { outputs } = await run(
      clusters,
      { embeddings: pictures(rows) },
      { method: 'hdbscan', metric: 'euclidean', groupName: 'Pile' },
    );
    const { labels, scores } = outputs.labels as Labels;
    expect([labels.at(-1), scores?.at(-1)]).toEqual([null, 0]);
    expect(labels[0]).toMatch(/^Pile \d$/);
  });

  test('places on a map are compared by distance, vectors of an encoder by direction', async () => {
    const ray = [1, 2, 8, 9].flatMap((far) => [
      [far, 0],
      [0, far],
    ]);
    const byDirection = await run(clusters, { embeddings: pictures(ray) }, { count: 2 });
    expect(numbered(byDirection.outputs.labels)).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
    const map = (await run(pca, { embeddings: pictures(ray.map(([x]) => [x!, 1])) })).outputs.embeddings;
    const { space } = map as Embeddings;
    const line = [1, 2, 8, 9].map((far) => [far, 0]);
    const onMap = await run(clusters, { embeddings: { ...pictures(line), space } }, { count: 2 });
    expect(numbered(onMap.outputs.labels)).toEqual([0, 0, 1, 1]);
  });

  test('names are the nearest words, each once', async () => {
    const embeddings = pictures([
      [9, 1, 0],
      [9, 2, 0],
      [8, 1, 0],
      [0, 1, 9],
      [0, 2, 9],
    ]);
    const words = (texts: Record<string, number[]>) =>
      vectors(
        Object.values(texts),
        Object.keys(texts).map((text) => ({ kind: 'text', text, label: text })),
        { tower: 'text' },
      );
    const names = words({ dog: [0.2, 0, 1], cat: [1, 0, 0], kitten: [1, 1, 0], car: [0, 1, 0] });
    const { outputs, warnings } = await run(clusters, { embeddings, names }, { count: 2 });
    expect((outputs.labels as Labels).labels).toEqual(['cat', 'cat', 'cat', 'dog', 'dog']);
    expect((outputs.images as Images).items.map(({ label }: ImageItem) => label)).toEqual([
      'cat',
      'cat',
      'cat',
      'dog',
      'dog',
    ]);
    expect(warnings).toEqual([]);
    const one = await run(clusters, { embeddings, names: words({ animal: [0.1, 0, 1] }) }, { count: 2 });
    expect((one.outputs.table as Table).rows.map(([name]) => name)).toEqual(['Group 1', 'animal']);
    expect(one.warnings).toEqual([
      expect.stringContaining('There are 2 groups, but only 1 name at *Names*.'),
    ]);
    const foreign = { ...names, space: { ...names.space, encoder: 'other', title: 'other' } };
    await expect(run(clusters, { embeddings, names: foreign }, { count: 2 })).rejects.toMatchObject({
      code: 'space.mismatch',
    });
  });

  test('says what is wrong', async () => {
    const few = await run(clusters, {
      embeddings: pictures([
        [1, 0],
        [0, 1],
        [1, 0],
      ]),
    });
    expect(few.warnings).toEqual(['There are not enough different vectors for 10 groups, so there are 2.']);
    const none = await run(
      clusters,
      {
        embeddings: pictures([
          [1, 0],
          [0, 1],
        ]),
      },
      { method: 'hdbscan' },
    );
    expect(none.warnings).toEqual([expect.stringContaining('No group of at least 10 pictures is denser')]);
    expect((none.outputs.labels as Labels).labels).toEqual([null, null]);
    await expect(
      run(clusters, {
        embeddings: pictures([
          [1, 0],
          [Number.NaN, 1],
        ]),
      }),
    ).rejects.toThrow(
      'The vector of 1.png contains a number that is not finite or too large, so *Groups* cannot use it.',
    );
    expect((await run(clusters, { embeddings: pictures([]) })).warnings).toEqual([]);
  });

  test('are refused in a sentence where the neighbours of all pictures do not fit into memory', async () => {
    const many = pictures(Array.from({ length: 12_000 }, (_, at) => [at, 1]));
    const { error } = await run(clusters, { embeddings: many }, { method: 'hdbscan', smallest: 12_000 }).then(
      () => ({ error: undefined }),
      (reason: unknown) => ({ error: reason }),
    );
    // 12,000 x 12,000 positions of 4 bytes and distances of 8 are 1.7 GB.
    expect(error).toMatchObject({
      code: 'clusters.too-much',
      args: { samples: 12_000, total: 12_000, gigabytes: 2, most: 10_416 },
    });
  });
});
