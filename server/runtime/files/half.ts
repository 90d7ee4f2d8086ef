import { halfToFloat } from '../onnx/elements.ts';

const scratch = new Uint32Array(1);
const scratchFloat = new Float32Array(scratch.buffer);

/** Converts float16 bits to float32, exactly. */
export function fromFloat16(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, halfToFloat);
}

/** Converts bfloat16 bits to float32, exactly: they are the upper half of a float32. */
export function fromBFloat16(bits: Uint16Array): Float32Array {
  const result = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) {
    scratch[0] = bits[i]! << 16;
    result[i] = scratchFloat[0]!;
  }
  return result;
}
