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

/**
 * The nodes of a model that compute a value, in order, and the names of the weights that they read. Values that are `given` are not
 * computed; `missing` are other inputs that the nodes need.
 */
export function partOf(
  model: ModelInspection,
  to: string,
  given: (value: string) => boolean,
): {
  readonly nodes: readonly NodeProto[];
  readonly weights: readonly string[];
  readonly missing: readonly string[];
} {
  const producers = new Map(
    model.nodes().flatMap((node) => node.output.map((name) => [name, node] as const)),
  );
  const [wanted, weights, missing] = [new Set<NodeProto>(), new Set<string>(), new Set<string>()];
  const waiting = [to];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (value === '' || given(value)) continue;
    const node = producers.get(value);
    if (node) {
      if (wanted.has(node)) continue;
      wanted.add(node);
      waiting.push(...node.input);
      // The body of a loop or branch may read every value around it, without naming it as an input of the node.
      for (const name of readInside(node))
        if (producers.has(name) || model.initializers.has(name) || isInput(model, name)) waiting.push(name);
    } else if (model.initializers.has(value)) weights.add(value);
    else missing.add(value);
  }
  const nodes = model.nodes().filter((node) => wanted.has(node));
  return { nodes, weights: [...weights], missing: [...missing] };
}

const isInput = ({ inputs }: ModelInspection, value: string) => inputs.some(({ name }) => name === value);

/** All names that the graphs inside a node read, or give as their results. */
function readInside({ attribute: attributes }: NodeProto): string[] {
  const graphs = attributes.flatMap(({ g, graphs: more }) => [...(g ? [g] : []), ...more]);
  return graphs.flatMap(({ node, output }) => [
    ...node.flatMap((inner) => [...inner.input, ...readInside(inner)]),
    ...output.map(({ name }) => name),
  ]);
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
  const part = partOf(model, to, (value) => value === from);
  const [missing] = part.missing;
  if (missing !== undefined) throw beyond(from, to, missing);
  const { nodes } = part;
  if (from !== undefined && !nodes.some(({ input }) => input.includes(from))) throw beyond(from, to, from);
  const weights = part.weights.map((name) => withNumbers(path, model.initializer(name)!));
  const half = weights.some(({ dataType }) => dataType === DataType.FLOAT16);
  return encodeModel({
    irVersion: BigInt(model.irVersion),
    producerName: 'patchbay',
    opsetImport: [...model.opset].map(([domain, version]) => ({ domain, version: BigInt(version) })),
    graph: {
      name: 'part',
      input: from === undefined ? [] : [valueInfo(INPUT, 'float32')],
      output: [valueInfo(OUTPUT, 'float32')],
      initializer: [...weights, ...(each ? [shapeOf(each)] : [])],
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
