import type { GraphWalk } from './graph-walk.ts';

const RANDOM = ['RandomNormal', 'RandomNormalLike', 'RandomUniform', 'RandomUniformLike'];

/** Whether a graph draws random numbers, so that each run gives other results. */
export const isRandom = (walk: GraphWalk): boolean => walk.uses(RANDOM);

/** The mean of a random sample `mean + std * noise`: the summand without noise. */
export function findMean(walk: GraphWalk, sample: string): string | undefined {
  const node = walk.producer(walk.through(sample, ['Identity', 'Cast']));
  if (node?.opType !== 'Add') return undefined;
  const noisy = (value: string): boolean => {
    const maker = walk.producer(value);
    return RANDOM.includes(maker?.opType ?? '') || (maker?.opType === 'Mul' && maker.input.some(noisy));
  };
  const [left, right] = node.input;
  if (left === undefined || right === undefined || noisy(left) === noisy(right)) return undefined;
  return noisy(left) ? right : left;
}
