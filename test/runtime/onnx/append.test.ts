import { describe, expect, test } from 'vitest';
import { appendToModel } from '../../../server/runtime/onnx/append.ts';
import { buildGraph, buildGraphProto, OPSET, valueInfo } from '../../../server/runtime/onnx/graph-builder.ts';
import { inspectModel } from '../../../server/runtime/onnx/inspect.ts';
import { CPU } from '../../../server/runtime/ort/device.ts';
import { hostTensor } from '../../../server/runtime/ort/tensor.ts';
import { workbench } from '../ort/test-devices.ts';

/** y = relu(x + 1), with the sum as an inner value. */
const base = buildGraph((g) => {
  const one = g.constant({ dtype: 'float32', dims: [1], data: Float32Array.of(1) });
  const [sum] = g.node('Add', [g.input('x', 'float32', ['n']), one], {}, { outputs: ['sum'] });
  g.output('y', g.node('Relu', [sum!]), 'float32', ['n']);
});

describe('appending to a model', () => {
  const { pool } = workbench(CPU);

  test('adds nodes, weights and outputs, and keeps the model’s own outputs', async () => {
    const added = buildGraphProto((g) => {
      const ten = g.constant({ dtype: 'float32', dims: [1], data: Float32Array.of(10) });
      g.output('patchbay_scaled', g.node('Mul', ['y', ten]), 'float32', ['n']);
    }, 'patchbay_');
    const bytes = appendToModel(base, {
      nodes: added.node,
      initializers: added.initializer,
      outputs: [...added.output, valueInfo('sum', 'float32', ['n'])],
    });
    expect(inspectModel(bytes).outputs.map(({ name }) => name)).toEqual(['y', 'patchbay_scaled', 'sum']);
    const session = await pool.graph('appended', () => bytes);
    const x = hostTensor({ dtype: 'float32', dims: [2], data: Float32Array.of(-3, 4) });
    const results = await session.run({ x });
    const read = async (name: string) => [...(await results[name]!.toHost()).data];
    expect(await read('y')).toEqual([0, 5]);
    expect(await read('patchbay_scaled')).toEqual([0, 50]);
    expect(await read('sum')).toEqual([-2, 5]);
  });

  test('refuses taken names, missing values and other operator sets', () => {
    const node = (input: string, output: string) =>
      buildGraphProto((g) => void g.node('Relu', [input], {}, { outputs: [output] }), 'p_').node;
    expect(() => appendToModel(base, { nodes: node('y', 'sum') })).toThrow(/already has a value named "sum"/);
    expect(() => appendToModel(base, { nodes: node('z', 'p_z') })).toThrow(/no value named "z"/);
    expect(() => appendToModel(base, { outputs: [valueInfo('z', 'float32')] })).toThrow(/no value named "z"/);
    expect(() => appendToModel(base, { outputs: [valueInfo('y', 'float32')] })).toThrow(
      /already gives out "y"/,
    );
    expect(() => appendToModel(base, { opset: new Map([['', OPSET + 1]]) })).toThrow(/operator set 18/);
    const foreign = buildGraphProto((g) => void g.node('Gelu', ['y'], {}, { domain: 'com.microsoft' }), 'p_');
    expect(() => appendToModel(base, { nodes: foreign.node })).toThrow(/com\.microsoft/);
    expect(() =>
      appendToModel(base, { nodes: foreign.node, opset: new Map([['com.microsoft', 1]]) }),
    ).not.toThrow();
  });
});
