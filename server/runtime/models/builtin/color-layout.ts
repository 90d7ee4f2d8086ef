import { buildGraph } from '../../onnx/graph-builder.ts';
import { dctRows, floats, integers, transposed } from './constants.ts';

/** The side of the input picture in pixels. */
export const COLOR_LAYOUT_SIDE = 64;
const GRID = 8;
/** The number of coefficients of Y, Cb and Cr in a vector: whole diagonals of the zig-zag. */
const KEPT = [28, 15, 15] as const;

/** The vector size. */
export const COLOR_LAYOUT_DIMS = KEPT[0] + KEPT[1] + KEPT[2];

/** Positions of an 8 x 8 block in JPEG's zig-zag order (ISO/IEC 10918-1, figure 5). */
function zigZag(): number[] {
  const order = Array.from({ length: GRID * GRID }, (_, i) => ({
    row: Math.floor(i / GRID),
    column: i % GRID,
  }));
  order.sort((a, b) => {
    const [left, right] = [a.row + a.column, b.row + b.column];
    if (left !== right) return left - right;
    return left % 2 === 0 ? b.row - a.row : a.row - b.row;
  });
  return order.map(({ row, column }) => row * GRID + column);
}

/**
 * Describes where colours are: it averages Y, Cb, Cr (full range, BT.601; Y - 0.5) on an 8 x 8 grid, takes the DCT, and keeps the
 * lowest coefficients in zig-zag order. After the colour layout descriptor of MPEG-7 (ISO/IEC 15938-3), without quantisation.
 *
 * `pixel_values` N x 3 x 64 x 64 in 0..1 to `embedding` N x 58.
 */
export function colorLayout(): Uint8Array {
  return buildGraph((g) => {
    const pixels = g.input('pixel_values', 'float32', [
      'batch_size',
      3,
      COLOR_LAYOUT_SIDE,
      COLOR_LAYOUT_SIDE,
    ]);
    const ycbcr = g.node('Conv', [
      pixels,
      g.constant(
        floats([3, 3, 1, 1], [0.299, 0.587, 0.114, -0.168736, -0.331264, 0.5, 0.5, -0.418688, -0.081312]),
      ),
      g.constant(floats([3], [-0.5, 0, 0])),
    ]);
    const cell = COLOR_LAYOUT_SIDE / GRID;
    const means = g.node('AveragePool', [ycbcr], { kernel_shape: [cell, cell], strides: [cell, cell] });
    const dct = dctRows(GRID, 0, GRID);
    const columns = g.node('MatMul', [g.constant(floats([GRID, GRID], dct)), means]);
    const block = g.node('MatMul', [columns, g.constant(floats([GRID, GRID], transposed(dct, GRID)))]);
    const flat = g.node('Flatten', [block], { axis: 1 });
    const order = zigZag();
    const kept = KEPT.flatMap((count, channel) =>
      order.slice(0, count).map((position) => channel * GRID * GRID + position),
    );
    const embedding = g.node('Gather', [flat, g.constant(integers(kept))], { axis: 1 });
    g.output('embedding', embedding, 'float32', ['batch_size', COLOR_LAYOUT_DIMS]);
  });
}
