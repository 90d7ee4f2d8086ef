import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import cosine from '../../nodes/compare/cosine.ts';
import normalize from '../../nodes/compare/normalize.ts';
import matrix from '../../nodes/compare/similarity-matrix.ts';
import topK from '../../nodes/compare/top-k.ts';
import zeroShot from '../../nodes/compare/zero-shot.ts';
import type { EncoderRef, ImageItem, Labels, Matches, Similarity, TextItem } from '../../nodes/sdk/index.ts';
import { random } from '../runtime/ops/reference.ts';
import { deviceWorld, farthest, rowsOf } from './device-world.ts';
import { type Matrix, mean, product, softmax, unit } from './numbers.ts';

const { world, vectors, tensor, run } = deviceWorld();
const near = 1e-6;

// Five vectors in the plane: a and b have the same direction, e is zero.
const points: Matrix = [
  [2, 0],
  [5, 0],
  [1, 1],
  [-3, 0],
  [0, 0],
];
const names = (result: Matches['results'][number]) =>
  result.results.map(({ item }) => item.kind === 'text' && item.text).join('');

async function ranked(
  params: Record<string, unknown>,
  query: Matrix = points,
  gallery: Matrix = points,
): Promise<Matches> {
  const one = vectors(gallery);
  const other = query === gallery ? one : vectors(query, [{ kind: 'text', text: 'query' }]);
  const lease = world().runtime.services.lease({
    nodeId: 'x',
    signal: new AbortController().signal,
    progress: () => {},
    warn: () => {},
    preview: () => {},
  });
  const node = query === gallery ? matrix : cosine;
  const inputs = query === gallery ? { embeddings: one } : { queries: other, gallery: one };
  const { similarity } = (await node.run({
    inputs: inputs as never,
    params: { selected: [], shown: 3 } as never,
    ctx: lease.ctx,
  })) as { similarity: Similarity };
  const { outputs } = await run(topK, { similarity }, params);
  lease.end();
  return outputs.matches as Matches;
}

describe('normalize', () => {
  test('gives vectors of length 1 and leaves a zero vector zero', async () => {
    const { outputs } = await run(normalize, { embeddings: vectors(points) });
    const made = outputs.embeddings as { tensor: never; space: { normalized: boolean } };
    expect(farthest(rowsOf(made.tensor), unit(points))).toBeLessThan(near);
    expect(made.space.normalized).toBe(true);
  });
});

describe('cosine and similarity matrix', () => {
  test('copies tie with a score of 1, in order, at every width', async () => {
    for (const width of [6, 7, 58, 64, 131]) {
      const row = random([width], width);
      const copies = Array.from({ length: 7 }, () => row);
      const { results } = await ranked({ k: 7, threshold: 1 }, copies, copies);
      for (const { results: found } of results) {
        expect(found.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
        expect(new Set(found.map(({ score }) => score))).toEqual(new Set([1]));
      }
      // A picture that is searched alone finds its copies too.
      const alone = await ranked({ k: 7, threshold: 1 }, [row], copies);
      expect(alone.results[0]?.results.map(({ score }) => score)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    }
  });

  test('the map shows the cosines of the first items', async () => {
    const { outputs } = await run(matrix, { embeddings: vectors(points) }, { shown: 3 });
    const view = outputs.view as { tensor: never; rows: unknown[] };
    const head = unit(points.slice(0, 3));
    expect(farthest(rowsOf(view.tensor), product(head, head))).toBeLessThan(near);
    expect(view.rows).toHaveLength(3);
  });

  test('mixed spaces that appear only in the run are refused', async () => {
    const gallery = vectors(points, undefined, { encoder: 'other', title: 'Other' });
    await expect(run(cosine, { queries: vectors(points), gallery })).rejects.toThrow(
      '*Cosine* cannot compare its inputs: *Queries* gives hand-made, *Search in* gives Other. Use the same encoder for both.',
    );
  });
});

describe('top k', () => {
  test('ranks best first, and of equal scores the first in the gallery', async () => {
    const { results } = await ranked({ k: 5 }, [[1, 0]]);
    expect(names(results[0]!)).toBe('abced');
    expect(results[0]?.results.map(({ score }) => Number(score.toFixed(6)))).toEqual([
      1,
      1,
      Number(Math.SQRT1_2.toFixed(6)),
      0,
      -1,
    ]);
  });

  test('gives all matches when k is larger', async () => {
    const { results } = await ranked({ k: 100 }, [[1, 0]]);
    expect(results[0]?.results).toHaveLength(5);
  });

  test('keeps matches from the threshold on', async () => {
    const { results } = await ranked({ k: 5, threshold: 0.7 }, [[1, 0]]);
    expect(names(results[0]!)).toBe('abc');
  });

  test('leaves each item out of its own matches', async () => {
    const { results } = await ranked({ k: 2, excludeSelf: true });
    expect(results.map(names)).toEqual(['bc', 'ac', 'ab', 'ec', 'ab']);
  });

  test('leaves a query from elsewhere out too: by its file, else the first copy of its bytes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'patchbay-self-'));
    const file = (name: string, content: string): ImageItem => {
      const path = join(folder, name);
      writeFileSync(path, content);
      const { size, mtimeMs } = statSync(path);
      return { kind: 'image', name, path: name, source: { kind: 'file', path, size, mtimeMs } };
    };
    const gallery = [file('a', 'one'), file('b', 'two'), file('c', 'two'), file('d', 'longer')];
    const same = { ...gallery[2], label: 'x' } as ImageItem;
    const queries = [same, file('copy', 'two'), file('new', 'new')];
    const scores = {
      form: 'dense' as const,
      tensor: tensor([
        [1, 1, 1, 1],
        [1, 1, 1, 1],
        [1, 1, 1, 1],
      ]),
    };
    const similarity: Similarity = {
      kind: 'similarity',
      queries,
      gallery,
      metric: 'cosine',
      scores,
      skipped: [],
    };
    const { outputs } = await run(topK, { similarity }, { k: 4, excludeSelf: true });
    const found = (outputs.matches as Matches).results.map(({ results }) =>
      results.map(({ item }) => item.kind === 'image' && item.name).join(''),
    );
    expect(found).toEqual(['abd', 'acd', 'abcd']);
    rmSync(folder, { recursive: true });
  });

  test('gives each pair once, and drops queries without a match', async () => {
    const { results } = await ranked({
      k: 4,
      threshold: 0.7,
      excludeSelf: true,
      pairsOnce: true,
      dropEmpty: true,
    });
    expect(
      results.map((result) => [result.query.kind === 'text' && result.query.text, names(result)]),
    ).toEqual([
      ['a', 'bc'],
      ['b', 'c'],
    ]);
  });

  test('puts the queries with the best matches first, if asked, and equal ones in their order', async () => {
    const own = [
      [1, 0],
      [0, 1],
      [0.1, 1],
      [1, 0.5],
    ];
    const { results } = await ranked({ k: 1, excludeSelf: true }, own, own);
    const { results: sorted } = await ranked({ k: 1, excludeSelf: true, bestFirst: true }, own, own);
    expect(sorted).toEqual([results[1], results[2], results[0], results[3]]);
  });

  test('gives a pair once, also where only the later item lists it', async () => {
    // With k = 1, c's best match is a, but a's best match is b.
    const { results } = await ranked({ k: 1, threshold: 0.7, excludeSelf: true, pairsOnce: true });
    expect(results.map(names)).toEqual(['b', '', 'a', '', '']);
  });
});

describe('zero-shot', () => {
  test.each([
    [
      'one label only',
      'softmax',
      ['cat'],
      ['The only category is "cat", so every picture gets it with 100%. Give at least two categories.'],
    ],
    ['one label by itself', 'sigmoid', ['cat'], []],
    [
      'one label twice',
      'softmax',
      ['cat', 'dog', 'cat'],
      ['The category "cat" is given twice. It counts once.'],
    ],
    ['two labels', 'softmax', ['cat', 'dog'], []],
  ])('warns where the labels are odd: %s', async (_, probability, names, expected) => {
    const labels = names.map((label) => ({ kind: 'text' as const, text: label, label }));
    const rows = names.map((_, n) => [1, n]);
    const { warnings } = await run(
      zeroShot,
      { images: vectors([[1, 2]]), labels: vectors(rows, labels) },
      { probability },
    );
    expect(warnings).toEqual(expected);
  });

  const texts: Matrix = [
    [3, 1],
    [1, 0.2],
    [0, 2],
    [-1, 4],
  ];
  const items: TextItem[] = ['x', 'x', 'y', 'y'].map((label, n) => ({
    kind: 'text',
    text: `${label} ${n}`,
    label,
  }));
  const images: Matrix = [
    [1, 0],
    [1, 3],
    [-2, 5],
  ];
  const prototypes = unit([mean(unit(texts.slice(0, 2))), mean(unit(texts.slice(2)))]);
  const cosines = product(unit(images), prototypes);

  async function classify(params: Record<string, unknown>, encoder?: Partial<EncoderRef>) {
    const { outputs, warnings } = await run(
      zeroShot,
      { images: vectors(images), labels: vectors(texts, items, { tower: 'text' }), encoder },
      params,
    );
    const similarity = outputs.similarity as {
      scores: { tensor: never };
      metric: string;
      gallery: TextItem[];
    };
    return {
      rows: rowsOf(similarity.scores.tensor),
      ...similarity,
      labels: outputs.labels as Labels,
      warnings,
    };
  }

  test('averages the sentences of a label as unit vectors and takes the softmax', async () => {
    const { rows, gallery, labels, metric } = await classify({ probability: 'softmax', scale: 7 });
    const expected = cosines.map((row) => softmax(row.map((value) => value * 7)));
    expect(farthest(rows, expected)).toBeLessThan(near);
    expect(gallery.map(({ text }) => text)).toEqual(['x', 'y']);
    expect(metric).toBe('softmax');
    expect(labels.labels).toEqual(['x', 'y', 'y']);
    expect(Math.abs(labels.scores![0]! - expected[0]![0]!)).toBeLessThan(near);
  });

  test('takes activation, scale and bias from the model', async () => {
    const probability = { activation: 'sigmoid', scale: 4, bias: -1 } as const;
    const { rows, metric } = await classify({}, { probability });
    const expected = cosines.map((row) => row.map((value) => 1 / (1 + Math.exp(1 - 4 * value))));
    expect(farthest(rows, expected)).toBeLessThan(near);
    expect(metric).toBe('sigmoid');
  });

  test('warns when the scale of the model is not the trained one', async () => {
    const probability = { activation: 'softmax', scale: 14.3, bias: 0 } as const;
    expect((await classify({}, { title: 'M', probability })).warnings).toEqual([]);
    const { warnings } = await classify({}, { title: 'M', probability: { ...probability, untrained: true } });
    expect(warnings).toEqual([
      'The files of M hold only the scale from before its training (14.3). The categories are right, but the probabilities are too even. Most models of this kind end at 100: choose "One category per picture" with that scale, or add onnx/model.onnx, which holds the trained scale.',
    ]);
  });

  test('gives no label below the minimum probability, and says how probable the best was', async () => {
    const { labels } = await classify({ probability: 'sigmoid', scale: 1, minimum: 0.725 });
    const best = cosines.map((row) => 1 / (1 + Math.exp(-Math.max(...row))));
    expect(labels.labels).toEqual(best.map((value, n) => (value >= 0.725 ? ['x', 'y', 'y'][n] : null)));
    expect(labels.labels).toContain(null);
    expect(labels.scores).toHaveLength(3);
  });

  test('asks for the model, or for a choice', async () => {
    await expect(classify({})).rejects.toMatchObject({
      code: 'zero-shot.input-missing',
      message:
        '*Zero-shot* reads its temperature from the model, but nothing is connected to *Encoder*. Connect *Load encoder* there, or choose *Kind of probabilities* yourself.',
      port: 'encoder',
    });
    await expect(classify({}, { title: 'Plain' })).rejects.toThrow(
      'Plain does not say how its scores become probabilities. In *Kind of probabilities*, choose "One category per picture" or "Each category on its own", and set the scale.',
    );
  });
});
