import { halfToFloat } from '../onnx/elements.ts';

const scratch = new Uint32Array(1);
const scratchFloat = new Float32Array(scratch.buffer);

/** Float16 bits to float32, exactly. */
export function fromFloat16(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, halfToFloat);
}

/** Bfloat16 bits to float32, exactly: they are its upper half. */
export function fromBFloat16(bits: Uint16Array): Float32Array {
  const result = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) {
    scratch[0] = bits[i]! << 16;
    result[i] = scratchFloat[0]!;
  }
  return result;
}
