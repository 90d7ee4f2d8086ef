import { seededRandom, shuffled } from './rng.ts';

/** Positions of each label, in order of first appearance. */
function groups(labels: readonly (string | undefined)[]): number[][] {
  const byLabel = new Map<string | undefined, number[]>();
  for (const [index, label] of labels.entries()) {
    const group = byLabel.get(label);
    if (group) group.push(index);
    else byLabel.set(label, [index]);
  }
  return [...byLabel.values()];
}

/**
 * How many of `count` items are in the first and in the second set, by their shares. The rest is the third set. `carry` takes
 * rounding errors from one label to the next.
 */
export function splitSizes(
  count: number,
  shares: readonly [number, number],
  carry: [number, number] = [0, 0],
): [number, number] {
  const wanted = [count * shares[0] + carry[0], count * shares[1] + carry[1]] as const;
  // Training needs at least one item of every label.
  const least = shares[0] > 0 && count > 0 ? 1 : 0;
  const first = Math.min(count, Math.max(least, Math.round(wanted[0])));
  const second = Math.min(count - first, Math.max(0, Math.round(wanted[1])));
  carry[0] = wanted[0] - first;
  carry[1] = wanted[1] - second;
  return [first, second];
}

/**
 * Divides items at random into three sets, each with the same mix of labels as far as the numbers allow: the set of each item, from 0
 * to 2. Every label has at least one item in the first set, unless its share is 0. The same seed gives the same sets.
 * @param labels the label of each item; with equal or missing labels, all items are one group
 */
export function splitByLabel(
  labels: readonly (string | undefined)[],
  shares: readonly [number, number],
  seed: number,
): Uint8Array {
  const random = seededRandom(seed);
  const carry: [number, number] = [0, 0];
  const set = new Uint8Array(labels.length).fill(2);
  for (const group of groups(labels)) {
    const [first, second] = splitSizes(group.length, shares, carry);
    for (const [place, index] of shuffled(group, random).entries())
      if (place < first + second) set[index] = place < first ? 0 : 1;
  }
  return set;
}
