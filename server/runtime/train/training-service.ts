import type { TrainingService } from '../../../nodes/sdk/index.ts';
import { GraphRunner } from '../ops/runner.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import type { TensorScope } from '../ort/tensor.ts';

/** Trains for one node's run; results belong to `scope`. The code of a training is loaded with the first one. */
export function createTrainingService(pool: SessionPool, scope: TensorScope): TrainingService {
  return {
    lora: async (job, options) => {
      const { trainLora } = await import('./lora-trainer.ts');
      return trainLora(new GraphRunner(pool, scope, 0), job, options);
    },
  };
}
