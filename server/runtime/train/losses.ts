import type { GraphBuilder } from '../onnx/graph-builder.ts';
import type { Algebra } from './algebra.ts';
import type { Batch } from './batch.ts';

/** The losses of unit vectors. */
export type VectorLoss = 'cross-entropy' | 'supervised-contrastive' | 'triplet' | 'pairs';

/** A loss of unit vectors z, n x out: its value, a scalar, and its derivative by z, n x out. */
export interface LossOfVectors {
  readonly loss: string;
  readonly dz: string;
}

/** Puts an impossible score where two rows must not be compared. Not infinite, because 0 times infinity is not a number. */
const NEVER = -1e30;
const TINY = 1e-30;

/**
 * Builds a loss and its derivative. `sharpness` is a factor on cosines: the inverse temperature of the softmax losses. `z` has rows of
 * length 1.
 */
export function lossOfVectors(
  g: GraphBuilder,
  m: Algebra,
  loss: VectorLoss,
  batch: Batch,
  z: string,
  round: string,
): LossOfVectors {
  switch (loss) {
    case 'cross-entropy':
      return crossEntropy(g, m, batch, z);
    case 'supervised-contrastive':
      return supervisedContrastive(g, m, batch, z);
    case 'triplet':
      return triplet(g, m, batch, z);
    case 'pairs':
      return pairs(g, m, z, round);
  }
}

/** The weighted mean of -log softmax(`scores`)_label, and q = softmax(`scores`) - onehot(label). */
export function crossEntropyOf(
  g: GraphBuilder,
  m: Algebra,
  { labels, weights }: Pick<Batch, 'labels' | 'weights'>,
  scores: string,
  targets: string,
): { readonly loss: string; readonly q: string } {
  const logs = g.node('LogSoftmax', [scores], { axis: 1 });
  const found = g.node('GatherElements', [logs, m.widen(labels, 1)], { axis: 1 });
  return { loss: negative(m, m.total(m.mul(found, weights))), q: m.sub(m.exp(logs), targets) };
}

const negative = (m: Algebra, a: string) => m.sub(m.scalar(0), a);

/** Cross-entropy with fixed prototypes: logits k z P^T, and dL/dz = k w q P. */
function crossEntropy(g: GraphBuilder, m: Algebra, batch: Batch, z: string): LossOfVectors {
  const scores = m.mul(m.product(z, 'prototypes', { right: true }), 'sharpness');
  const targets = m.oneHot(batch.labels, m.size('prototypes', 0));
  const { loss, q } = crossEntropyOf(g, m, batch, scores, targets);
  return { loss, dz: m.mul(m.product(m.mul(q, batch.weights), 'prototypes'), 'sharpness') };
}

/** Which rows of a batch have the same label, without each row itself, and which have another one: n x n bools. */
function companions(g: GraphBuilder, m: Algebra, labels: string) {
  const places = g.node('Range', [
    g.constant({ dtype: 'int64', dims: [], data: BigInt64Array.of(0n) }),
    m.size(labels, 0),
    g.constant({ dtype: 'int64', dims: [], data: BigInt64Array.of(1n) }),
  ]);
  const pairwise = (a: string) => m.equal(m.widen(a, 1), m.widen(a, 0));
  const self = pairwise(places);
  const alike = pairwise(labels);
  return {
    self,
    positive: g.node('And', [alike, g.node('Not', [self])]),
    negative: g.node('Not', [alike]),
  };
}

/** The weights of the rows that take part, so that they sum to 1; all 0 if no row does. `valid` is n x 1, 0 or 1. */
function among(m: Algebra, weights: string, valid: string): string {
  const counted = m.mul(weights, valid);
  return m.div(counted, m.max(m.total(counted), m.scalar(TINY)));
}

/** The derivative by z of a loss with the derivative `d` (n x n) by the products z z^T. */
const throughProducts = (m: Algebra, d: string, z: string) => m.product(m.add(d, m.transpose(d)), z);

/**
 * Supervised contrastive loss (Khosla et al. 2020, arXiv 2004.11362, L_out): for each row with companions P of its label, the mean over P
 * of -log softmax over all other rows of k z.z'. A row without a companion takes no part.
 */
function supervisedContrastive(g: GraphBuilder, m: Algebra, batch: Batch, z: string): LossOfVectors {
  const { self, positive } = companions(g, m, batch.labels);
  const scores = m.mul(m.product(z, z, { right: true }), 'sharpness');
  const logs = g.node('LogSoftmax', [m.where(self, m.scalar(NEVER), scores)], { axis: 1 });
  const count = m.rowSum(m.float(positive));
  const weights = among(m, batch.weights, m.float(m.greater(count, m.scalar(0))));
  const share = m.div(m.float(positive), m.max(count, m.scalar(1)));
  const loss = negative(m, m.total(m.mul(m.rowSum(m.mul(share, logs)), weights)));
  const d = m.mul(m.sub(m.exp(logs), share), weights, 'sharpness');
  return { loss, dz: throughProducts(m, d, z) };
}

/**
 * Triplet loss with the hardest companions of a batch (Hermans et al. 2017, arXiv 1703.07737), by cosine: for each row the mean of
 * max(0, margin - least cosine with its label + greatest cosine with another label). A row that lacks either takes no part.
 */
function triplet(g: GraphBuilder, m: Algebra, batch: Batch, z: string): LossOfVectors {
  const { positive, negative: others } = companions(g, m, batch.labels);
  const cosines = m.product(z, z, { right: true });
  const far = m.where(positive, cosines, m.scalar(-NEVER));
  const near = m.where(others, cosines, m.scalar(NEVER));
  const extreme = (of: string, op: 'Max' | 'Min') => ({
    value: g.node(`Reduce${op}`, [of, m.ints(1)], { keepdims: 1 }),
    place: g.node(`Arg${op}`, [of], { axis: 1, keepdims: 0 }),
  });
  const [least, greatest] = [extreme(far, 'Min'), extreme(near, 'Max')];
  const has = (mask: string) => m.float(m.greater(m.rowSum(m.float(mask)), m.scalar(0)));
  const weights = among(m, batch.weights, m.mul(has(positive), has(others)));
  const excess = m.add(m.sub('margin', least.value), greatest.value);
  const active = m.greater(excess, m.scalar(0));
  const hinge = m.where(active, excess, m.scalar(0));
  // Rows that take no part have the weight 0, but an impossible excess.
  const counted = m.where(m.greater(weights, m.scalar(0)), hinge, m.scalar(0));
  const size = m.size(batch.labels, 0);
  const d = m.mul(
    m.sub(m.oneHot(greatest.place, size), m.oneHot(least.place, size)),
    m.mul(m.float(active), weights),
  );
  return { loss: m.total(m.mul(counted, weights)), dz: throughProducts(m, d, z) };
}

/**
 * Cosine embedding loss, as torch.nn.CosineEmbeddingLoss: the rows of a batch are the left sides of pairs, then the right sides. A pair
 * that belongs together costs 1 - cosine, another one max(0, cosine - margin). The loss is the mean of all pairs.
 */
function pairs(g: GraphBuilder, m: Algebra, z: string, round: string): LossOfVectors {
  const [left = '', right = ''] = g.node('Split', [z], { axis: 0, num_outputs: 2 }, { outputs: 2 });
  const together = m.gather('together', round);
  const apart = m.sub(m.scalar(1), together);
  const cosine = m.rowSum(m.mul(left, right));
  const excess = m.sub(cosine, 'margin');
  const active = m.float(m.greater(excess, m.scalar(0)));
  const costs = m.add(m.mul(together, m.sub(m.scalar(1), cosine)), m.mul(apart, m.mul(active, excess)));
  const count = m.total(m.add(together, apart));
  const d = m.div(m.sub(m.mul(apart, active), together), count);
  const dz = g.node('Concat', [m.mul(d, right), m.mul(d, left)], { axis: 0 });
  return { loss: m.div(m.total(costs), count), dz };
}
