import { create } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { halfToFloat } from '../../../server/runtime/onnx/elements.ts';
import { DataLocation, DataType, TensorProtoSchema } from '../../../server/runtime/onnx/proto.ts';
import { floatsOf, tensorProto } from '../../../server/runtime/onnx/tensors.ts';

describe('weights are read as float32', () => {
  test('from float32, wherever their bytes begin', () => {
    const bytes = new Uint8Array(13);
    new Uint8Array(bytes.buffer, 1).set(new Uint8Array(Float32Array.of(1.5, -2, 3).buffer));
    const tensor = create(TensorProtoSchema, {
      dataType: DataType.FLOAT,
      dims: [3n],
      rawData: bytes.subarray(1),
    });
    expect([...floatsOf(tensor).data]).toEqual([1.5, -2, 3]);
    const rawData = Buffer.from(bytes.subarray(1));
    expect([...floatsOf({ ...tensor, rawData }).data]).toEqual([1.5, -2, 3]);
    expect([...floatsOf({ ...tensor, rawData: Buffer.from(bytes).subarray(1) }).data]).toEqual([1.5, -2, 3]);
  });

  test('from numbers in typed fields', () => {
    const tensor = create(TensorProtoSchema, {
      dataType: DataType.FLOAT,
      dims: [1n, 2n],
      floatData: [0.5, 4],
    });
    expect(floatsOf(tensor)).toEqual({ dtype: 'float32', dims: [1, 2], data: Float32Array.of(0.5, 4) });
  });

  test('from float16, bfloat16 and float64', () => {
    const words = (...bits: number[]) => new Uint8Array(Uint16Array.from(bits).buffer);
    const read = (dataType: DataType, rawData: Uint8Array) => [
      ...floatsOf(create(TensorProtoSchema, { dataType, dims: [2n], rawData })).data,
    ];
    expect(read(DataType.FLOAT16, words(0x3c00, 0xc100))).toEqual([1, -2.5]);
    expect(read(DataType.BFLOAT16, words(0x3f80, 0xc020))).toEqual([1, -2.5]);
    expect(read(DataType.DOUBLE, new Uint8Array(Float64Array.of(1, -2.5).buffer))).toEqual([1, -2.5]);
  });

  test('and refused in another file, of another type or of another size', () => {
    const refusal = (tensor: Parameters<typeof create<typeof TensorProtoSchema>>[1]) => () =>
      floatsOf(create(TensorProtoSchema, { name: 'w', ...tensor }));
    expect(refusal({ dataType: DataType.STRING })).toThrow(/"w".*STRING/);
    expect(refusal({ dataType: DataType.FLOAT, dims: [5n] })).toThrow(/0 numbers, but its shape needs 5/);
    expect(refusal({ dataType: DataType.FLOAT, dataLocation: DataLocation.EXTERNAL })).toThrow(
      /another file/,
    );
  });

  test('every float16 has its IEEE 754 value', () => {
    // Independent of the tested code: a half is a float32 with a narrower exponent, which a multiplication shifts.
    const reference = (bits: number) => {
      const view = new DataView(new ArrayBuffer(4));
      view.setUint32(0, ((bits & 0x8000) << 16) | ((bits & 0x7fff) << 13));
      return view.getFloat32(0) * 2 ** 112;
    };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff }), (bits) => {
        if ((bits & 0x7c00) === 0x7c00) return;
        expect(halfToFloat(bits)).toBe(reference(bits));
      }),
      { numRuns: 5000 },
    );
    expect([0x7c00, 0xfc00, 0x7e00].map(halfToFloat)).toEqual([
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
    ]);
  });

  test('a written tensor reads back the same', () => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6);
    expect(floatsOf(tensorProto('w', { dtype: 'float32', dims: [2, 3], data }))).toEqual({
      dtype: 'float32',
      dims: [2, 3],
      data,
    });
  });
});
