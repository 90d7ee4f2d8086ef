import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { HostTensor } from '../../../nodes/sdk/index.ts';
import { DataLocation, DataType, decodeModel, encodeModel } from '../../../server/runtime/onnx/proto.ts';
import { withUnsignedFactors } from '../../../server/runtime/onnx/unsigned-factors.ts';
import { CPU } from '../../../server/runtime/ort/device.ts';
import { withExactIntegers } from '../../../server/runtime/ort/exact-integers.ts';
import { createOrtSession, hostOrtTensor } from '../../../server/runtime/ort/ort.ts';
import { SessionPool } from '../../../server/runtime/ort/session-pool.ts';
import { hostTensor } from '../../../server/runtime/ort/tensor.ts';
import { type IntegerForm, integerForms } from './integer-forms.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'patchbay-integers-'));
const pool = new SessionPool(CPU, { threads: 1 });
afterAll(async () => {
  await pool.dispose();
  rmSync(folder, { recursive: true });
});

const named = (name: string) => integerForms.find((form) => form.name === name)!;
const PLAIN = named('MatMulInteger of uint8 by int8, a zero point for each column');

/** Exactly equal, unless floats are added up on the way. */
function expectRight(got: ArrayLike<number | bigint>, { expected, tolerance }: IntegerForm): void {
  const numbers = Array.from(got, Number);
  if (tolerance === 0) {
    expect(numbers).toEqual(expected);
    return;
  }
  const size = Math.max(...expected.map(Math.abs));
  const off = expected.map((number, i) => Math.abs(number - numbers[i]!) / size);
  expect(Math.max(...off)).toBeLessThanOrEqual(tolerance);
}

const feedsOf = ({ feeds }: IntegerForm) =>
  Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, hostTensor(tensor)]));

const fed = ({ dtype, data, dims }: HostTensor) => hostOrtTensor(dtype, data, dims);

describe('integer products of full range are exact', () => {
  test.each(integerForms)('as models are loaded: $name', async (form) => {
    const session = await pool.graph(form.name, () => form.model);
    const { y } = await session.run(feedsOf(form), { host: true });
    expectRight((await y!.toHost()).data, form);
  });

  // On processors that do not saturate, the test above does not cover this rewriting.
  test.each(integerForms)('once int8 weights are uint8: $name', async (form) => {
    const model = withUnsignedFactors(form.model, { weights: true }) ?? form.model;
    const session = await createOrtSession(model, { executionProviders: ['cpu'], intraOpNumThreads: 1 });
    const feeds = Object.entries(form.feeds).map(([name, tensor]) => [name, fed(tensor)] as const);
    const { y } = await session.run(Object.fromEntries(feeds));
    expectRight(y!.data as ArrayLike<number>, form);
    await session.release();
  });

  test('where the weights lie in a file beside the model', async () => {
    const model = decodeModel(PLAIN.model);
    const parts = model.graph!.initializer.filter(({ dataType }) => dataType === DataType.INT8);
    writeFileSync(join(folder, 'weights.bin'), Buffer.concat(parts.map(({ rawData }) => rawData)));
    let offset = 0;
    for (const part of parts) {
      const { length } = part.rawData;
      const entries = Object.entries({ location: 'weights.bin', offset: `${offset}`, length: `${length}` });
      part.externalData = entries.map(([key, value]) => ({
        $typeName: 'onnx.StringStringEntryProto',
        key,
        value,
      }));
      part.dataLocation = DataLocation.EXTERNAL;
      part.rawData = new Uint8Array();
      offset += length;
    }
    const path = join(folder, 'model.onnx');
    writeFileSync(path, encodeModel(model));
    const { y } = await (await pool.model(path)).run(feedsOf(PLAIN), { host: true });
    expectRight((await y!.toHost()).data, PLAIN);
  });
});

describe('the rewriting', () => {
  const types = (model: Uint8Array) => decodeModel(model).graph!.initializer.map(({ dataType }) => dataType);
  const sizeOf = (model: Uint8Array) =>
    decodeModel(model).graph!.initializer.reduce((sum, { rawData }) => sum + rawData.length, 0);

  test('puts uint8 weights in the place of int8 ones', () => {
    const rewritten = withUnsignedFactors(PLAIN.model, { weights: true })!;
    expect(types(PLAIN.model)).toContain(DataType.INT8);
    expect(types(rewritten)).not.toContain(DataType.INT8);
    expect(sizeOf(rewritten)).toBe(sizeOf(PLAIN.model));
  });

  test('leaves alone what is exact as it is: int8 by int8, and uint8 by uint8', () => {
    const signed = named('MatMulInteger of int8 by int8, a zero point for each column');
    expect(withUnsignedFactors(signed.model, { weights: true })).toBeUndefined();
    const once = withUnsignedFactors(PLAIN.model, { weights: true })!;
    expect(withUnsignedFactors(once, { weights: true })).toBeUndefined();
    expect(withUnsignedFactors(PLAIN.model, { weights: false })).toBeUndefined();
  });

  test('is not done to a model without integer products, which is loaded from its file', async () => {
    const file = `${FIXTURES}oracles/clip/onnx/vision_model.onnx`;
    expect(await withExactIntegers(file)).toEqual({ from: file });
  });

  test.each([
    'quantized/static/onnx/vision_model_uint8.onnx',
    'quantized/per-channel/onnx/vision_model_int8.onnx',
  ])(
    'leads to the same operators whether weights stay int8 or not, so that all processors round alike: %s',
    async (name) => {
      const bytes = readFileSync(FIXTURES + name);
      const operators = async (weights: boolean) => {
        const path = join(folder, `${weights}.onnx`);
        const model = withUnsignedFactors(bytes, { weights }) ?? bytes;
        await (await createOrtSession(model, { optimizedModelFilePath: path })).release();
        return decodeModel(readFileSync(path))
          .graph!.node.map(({ opType }) => opType)
          .sort();
      };
      expect(await operators(true)).toEqual(await operators(false));
    },
  );
});
