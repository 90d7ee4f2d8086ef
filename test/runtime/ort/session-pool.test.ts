import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildGraph } from '../../../server/runtime/onnx/graph-builder.ts';
import { decodeModel, encodeModel } from '../../../server/runtime/onnx/proto.ts';
import { CPU } from '../../../server/runtime/ort/device.ts';
import { SessionPool } from '../../../server/runtime/ort/session-pool.ts';
import { hostTensor } from '../../../server/runtime/ort/tensor.ts';
import { describeDevices, workbench } from './test-devices.ts';

const folder = mkdtempSync(join(tmpdir(), 'patchbay-pool-'));
afterAll(() => rmSync(folder, { recursive: true }));

const clip = new URL('../../fixtures/oracles/clip/onnx/vision_model.onnx', import.meta.url).pathname;
const MIB = 1 << 20;

/** y = x + 1, with a weight of one mebibyte. */
function heavy(offset: number): Uint8Array {
  return buildGraph((g) => {
    const data = new Float32Array(MIB / 4).fill(offset);
    const weight = g.constant({ dtype: 'float32', dims: [MIB / 4], data });
    g.output('y', g.node('Add', [g.input('x', 'float32', [1]), weight]), 'float32', [MIB / 4]);
  });
}

const one = () => hostTensor({ dtype: 'float32', dims: [1], data: Float32Array.of(1) });

describeDevices('a pool', (device) => {
  test('makes a session once for each key', async () => {
    const { pool } = workbench(device);
    let made = 0;
    const make = () => {
      made += 1;
      return heavy(0);
    };
    const sessions = await Promise.all([1, 2, 3].map(() => pool.graph('same', make)));
    expect(made).toBe(1);
    expect(new Set(sessions).size).toBe(1);
    expect(sessions[0]?.inputs).toEqual([{ name: 'x', dtype: 'float32', dims: [1] }]);
    expect(sessions[0]?.outputs).toEqual([{ name: 'y', dtype: 'float32', dims: [MIB / 4] }]);
  });

  test('unloads the least recently used when memory is short, and loads it again when needed', async () => {
    const pool = new SessionPool(device, { bytes: 3 * MIB });
    const loads = [0, 0, 0, 0];
    const open = (i: number) =>
      pool.graph(`heavy ${i}`, () => {
        loads[i]! += 1;
        return heavy(i);
      });
    const run = async (session: Awaited<ReturnType<typeof open>>) => {
      const { y } = await session.run({ x: one() }, { host: true });
      return ((await y!.toHost()).data as Float32Array)[7];
    };
    const first = await open(0);
    const second = await open(1);
    expect([await run(first), await run(second)]).toEqual([1, 2]);
    await run(first);
    await open(2);
    await open(3);
    expect(pool.stats().bytes).toBeLessThanOrEqual(3 * MIB);
    expect(await run(second)).toBe(2);
    expect(loads[1]).toBe(2);
    await pool.dispose();
  });

  test('a result keeps its session loaded while it is on the device', async () => {
    const pool = new SessionPool(device, { bytes: MIB });
    const session = await pool.graph('maker', () => heavy(5));
    const { y } = await session.run({ x: one() });
    for (let i = 0; i < 3; i += 1) await pool.graph(`other ${i}`, () => heavy(i));
    expect(((await y!.toHost()).data as Float32Array)[9]).toBe(6);
    y!.release();
    await pool.graph('last', () => heavy(9));
    expect(pool.stats().bytes).toBeLessThan(2 * MIB);
    await pool.dispose();
  });

  test('gives only the requested results', async () => {
    const { pool } = workbench(device);
    const session = await pool.graph('two', () =>
      buildGraph((g) => {
        const x = g.input('x', 'float32', ['n']);
        g.output('a', g.node('Neg', [x]), 'float32', ['n']);
        g.output('b', g.node('Abs', [x]), 'float32', ['n']);
      }),
    );
    expect(Object.keys(await session.run({ x: one() }, { fetches: ['b'] }))).toEqual(['b']);
    expect(Object.keys(await session.run({ x: one() }))).toEqual(['a', 'b']);
  });
});

describe('a model file', () => {
  const { pool } = workbench(CPU);

  test('is loaded with the names and sizes it declares', async () => {
    const session = await pool.model(clip);
    expect(session.inputs[0]).toMatchObject({ name: 'pixel_values', dtype: 'float32' });
    expect(session.inputs[0]?.dims.slice(1)).toEqual([3, 64, 64]);
    expect(await pool.model(clip)).toBe(session);
    expect(pool.stats().bytes).toBeGreaterThan(readFileSync(clip).length);
  });

  test('that changes is loaded again', async () => {
    const file = join(folder, 'changing.onnx');
    const read = async () => {
      const { y } = await (await pool.model(file)).run({ x: one() });
      return ((await y!.toHost()).data as Float32Array)[0];
    };
    writeFileSync(file, heavy(1));
    expect(await read()).toBe(2);
    writeFileSync(
      file,
      buildGraph((g) => g.output('y', g.node('Neg', [g.input('x', 'float32', [1])]), 'float32', [1])),
    );
    expect(await read()).toBe(-1);
  });

  test.each([
    ['empty', 'model.invalid', () => new Uint8Array(0)],
    ['text', 'model.invalid', () => Buffer.from('<!doctype html><title>404</title>')],
    ['cut short', 'model.invalid', () => readFileSync(clip).subarray(0, 60_000)],
    ['cut short in its weights', 'model.invalid', () => readFileSync(clip).subarray(0, -1)],
    ['without a graph', 'model.invalid', () => Buffer.from([8, 8])],
    [
      'with an unknown operator',
      'model.not-loaded',
      () => buildGraph((g) => g.output('y', g.node('Frobnicate', [g.input('x', 'float32')]), 'float32')),
    ],
    [
      'with a graph that reads a missing value',
      'model.not-loaded',
      () => buildGraph((g) => g.output('y', g.node('Neg', ['missing']), 'float32')),
    ],
  ])('that is %s is refused with a sentence that names it: %s', async (what, code, bytes) => {
    const file = join(folder, `${what}.onnx`);
    writeFileSync(file, bytes());
    await expect(pool.model(file)).rejects.toMatchObject({ code, message: expect.stringContaining(file) });
  });

  test('that is missing, or a folder, is refused', async () => {
    const missing = join(folder, 'none.onnx');
    await expect(pool.model(missing)).rejects.toMatchObject({
      code: 'model.file-not-found',
      message: `Model file ${missing} was not found. Check the path, or add the model again.`,
    });
    await expect(pool.model(folder)).rejects.toMatchObject({ code: 'model.invalid' });
  });

  test('that was refused can be repaired', async () => {
    const file = join(folder, 'mended.onnx');
    writeFileSync(file, 'no model');
    await expect(pool.model(file)).rejects.toMatchObject({ code: 'model.invalid' });
    writeFileSync(file, heavy(3));
    await expect(pool.model(file)).resolves.toBeDefined();
  });

  test('whose outputs have a type that nodes cannot use fails with a sentence', async () => {
    const file = join(folder, 'double.onnx');
    const double = buildGraph((g) =>
      g.output('y', g.node('Cast', [g.input('x', 'float32', [1])], { to: 11 }), 'float32', [1]),
    );
    const model = decodeModel(double);
    const type = model.graph!.output[0]!.type!.value;
    if (type.case === 'tensorType') type.value.elemType = 11;
    writeFileSync(file, encodeModel(model));
    const session = await pool.model(file);
    await expect(session.run({ x: one() })).rejects.toMatchObject({
      code: 'model.output-type',
      message:
        'The model returns float64 numbers, which Patchbay cannot use. Export it with float32 outputs.',
    });
  });

  test('fails with the reason of ONNX Runtime when its inputs are wrong', async () => {
    const session = await pool.model(clip);
    const x = hostTensor({ dtype: 'float32', dims: [1, 3, 2, 2], data: new Float32Array(12) });
    const wrong: readonly Readonly<Record<string, typeof x>>[] = [{ pixel_values: x }, {}];
    for (const feeds of wrong)
      await expect(session.run(feeds)).rejects.toMatchObject({
        code: 'model.failed',
        args: { file: clip, reason: expect.stringMatching(/\w/) },
        message: expect.stringContaining(`The model ${clip} could not be run: `),
      });
  });
});
