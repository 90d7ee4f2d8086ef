import { buildGraph } from '../../onnx/graph-builder.ts';
import { dctRows, floats, integers, transposed } from './constants.ts';

/** The side of the input picture in pixels. */
export const PERCEPTUAL_HASH_SIDE = 32;
const KEPT = 8;
/** A coefficient must exceed the median by this: the rounding errors of a flat picture are smaller. */
const MARGIN = 1e-4;

/** The vector size; each number is 1 or -1. */
export const PERCEPTUAL_HASH_DIMS = KEPT * KEPT;

/**
 * Describes the coarse structure of a picture: the orthonormal DCT of 32 x 32 grey, coefficients 1..8 by 1..8, as 1 above their
 * median and -1 otherwise. After pHash (Zauner, 2010). The cosine of two is 1 - 2 (differing bits) / 64.
 *
 * `pixel_values` N x 3 x 32 x 32 in 0..1 to `embedding` N x 64.
 */
export function perceptualHash(): Uint8Array {
  return buildGraph((g) => {
    const side = PERCEPTUAL_HASH_SIDE;
    const pixels = g.input('pixel_values', 'float32', ['batch_size', 3, side, side]);
    const grey = g.node('Conv', [pixels, g.constant(floats([1, 3, 1, 1], [0.299, 0.587, 0.114]))]);
    const dct = dctRows(side, 1, KEPT + 1);
    const columns = g.node('MatMul', [g.constant(floats([KEPT, side], dct)), grey]);
    const block = g.node('MatMul', [columns, g.constant(floats([side, KEPT], transposed(dct, KEPT)))]);
    const waves = g.node('Flatten', [block], { axis: 1 });
    const half = PERCEPTUAL_HASH_DIMS / 2;
    const [upper = ''] = g.node(
      'TopK',
      [waves, g.constant(integers([half + 1]))],
      { axis: 1 },
      { outputs: 2 },
    );
    const middle = g.node('Slice', [
      upper,
      g.constant(integers([half - 1])),
      g.constant(integers([half + 1])),
      g.constant(integers([1])),
    ]);
    const median = g.node('ReduceMean', [middle, g.constant(integers([1]))], { keepdims: 1 });
    const threshold = g.node('Add', [median, g.constant(floats([], [MARGIN]))]);
    const bits = g.node('Where', [
      g.node('Greater', [waves, threshold]),
      g.constant(floats([], [1])),
      g.constant(floats([], [-1])),
    ]);
    g.output('embedding', bits, 'float32', ['batch_size', PERCEPTUAL_HASH_DIMS]);
  });
}
