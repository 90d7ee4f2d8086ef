import { describe, expect, it } from 'vitest';
import { CancelledError, type LoraJob, seededRandom } from '../../../nodes/sdk/index.ts';
import { GraphRunner } from '../../../server/runtime/ops/runner.ts';
import { CPU } from '../../../server/runtime/ort/device.ts';
import { hostTensor } from '../../../server/runtime/ort/tensor.ts';
import { firstStates, takeSteps } from '../../../server/runtime/train/lora-rounds.ts';
import { trainLora } from '../../../server/runtime/train/lora-trainer.ts';
import { prepareRows } from '../../../server/runtime/train/training-rows.ts';
import { describeOracles, expectedJson, largestDifference, tensorsOf } from '../encoders/oracle-cases.ts';
import { workbench } from '../ort/test-devices.ts';

const signal = new AbortController().signal;
const float = (dims: readonly number[], data: ArrayLike<number>) =>
  hostTensor({ dtype: 'float32', dims, data: Float32Array.from(data) });

const shared = {
  rank: 2,
  alpha: 2,
  rankStabilized: false,
  dropout: 0,
  learningRate: 0.02,
  weightDecay: 0.01,
  pull: 0,
  steps: 40,
  batch: 0,
  seed: 3,
  judgeEvery: 5,
  patience: 0,
} as const;

/** Four noisy categories. With `noise` high, more training soon stops helping held-out rows. */
function job(noise: number, changes: Partial<LoraJob> = {}): LoraJob {
  const [rows, width, out, classes] = [60, 12, 8, 4];
  const random = seededRandom(9);
  const normal = () => random() + random() + random() + random() - 2;
  const list = (count: number, value = normal) => Array.from({ length: count }, value);
  const labels = Array.from({ length: rows }, (_, row) => row % classes);
  const centres = list(classes * width);
  const features = labels.flatMap((label) =>
    list(width).map((value, i) => centres[label * width + i]! + noise * value),
  );
  const prototypes = Array.from({ length: classes }, () => {
    const values = list(out);
    return values.map((value) => value / Math.hypot(...values));
  });
  return {
    ...shared,
    features: float([rows, width], features),
    weight: float([out, width], list(out * width)),
    labels,
    training: labels.flatMap((_, row) => (row % 3 === 0 ? [] : [row])),
    heldOut: labels.flatMap((_, row) => (row % 3 === 0 ? [row] : [])),
    loss: { kind: 'cross-entropy', prototypes: float([classes, out], prototypes.flat()), scale: 8 },
    ...changes,
  };
}

describeOracles('lora-train', (root) => {
  const { pool, scope } = workbench(CPU);
  it('a whole training has the losses of PyTorch, whenever it judges', async () => {
    const facts = expectedJson(root, 'lora-train') as unknown as Record<string, number>;
    const found = await tensorsOf(`${root.path}lora-train/expected.safetensors`);
    const tensor = (name: string) => float(found.get(name)!.dims, found.get(name)!.data);
    const labels = Array.from(found.get('labels')!.data);
    const all = labels.map((_, row) => row);
    const result = await trainLora(
      new GraphRunner(pool, scope, 0),
      {
        ...shared,
        features: tensor('X'),
        weight: tensor('W'),
        labels,
        training: all,
        heldOut: all.slice(0, 30),
        loss: { kind: 'cross-entropy', prototypes: tensor('prototypes'), scale: facts.logit_scale! },
        rank: facts.rank!,
        alpha: facts.alpha!,
        learningRate: facts.lr!,
        weightDecay: facts.weight_decay!,
        pull: facts.reg_lambda!,
        steps: facts.steps!,
        start: tensor('A_init'),
        judgeEvery: 7,
      },
      { signal },
    );
    expect(largestDifference(result.losses, found.get('ce_reg/loss')!.data)).toBeLessThanOrEqual(1e-4);
    // The last state is the best one here, because the held-out rows are also learned from.
    if (result.keptStep === facts.steps)
      expect(
        largestDifference((await result.a.toHost()).data, found.get('ce_reg/A')!.data),
      ).toBeLessThanOrEqual(1e-3);
  });
});

describe('a training', () => {
  const { pool, scope } = workbench(CPU);
  const run = new GraphRunner(pool, scope, 0);
  const numbers = async (given: LoraJob) => {
    const { a, b, losses, history } = await trainLora(run, given, { signal });
    return { a: (await a.toHost()).data, b: (await b.toHost()).data, losses, history };
  };

  it.each([
    ['all rows', {}],
    ['batches and dropout', { batch: 7, dropout: 0.3 }],
  ] as const)('gives the same bits again, and others with another seed: %s', async (_, changes) => {
    const first = await numbers(job(0.5, changes));
    expect(await numbers(job(0.5, changes))).toEqual(first);
    // A call of the device takes as many steps as fit until the next judgement.
    const { a, losses } = await numbers(job(0.5, { ...changes, heldOut: [], judgeEvery: 1 }));
    expect(losses).toEqual(first.losses);
    expect(a.length).toBe(first.a.length);
    expect((await numbers(job(0.5, { ...changes, seed: 4 }))).losses).not.toEqual(first.losses);
  });

  it('starts A within 1 / sqrt(inputs), as PEFT does, and B at 0', async () => {
    const { a, b } = await numbers(job(0.5, { steps: 1, learningRate: 1e-30, weightDecay: 0, heldOut: [] }));
    const bound = 1 / Math.sqrt(12);
    expect(Math.max(...a.map(Math.abs))).toBeLessThanOrEqual(bound);
    expect(Math.max(...a.map(Math.abs))).toBeGreaterThan(0.7 * bound);
    expect(Math.max(...b.map(Math.abs))).toBeLessThan(1e-29);
  });

  it('keeps the best state by held-out loss and stops when it does not get better', async () => {
    const given = job(3, { steps: 400, learningRate: 0.05 });
    const whole = await trainLora(run, given, { signal });
    const best = whole.history
      .slice(1)
      .reduce((low, point) => (point.heldOutLoss! < low.heldOutLoss! ? point : low));
    expect(whole).toMatchObject({ keptStep: best.step, steps: 400 });
    expect(best.step).toBeLessThan(300);
    const patient = await trainLora(run, { ...given, patience: 50 }, { signal });
    expect(patient.keptStep).toBe(best.step);
    expect(patient.steps).toBe(best.step + 50);
    expect((await patient.a.toHost()).data).toEqual((await whole.a.toHost()).data);
    // The state that was kept gives the loss that it was kept for.
    const held = await prepareRows(run, given, given.heldOut);
    const a = await patient.a.toHost();
    const flipped = float(
      [12, 2],
      Array.from({ length: 24 }, (_, at) => a.data[(at % 2) * 12 + Math.floor(at / 2)]!),
    );
    const { losses } = await takeSteps(
      run,
      { loss: 'cross-entropy', sampling: 'all', dropout: false },
      held,
      firstStates(flipped, float([8, 2], (await patient.b.toHost()).data)),
      { scaling: 1, sharpness: 8, margin: 0, learningRate: 0, weightDecay: 0, pull: 0, keep: 1 },
      { first: 0, count: 1 },
    );
    expect(losses[0]).toBeCloseTo(best.heldOutLoss!, 5);
  });

  it('makes the vectors where their lengths from parts lose their digits', async () => {
    // A large number that says nothing hides the one that tells the labels apart. Training takes it away.
    const rows = [2.3, 1.4, 1.1, 0.6, -0.4, -0.9, -1.7, -1.9].flatMap((value, i) => [100 + i, value]);
    const labels = [0, 0, 0, 0, 1, 1, 1, 1];
    const given: LoraJob = {
      ...shared,
      features: float([8, 2], rows),
      weight: float([2, 2], [1, 0, 0, 1]),
      labels,
      training: labels.map((_, row) => row),
      heldOut: [],
      loss: { kind: 'cross-entropy', prototypes: float([2, 2], [0, 1, 0, -1]), scale: 2 },
      learningRate: 0.01,
      steps: 80,
      start: float([2, 2], [0.9, 0.1, -0.2, 0.8]),
    };
    const prepared = await prepareRows(run, given);
    const start = () => firstStates(float([2, 2], [0.9, -0.2, 0.1, 0.8]), float([2, 2], [0, 0, 0, 0]));
    const scalars = {
      scaling: 1,
      sharpness: 2,
      margin: 0,
      learningRate: 0.01,
      weightDecay: 0.01,
      pull: 0,
      keep: 1,
    };
    const by = (loss: 'cross-entropy' | 'cross-entropy-parts') =>
      takeSteps(run, { loss, sampling: 'all', dropout: false }, prepared, start(), scalars, {
        first: 0,
        count: 80,
      });
    const exact = await by('cross-entropy');
    const parts = await by('cross-entropy-parts');
    expect(Math.min(...parts.left)).toBeLessThan(1e-3);
    expect(largestDifference(parts.losses, exact.losses)).toBeGreaterThan(1e-4);
    const { losses } = await trainLora(run, given, { signal });
    expect(largestDifference(losses, exact.losses)).toBeLessThanOrEqual(1e-4);
  });

  it('stops when it is cancelled', async () => {
    const controller = new AbortController();
    const work = trainLora(run, job(0.5, { steps: 100_000 }), {
      signal: controller.signal,
      onProgress: (done) => {
        if (done > 20) controller.abort();
      },
    });
    await expect(work).rejects.toBeInstanceOf(CancelledError);
  });

  it('ends with the best so far when it is asked to stop: the state that a training of so many steps keeps', async () => {
    const stop = new AbortController();
    const noisy = job(2, { steps: 100_000 });
    const result = await trainLora(run, noisy, {
      signal,
      stop: stop.signal,
      onPoint: ({ step }) => step >= 60 && stop.abort('stop'),
    });
    expect([result.stopped, result.outOfTime]).toEqual([true, false]);
    const judged = result.history.filter(({ step }) => step > 0);
    const best = judged.reduce((a, b) => (b.heldOutLoss! < a.heldOutLoss! ? b : a));
    expect(result.keptStep).toBe(best.step);
    const whole = await trainLora(run, { ...noisy, steps: best.step }, { signal });
    expect([whole.stopped, whole.keptStep]).toEqual([false, best.step]);
    for (const name of ['a', 'b'] as const)
      expect((await result[name].toHost()).data).toEqual((await whole[name].toHost()).data);
  });

  it('ends with the best so far when its time is over', async () => {
    const result = await trainLora(run, job(0.5, { steps: 1_000_000, mostMs: 300 }), { signal });
    expect(result.outOfTime).toBe(true);
    expect(result.steps).toBeLessThan(1_000_000);
    expect(result.history.some(({ step }) => step === result.keptStep)).toBe(true);
  });

  it('says at which step it broke down, and keeps what was good before', async () => {
    const broken = job(0.5, { learningRate: 1e30, judgeEvery: 1 });
    const warnings: string[] = [];
    const onWarn = (said: unknown) => warnings.push((said as { code: string }).code);
    await expect(trainLora(run, { ...broken, heldOut: [] }, { signal })).rejects.toMatchObject({
      code: 'training.not-finite',
    });
    const kept = await trainLora(run, broken, { signal, onWarn });
    expect(warnings).toEqual(['training.broke-down']);
    expect((await kept.b.toHost()).data.every(Number.isFinite)).toBe(true);
  });

  it('compares at most 4,096 rows with each other, and stays finite with one row per label', async () => {
    const many = 4500;
    const random = seededRandom(1);
    const given: LoraJob = {
      ...shared,
      features: float(
        [many, 3],
        Array.from({ length: 3 * many }, () => random() - 0.5),
      ),
      weight: float([2, 3], [1, 0, 0, 0, 1, 0]),
      labels: Array.from({ length: many }, (_, row) => (row < 20 ? 0 : row)),
      training: Array.from({ length: many }, (_, row) => row),
      heldOut: [],
      loss: { kind: 'supervised-contrastive', temperature: 0.1 },
      steps: 1,
    };
    const { losses, a } = await trainLora(run, given, { signal });
    expect(losses.every(Number.isFinite)).toBe(true);
    expect((await a.toHost()).data.every(Number.isFinite)).toBe(true);
  }, 60_000);
});
