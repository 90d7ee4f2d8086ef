/** Plain float64 reference arithmetic, written independently of the runtime. */
export type Matrix = readonly (readonly number[])[];

export const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** Rows of length 1; a zero row stays zero. */
export const unit = (rows: Matrix): Matrix =>
  rows.map((row) => {
    const length = Math.sqrt(dot(row, row));
    return length === 0 ? row : row.map((value) => value / length);
  });

export const product = (a: Matrix, b: Matrix): Matrix => a.map((row) => b.map((other) => dot(row, other)));

export const mean = (rows: Matrix): readonly number[] =>
  rows[0]!.map((_, column) => rows.reduce((sum, row) => sum + row[column]!, 0) / rows.length);

export const softmax = (row: readonly number[]): readonly number[] => {
  const top = Math.max(...row);
  const parts = row.map((value) => Math.exp(value - top));
  const total = parts.reduce((a, b) => a + b, 0);
  return parts.map((part) => part / total);
};
