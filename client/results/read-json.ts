/** The fields of a JSON object; empty for anything else. */
export type Fields = Readonly<Record<string, unknown>>;

export const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
export const number = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);
/** A count from JSON; `otherwise` if it is not a valid count. */
export const count = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : otherwise;

/** Lists of numbers as a matrix, row by row. NaN for anything that is not a number. */
export function matrix(json: unknown, rows: number, columns: number): Float32Array {
  const values = new Float32Array(rows * columns).fill(Number.NaN);
  for (const [row, cells] of list(json).slice(0, rows).entries())
    for (const [column, value] of list(cells).slice(0, columns).entries())
      values[row * columns + column] = number(value);
  return values;
}
