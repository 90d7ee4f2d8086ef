/** A cell of a matrix. */
export interface MatrixCell {
  readonly row: number;
  readonly column: number;
}

/** The cell at a point of the drawn matrix, with x and y from 0 to 1. Undefined outside. */
export function cellAt(x: number, y: number, rows: number, columns: number): MatrixCell | undefined {
  if (!(x >= 0 && x < 1 && y >= 0 && y < 1)) return undefined;
  return { row: Math.floor(y * rows), column: Math.floor(x * columns) };
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
};

/** The cell that a key moves to, within the matrix. Undefined for other keys. With Shift, ten cells at a time. */
export function cellBy(
  { key, shiftKey }: { key: string; shiftKey: boolean },
  { row, column }: MatrixCell,
  rows: number,
  columns: number,
): MatrixCell | undefined {
  if (key === 'Home') return { row, column: 0 };
  if (key === 'End') return { row, column: columns - 1 };
  const step = STEPS[key];
  if (!step) return undefined;
  const by = shiftKey ? 10 : 1;
  const within = (value: number, count: number) => Math.max(0, Math.min(count - 1, value));
  return { row: within(row + step[0] * by, rows), column: within(column + step[1] * by, columns) };
}
