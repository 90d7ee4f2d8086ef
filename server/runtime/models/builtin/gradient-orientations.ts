import { buildGraph } from '../../onnx/graph-builder.ts';
import { floats } from './constants.ts';

/** The side of the input picture in pixels: the gradient loses one pixel on each side. */
export const GRADIENT_SIDE = 66;
const CELL = 8;
const CELLS = (GRADIENT_SIDE - 2) / CELL;
const BINS = 8;
/** Prevents a division by zero in flat areas. Grey is 0..1, so real gradients are far larger. */
const EPSILON = 1e-6;

/** The vector size. */
export const GRADIENT_DIMS = CELLS * CELLS * BINS;

/**
 * Describes where edges are and how they run: for each 8 x 8 cell of a 64 x 64 picture, the square root of the mean gradient
 * strength (Sobel) along eight directions of half a turn. A direction's share is max(0, cos 2(angle - direction))^4, without angles:
 * cos 2a = (x^2 - y^2) / m^2, sin 2a = 2 x y / m^2. After histograms of oriented gradients (Dalal and Triggs, CVPR 2005).
 *
 * `pixel_values` N x 3 x 66 x 66 in 0..1 to `embedding` N x 512, direction by direction, cells row by row.
 */
export function gradientOrientations(): Uint8Array {
  return buildGraph((g) => {
    const pixels = g.input('pixel_values', 'float32', ['batch_size', 3, GRADIENT_SIDE, GRADIENT_SIDE]);
    const grey = g.node('Conv', [pixels, g.constant(floats([1, 3, 1, 1], [0.299, 0.587, 0.114]))]);
    const sobel = (kernel: readonly number[]) =>
      g.node('Conv', [grey, g.constant(floats([1, 1, 3, 3], kernel))]);
    const x = sobel([-1, 0, 1, -2, 0, 2, -1, 0, 1]);
    const y = sobel([-1, -2, -1, 0, 0, 0, 1, 2, 1]);
    const xx = g.node('Mul', [x, x]);
    const yy = g.node('Mul', [y, y]);
    const cosine = g.node('Sub', [xx, yy]);
    const sine = g.node('Mul', [g.node('Mul', [x, y]), g.constant(floats([], [2]))]);
    const squared = g.node('Add', [xx, yy]);
    const directions = Array.from({ length: BINS }, (_, k) => (2 * Math.PI * k) / BINS);
    const toward = g.node('Conv', [
      g.node('Concat', [cosine, sine], { axis: 1 }),
      g.constant(
        floats(
          [BINS, 2, 1, 1],
          directions.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]),
        ),
      ),
    ]);
    const share = g.node('Div', [
      g.node('Relu', [toward]),
      g.node('Add', [squared, g.constant(floats([], [EPSILON]))]),
    ]);
    const twice = g.node('Mul', [share, share]);
    const weighted = g.node('Mul', [g.node('Mul', [twice, twice]), g.node('Sqrt', [squared])]);
    const cells = g.node('AveragePool', [weighted], { kernel_shape: [CELL, CELL], strides: [CELL, CELL] });
    const embedding = g.node('Flatten', [g.node('Sqrt', [cells])], { axis: 1 });
    g.output('embedding', embedding, 'float32', ['batch_size', GRADIENT_DIMS]);
  });
}
