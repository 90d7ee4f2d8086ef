import type { F32, TensorHandle } from '../../../nodes/sdk/index.ts';
import { float32, type GraphRunner } from '../ops/runner.ts';
import { hostTensor } from '../ort/tensor.ts';
import {
  adamwStep,
  inputsOf,
  type LoopForm,
  loopKey,
  loraLoop,
  nextOf,
  STATES,
  statesOf,
} from './lora-loop.ts';
import type { TrainingRows } from './training-rows.ts';

/** The adapter and AdamW's averages, by the names of `STATES`. */
export type LoraStates = Readonly<Record<string, F32>>;

/** Numbers that stay the same for all rounds. */
export interface RoundScalars {
  readonly scaling: number;
  readonly sharpness: number;
  readonly margin: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** lambda s^2. */
  readonly pull: number;
  /** Share of the inputs that dropout keeps; 1 without dropout. */
  readonly keep: number;
}

/** What some steps read. */
export interface Steps {
  /** The number of the first step, from 0. */
  readonly first: number;
  readonly count: number;
  /** With the sampling `rows`: the rows of all steps one after another, and how many each has. */
  readonly rows?: { readonly places: BigInt64Array; readonly each: number };
  /** Pairs only: 1 for each pair that belongs together, 0 for others. */
  readonly together?: Float32Array;
  /** With the sampling `tiles`: the rows of one tile. */
  readonly tile?: number;
  /** With dropout: which inputs stay, for all rounds one after another, and the rows of a round. */
  readonly kept?: { readonly bits: Uint8Array; readonly rows: number };
}

/** What steps gave. */
export interface Stepped {
  readonly states: LoraStates;
  /** The loss before each step. */
  readonly losses: Float32Array;
  /** The smallest `left` of each step; see `loraLoop`. */
  readonly left: Float32Array;
}

const vector = (values: ArrayLike<number>) =>
  hostTensor({ dtype: 'float32', dims: [values.length], data: Float32Array.from(values) });

/** The states before the first step. @param a in x r @param b out x r */
export function firstStates(a: F32, b: F32): LoraStates {
  const zeros = ({ dims }: F32) =>
    hostTensor({ dtype: 'float32', dims, data: new Float32Array(dims.reduce((x, y) => x * y, 1)) });
  return { a, b, aMean: zeros(a), bMean: zeros(b), aSquare: zeros(a), bSquare: zeros(b) };
}

/** Steps of AdamW in one call of the device. A learning rate of 0 and a decay of 0 only tell the losses. */
export async function takeSteps(
  run: GraphRunner,
  form: LoopForm,
  rows: TrainingRows,
  states: LoraStates,
  scalars: RoundScalars,
  steps: Steps,
): Promise<Stepped> {
  const perStep = steps.tile === undefined ? 1 : Math.ceil(rows.count / steps.tile);
  const rounds = steps.count * perStep;
  const round = Array.from({ length: rounds }, (_, i) => ({
    step: steps.first + Math.floor(i / perStep),
    place: i % perStep,
  }));
  const sizes = round.map(({ step }) => adamwStep(step, scalars.learningRate));
  const isLast = ({ place }: { readonly place: number }) => place === perStep - 1;
  const feeds: Record<string, TensorHandle> = {
    ...rows.more,
    x: rows.x,
    base: rows.base,
    labels: rows.labels,
    weights: rows.weights,
    rounds: hostTensor({ dtype: 'int64', dims: [], data: BigInt64Array.of(BigInt(rounds)) }),
    rate: vector(sizes.map(({ rate }) => rate)),
    root: vector(sizes.map(({ root }) => root)),
    pull: vector(round.map((at) => (isLast(at) ? scalars.pull : 0))),
    scaling: float32(scalars.scaling),
    sharpness: float32(scalars.sharpness),
    margin: float32(scalars.margin),
    decay: float32(1 - scalars.learningRate * scalars.weightDecay),
  };
  for (const name of STATES) feeds[name] = states[name]!;
  if (steps.rows) {
    const { places, each } = steps.rows;
    feeds.rows = hostTensor({ dtype: 'int64', dims: [steps.count, each], data: places });
  }
  if (steps.together) {
    const dims = [steps.count, steps.together.length / steps.count, 1];
    feeds.together = hostTensor({ dtype: 'float32', dims, data: steps.together });
  }
  if (steps.tile !== undefined) {
    const { tile } = steps;
    const ends = (of: (place: number) => number) => ({
      dtype: 'int64' as const,
      dims: [rounds, 1],
      data: BigInt64Array.from(round, ({ place }) => BigInt(of(place))),
    });
    feeds.from = hostTensor(ends((place) => place * tile));
    feeds.to = hostTensor(ends((place) => Math.min(rows.count, (place + 1) * tile)));
    feeds.last = hostTensor({
      dtype: 'bool',
      dims: [rounds],
      data: Uint8Array.from(round, (at) => Number(isLast(at))),
    });
    const { aSum, bSum } = Object.fromEntries(
      (['a', 'b'] as const).map((name) => {
        const { dims } = states[name]!;
        const data = new Float32Array(dims.reduce((x, y) => x * y, 1));
        return [`${name}Sum`, hostTensor({ dtype: 'float32', dims, data })];
      }),
    );
    Object.assign(feeds, { aSum, bSum });
  }
  if (steps.kept) {
    const { bits, rows: each } = steps.kept;
    feeds.kept = hostTensor({ dtype: 'bool', dims: [rounds, each, rows.x.dims[1]!], data: bits });
    feeds.keepScale = float32(1 / scalars.keep);
  }
  const declared = new Set(['rounds', ...statesOf(form), ...inputsOf(form).map(([name]) => name)]);
  const results = await run.untracked(
    loopKey(form),
    loraLoop(form),
    Object.fromEntries(Object.entries(feeds).filter(([name]) => declared.has(name))),
  );
  const numbers = async (name: string) => {
    const { data } = await (results[name] as F32).toHost();
    results[name]!.release();
    return data;
  };
  const [losses, left] = [await numbers('losses'), await numbers('left')];
  for (const name of statesOf(form)) if (name.endsWith('Sum')) results[nextOf(name)]!.release();
  const byStep = (values: Float32Array, join: (a: number, b: number) => number) =>
    Float32Array.from({ length: steps.count }, (_, i) =>
      values.subarray(i * perStep, (i + 1) * perStep).reduce((a, b) => join(a, b)),
    );
  return {
    states: Object.fromEntries(STATES.map((name) => [name, results[nextOf(name)] as F32])),
    losses: byStep(losses, (a, b) => a + b),
    left: byStep(left, Math.min),
  };
}
