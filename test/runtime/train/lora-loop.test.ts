import { expect, it } from 'vitest';
import { GraphRunner } from '../../../server/runtime/ops/runner.ts';
import { hostTensor } from '../../../server/runtime/ort/tensor.ts';
import { firstStates, takeSteps } from '../../../server/runtime/train/lora-rounds.ts';
import type { TrainingRows } from '../../../server/runtime/train/training-rows.ts';
import { describeOracles, expectedJson, largestDifference, tensorsOf } from '../encoders/oracle-cases.ts';
import { describeDevices, workbench } from '../ort/test-devices.ts';

/** The losses of 300 steps stay this close to PyTorch's. */
const TOLERANCE = 1e-4;

interface Facts {
  readonly rank: number;
  readonly alpha: number;
  readonly logit_scale: number;
  readonly lr: number;
  readonly steps: number;
  readonly weight_decay: number;
  readonly reg_lambda: number;
}

describeOracles('lora-train', (root) => {
  describeDevices('300 steps', (device) => {
    const { pool, scope, ops } = workbench(device);
    const run = new GraphRunner(pool, scope, 1 << 22);
    it.each(
      (['ce', 'ce_reg'] as const).flatMap((name) =>
        (['cross-entropy-parts', 'cross-entropy'] as const).flatMap((loss) =>
          (['all', 'tiles'] as const).map((sampling) => [name, loss, sampling] as const),
        ),
      ),
    )('%s by %s, %s: the loss before each step is that of PyTorch', async (name, loss, sampling) => {
      const facts = expectedJson(root, 'lora-train') as unknown as Facts;
      const found = await tensorsOf(`${root.path}lora-train/expected.safetensors`);
      const tensor = (key: string) => ops.tensor({ dtype: 'float32', ...found.get(key)! });
      const [x, prototypes] = [tensor('X'), tensor('prototypes')];
      const base = await ops.matmul(x, tensor('W'), { transposeB: true });
      const { data: numbers } = await base.toHost();
      const [count = 0, width = 0] = base.dims;
      const squares = Float32Array.from({ length: count }, (_, i) =>
        numbers.subarray(i * width, (i + 1) * width).reduce((sum, value) => sum + value * value, 0),
      );
      const rows: TrainingRows = {
        count,
        x,
        base,
        labels: hostTensor({
          dtype: 'int64',
          dims: [count],
          data: BigInt64Array.from(found.get('labels')!.data, BigInt),
        }),
        weights: ops.tensor({
          dtype: 'float32',
          dims: [count, 1],
          data: new Float32Array(count).fill(1 / count),
        }),
        more: {
          prototypes,
          scores: await ops.matmul(base, prototypes, { transposeB: true }),
          squares: ops.tensor({ dtype: 'float32', dims: [count, 1], data: squares }),
        },
      };
      const scaling = facts.alpha / facts.rank;
      const a = await ops.transpose(tensor('A_init'), [1, 0]);
      const b = ops.tensor({
        dtype: 'float32',
        dims: [width, facts.rank],
        data: new Float32Array(width * facts.rank),
      });
      const stepped = await takeSteps(
        run,
        { loss, sampling, dropout: false },
        rows,
        firstStates(a, b),
        {
          scaling,
          sharpness: facts.logit_scale,
          margin: 0,
          learningRate: facts.lr,
          weightDecay: facts.weight_decay,
          pull: name === 'ce_reg' ? facts.reg_lambda * scaling ** 2 : 0,
          keep: 1,
        },
        { first: 0, count: facts.steps, ...(sampling === 'tiles' && { tile: 50 }) },
      );
      expect(largestDifference(stepped.losses, found.get(`${name}/loss`)!.data)).toBeLessThanOrEqual(
        TOLERANCE,
      );
      expect(
        largestDifference((await stepped.states.b!.toHost()).data, found.get(`${name}/B`)!.data),
      ).toBeLessThan(1e-3);
    });
  });
});
