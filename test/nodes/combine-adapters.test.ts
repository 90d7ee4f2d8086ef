import { expect, test } from 'vitest';
import combine from '../../nodes/project/combine-adapters.ts';
import type { AdapterRef } from '../../nodes/sdk/index.ts';
import type { PlainTensor } from '../contract/plain.ts';
import { deviceWorld, rowsOf } from './device-world.ts';
import type { Matrix } from './numbers.ts';

const { run, tensor } = deviceWorld();

const adapter = (
  id: string,
  a: Matrix,
  b: Matrix,
  scaling: number,
  more: Partial<AdapterRef> = {},
): AdapterRef => ({
  kind: 'adapter',
  id,
  hash: id,
  format: 'peft',
  target: 'visual_projection',
  rank: a.length,
  scaling,
  a: tensor(a),
  b: tensor(b),
  ...more,
});

const times = (b: Matrix, a: Matrix, factor: number): Matrix =>
  b.map((row) => a[0]!.map((_, j) => factor * row.reduce((sum, value, k) => sum + value * a[k]![j]!, 0)));

test('the update is the weighted sum of the updates', async () => {
  const [a1, b1] = [[[1, 2, 3]], [[1], [-1]]];
  const [a2, b2] = [
    [
      [0, 1, 0],
      [2, 0, -1],
    ],
    [
      [3, 1],
      [0, 2],
    ],
  ];
  const adapters = [adapter('one', a1, b1, 2), adapter('two', a2, b2, 0.5)];
  const { outputs } = await run(combine, { adapters }, { weights: [0.5, -2] });
  const made = outputs.adapter as Omit<AdapterRef, 'a' | 'b'> & {
    readonly a: PlainTensor;
    readonly b: PlainTensor;
  };
  expect(made).toMatchObject({ rank: 3, id: 'one+two', scaling: 1 });
  const [first, second] = [times(b1, a1, 2 * 0.5), times(b2, a2, 0.5 * -2)];
  expect(times(rowsOf(made.b), rowsOf(made.a), made.scaling)).toEqual(
    first.map((row, i) => row.map((value, j) => value + second[i]![j]!)),
  );
});

test('adapters that cannot be added are refused by name', async () => {
  const plain = adapter('plain', [[1, 2]], [[1]], 1);
  const refused = (adapters: readonly AdapterRef[], params = {}) => run(combine, { adapters }, params);
  await expect(refused([plain, adapter('wide', [[1, 2, 3]], [[1]], 1)])).rejects.toMatchObject({
    code: 'combine-adapters.sizes',
    args: { first: 'plain', other: 'wide' },
  });
  await expect(
    refused([adapter('dora', [[1, 2]], [[1]], 1, { magnitude: tensor([[1]]) })]),
  ).rejects.toMatchObject({ code: 'combine-adapters.dora' });
  await expect(refused([plain], { weights: [1, 2] })).rejects.toMatchObject({
    code: 'combine-adapters.weights',
    param: 'weights',
  });
});
