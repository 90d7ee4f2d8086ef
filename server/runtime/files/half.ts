const scratch = new Uint32Array(1);
const scratchFloat = new Float32Array(scratch.buffer);

/** Float16 bits to float32, exactly; IEEE 754 binary16, subnormals, infinities and NaN included. */
export function fromFloat16(bits: Uint16Array): Float32Array {
  const result = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i]!;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    const sign = half & 0x8000 ? -1 : 1;
    if (exponent === 0) result[i] = sign * fraction * 2 ** -24;
    else if (exponent === 31) result[i] = fraction === 0 ? sign * Infinity : NaN;
    else result[i] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return result;
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
