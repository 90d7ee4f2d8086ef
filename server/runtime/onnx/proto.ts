import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { onnxMessage } from '../../contract/messages/onnx.ts';
import {
  type ModelProto,
  ModelProtoSchema,
  type StringStringEntryProto,
  StringStringEntryProtoSchema,
} from './onnx_pb.ts';

/** The public ONNX schema. The `bytes` fields of decoded messages are views of the decoded bytes, never copies. */
export {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type SparseTensorProto,
  type TensorProto,
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx_pb.ts';

/** Numbers of the fields that Patchbay finds without decoding the messages around them. */
export const FIELD = {
  model: { irVersion: 1, graph: 7, opsetImport: 8, trainingInfo: 20, functions: 25 },
  graph: { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13, sparseInitializer: 15 },
  node: { attribute: 5 },
  function: { node: 7 },
  training: { initialization: 1, algorithm: 2 },
  attribute: { tensor: 5, graph: 6, tensors: 10, graphs: 11, sparseTensor: 22, sparseTensors: 23 },
  sparse: { values: 1, indices: 2 },
  tensor: { dims: 1, dataType: 2, name: 8, externalData: 13, dataLocation: 14 },
} as const;

/** Texts that other programs can read from a model, by name. */
export function metadataProps(texts: Readonly<Record<string, string>>): StringStringEntryProto[] {
  return Object.entries(texts).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value }));
}

/** Serialises a model. */
export function encodeModel(model: MessageInitShape<typeof ModelProtoSchema>): Uint8Array<ArrayBuffer> {
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, model));
}

/**
 * Decodes a whole model, weights included (as views of `bytes`).
 * @throws PatchbayError `model.invalid` when the bytes are not an ONNX model
 */
export function decodeModel(bytes: Uint8Array, name?: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw notOnnx(name, cause);
  }
}

/** The error for bytes that are not an ONNX model; `file` is the name of their file, if any. */
export function notOnnx(file: string | undefined, cause?: unknown): PatchbayError {
  return new PatchbayError(onnxMessage('model.invalid', { file: file ?? onnxMessage('model.bytes') }), {
    cause,
  });
}
