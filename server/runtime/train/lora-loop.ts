import type { DType } from '../../../nodes/sdk/index.ts';
import { buildGraph, type Dims, type GraphBuilder } from '../onnx/graph-builder.ts';
import { type Algebra, algebra } from './algebra.ts';
import { type Batch, batchOf, type Sampling, wholeOf } from './batch.ts';
import { crossEntropyOf, lossOfVectors, type VectorLoss } from './losses.ts';

/** What the graph of a loop depends on besides the numbers. */
export interface LoopForm {
  /** `cross-entropy-parts` computes the lengths of vectors from parts of them; see {@link loraLoop}. */
  readonly loss: 'cross-entropy-parts' | VectorLoss;
  readonly sampling: Sampling;
  /** Whether the adapter gets its inputs through dropout: the input `kept`, bool, rounds x batch x in, tells which of them stay. */
  readonly dropout: boolean;
}

/** Names the graph of a form. */
export const loopKey = ({ loss, sampling, dropout }: LoopForm): string =>
  `train lora ${loss} ${sampling}${dropout ? ' dropout' : ''}`;

/**
 * The states of a loop, inputs and outputs alike: the adapter, A transposed (in x r) and B (out x r), and AdamW's averages of their
 * gradients and of the squares of these.
 */
export const STATES = ['a', 'b', 'aMean', 'bMean', 'aSquare', 'bSquare'] as const;

/** Lengths below this count as this, as in PyTorch's `normalize`. */
const SHORTEST = 1e-12;
const BETAS = [0.9, 0.999] as const;
const EPSILON = 1e-8;

/** The averages' corrections and the size of step `step`, which counts from 0, at a learning rate; for the inputs `rate` and `root`. */
export function adamwStep(
  step: number,
  learningRate: number,
): { readonly rate: number; readonly root: number } {
  const [mean, square] = BETAS.map((beta) => 1 - beta ** (step + 1)) as [number, number];
  return { rate: learningRate / mean, root: Math.sqrt(square) };
}

/** What one round adds to a step: the loss and `left`, scalars, and the derivatives by A transposed, in x r, and by B, out x r. */
interface Found {
  readonly loss: string;
  readonly a: string;
  readonly b: string;
  readonly left: string;
}

/**
 * Many steps of training the LoRA of a projection in one graph: forward, backward and AdamW, repeated by ONNX's Loop.
 *
 * A row x has the vector y = (W0 + s B A) x, with s = alpha / r, or alpha / sqrt(r) with rsLoRA, and the unit vector z = y / |y|. With
 * fixed prototypes P (C x out) its logits are k P z, its probabilities p = softmax(logits), and the loss is
 *
 *     L = sum_i w_i (-log p_i,label(i)) [+ lambda |s B A|^2]
 *
 * No round makes y. Let u = A x and v = B^T W0 x, both r numbers, and Q = B^T B (r x r). T0 = X W0^T P^T and n0 = |W0 x|^2 are given.
 *
 *     t = P y  = T0 + P B s u
 *     h = B^T y = v + s Q u
 *     |y|^2    = n0 + 2 s u.v + s^2 u.Q u = n0 + s u.(v + h)
 *
 * With q = p - onehot(label), the derivatives are
 *
 *     by logits: w q       by t: c q, with c = w k / |y|
 *     by |y|^2:  rho = -w / (2 |y|^2) q.logits, because logits = k t / |y|
 *     by u:      s (c (P B)^T q + 2 rho h), because |y|^2 has the derivative 2 s h
 *     by A:      sum_i (by u_i) x_i^T
 *     by B:      sum_i (by y_i) (s u_i)^T, with by y = c P^T q + 2 rho (W0 x + B s u). Summed term by term:
 *                P^T (q^T (c s u)) + (X W0^T)^T (2 rho s u) + B ((s u)^T (2 rho s u))
 *
 * The pull to the base is lambda s^2 trace(Q A A^T), with the derivatives 2 lambda s^2 Q A and 2 lambda s^2 B A A^T.
 *
 * |y|^2 from parts has few correct digits where the update takes most of W0 x away. The output `left` is the smallest |y|^2 / (n0 +
 * s^2 u.Q u) of a round, so that a caller can go back and use `cross-entropy`, which makes y. So do the losses that compare vectors
 * with each other. They give dL/dz (`losses.ts`), and dL/dy = (dL/dz - z (z.dL/dz)) / |y|.
 *
 * AdamW is Algorithm 2 of Loshchilov and Hutter (arXiv 1711.05101) with the betas of torch.optim.AdamW. Corrections of its averages
 * are inputs (`rate`, `root`), because 1 - 0.999^t has few digits in float32.
 *
 * Inputs of every form: `x` n x in, `base` n x out, `weights` n x 1, `labels` n (int64), the {@link STATES}, `rounds`, and by round
 * `rate`, `root`, `pull` (lambda s^2); scalars `scaling` (s), `decay` (1 - rate x weight decay), `sharpness` (k), `margin`. Further
 * inputs by loss: `prototypes`, `scores` (T0) and `squares` (n0, n x 1). Outputs: the states, and by round `losses` and `left`.
 */
export function loraLoop(form: LoopForm): () => Uint8Array {
  return () =>
    buildGraph((g) => {
      for (const input of inputsOf(form)) g.input(...input);
      const outer = algebra(g);
      const whole = form.sampling === 'all' ? wholeOf(outer) : undefined;
      const fixed = form.loss === 'cross-entropy-parts' ? fixedParts(outer, whole !== undefined) : undefined;
      const names = statesOf(form);
      const { states, collected } = g.loop(
        g.input('rounds', 'int64', []),
        names.map((name) => g.input(name, 'float32', [`${name}Rows`, 'r'])),
        (inner, round, given) => {
          const m = algebra(inner);
          const now = Object.fromEntries(names.map((name, i) => [name, given[i]!]));
          const { a = '', b = '' } = now;
          const batch = batchOf(inner, m, form, round, whole);
          const found = fixed
            ? fromParts(inner, m, batch, a, b, fixed)
            : fromVectors(inner, m, form.loss as VectorLoss, batch, a, b, round);
          const { loss, left, ...gradients } = pulled(m, found, a, b, m.gather('pull', round));
          const next =
            form.sampling === 'tiles' ? tiled(m, round, now, gradients) : adamw(m, round, now, gradients);
          return { states: names.map((name) => next[name]!), collected: [loss, left] };
        },
      );
      for (const [i, name] of names.entries()) g.output(nextOf(name), states[i]!, 'float32');
      g.output('losses', collected[0]!, 'float32', ['rounds']);
      g.output('left', collected[1]!, 'float32', ['rounds']);
    });
}

/** The output that holds the next value of a state. */
export const nextOf = (state: string) => `${state}Next`;

/** The states of a loop; with tiles also the sums of the gradients of the tiles before. */
export function statesOf({ sampling }: Pick<LoopForm, 'sampling'>): readonly string[] {
  return sampling === 'tiles' ? [...STATES, 'aSum', 'bSum'] : STATES;
}

/** The inputs of a form's graph besides `rounds` and the states. */
export function inputsOf({ loss, sampling, dropout }: LoopForm): readonly (readonly [string, DType, Dims])[] {
  const floats = (...entries: readonly (readonly [string, Dims])[]) =>
    entries.map(([name, dims]) => [name, 'float32', dims] as const);
  const isCrossEntropy = loss === 'cross-entropy' || loss === 'cross-entropy-parts';
  return [
    ...floats(['x', ['n', 'in']], ['base', ['n', 'out']], ['weights', ['n', 1]]),
    ['labels', 'int64', ['n']],
    ...['rate', 'root', 'pull'].map((name) => [name, 'float32', ['rounds']] as const),
    ...['scaling', 'decay', 'sharpness', 'margin'].map((name) => [name, 'float32', []] as const),
    ...(isCrossEntropy ? floats(['prototypes', ['classes', 'out']]) : []),
    ...(loss === 'cross-entropy-parts' ? floats(['scores', ['n', 'classes']], ['squares', ['n', 1]]) : []),
    ...(loss === 'pairs' ? floats(['together', ['rounds', 'pairs', 1]]) : []),
    ...(sampling === 'rows' ? [['rows', 'int64', ['rounds', 'batch']] as const] : []),
    ...(sampling === 'tiles'
      ? ([
          ['from', 'int64', ['rounds', 1]],
          ['to', 'int64', ['rounds', 1]],
          ['last', 'bool', ['rounds']],
        ] as const)
      : []),
    ...(dropout ? [['kept', 'bool', ['rounds', 'batch', 'in']] as const, ...floats(['keepScale', []])] : []),
  ];
}

/** What `cross-entropy-parts` computes before the loop. */
interface FixedParts {
  /** P^T, out x C. */
  readonly prototypes: string;
  /** n x C: 1 at each row's label. Only if every round reads all rows. */
  readonly targets?: string;
}

function fixedParts(m: Algebra, all: boolean): FixedParts {
  const prototypes = m.transpose('prototypes');
  return all ? { prototypes, targets: m.oneHot('labels', m.size('prototypes', 0)) } : { prototypes };
}

/** Cross-entropy without the vectors y; see {@link loraLoop}. */
function fromParts(
  g: GraphBuilder,
  m: Algebra,
  batch: Batch,
  a: string,
  b: string,
  fixed: FixedParts,
): Found {
  const { weights } = batch;
  const squares = batch.part('squares');
  const su = m.mul(m.product(batch.x, a), 'scaling');
  const v = m.product(batch.base, b);
  const bp = m.product('prototypes', b);
  const t = m.product(su, bp, { right: true, plus: batch.part('scores') });
  const update = m.product(su, m.product(b, b, { left: true }));
  const h = m.add(v, update);
  const n2 = m.add(squares, m.rowSum(m.mul(su, m.add(v, h))));
  const safe = m.max(n2, m.scalar(SHORTEST ** 2));
  const inverse = m.div(m.scalar(1), m.sqrt(safe));
  const factor = m.mul(inverse, 'sharpness');
  const logits = m.mul(t, factor);
  const targets = fixed.targets ?? m.oneHot(batch.labels, m.size('prototypes', 0));
  const { loss, q } = crossEntropyOf(g, m, batch, logits, targets);
  const c = m.mul(weights, factor);
  // 2 rho.
  const rho2 = m.div(m.mul(m.rowSum(m.mul(q, logits)), m.sub(m.scalar(0), weights)), safe);
  const du = m.mul(m.add(m.mul(c, m.product(q, bp)), m.mul(rho2, h)), 'scaling');
  const rsu = m.mul(rho2, su);
  const db = m.add(
    m.add(m.product(fixed.prototypes, m.product(q, m.mul(c, su), { left: true })), batch.backBase(rsu)),
    m.product(b, m.product(su, rsu, { left: true })),
  );
  const positive = m.add(m.add(squares, m.rowSum(m.mul(su, update))), m.scalar(SHORTEST ** 2));
  const left = g.node('ReduceMin', [m.div(safe, positive)], { keepdims: 0 });
  return { loss, a: batch.backX(du), b: db, left };
}

/** Any loss, from the vectors y; see {@link loraLoop}. */
function fromVectors(
  g: GraphBuilder,
  m: Algebra,
  loss: VectorLoss,
  batch: Batch,
  a: string,
  b: string,
  round: string,
): Found {
  const su = m.mul(m.product(batch.x, a), 'scaling');
  const y = m.product(su, b, { right: true, plus: batch.base });
  const inverse = m.div(m.scalar(1), m.max(m.sqrt(m.rowSum(m.square(y))), m.scalar(SHORTEST)));
  const z = m.mul(y, inverse);
  const found = lossOfVectors(g, m, loss, batch, z, round);
  const dy = m.mul(m.sub(found.dz, m.mul(z, m.rowSum(m.mul(z, found.dz)))), inverse);
  const du = m.mul(m.product(dy, b), 'scaling');
  return {
    loss: found.loss,
    a: batch.backX(du),
    b: m.product(dy, su, { left: true }),
    left: m.scalar(1),
  };
}

/** Adds the pull to the base. `strength` is lambda s^2, a scalar. */
function pulled(m: Algebra, found: Found, a: string, b: string, strength: string): Found {
  const twice = m.mul(strength, m.scalar(2));
  const [aa, bb] = [m.product(a, a, { left: true }), m.product(b, b, { left: true })];
  return {
    ...found,
    loss: m.add(found.loss, m.mul(m.total(m.mul(aa, bb)), strength)),
    a: m.add(found.a, m.mul(m.product(a, bb), twice)),
    b: m.add(found.b, m.mul(m.product(b, aa), twice)),
  };
}

type Values = Readonly<Record<string, string>>;
type Gradients = Readonly<Record<'a' | 'b', string>>;

/** The states after one step of AdamW. */
function adamw(m: Algebra, round: string, now: Values, gradients: Gradients): Record<string, string> {
  const [rate, root] = [m.gather('rate', round), m.gather('root', round)];
  const next: Record<string, string> = {};
  for (const name of ['a', 'b'] as const) {
    const gradient = gradients[name];
    const [param, mean, square] = [now[name]!, now[`${name}Mean`]!, now[`${name}Square`]!];
    const newMean = m.add(mean, m.mul(m.sub(gradient, mean), m.scalar(1 - BETAS[0])));
    const newSquare = m.add(
      m.mul(square, m.scalar(BETAS[1])),
      m.mul(m.square(gradient), m.scalar(1 - BETAS[1])),
    );
    const spread = m.add(m.div(m.sqrt(newSquare), root), m.scalar(EPSILON));
    next[name] = m.sub(m.mul(param, 'decay'), m.div(m.mul(newMean, rate), spread));
    next[`${name}Mean`] = newMean;
    next[`${name}Square`] = newSquare;
  }
  return next;
}

/** Adds the gradients of a tile to those of the tiles before. Only the last tile of a step changes the other states. */
function tiled(m: Algebra, round: string, now: Values, gradients: Gradients): Record<string, string> {
  const last = m.gather('last', round);
  const sums = { a: m.add(now.aSum!, gradients.a), b: m.add(now.bSum!, gradients.b) };
  const next = adamw(m, round, now, sums);
  const chosen = Object.fromEntries(
    Object.entries(next).map(([name, value]) => [name, m.where(last, value, now[name]!)]),
  );
  return {
    ...chosen,
    aSum: m.where(last, m.scalar(0), sums.a),
    bSum: m.where(last, m.scalar(0), sums.b),
  };
}
