import { seededRandom, shuffled } from './rng.ts';

/**
 * Deals items into k parts (0 to k - 1) so that every category is spread as evenly as possible, and the parts too (stratified folds).
 * The same seed gives the same parts. An undefined category gives an undefined part.
 */
export function stratifiedFolds(
  categories: readonly (string | undefined)[],
  k: number,
  seed: number,
): (number | undefined)[] {
  const members = new Map<string, number[]>();
  for (const [at, category] of categories.entries()) {
    if (category === undefined) continue;
    const list = members.get(category);
    if (list) list.push(at);
    else members.set(category, [at]);
  }
  const random = seededRandom(seed);
  const folds = categories.map((): number | undefined => undefined);
  // The next category goes on where the last one stopped, so that small categories do not all begin in the first part.
  let next = 0;
  for (const list of members.values()) for (const at of shuffled(list, random)) folds[at] = next++ % k;
  return folds;
}
