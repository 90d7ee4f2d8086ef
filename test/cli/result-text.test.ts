import { expect, test } from 'vitest';
import type { Classifier, F32, View } from '../../nodes/sdk/index.ts';
import { valueLines } from '../../server/cli/result-text.ts';
import { valueJson } from '../../server/results/value-json.ts';

function tensor(...dims: number[]): F32 {
  const data = new Float32Array(dims.reduce((a, b) => a * b, 1));
  return {
    kind: 'tensor',
    dtype: 'float32',
    dims,
    bytes: data.byteLength,
    toHost: () => Promise.resolve({ dtype: 'float32', dims, data }),
    retain() {},
    release() {},
  };
}
const classifier: Classifier = {
  kind: 'classifier',
  method: 'linear-probe',
  categories: ['cat', 'dog'],
  weights: tensor(2, 3),
  bias: tensor(2),
  scale: 1,
  unit: true,
  space: {
    encoder: 'clip',
    title: 'CLIP',
    layer: 'embedding',
    projection: 'model',
    pooling: 'model',
    tower: 'image',
    dims: 3,
    normalized: false,
  },
  hash: 'abc',
  learned: { counts: [4, 5], heldOut: { count: 3, accuracy: 2 / 3 }, params: { c: 1 } },
};

test('a classifier is told by its categories, what it learned from, and how well it does', () => {
  expect(valueLines(classifier)).toEqual([
    '  linear-probe of 2 categories, CLIP (3)',
    '  learned from 9 items: cat 4, dog 5',
    '  right for 66.7% of 3 held-out items',
  ]);
});

test('a script gets the facts of a classifier, and the sizes of its weights', async () => {
  const tools = {
    save: () => Promise.reject(new Error('no file')),
    scores: () => Promise.reject(new Error()),
  };
  expect(await valueJson('c', classifier, tools)).toEqual({
    method: 'linear-probe',
    categories: ['cat', 'dog'],
    dims: [2, 3],
    scale: 1,
    unit: true,
    hash: 'abc',
    learned: classifier.learned,
    space: { ...classifier.space, description: 'CLIP (3)' },
  });
});

test('a curve is told by where each line begins, ends, and is lowest and highest', () => {
  const view: View = {
    kind: 'view',
    view: 'curve',
    x: 'Step',
    y: 'Loss',
    series: [
      {
        name: 'Training',
        points: [
          [0, 2],
          [1, 0.25],
          [2, Number.NaN],
          [3, 1 / 3],
        ],
      },
      { name: 'Held out', points: [], dashed: true },
    ],
  };
  expect(valueLines(view)).toEqual([
    '  Training: 4 points, from 2 at Step 0 to 0.3333 at Step 3; lowest 0.25 at Step 1, highest 2 at Step 0',
    '  Held out: 0 points',
  ]);
});
