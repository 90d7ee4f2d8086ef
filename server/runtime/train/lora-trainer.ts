import {
  type F32,
  type LoraJob,
  PatchbayError,
  seededRandom,
  shuffled,
  type TrainedLora,
  type TrainingPair,
  type TrainingPoint,
  type TrainingService,
  throwIfAborted,
} from '../../../nodes/sdk/index.ts';
import { trainingMessage } from '../../contract/messages/training.ts';
import { type GraphRunner, onHost } from '../ops/runner.ts';
import { hostTensor } from '../ort/tensor.ts';
import { accuracy, labelMeans } from './judge.ts';
import type { LoopForm } from './lora-loop.ts';
import {
  firstStates,
  type LoraStates,
  type RoundScalars,
  type Stepped,
  type Steps,
  takeSteps,
} from './lora-rounds.ts';
import { prepareRows, type TrainingRows } from './training-rows.ts';

/** About how long one call of the device takes, in milliseconds, so that a run can be stopped and shows its progress. */
const CALL_MS = 150;
/** A round makes at most about so many scores of rows and prototypes; more rows are read in tiles. */
const MOST_SCORES = 1 << 22;
/** Losses that compare rows with each other compare at most so many at once, because they make a score for each two. */
const MOST_TOGETHER = 4096;
/** Where so little is left of the sum of the parts of |y|^2, its float32 digits no longer keep a loss to 1e-4. */
const LEAST_LEFT = 1e-2;
/** A call brings at most so many bits of dropout to the device. */
const MOST_KEPT = 1 << 26;

type Options = Parameters<TrainingService['lora']>[1];

/** Trains a LoRA; see {@link TrainingService.lora}. `run` owns the result. */
export async function trainLora(run: GraphRunner, job: LoraJob, options: Options): Promise<TrainedLora> {
  const { signal, stop, onProgress, onPoint } = options;
  const { steps, judgeEvery, patience } = job;
  const training = await Training.open(run, job);
  const losses = new Float32Array(steps);
  const history: TrainingPoint[] = [];
  let kept:
    | { readonly step: number; readonly loss: number; readonly a: Float32Array; readonly b: Float32Array }
    | undefined;
  let [step, counted, size] = [0, 0, 1];
  const judge = async () => {
    const held = await training.judge();
    const recent = losses.subarray(counted, step);
    const point: TrainingPoint = {
      step,
      loss: recent.length === 0 ? Number.NaN : recent.reduce((sum, loss) => sum + loss, 0) / recent.length,
      ...held,
    };
    counted = step;
    history.push(point);
    onPoint?.(point);
    return point;
  };
  const ends = performance.now() + (job.mostMs ?? Number.POSITIVE_INFINITY);
  let [outOfTime, stopped] = [false, false];
  await judge();
  while (step < steps) {
    throwIfAborted(signal);
    const next = Math.min(steps, step + judgeEvery - (step % judgeEvery));
    const count = Math.min(size, next - step);
    const began = performance.now();
    const found = await training.take(step, count);
    losses.set(found, step);
    const broken = found.findIndex((loss) => !Number.isFinite(loss));
    if (broken !== -1) {
      if (kept === undefined)
        throw new PatchbayError(trainingMessage('training.not-finite', { step: step + broken + 1 }));
      options.onWarn?.(trainingMessage('training.broke-down', { step: step + broken + 1, kept: kept.step }));
      break;
    }
    step += count;
    const perStep = (performance.now() - began) / count;
    size = Math.max(1, Math.min(4 * size, Math.round(CALL_MS / perStep)));
    onProgress?.(step, steps);
    outOfTime = step < steps && performance.now() >= ends;
    stopped = step < steps && stop?.aborted === true;
    if (step !== next && !outOfTime && !stopped) continue;
    const { heldOutLoss } = await judge();
    if (heldOutLoss !== undefined) {
      if (kept === undefined || heldOutLoss < kept.loss)
        kept = { step, loss: heldOutLoss, ...(await training.numbers()) };
      else if (patience > 0 && step - kept.step >= patience) break;
    }
    if (outOfTime || stopped) break;
  }
  onProgress?.(steps, steps);
  const { a, b, step: keptStep } = kept ?? { step, ...(await training.numbers()) };
  training.end();
  const [width, rank] = training.shapeOfA;
  return {
    a: run.wrap(transposed(a, width, rank), [rank, width]),
    b: run.wrap(b, [b.length / rank, rank]),
    scaling: training.scaling,
    steps: step,
    keptStep,
    outOfTime,
    stopped,
    losses: losses.subarray(0, step),
    history,
  };
}

function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(data.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) result[j * rows + i] = data[i * columns + j]!;
  return result;
}

/** Streams of random numbers that do not depend on each other. */
const STREAM = { start: 0, batches: 0x5bd1e995, dropout: 0x27d4eb2f } as const;
const streamOf = (seed: number, of: keyof typeof STREAM) => seededRandom(seed ^ STREAM[of]);

/** A as PEFT starts it: `kaiming_uniform_` with a = sqrt(5), which is uniform within 1 / sqrt(in). Transposed: in x r. */
function startOf({ seed, rank, weight: { dims } }: LoraJob): F32 {
  const width = dims[1]!;
  const random = streamOf(seed, 'start');
  const rows = Float32Array.from({ length: rank * width }, () => (2 * random() - 1) / Math.sqrt(width));
  return hostTensor({ dtype: 'float32', dims: [width, rank], data: transposed(rows, rank, width) });
}

/** Places in the order in which they are learned from: shuffled once more whenever all had their turn. */
function* turns(places: readonly number[], random: () => number): Generator<number, never> {
  for (;;) yield* shuffled(places, random);
}

/** One training: its rows, its states, and the random numbers that its next steps take. */
class Training {
  readonly scaling: number;
  readonly shapeOfA: readonly [width: number, rank: number];
  private states: LoraStates;
  private form: LoopForm;
  private readonly run: GraphRunner;
  private readonly job: LoraJob;
  private readonly rows: TrainingRows;
  private readonly held: TrainingRows | undefined;
  private readonly batch: number;
  private readonly tile: number | undefined;
  private readonly order: Generator<number, never>;
  private readonly random: () => number;

  private constructor(
    run: GraphRunner,
    job: LoraJob,
    rows: TrainingRows,
    held: TrainingRows | undefined,
    start: F32,
  ) {
    const { rank, alpha, rankStabilized, loss, dropout, seed, training } = job;
    this.run = run;
    this.job = job;
    this.rows = rows;
    this.held = held;
    this.scaling = alpha / (rankStabilized ? Math.sqrt(rank) : rank);
    const [out = 0] = job.weight.dims;
    this.shapeOfA = [start.dims[0]!, rank];
    const b = hostTensor({ dtype: 'float32', dims: [out, rank], data: new Float32Array(out * rank) });
    this.states = firstStates(start, b);
    this.batch = batchOf(job);
    const classes = loss.kind === 'cross-entropy' ? loss.prototypes.dims[0]! : 0;
    this.tile = this.batch === 0 ? tileOf(rows.count, classes) : undefined;
    const whole = this.tile === undefined ? 'all' : 'tiles';
    this.form = {
      loss: loss.kind === 'cross-entropy' ? 'cross-entropy-parts' : loss.kind,
      sampling: this.batch === 0 ? whole : 'rows',
      dropout: dropout > 0,
    };
    const places = loss.kind === 'pairs' ? training : training.map((_, i) => i);
    this.order = turns(places, streamOf(seed, 'batches'));
    this.random = streamOf(seed, 'dropout');
  }

  static async open(run: GraphRunner, job: LoraJob): Promise<Training> {
    const pairs = job.loss.kind === 'pairs';
    const rows = await prepareRows(run, job, pairs ? undefined : job.training);
    const held = pairs || job.heldOut.length === 0 ? undefined : await prepareRows(run, job, job.heldOut);
    const given = job.start && (await onHost(job.start));
    const start = given
      ? hostTensor({
          dtype: 'float32',
          dims: given.dims.toReversed(),
          data: transposed(given.data, given.dims[0]!, given.dims[1]!),
        })
      : startOf(job);
    return new Training(run, job, rows, held, start);
  }

  /** Takes steps and returns the loss before each of them. */
  async take(first: number, count: number): Promise<Float32Array> {
    const most = this.form.dropout ? Math.max(1, Math.floor(MOST_KEPT / this.inputsOfStep())) : count;
    const losses = new Float32Array(count);
    for (let done = 0; done < count; ) {
      const now = Math.min(most, count - done);
      losses.set(await this.advance(this.next(first + done, now)), done);
      done += now;
    }
    return losses;
  }

  /** A and B as numbers: in x r, out x r. */
  async numbers(): Promise<{ readonly a: Float32Array; readonly b: Float32Array }> {
    return { a: (await onHost(this.states.a!)).data, b: (await onHost(this.states.b!)).data };
  }

  end(): void {
    for (const state of Object.values(this.states)) state.release();
  }

  /** The numbers of the held-out rows or pairs. */
  async judge(): Promise<Pick<TrainingPoint, 'heldOutLoss' | 'heldOutAccuracy'>> {
    const { job, run, scaling, states } = this;
    const { loss, heldOut } = job;
    if (heldOut.length === 0) return {};
    if (loss.kind === 'pairs') {
      const parts = pieces(heldOut, MOST_TOGETHER);
      return {
        heldOutLoss: await this.meanLoss(
          parts,
          (part) => ({ ...this.pairsOf(loss.pairs, part), first: 0, count: 1 }),
          this.rows,
          'rows',
        ),
      };
    }
    const held = this.held!;
    if (loss.kind === 'cross-entropy') {
      const tile = tileOf(held.count, loss.prototypes.dims[0]!);
      const sampling = tile === undefined ? 'all' : 'tiles';
      const heldOutLoss = await this.meanLoss(
        [heldOut],
        () => ({ first: 0, count: 1, ...(tile !== undefined && { tile }) }),
        held,
        sampling,
      );
      return { heldOutLoss, heldOutAccuracy: await accuracy(run, held, states, scaling, loss.prototypes) };
    }
    const parts = pieces(
      heldOut.map((_, i) => i),
      MOST_TOGETHER,
    );
    const heldOutLoss = await this.meanLoss(
      parts,
      (part) => ({
        first: 0,
        count: 1,
        rows: { places: BigInt64Array.from(part, BigInt), each: part.length },
      }),
      held,
      'rows',
    );
    const classes = 1 + job.labels.reduce((most, label) => Math.max(most, label), 0);
    const means = await labelMeans(run, this.rows, states, scaling, classes);
    const heldOutAccuracy = await accuracy(run, held, states, scaling, means);
    means.release();
    return { heldOutLoss, heldOutAccuracy };
  }

  /** The loss of parts of held-out rows, weighted by their numbers, without changing the states. */
  private async meanLoss(
    parts: readonly (readonly number[])[],
    stepOf: (part: readonly number[]) => Steps,
    rows: TrainingRows,
    sampling: LoopForm['sampling'],
  ): Promise<number> {
    const scalars = { ...this.scalars(), learningRate: 0, pull: 0 };
    const form = { loss: this.form.loss, sampling, dropout: false };
    let sum = 0;
    let count = 0;
    for (const part of parts) {
      const { losses, states } = await takeSteps(this.run, form, rows, this.states, scalars, stepOf(part));
      for (const state of Object.values(states)) state.release();
      sum += losses[0]! * part.length;
      count += part.length;
    }
    return sum / count;
  }

  /** The steps from `first` on, with their random numbers. */
  private next(first: number, count: number): Steps {
    const { loss, dropout } = this.job;
    const bits =
      dropout > 0
        ? Uint8Array.from({ length: count * this.inputsOfStep() }, () => Number(this.random() >= dropout))
        : undefined;
    const kept = bits && { kept: { bits, rows: this.tile ?? this.rowsOfStep() } };
    if (this.form.sampling === 'tiles') return { first, count, tile: this.tile!, ...kept };
    if (this.form.sampling === 'all') return { first, count, ...kept };
    const places = Array.from({ length: count * this.batch }, () => this.order.next().value);
    if (loss.kind !== 'pairs')
      return {
        first,
        count,
        rows: { places: BigInt64Array.from(places, BigInt), each: this.batch },
        ...kept,
      };
    const byStep = Array.from({ length: count }, (_, i) =>
      this.pairsOf(loss.pairs, places.slice(i * this.batch, (i + 1) * this.batch)),
    );
    return {
      first,
      count,
      rows: {
        places: BigInt64Array.from(byStep.flatMap(({ rows }) => [...rows.places])),
        each: 2 * this.batch,
      },
      together: Float32Array.from(byStep.flatMap(({ together }) => [...together])),
      ...kept,
    };
  }

  /** The rows of pairs, left sides first, and which pairs belong together. */
  private pairsOf(pairs: readonly TrainingPair[], places: readonly number[]) {
    const chosen = places.map((place) => pairs[place]!);
    const rows = [...chosen.map(({ left }) => left), ...chosen.map(({ right }) => right)];
    return {
      rows: { places: BigInt64Array.from(rows, BigInt), each: rows.length },
      together: Float32Array.from(chosen, ({ together }) => Number(together)),
    };
  }

  /** Goes on to the states after some steps. Where |y|^2 from parts loses its digits, the rest of the training makes the vectors. */
  private async advance(steps: Steps): Promise<Float32Array> {
    const stepped = await this.steps(steps);
    const bad =
      this.form.loss === 'cross-entropy-parts' ? stepped.left.findIndex((left) => !(left >= LEAST_LEFT)) : -1;
    if (bad === -1) {
      this.goTo(stepped.states);
      return stepped.losses;
    }
    for (const state of Object.values(stepped.states)) state.release();
    const losses = new Float32Array(steps.count);
    if (bad > 0) {
      const before = await this.steps(part(steps, 0, bad));
      this.goTo(before.states);
      losses.set(before.losses);
    }
    this.form = { ...this.form, loss: 'cross-entropy' };
    const after = await this.steps(part(steps, bad, steps.count));
    this.goTo(after.states);
    losses.set(after.losses, bad);
    return losses;
  }

  private steps(steps: Steps): Promise<Stepped> {
    return takeSteps(this.run, this.form, this.rows, this.states, this.scalars(), steps);
  }

  private goTo(states: LoraStates): void {
    this.end();
    this.states = states;
  }

  private scalars(): RoundScalars {
    const { loss, learningRate, weightDecay, pull, dropout } = this.job;
    return {
      scaling: this.scaling,
      sharpness: sharpnessOf(loss),
      margin: 'margin' in loss ? loss.margin : 0,
      learningRate,
      weightDecay,
      pull: pull * this.scaling ** 2,
      keep: 1 - dropout,
    };
  }

  /** Rows that a step reads. */
  private rowsOfStep(): number {
    if (this.batch === 0) return this.rows.count;
    return this.job.loss.kind === 'pairs' ? 2 * this.batch : this.batch;
  }

  /** Numbers that dropout chooses from in a step; the last tile of a step counts as a full one. */
  private inputsOfStep(): number {
    const rows =
      this.tile === undefined ? this.rowsOfStep() : Math.ceil(this.rows.count / this.tile) * this.tile;
    return rows * this.shapeOfA[0];
  }
}

function sharpnessOf(loss: LoraJob['loss']): number {
  if (loss.kind === 'cross-entropy') return loss.scale;
  return loss.kind === 'supervised-contrastive' ? 1 / loss.temperature : 1;
}

/** Rows (or pairs) of a step; 0 if a step reads all rows of the job where they lie. */
function batchOf({ loss, batch, training }: LoraJob): number {
  const all = training.length;
  const wanted = batch === 0 ? all : Math.min(batch, all);
  if (loss.kind === 'pairs') return Math.min(wanted, MOST_TOGETHER);
  const most = loss.kind === 'cross-entropy' ? all : Math.min(all, MOST_TOGETHER);
  const chosen = Math.min(wanted, most);
  return chosen === all ? 0 : chosen;
}

/** Rows of a tile; undefined if all rows fit into one. */
function tileOf(rows: number, classes: number): number | undefined {
  const most = Math.max(64, Math.floor(MOST_SCORES / Math.max(1, classes)));
  return rows <= most ? undefined : Math.ceil(rows / Math.ceil(rows / most));
}

/** Steps `from` to `to` of some steps. */
function part(steps: Steps, from: number, to: number): Steps {
  const cut = <T extends { subarray(from: number, to: number): T; readonly length: number }>(all: T): T =>
    all.subarray((all.length / steps.count) * from, (all.length / steps.count) * to);
  return {
    ...steps,
    first: steps.first + from,
    count: to - from,
    ...(steps.rows && { rows: { ...steps.rows, places: cut(steps.rows.places) } }),
    ...(steps.together && { together: cut(steps.together) }),
    ...(steps.kept && { kept: { ...steps.kept, bits: cut(steps.kept.bits) } }),
  };
}

function pieces<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
