import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../../server/runtime/onnx/graph-builder.ts';
import { CPU } from '../../../server/runtime/ort/device.ts';
import { hostTensor, TensorScope } from '../../../server/runtime/ort/tensor.ts';
import { describeDevices, workbench } from './test-devices.ts';

const negated = () => buildGraph((g) => g.output('y', g.node('Neg', [g.input('x', 'float32')]), 'float32'));
const three = () => hostTensor({ dtype: 'float32', dims: [3], data: Float32Array.of(1, 2, 3) });

describe('a tensor on the host', () => {
  test('is wrapped without a copy', async () => {
    const data = Float32Array.of(1, 2);
    const tensor = hostTensor({ dtype: 'float32', dims: [1, 2], data });
    expect((await tensor.toHost()).data).toBe(data);
    expect(tensor.bytes).toBe(8);
  });

  test('must have as many numbers as its shape needs', () => {
    expect(() => hostTensor({ dtype: 'int64', dims: [2], data: new BigInt64Array(3) })).toThrow(
      '3 numbers do not make a tensor of shape 2, which has 2.',
    );
  });
});

describe('a scope', () => {
  test('releases tensors that are not retained, and keeps the others', async () => {
    const scope = new TensorScope();
    const [kept, dropped] = [scope.track(three()), scope.track(three())];
    kept.retain();
    scope.end();
    await expect(dropped.toHost()).rejects.toMatchObject({ code: 'tensor.released' });
    expect([...(await kept.toHost()).data]).toEqual([1, 2, 3]);
    kept.release();
    await expect(kept.toHost()).rejects.toMatchObject({ code: 'tensor.released' });
    expect(() => kept.retain()).toThrow(
      'A tensor of shape 3 was used after its memory was released. Return it as an output of its node.',
    );
  });

  test('that has ended releases later tensors at once, and can end again', async () => {
    const scope = new TensorScope();
    scope.end();
    await expect(scope.track(three()).toHost()).rejects.toMatchObject({ code: 'tensor.released' });
    expect(() => scope.end()).not.toThrow();
  });
});

describeDevices('results', (device) => {
  const { pool, ops, scope } = workbench(device);

  test('outlive the session that made them', async () => {
    const made = await ops.scale(
      ops.tensor({ dtype: 'float32', dims: [3], data: Float32Array.of(1, 2, 3) }),
      2,
    );
    for (let i = 0; i < 3; i += 1) await ops.concat([made, made], 0);
    expect([...(await made.toHost()).data]).toEqual([2, 4, 6]);
  });

  test('can be read many times and at the same time', async () => {
    const made = await ops.scale(
      ops.tensor({ dtype: 'float32', dims: [3], data: Float32Array.of(1, 2, 3) }),
      3,
    );
    const all = await Promise.all(Array.from({ length: 5 }, () => made.toHost()));
    for (const { data } of all) expect([...data]).toEqual([3, 6, 9]);
  });

  test('are freed with their last holder', async () => {
    const made = await ops.scale(ops.tensor({ dtype: 'float32', dims: [1], data: Float32Array.of(1) }), 2);
    made.release();
    await expect(made.toHost()).rejects.toMatchObject({ code: 'tensor.released' });
    await expect(ops.scale(made, 2)).rejects.toMatchObject({ code: 'tensor.released' });
  });

  test('are not freed while a run reads them', async () => {
    const made = await ops.scale(ops.tensor({ dtype: 'float32', dims: [2], data: Float32Array.of(1, 2) }), 2);
    const session = await pool.graph('negated', negated);
    const running = session.run({ x: made });
    made.release();
    const { y } = await running;
    expect([...(await scope.track(y!).toHost()).data]).toEqual([-2, -4]);
  });

  test('feed sessions that are forced to the cpu', async () => {
    const made = await ops.scale(ops.tensor({ dtype: 'float32', dims: [2], data: Float32Array.of(1, 2) }), 2);
    const session = await pool.graph('negated', negated, { provider: 'cpu' });
    const { y } = await session.run({ x: made });
    expect([...(await scope.track(y!).toHost()).data]).toEqual([-2, -4]);
  });
});

describe('a pool that is shut down', () => {
  test('frees device tensors before their sessions, and refuses new work', async () => {
    const { pool, ops } = workbench(CPU);
    await pool.dispose();
    await pool.dispose();
    expect(pool.stats()).toEqual({ sessions: 0, bytes: 0 });
    const x = ops.tensor({ dtype: 'float32', dims: [1], data: Float32Array.of(1) });
    await expect(ops.scale(x, 2)).rejects.toMatchObject({ code: 'runtime.closed' });
  });
});
