import type { HostTensor } from '../../../../nodes/sdk/index.ts';

/** A float32 constant of a graph. */
export function floats(dims: readonly number[], values: readonly number[]): HostTensor<'float32'> {
  return { dtype: 'float32', dims, data: Float32Array.from(values) };
}

/** An int64 constant of a graph: axes, positions, shapes. */
export function integers(values: readonly number[]): HostTensor<'int64'> {
  return { dtype: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) };
}

/**
 * Rows from..to of the orthonormal DCT-II matrix of size n, row-major: s_k cos(pi (2 i + 1) k / 2 n), s_0 = sqrt(1 / n),
 * s_k = sqrt(2 / n).
 */
export function dctRows(n: number, from: number, to: number): number[] {
  const rows: number[] = [];
  for (let k = from; k < to; k++) {
    const scale = Math.sqrt((k === 0 ? 1 : 2) / n);
    for (let i = 0; i < n; i++) rows.push(scale * Math.cos((Math.PI * (2 * i + 1) * k) / (2 * n)));
  }
  return rows;
}

/** A row-major matrix with rows and columns swapped. */
export function transposed(values: readonly number[], rows: number): number[] {
  const columns = values.length / rows;
  return Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!);
}
