import { expect, test } from 'vitest';
import { CancelledError, type F32, probabilitiesOf } from '../../../nodes/sdk/index.ts';
import { logisticRegression } from '../../../server/runtime/classifiers/logistic.ts';
import { expected, worst } from '../../fixtures/classifiers/expected.ts';
import { read } from '../ops/reference.ts';
import { describeDevices, workbench } from '../ort/test-devices.ts';

const { dims, labels } = expected;

describeDevices('logistic regression', (device) => {
  const { ops, pool } = workbench(device);
  const signal = new AbortController().signal;
  const matrix = (data: readonly number[]) =>
    ops.tensor({ dtype: 'float32', dims: [data.length / dims, dims], data: Float32Array.from(data) });
  const prepared = (x: F32, unit: boolean) => (unit ? ops.l2Normalize(x) : Promise.resolve(x));
  /** The rows of some categories, with balanced weights if asked for. */
  const job = async (categories: readonly string[], unit: boolean, c: number, balanced: boolean) => {
    const rows = labels.flatMap((label, row) => (categories.includes(label) ? [row] : []));
    const targets = rows.map((row) => categories.indexOf(labels[row]!));
    const counts = categories.map((_, at) => targets.filter((target) => target === at).length);
    const all = await prepared(matrix(expected.vectors), unit);
    return {
      vectors: await ops.gather(all, rows),
      targets,
      categories: categories.length,
      c,
      steps: 200,
      ...(balanced && {
        categoryWeights: counts.map((count) => targets.length / (categories.length * count)),
      }),
    };
  };

  test.each(expected.cases)(
    'gives the probabilities of scikit-learn within 5e-5: $categories.length categories, unit $unit, C $c, balanced $balanced',
    async ({ categories, unit, c, balanced, probabilities, loss, accuracy }) => {
      const fit = await logisticRegression(pool, await job(categories, unit, c, balanced), { signal });
      const others = await prepared(matrix(expected.others), unit);
      const own = await read(await probabilitiesOf({ ...fit, scale: 1, unit: false }, others, ops));
      expect(worst([...own], probabilities)).toBeLessThan(5e-5);
      expect(fit.history.at(-1)?.loss).toBeCloseTo(loss, 4);
      expect(fit.history.at(-1)?.accuracy).toBeCloseTo(accuracy, 6);
      expect([...(await read(fit.bias))].reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 4);
    },
  );

  test('is the same every time, and judges held-out vectors without learning from them', async () => {
    const given = await job(['apple', 'car', 'cat', 'dog'], true, 1, false);
    const heldOut = {
      vectors: await ops.slice(given.vectors, 0, 0, 10),
      targets: given.targets.slice(0, 10),
    };
    const once = await logisticRegression(pool, given, { signal });
    const again = await logisticRegression(pool, { ...given, heldOut }, { signal });
    expect(await read(again.weights)).toEqual(await read(once.weights));
    expect(once.history[0]).toEqual({ step: 0, loss: expect.closeTo(Math.log(4), 5), accuracy: 40 / 96 });
    expect(again.history[0]).toMatchObject({ heldOutLoss: expect.closeTo(Math.log(4), 5) });
    expect(again.history).toHaveLength(again.steps + 1);
  });

  test('stops when it is cancelled', async () => {
    const given = await job(['apple', 'car', 'cat', 'dog'], true, 1, false);
    const controller = new AbortController();
    const options = { signal: controller.signal, onPoint: () => controller.abort() };
    await expect(logisticRegression(pool, given, options)).rejects.toBeInstanceOf(CancelledError);
  });
});
