import type { F32, LoraJob, TensorHandle } from '../../../nodes/sdk/index.ts';
import { buildGraph } from '../onnx/graph-builder.ts';
import type { GraphRunner } from '../ops/runner.ts';
import { gatherRows } from '../ops/structure.ts';
import { hostTensor } from '../ort/tensor.ts';
import { algebra } from './algebra.ts';

/** Rows to learn from or to judge with, and what is computed from them once. */
export interface TrainingRows {
  readonly count: number;
  /** n x in. */
  readonly x: F32;
  /** The vectors of the base weight, X W0^T: n x out. */
  readonly base: F32;
  /** n, int64; 0 for a row without a label. */
  readonly labels: TensorHandle<'int64'>;
  /** n x 1, with the sum 1. */
  readonly weights: F32;
  /** Further inputs of a loop by name: with cross-entropy `prototypes`, `scores` and `squares`. */
  readonly more: Readonly<Record<string, F32>>;
}

/** base = x W^T; with prototypes also their products with the base (`scores`) and the squared lengths of the base (`squares`, n x 1). */
function fixed(withPrototypes: boolean): () => Uint8Array {
  return () =>
    buildGraph((g) => {
      const m = algebra(g);
      const x = g.input('x', 'float32', ['n', 'in']);
      const base = m.product(x, g.input('weight', 'float32', ['out', 'in']), { right: true });
      g.output('base', base, 'float32', ['n', 'out']);
      if (!withPrototypes) return;
      const prototypes = g.input('prototypes', 'float32', ['classes', 'out']);
      g.output('scores', m.product(base, prototypes, { right: true }), 'float32', ['n', 'classes']);
      g.output('squares', m.rowSum(m.square(base)), 'float32', ['n', 1]);
    });
}

/** Prepares rows of a job, or all of them. */
export async function prepareRows(
  run: GraphRunner,
  { features, weight, labels, labelWeights, loss }: LoraJob,
  rows?: readonly number[],
): Promise<TrainingRows> {
  const all = rows === undefined || (rows.length === labels.length && rows.every((row, i) => row === i));
  const x = all ? features : await gatherRows(run, features, rows);
  const own = all ? labels : rows.map((row) => labels[row]!);
  const counted = own.map((label) => (label < 0 ? 1 : (labelWeights?.[label] ?? 1)));
  const total = counted.reduce((sum, value) => sum + value, 0);
  const prototypes = loss.kind === 'cross-entropy' ? loss.prototypes : undefined;
  const { base, ...more } = (await run.all(
    `train rows${prototypes ? ' prototypes' : ''}`,
    fixed(prototypes !== undefined),
    { x, weight, ...(prototypes && { prototypes }) },
  )) as Record<string, F32> & { base: F32 };
  return {
    count: own.length,
    x,
    base,
    labels: hostTensor({
      dtype: 'int64',
      dims: [own.length],
      data: BigInt64Array.from(own, (label) => BigInt(Math.max(0, label))),
    }),
    weights: hostTensor({
      dtype: 'float32',
      dims: [own.length, 1],
      data: Float32Array.from(counted, (value) => value / total),
    }),
    more: { ...more, ...(prototypes && { prototypes }) },
  };
}
