import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { externalLocations } from '../../../server/runtime/onnx/external-data.ts';
import { buildGraph } from '../../../server/runtime/onnx/graph-builder.ts';
import { inspectModel, inspectModelFile } from '../../../server/runtime/onnx/inspect.ts';
import { decodeModel } from '../../../server/runtime/onnx/proto.ts';
import { memorySource } from '../../../server/runtime/onnx/skim.ts';
import { floatsOf } from '../../../server/runtime/onnx/tensors.ts';

const clip = new URL('../../fixtures/oracles/clip/onnx/vision_model.onnx', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'patchbay-inspect-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('inspecting a model', () => {
  test('finds the same as a full decode, in its file and in its bytes', () => {
    const bytes = readFileSync(clip);
    const { graph } = decodeModel(new Uint8Array(bytes));
    for (const model of [inspectModelFile(clip), inspectModel(bytes)]) {
      expect(model.nodes()).toEqual(graph?.node);
      expect([...model.initializers]).toEqual(graph?.initializer.map(({ name }) => name));
      expect(model.outputs.map(({ name }) => name)).toEqual(graph?.output.map(({ name }) => name));
      expect(model.opset.get('')).toBeGreaterThan(10);
      expect(model.bytes).toBe(bytes.length);
      for (const weight of graph!.initializer) {
        const found = model.initializer(weight.name)!;
        expect(found.dims).toEqual(weight.dims);
        expect(Buffer.from(found.rawData).equals(weight.rawData)).toBe(true);
      }
      expect(model.initializer('no such weight')).toBeUndefined();
    }
  });

  test('says which sizes are open', () => {
    const model = inspectModelFile(clip);
    expect(model.inputs).toHaveLength(1);
    expect(model.inputs[0]).toMatchObject({ name: 'pixel_values', dtype: 'float32' });
    expect(model.inputs[0]?.dims[0]).toBeTypeOf('string');
  });

  test('skips weights larger than its window', () => {
    const data = Float32Array.from({ length: 300_000 }, (_, i) => i);
    const bytes = buildGraph((g) => {
      const x = g.input('x', 'float32', [300_000]);
      const first = g.node('Add', [x, g.constant({ dtype: 'float32', dims: [300_000], data })]);
      const second = g.constant({ dtype: 'float32', dims: [300_000], data: data.map((value) => -value) });
      g.output('y', g.node('Mul', [first, second]), 'float32', [300_000]);
    });
    const file = join(folder, 'large.onnx');
    writeFileSync(file, bytes);
    const model = inspectModelFile(file);
    expect(model.nodes().map(({ opType }) => opType)).toEqual(['Add', 'Mul', 'Identity']);
    const [, second] = [...model.initializers];
    expect(floatsOf(model.initializer(second!)!).data[299_999]).toBe(-299_999);
  });

  test('refuses any bytes that are not a model', () => {
    const bytes = readFileSync(clip);
    const attempt = (broken: Uint8Array) => {
      try {
        inspectModel(broken).nodes();
        externalLocations(memorySource(broken));
      } catch (error) {
        expect(error).toBeInstanceOf(PatchbayError);
        expect(error).toMatchObject({ code: 'model.invalid' });
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), attempt), { numRuns: 2000 });
    const damage = fc.array(fc.tuple(fc.nat(20_000), fc.nat(255)), { maxLength: 8 });
    fc.assert(
      fc.property(damage, fc.nat(bytes.length), (changes, length) => {
        const broken = new Uint8Array(bytes.subarray(0, length));
        for (const [at, value] of changes) broken[at] = value;
        attempt(broken);
      }),
      { numRuns: 1000 },
    );
    expect(() => inspectModel(new Uint8Array(0))).toThrow(/not a valid ONNX model/);
  });

  test('refuses endlessly nested subgraphs', () => {
    // Node, attribute, graph, repeated many times: each level contains the one before.
    let inner = Buffer.alloc(0);
    const wrap = (field: number, payload: Buffer) => {
      const length: number[] = [];
      for (let rest = payload.length; ; rest = Math.floor(rest / 128)) {
        length.push(rest >= 128 ? (rest % 128) + 128 : rest);
        if (rest < 128) break;
      }
      return Buffer.concat([Buffer.from([field * 8 + 2, ...length]), payload]);
    };
    for (let i = 0; i < 1000; i += 1) inner = wrap(1, wrap(5, wrap(6, inner)));
    const model = wrap(7, inner);
    expect(() => externalLocations(memorySource(model))).toThrow(/not a valid ONNX model/);
  });
});
