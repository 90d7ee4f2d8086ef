import type { Suggestion } from './farthest.ts';

/** How doubt is measured; see {@link doubtOf} and {@link entropyOf}. */
export type Doubt = 'margin' | 'entropy';

/** 1 minus the margin: how close the second-best category is to the best one (Scheffer, Decomain and Wrobel 2001). */
export function doubtOf(row: ArrayLike<number>): number {
  let best = Number.NEGATIVE_INFINITY;
  let second = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < row.length; at++) {
    const value = row[at]!;
    if (value > best) [best, second] = [value, best];
    else if (value > second) second = value;
  }
  // One category on its own is least sure at one half.
  return row.length === 1 ? 1 - Math.abs(2 * best - 1) : 1 - (best - second);
}

/**
 * The entropy of probabilities (Shannon 1948) as a share of the largest one that so many categories can have: 0 if one is certain, 1 if
 * all are equally probable. Probabilities that do not add up to 1 are scaled to do so; one on its own is that of yes or no.
 */
export function entropyOf(row: ArrayLike<number>): number {
  const values = row.length === 1 ? [row[0]!, 1 - row[0]!] : Array.from(row);
  const sum = values.reduce((total, value) => total + Math.max(0, value), 0);
  if (!(sum > 0)) return 1;
  let entropy = 0;
  for (const value of values) {
    const share = value / sum;
    if (share > 0) entropy -= share * Math.log(share);
  }
  return Math.max(0, entropy / Math.log(values.length));
}

/** The first `count` by their score, highest first; of equal ones, the first of the list. */
export function mostDoubtful(found: readonly Suggestion[], count: number): Suggestion[] {
  // The last bits differ between devices. They must not decide between pictures that are equally unsure.
  const rounded = (score: number) => Math.round(score * 1e5);
  return found.toSorted((a, b) => rounded(b.score) - rounded(a.score) || a.index - b.index).slice(0, count);
}
