import { availableParallelism } from 'node:os';
import type { F32, TensorHandle } from '../../../nodes/sdk/index.ts';
import { hostTensor } from '../ort/tensor.ts';
import { type ProductForm, repeatableProducts, rowSumsOf } from './graphs.ts';
import { type GraphRunner, int64, isOnHost } from './runner.ts';

/** ONNX Runtime cuts sums of products into pieces of this length, or longer ones where a product has few columns. */
const UNCUT = 128;
/** With fewer columns in one thread it cuts into longer pieces. Threads get a multiple of 16 columns. */
const MANY = 80;
/** Larger sides on the host are processed in pieces, because cutting a side copies it. */
const PIECE_BYTES = 1 << 25;

/** What {@link products} does besides multiplying. */
export interface ProductOptions {
  /** Divides the rows of one or both sides by their lengths first. */
  readonly unit?: 'both' | 'right' | undefined;
  /** Limits results to -1..1, because rounding can carry products of unit vectors beyond it. NaN stays NaN. */
  readonly bounded?: boolean;
}

/**
 * The products of all rows of left Q x D with all rows of right N x D, as Q x N. Each depends on its two rows only, so equal rows get
 * equal bits, alone or among others. No size may be 0.
 */
export async function products(
  run: GraphRunner,
  left: F32,
  right: F32,
  options: ProductOptions = {},
): Promise<F32> {
  const [rows = 0, width = 0] = left.dims;
  const [columns = 0] = right.dims;
  if (!run.onCpu || Math.max(left.bytes, right.bytes) <= PIECE_BYTES || !isOnHost(left) || !isOnHost(right)) {
    const { key, make, feeds } = graphOf(run, rows, columns, width, options);
    return run.one(key, make, { ...feeds, left, right });
  }
  const result = new Float32Array(rows * columns);
  const step = Math.max(2, Math.floor(PIECE_BYTES / (width * 4)));
  const piece = (side: typeof left, from: number, to: number) =>
    hostTensor({
      dtype: 'float32',
      dims: [to - from, width],
      data: side.host.data.subarray(from * width, to * width),
    });
  for (let row = 0; row < rows; row += step) {
    const toRow = Math.min(rows, row + step);
    for (let column = 0; column < columns; column += step) {
      const toColumn = Math.min(columns, column + step);
      const { key, make, feeds } = graphOf(run, toRow - row, toColumn - column, width, options);
      const session = await run.session(key, make);
      const sides = { left: piece(left, row, toRow), right: piece(right, column, toColumn) };
      const { y } = await session.run({ ...feeds, ...sides }, { host: true });
      const { data } = await (y as F32).toHost();
      const size = toColumn - column;
      for (let i = row; i < toRow; i += 1)
        result.set(data.subarray((i - row) * size, (i - row + 1) * size), i * columns + column);
    }
  }
  return run.wrap(result, [rows, columns]);
}

/** The sizes of the pieces into which a sum of products is cut. */
export function partsOf(width: number): number[] {
  return Array.from({ length: Math.ceil(width / UNCUT) }, (_, i) => Math.min(UNCUT, width - i * UNCUT));
}

/**
 * Whether ONNX Runtime itself cuts the sums of rows x width by width x columns into {@link UNCUT}. It divides the larger of both
 * sides among its threads. Measured with ONNX Runtime 1.30 on x86; `equal-rows.test.ts` says if another version does otherwise.
 */
function isCutAlike(rows: number, columns: number): boolean {
  const threads = availableParallelism();
  return rows >= columns ? columns >= MANY && rows >= 2 * threads : columns >= MANY * threads;
}

function graphOf(
  run: GraphRunner,
  rows: number,
  columns: number,
  width: number,
  { unit, bounded = false }: ProductOptions,
): { key: string; make: () => Uint8Array; feeds: Readonly<Record<string, TensorHandle>> } {
  const parts = isCutAlike(rows, columns) ? [width] : partsOf(width);
  const sums = unit ? rowSumsOf(width, run.onCpu) : undefined;
  const form: ProductForm = {
    oneLeft: rows === 1,
    oneRight: columns === 1,
    parts: parts.length,
    ...(unit && sums && { unit: { sides: unit, sums: sums.sums } }),
    bounded,
  };
  return {
    key: `products ${JSON.stringify(form)}`,
    make: repeatableProducts(form),
    feeds: {
      ...sums?.feeds,
      ...(parts.length > 1 && { parts: int64(parts) }),
    },
  };
}
