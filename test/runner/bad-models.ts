import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import type { HostTensor } from '../../nodes/sdk/index.ts';
import { buildGraph, buildGraphProto, type GraphBuilder } from '../../server/runtime/onnx/graph-builder.ts';
import {
  AttributeProtoSchema,
  AttributeType,
  decodeModel,
  encodeModel,
} from '../../server/runtime/onnx/proto.ts';

const INT64 = 7;
const FLOAT = 1;

const scalar = (value: bigint): HostTensor => ({ dtype: 'int64', dims: [], data: BigInt64Array.of(value) });
const list = (...values: bigint[]): HostTensor => ({
  dtype: 'int64',
  dims: [values.length],
  data: BigInt64Array.from(values),
});

/** An image encoder of a few hundred bytes: it takes the means of a picture, N x 3, and does something with them. */
function encoder(define: (graph: GraphBuilder, means: string) => string): Uint8Array {
  return buildGraph((g) => {
    const pixels = g.input('pixel_values', 'float32', ['n', 3, 8, 8]);
    const means = g.node('ReduceMean', [pixels, g.constant(list(2n, 3n))], { keepdims: 0 });
    g.output('pooler_output', define(g, means), 'float32', ['n', 3]);
  });
}

/** The means as whole numbers, which are zero. Only a run can show that. */
function zeros(g: GraphBuilder, means: string): string {
  const whole = g.node('Cast', [means], { to: INT64 });
  return g.node('Sub', [whole, whole]);
}

/** -2^63 / -1 has no answer in 64 bits: x86 processors raise SIGFPE. */
function overflow(g: GraphBuilder, zero: string): string {
  const least = g.node('Add', [zero, g.constant(scalar(-(2n ** 63n)))]);
  const minusOne = g.node('Add', [zero, g.constant(scalar(-1n))]);
  return g.node('Cast', [g.node('Div', [least, minusOne])], { to: FLOAT });
}

/** A model that crashes its process when it runs. */
const crashing = () => encoder((g, means) => overflow(g, zeros(g, means)));

/** A model that crashes its process when it loads, because constants are computed then. */
const crashingAtLoad = () =>
  encoder((g, means) => {
    const quotient = g.node('Div', [g.constant(scalar(-(2n ** 63n))), g.constant(scalar(-1n))]);
    return g.node('Add', [means, g.node('Cast', [quotient], { to: FLOAT })]);
  });

/** A model that never ends and blocks the event loop of its process. */
function endless(): Uint8Array {
  const model = decodeModel(
    encoder((g, means) => {
      const forEver = g.constant({ dtype: 'bool', dims: [], data: Uint8Array.of(1) });
      return g.node('Loop', ['', forEver, means]);
    }),
  );
  const body = buildGraphProto((g) => {
    g.input('step', 'int64', []);
    g.input('go', 'bool', []);
    g.input('value', 'float32', ['n', 3]);
    g.output('go_on', 'go', 'bool', []);
    g.output('value_on', 'value', 'float32', ['n', 3]);
  });
  const loop = model.graph!.node.find(({ opType }) => opType === 'Loop')!;
  loop.attribute.push(create(AttributeProtoSchema, { name: 'body', type: AttributeType.GRAPH, g: body }));
  return encodeModel(model);
}

/** A model that allocates 16 GB of ones and adds them up. */
const greedy = () =>
  encoder((g, means) => {
    const none = g.node('ReduceSum', [zeros(g, means)], { keepdims: 0 });
    const shape = g.node('Add', [g.constant(list(1n << 30n, 4n)), none]);
    const value: HostTensor = { dtype: 'float32', dims: [1], data: Float32Array.of(1) };
    const ones = g.node('Expand', [g.constant(value), shape]);
    return g.node('Add', [means, g.node('ReduceSum', [ones], { keepdims: 0 })]);
  });

const MODELS = { crashing, crashingAtLoad, endless, greedy };

/** Writes models that must not run to a folder of models, each in a folder with its own name. */
export function writeBadModels(folder: string): string {
  for (const [name, bytes] of Object.entries(MODELS)) {
    mkdirSync(join(folder, name, 'onnx'), { recursive: true });
    writeFileSync(join(folder, name, 'onnx', 'model.onnx'), bytes());
    writeFileSync(join(folder, name, 'config.json'), JSON.stringify({ model_type: 'vit', image_size: 8 }));
    const preprocessor = {
      do_resize: true,
      size: { height: 8, width: 8 },
      resample: 2,
      do_rescale: true,
      rescale_factor: 1 / 255,
      do_normalize: false,
      image_processor_type: 'ViTImageProcessor',
    };
    writeFileSync(join(folder, name, 'preprocessor_config.json'), JSON.stringify(preprocessor));
  }
  return folder;
}
