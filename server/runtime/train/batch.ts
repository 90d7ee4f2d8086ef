import type { GraphBuilder } from '../onnx/graph-builder.ts';
import type { Algebra } from './algebra.ts';

/**
 * The rows of one round of a training loop:
 * - `all`: all rows. A round is a step.
 * - `rows`: those of the input `rows`, int64, rounds x batch. A round is a step.
 * - `tiles`: the rows between `from` and `to`, inputs with one number per round. A step ends with a round whose `last` is true.
 */
export type Sampling = 'all' | 'rows' | 'tiles';

/** The rows of one round, and products with them. */
export interface Batch {
  /** What the adapter reads, n x in: with dropout, only what is left of it. */
  readonly x: string;
  /** The vectors of the base weight, X W0^T: n x out. */
  readonly base: string;
  /** n x 1; their sum is 1 over all rows of a step. */
  readonly weights: string;
  /** n, int64. */
  readonly labels: string;
  /** x^T z for z of n x r: in x r. */
  backX(z: string): string;
  /** base^T z for z of n x r: out x r. */
  backBase(z: string): string;
  /** These rows of another input with one row for each row of `x`. */
  part(input: string): string;
}

/** All rows, transposed once for all rounds: a product with few columns reads whole rows of its left side fastest. */
export interface Whole {
  readonly x: string;
  readonly base: string;
}

/** Transposes all rows before the loop. */
export function wholeOf(m: Algebra): Whole {
  return { x: m.transpose('x'), base: m.transpose('base') };
}

/** The rows of round `round` from the inputs `x`, `base`, `weights` and `labels` of the graph around the loop. */
export function batchOf(
  g: GraphBuilder,
  m: Algebra,
  { sampling, dropout }: { readonly sampling: Sampling; readonly dropout: boolean },
  round: string,
  whole: Whole | undefined,
): Batch {
  const rows = sampling === 'rows' ? m.gather('rows', round) : undefined;
  const ends = sampling === 'tiles' ? [m.gather('from', round), m.gather('to', round), m.ints(0)] : undefined;
  const part = (input: string): string => {
    if (rows !== undefined) return m.gather(input, rows);
    return ends === undefined ? input : g.node('Slice', [input, ...ends]);
  };
  const [x, base, weights] = [part('x'), part('base'), part('weights')];
  // Rows that a step chooses share its whole weight.
  const shared = rows === undefined ? weights : m.div(weights, m.total(weights));
  const left = dropout ? dropped(g, m, x, round) : x;
  return {
    x: left,
    base,
    weights: shared,
    labels: part('labels'),
    backX: (z) => (whole && !dropout ? m.product(whole.x, z) : m.product(left, z, { left: true })),
    backBase: (z) => (whole ? m.product(whole.base, z) : m.product(base, z, { left: true })),
    part,
  };
}

/** x where the bits of the round keep it, scaled to the same mean, as torch.nn.Dropout. A tile may have fewer rows than bits. */
function dropped(g: GraphBuilder, m: Algebra, x: string, round: string): string {
  const count = g.node('Shape', [x], { start: 0, end: 1 });
  const kept = g.node('Slice', [m.gather('kept', round), m.ints(0), count, m.ints(0)]);
  return m.where(kept, m.mul(x, 'keepScale'), m.scalar(0));
}
