import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { valueInfo } from '../../../server/runtime/onnx/graph-builder.ts';
import {
  AttributeType,
  DataLocation,
  DataType,
  encodeModel,
  GraphProtoSchema,
  type TensorProtoSchema,
} from '../../../server/runtime/onnx/proto.ts';

type Tensor = MessageInitShape<typeof TensorProtoSchema>;

/** A 2 x 2 float32 weight that names another file for its numbers. */
export function externalWeight(location: string, name = 'w', length?: number): Tensor {
  return {
    name,
    dataType: DataType.FLOAT,
    dims: [2n, 2n],
    dataLocation: DataLocation.EXTERNAL,
    externalData: [
      { key: 'location', value: location },
      ...(length === undefined ? [] : [{ key: 'length', value: String(length) }]),
    ],
  };
}

/** Where a model may hide a tensor. */
export type Hiding =
  | 'initializer'
  | 'constant'
  | 'sparse'
  | 'sparse constant'
  | 'subgraph'
  | 'function'
  | 'training';

/** A model y = x w that names another file for its weight, in one of ONNX's places for tensors. */
export function modelWithExternal(
  location: string,
  hiding: Hiding,
  length?: number,
): Uint8Array<ArrayBuffer> {
  const weight = externalWeight(location, 'w', length);
  const constant = {
    opType: 'Constant',
    output: ['c'],
    attribute: [{ name: 'value', type: AttributeType.TENSOR, t: weight }],
  };
  const sparse = { values: weight, indices: { dataType: DataType.INT64, dims: [4n] }, dims: [2n, 2n] };
  const inner = create(GraphProtoSchema, { name: 'inner', node: [constant] });
  const nodes = {
    constant: [constant],
    'sparse constant': [
      {
        opType: 'Constant',
        output: ['c'],
        attribute: [{ name: 'sparse_value', type: AttributeType.SPARSE_TENSOR, sparseTensor: sparse }],
      },
    ],
    subgraph: [
      {
        opType: 'If',
        input: ['b'],
        attribute: [{ name: 'then_branch', type: AttributeType.GRAPH, g: inner }],
      },
    ],
  };
  return encodeModel({
    irVersion: 8n,
    opsetImport: [{ domain: '', version: 18n }],
    functions: hiding === 'function' ? [{ name: 'f', domain: 'd', node: [constant] }] : [],
    trainingInfo: hiding === 'training' ? [{ algorithm: inner }] : [],
    graph: {
      name: 'g',
      node: [
        ...(nodes[hiding as keyof typeof nodes] ?? []),
        { opType: 'MatMul', input: ['x', 'w'], output: ['y'] },
      ],
      initializer: hiding === 'initializer' ? [weight] : [],
      sparseInitializer: hiding === 'sparse' ? [sparse] : [],
      input: [valueInfo('x', 'float32', ['n', 2])],
      output: [valueInfo('y', 'float32', ['n', 2])],
    },
  });
}
