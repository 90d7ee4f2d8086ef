import { create } from '@bufbuild/protobuf';
import { type DType, type HostTensor, type Message, PatchbayError } from '../../../nodes/sdk/index.ts';
import { onnxMessage } from '../../contract/messages/onnx.ts';
import { bytesOf, elementCount, halfToFloat } from './elements.ts';
import { DataLocation, DataType, type TensorProto, TensorProtoSchema } from './proto.ts';

/** ONNX's number for each element type that nodes exchange. */
export const ONNX_TYPE: Readonly<Record<DType, DataType>> = {
  float32: DataType.FLOAT,
  float16: DataType.FLOAT16,
  uint8: DataType.UINT8,
  int32: DataType.INT32,
  int64: DataType.INT64,
  bool: DataType.BOOL,
};

/** A named initializer that shares the numbers of a host tensor. */
export function tensorProto(name: string, { dtype, dims, data }: HostTensor): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: ONNX_TYPE[dtype],
    dims: dims.map(BigInt),
    rawData: bytesOf(data),
  });
}

/**
 * The numbers of an initializer as float32: from float32, float16, bfloat16 or float64, in raw bytes or in typed fields.
 * @throws PatchbayError `model.weight-unreadable` for another type, for numbers in another file, or for too few or too many
 */
export function floatsOf(tensor: TensorProto): HostTensor<'float32'> {
  const refuse = (reason: Message) =>
    new PatchbayError(onnxMessage('model.weight-unreadable', { weight: tensor.name, reason }));
  if (tensor.dataLocation === DataLocation.EXTERNAL) throw refuse(onnxMessage('weight.elsewhere'));
  const dims = tensor.dims.map(Number);
  const count = elementCount(dims);
  const data = readFloats(tensor);
  if (data === undefined)
    throw refuse(onnxMessage('weight.type', { type: DataType[tensor.dataType] ?? tensor.dataType }));
  if (data.length !== count) throw refuse(onnxMessage('weight.count', { got: data.length, expected: count }));
  return { dtype: 'float32', dims, data };
}

function readFloats({ dataType, rawData, floatData, int32Data, doubleData }: TensorProto) {
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  const words = () =>
    int32Data.length > 0
      ? Uint16Array.from(int32Data)
      : Uint16Array.from({ length: rawData.byteLength >> 1 }, (_, i) => view.getUint16(i * 2, true));
  switch (dataType) {
    case DataType.FLOAT:
      if (floatData.length > 0) return Float32Array.from(floatData);
      // Bytes that are not aligned to 4 need a copy.
      return rawData.byteOffset % 4 === 0 && rawData.byteLength % 4 === 0
        ? new Float32Array(rawData.buffer, rawData.byteOffset, rawData.byteLength / 4)
        : new Float32Array(new Uint8Array(rawData).buffer, 0, rawData.byteLength >> 2);
    case DataType.FLOAT16:
      return Float32Array.from(words(), halfToFloat);
    case DataType.BFLOAT16: {
      const bits = Uint32Array.from(words(), (word) => word << 16);
      return new Float32Array(bits.buffer);
    }
    case DataType.DOUBLE:
      if (doubleData.length > 0) return Float32Array.from(doubleData);
      return Float32Array.from({ length: rawData.byteLength >> 3 }, (_, i) => view.getFloat64(i * 8, true));
    default:
      return undefined;
  }
}
