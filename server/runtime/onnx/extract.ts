import { create } from '@bufbuild/protobuf';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { onnxMessage } from '../../contract/messages/onnx.ts';
import { withNumbers } from './external-data.ts';
import { attribute, valueInfo } from './graph-builder.ts';
import type { ModelInspection } from './inspect.ts';
import { DataType, encodeModel, type NodeProto, NodeProtoSchema, type TensorProto } from './proto.ts';
import { tensorProto } from './tensors.ts';

/** A part of a model: the nodes that compute `to` from `from`, or from constants alone. */
export interface Part {
  readonly from?: string;
  readonly to: string;
  /** Reshapes the input to a list of vectors of this shape. */
  readonly each?: readonly number[];
  /** The model's file: its weights may be in files beside it. */
  readonly path?: string;
}

const INPUT = 'patchbay/x';
const SHAPE = 'patchbay/shape';
const LIST = 'patchbay/list';
const OUTPUT = 'patchbay/y';

/**
 * Makes a separate model from the part of a model between two values. Its input and output are float32. Weights keep
 * their format, so quantised weights stay quantised.
 * @throws PatchbayError `model.part-of-value`, `model.part-of-constants` if the part also needs another input
 */
export function extractPart(model: ModelInspection, { from, to, each, path }: Part): Uint8Array {
  const producers = new Map(
    model.nodes().flatMap((node) => node.output.map((name) => [name, node] as const)),
  );
  const wanted = new Set<NodeProto>();
  const weights = new Map<string, TensorProto>();
  const waiting = [to];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (value === from || value === '' || weights.has(value)) continue;
    const node = producers.get(value);
    if (node) {
      if (!wanted.has(node)) waiting.push(...node.input);
      wanted.add(node);
    } else if (model.initializers.has(value))
      weights.set(value, withNumbers(path, model.initializer(value)!));
    else throw beyond(from, to, value);
  }
  const nodes = model.nodes().filter((node) => wanted.has(node));
  if (from !== undefined && !nodes.some(({ input }) => input.includes(from))) throw beyond(from, to, from);
  const half = [...weights.values()].some(({ dataType }) => dataType === DataType.FLOAT16);
  return encodeModel({
    irVersion: BigInt(model.irVersion),
    producerName: 'patchbay',
    opsetImport: [...model.opset].map(([domain, version]) => ({ domain, version: BigInt(version) })),
    graph: {
      name: 'part',
      input: from === undefined ? [] : [valueInfo(INPUT, 'float32')],
      output: [valueInfo(OUTPUT, 'float32')],
      initializer: [...weights.values(), ...(each ? [shapeOf(each)] : [])],
      node: [
        ...(each
          ? [create(NodeProtoSchema, { opType: 'Reshape', input: [INPUT, SHAPE], output: [LIST] })]
          : []),
        ...(from === undefined
          ? []
          : [cast(each ? LIST : INPUT, from, half ? DataType.FLOAT16 : DataType.FLOAT)]),
        ...nodes,
        cast(to, OUTPUT, DataType.FLOAT),
      ],
    },
  });
}

/** The names of the input and the output of {@link extractPart}. */
export const PART = { input: INPUT, output: OUTPUT } as const;

function cast(from: string, to: string, type: DataType): NodeProto {
  return create(NodeProtoSchema, {
    opType: 'Cast',
    input: [from],
    output: [to],
    attribute: [attribute('to', type)],
  });
}

function shapeOf(each: readonly number[]): TensorProto {
  const data = BigInt64Array.from([-1, ...each], BigInt);
  return tensorProto(SHAPE, { dtype: 'int64', dims: [data.length], data });
}

function beyond(from: string | undefined, to: string, value: string): PatchbayError {
  const message =
    from === undefined
      ? onnxMessage('model.part-of-constants', { to, value })
      : onnxMessage('model.part-of-value', { from, to, value });
  return new PatchbayError(message);
}
