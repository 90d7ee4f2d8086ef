import type { F32, TensorHandle } from '../../../nodes/sdk/index.ts';
import { buildGraph, type GraphBuilder } from '../onnx/graph-builder.ts';
import { float32, type GraphRunner } from '../ops/runner.ts';
import { hostTensor } from '../ort/tensor.ts';
import { type Algebra, algebra } from './algebra.ts';
import type { LoraStates } from './lora-rounds.ts';
import type { TrainingRows } from './training-rows.ts';

const SHORTEST = 1e-12;

/** The adapted vectors of rows: n x out. */
function adapted(g: GraphBuilder, m: Algebra): string {
  const x = g.input('x', 'float32', ['n', 'in']);
  const base = g.input('base', 'float32', ['n', 'out']);
  const a = g.input('a', 'float32', ['in', 'r']);
  const b = g.input('b', 'float32', ['out', 'r']);
  const su = m.mul(m.product(x, a), g.input('scaling', 'float32', []));
  return m.product(su, b, { right: true, plus: base });
}

const unit = (m: Algebra, y: string) => m.div(y, m.max(m.sqrt(m.rowSum(m.square(y))), m.scalar(SHORTEST)));

/** The prototype with the greatest cosine of each row. */
function nearest(): Uint8Array {
  return buildGraph((g) => {
    const m = algebra(g);
    const scores = m.product(adapted(g, m), g.input('prototypes', 'float32', ['classes', 'out']), {
      right: true,
    });
    g.output('y', g.node('ArgMax', [scores], { axis: 1, keepdims: 0 }), 'int64', ['n']);
  });
}

/** The mean of the unit vectors of each label, as a unit vector: classes x out. */
function means(): Uint8Array {
  return buildGraph((g) => {
    const m = algebra(g);
    const vectors = unit(m, adapted(g, m));
    const labels = g.input('labels', 'int64', ['n']);
    const members = m.oneHot(labels, g.input('classes', 'int64', []));
    g.output('y', unit(m, m.product(members, vectors, { left: true })), 'float32', ['classes', 'out']);
  });
}

const feedsOf = ({ x, base }: TrainingRows, { a, b }: LoraStates, scaling: number) => ({
  x,
  base,
  a: a!,
  b: b!,
  scaling: float32(scaling),
});

/** The mean of the adapted unit vectors of each label, as a unit vector: classes x out. The caller releases it. */
export async function labelMeans(
  run: GraphRunner,
  rows: TrainingRows,
  states: LoraStates,
  scaling: number,
  classes: number,
): Promise<F32> {
  const { y } = await run.untracked('train means', means, {
    ...feedsOf(rows, states, scaling),
    labels: rows.labels,
    classes: hostTensor({ dtype: 'int64', dims: [], data: BigInt64Array.of(BigInt(classes)) }),
  });
  return y as F32;
}

/** The share of rows whose nearest prototype by cosine is that of their label. */
export async function accuracy(
  run: GraphRunner,
  rows: TrainingRows,
  states: LoraStates,
  scaling: number,
  prototypes: F32,
): Promise<number> {
  const { y } = await run.untracked('train nearest', nearest, {
    ...feedsOf(rows, states, scaling),
    prototypes,
  });
  const { data } = await (y as TensorHandle<'int64'>).toHost();
  y!.release();
  const { data: labels } = await rows.labels.toHost();
  return data.reduce((right, place, row) => right + Number(place === labels[row]), 0) / rows.count;
}
