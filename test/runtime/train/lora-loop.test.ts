import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../nodes/sdk/index.ts';
import { GraphRunner } from '../../../server/runtime/ops/runner.ts';
import { CPU } from '../../../server/runtime/ort/device.ts';
import { hostTensor } from '../../../server/runtime/ort/tensor.ts';
import type { LoopForm } from '../../../server/runtime/train/lora-loop.ts';
import {
  firstStates,
  type RoundScalars,
  type Steps,
  takeSteps,
} from '../../../server/runtime/train/lora-rounds.ts';
import type { TrainingRows } from '../../../server/runtime/train/training-rows.ts';
import { describeOracles, expectedJson, largestDifference, tensorsOf } from '../encoders/oracle-cases.ts';
import { describeDevices, workbench } from '../ort/test-devices.ts';

/** Losses stay this close to PyTorch's. */
const LOSS = 1e-4;
/** A step of AdamW can turn where a gradient is about 0, so the weights have their own tolerance. */
const WEIGHTS = 1e-3;

interface Facts {
  readonly rank: number;
  readonly alpha: number;
  readonly logit_scale: number;
  readonly lr: number;
  readonly steps: number;
  readonly weight_decay: number;
  readonly reg_lambda: number;
  readonly temperature: number;
  readonly margin: number;
  readonly batch: number;
  readonly keep: number;
}

interface Matrix {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

const float = ({ dims, data }: Matrix) => hostTensor({ dtype: 'float32', dims, data });

/** x times y transposed, with sums in float64. */
function product(x: Matrix, y: Matrix): Matrix {
  const [n = 0, width = 0] = x.dims;
  const [m = 0] = y.dims;
  const data = Float32Array.from({ length: n * m }, (_, at) => {
    const [i, j] = [Math.floor(at / m), at % m];
    let sum = 0;
    for (let k = 0; k < width; k++) sum += x.data[i * width + k]! * y.data[j * width + k]!;
    return sum;
  });
  return { dims: [n, m], data };
}

function transposed({ dims: [n = 0, m = 0], data }: Matrix): Matrix {
  return { dims: [m, n], data: data.map((_, at) => data[(at % n) * m + Math.floor(at / n)]!) };
}

/** The rows of a loop, computed without it. */
function rowsOf(
  x: Matrix,
  weight: Matrix,
  prototypes: Matrix,
  labels: ArrayLike<number>,
  weights: readonly number[],
): TrainingRows {
  const count = x.dims[0]!;
  const base = product(x, weight);
  const width = weight.dims[0]!;
  const squares = Float32Array.from({ length: count }, (_, i) =>
    base.data.subarray(i * width, (i + 1) * width).reduce((sum, value) => sum + value * value, 0),
  );
  const total = weights.reduce((sum, value) => sum + value, 0);
  return {
    count,
    x: float(x),
    base: float(base),
    labels: hostTensor({
      dtype: 'int64',
      dims: [count],
      data: BigInt64Array.from(Array.from(labels), BigInt),
    }),
    weights: float({ dims: [count, 1], data: Float32Array.from(weights, (value) => value / total) }),
    more: {
      prototypes: float(prototypes),
      scores: float(product(base, prototypes)),
      squares: float({ dims: [count, 1], data: squares }),
    },
  };
}

const start = (a: Matrix, out: number) => {
  const rank = a.dims[0]!;
  return firstStates(float(transposed(a)), float({ dims: [out, rank], data: new Float32Array(out * rank) }));
};

const plain: RoundScalars = {
  scaling: 1,
  sharpness: 1,
  margin: 0,
  learningRate: 0.01,
  weightDecay: 0,
  pull: 0,
  keep: 1,
};

describeOracles('lora-train', (root) => {
  describeDevices('300 steps', (device) => {
    const { pool, scope } = workbench(device);
    const run = new GraphRunner(pool, scope, 0);
    // A software GPU takes seconds for what the CPU does in 100 ms.
    const cases: ['ce' | 'ce_reg', LoopForm['loss'], 'all' | 'tiles', number][] =
      device.provider === 'cpu'
        ? (['ce', 'ce_reg'] as const).flatMap((name) =>
            (['cross-entropy-parts', 'cross-entropy'] as const).flatMap((loss) =>
              (['all', 'tiles'] as const).map(
                (sampling): [typeof name, typeof loss, typeof sampling, number] => [
                  name,
                  loss,
                  sampling,
                  300,
                ],
              ),
            ),
          )
        : [['ce_reg', 'cross-entropy-parts', 'all', 10]];
    it.each(cases)(
      '%s by %s, %s: the loss before each step is that of PyTorch',
      async (name, loss, sampling, count) => {
        const facts = expectedJson(root, 'lora-train') as unknown as Facts;
        const found = await tensorsOf(`${root.path}lora-train/expected.safetensors`);
        const [x, weight, prototypes] = [found.get('X')!, found.get('W')!, found.get('prototypes')!];
        const labels = found.get('labels')!.data;
        const scaling = facts.alpha / facts.rank;
        const { losses, states } = await takeSteps(
          run,
          { loss, sampling, dropout: false },
          rowsOf(
            x,
            weight,
            prototypes,
            labels,
            Array.from(labels, () => 1),
          ),
          start(found.get('A_init')!, weight.dims[0]!),
          {
            ...plain,
            scaling,
            sharpness: facts.logit_scale,
            learningRate: facts.lr,
            weightDecay: facts.weight_decay,
            pull: name === 'ce_reg' ? facts.reg_lambda * scaling ** 2 : 0,
          },
          { first: 0, count, ...(sampling === 'tiles' && { tile: 50 }) },
        );
        expect(
          largestDifference(losses, found.get(`${name}/loss`)!.data.subarray(0, count)),
        ).toBeLessThanOrEqual(LOSS);
        if (count < 300) return;
        const [a, b] = [await states.a!.toHost(), await states.b!.toHost()];
        expect(largestDifference(transposed(a).data, found.get(`${name}/A`)!.data)).toBeLessThanOrEqual(
          WEIGHTS,
        );
        expect(largestDifference(b.data, found.get(`${name}/B`)!.data)).toBeLessThanOrEqual(WEIGHTS);
      },
      120_000,
    );
  });
});

describeOracles('lora-losses', (root) => {
  const { pool, scope } = workbench(CPU);
  const run = new GraphRunner(pool, scope, 0);
  it.each([
    ['contrastive', 'supervised-contrastive', 'all'],
    ['contrastive_rows', 'supervised-contrastive', 'rows'],
    ['triplet', 'triplet', 'all'],
    ['pairs', 'pairs', 'rows'],
    ['rows', 'cross-entropy', 'rows'],
    ['rows', 'cross-entropy-parts', 'rows'],
    ['weighted', 'cross-entropy-parts', 'all'],
    ['weighted', 'cross-entropy-parts', 'tiles'],
    ['weighted_rows', 'cross-entropy-parts', 'rows'],
    ['dropout', 'cross-entropy', 'all'],
    ['dropout', 'cross-entropy-parts', 'all'],
    ['dropout', 'cross-entropy-parts', 'tiles'],
  ] as const)(
    '%s by %s, %s: the loss before each of 60 steps is that of PyTorch',
    async (name, loss, sampling) => {
      const facts = expectedJson(root, 'lora-losses') as unknown as Facts;
      const found = await tensorsOf(`${root.path}lora-losses/expected.safetensors`);
      const get = (key: string) => found.get(key)!;
      const { steps } = facts;
      const labels = get('labels').data;
      const [rows = 0, width = 0] = get('X').dims;
      const tile = 20;
      const pairRows = [...get('left').data, ...get('right').data];
      const repeated = (values: readonly number[]) => Array.from({ length: steps }, () => values).flat();
      const places = name === 'pairs' ? repeated(pairRows) : [...get('batches').data];
      const bits = Uint8Array.from(get('kept').data);
      /** With tiles, each round has the bits of a whole tile; the last one has some too many. */
      const tiledBits = () => {
        const perStep = Math.ceil(rows / tile) * tile * width;
        const all = new Uint8Array(steps * perStep);
        for (let step = 0; step < steps; step++)
          all.set(bits.subarray(step * rows * width, (step + 1) * rows * width), step * perStep);
        return all;
      };
      const isDropout = name === 'dropout';
      const given: Steps = {
        first: 0,
        count: steps,
        ...(sampling === 'rows' && {
          rows: { places: BigInt64Array.from(places, BigInt), each: places.length / steps },
        }),
        ...(sampling === 'tiles' && { tile }),
        ...(name === 'pairs' && { together: Float32Array.from(repeated([...get('together').data])) }),
        ...(isDropout && {
          kept: sampling === 'tiles' ? { bits: tiledBits(), rows: tile } : { bits, rows },
        }),
      };
      const weights = name.startsWith('weighted')
        ? Array.from(labels, (label) => get('label_weights').data[label]!)
        : Array.from(labels, () => 1);
      const { losses, states } = await takeSteps(
        run,
        { loss, sampling, dropout: isDropout } satisfies LoopForm,
        rowsOf(get('X'), get('W'), get('prototypes'), labels, weights),
        start(get('A_init'), get('W').dims[0]!),
        {
          ...plain,
          scaling: facts.alpha / facts.rank,
          sharpness: loss === 'supervised-contrastive' ? 1 / facts.temperature : facts.logit_scale,
          margin: facts.margin,
          learningRate: facts.lr,
          weightDecay: facts.weight_decay,
          keep: facts.keep,
        },
        given,
      );
      expect(largestDifference(losses, get(`${name}/loss`).data)).toBeLessThanOrEqual(LOSS);
      expect(largestDifference((await states.b!.toHost()).data, get(`${name}/B`).data)).toBeLessThanOrEqual(
        WEIGHTS,
      );
    },
  );
});

describe('gradients', () => {
  const { pool, scope } = workbench(CPU);
  const run = new GraphRunner(pool, scope, 0);
  const [n, inputs, out, classes, rank] = [7, 6, 5, 3, 2] as const;
  const random = seededRandom(5);
  const matrix = (rows: number, width: number): Matrix => ({
    dims: [rows, width],
    data: Float32Array.from({ length: rows * width }, () => 2 * random() - 1),
  });
  const [x, weight, a, b] = [matrix(n, inputs), matrix(out, inputs), matrix(rank, inputs), matrix(out, rank)];
  const prototypes = matrix(classes, out);
  const labels = [0, 1, 2, 0, 1, 0, 2];
  const weights = [1, 2, 1, 1, 3, 1, 1];
  const [scaling, sharpness, pull] = [1.5, 4, 0.3];

  /** The loss in float64 from its definition, and nothing of the formulas under test. */
  function lossOf(aNow: ArrayLike<number>, bNow: ArrayLike<number>): number {
    const update = (o: number, i: number) => {
      let sum = 0;
      for (let k = 0; k < rank; k++) sum += bNow[o * rank + k]! * aNow[k * inputs + i]!;
      return scaling * sum;
    };
    let loss = 0;
    for (let row = 0; row < n; row++) {
      const y = Array.from({ length: out }, (_, o) => {
        let sum = 0;
        for (let i = 0; i < inputs; i++)
          sum += (weight.data[o * inputs + i]! + update(o, i)) * x.data[row * inputs + i]!;
        return sum;
      });
      const length = Math.hypot(...y);
      const logits = Array.from({ length: classes }, (_, c) =>
        y.reduce((sum, value, o) => sum + (sharpness * value * prototypes.data[c * out + o]!) / length, 0),
      );
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      const share = weights[row]! / weights.reduce((sum, value) => sum + value, 0);
      loss -= share * (logits[labels[row]!]! - Math.log(total));
    }
    for (let o = 0; o < out; o++)
      for (let i = 0; i < inputs; i++) loss += (pull / scaling ** 2) * update(o, i) ** 2;
    return loss;
  }

  function slopes(values: Float32Array, lossAt: (changed: Float64Array) => number): number[] {
    const step = 1e-5;
    return Array.from(values, (_, at) => {
      const moved = (by: number) =>
        lossAt(Float64Array.from(values, (value, i) => (i === at ? value + by : value)));
      return (moved(step) - moved(-step)) / (2 * step);
    });
  }

  it.each(['cross-entropy-parts', 'cross-entropy'] as const)(
    'by %s are the slopes of the loss, within 1e-5',
    async (loss) => {
      const { losses, states } = await takeSteps(
        run,
        { loss, sampling: 'all', dropout: false },
        rowsOf(x, weight, prototypes, labels, weights),
        firstStates(float(transposed(a)), float(b)),
        { ...plain, scaling, sharpness, pull },
        { first: 0, count: 1 },
      );
      expect(losses[0]).toBeCloseTo(lossOf(a.data, b.data), 5);
      // After one step, AdamW's mean is a tenth of the gradient.
      const gradient = async (state: string) =>
        (await states[state]!.toHost()).data.map((value) => 10 * value);
      const byA = transposed({ dims: [inputs, rank], data: await gradient('aMean') }).data;
      expect(
        largestDifference(
          byA,
          slopes(a.data, (changed) => lossOf(changed, b.data)),
        ),
      ).toBeLessThanOrEqual(1e-5);
      expect(
        largestDifference(
          await gradient('bMean'),
          slopes(b.data, (changed) => lossOf(a.data, changed)),
        ),
      ).toBeLessThanOrEqual(1e-5);
    },
  );
});
