/** A score from which on predictions are kept. */
export interface CutOff {
  readonly score: number;
  /** Share of right ones among those that are kept, in the pictures that it was found with. */
  readonly precision: number;
  readonly kept: number;
}

/** How sure a cut-off must be of its precision: as counted, or the lower end of a range that holds it with 95%. */
export type Surety = 'counted' | 'sure';

/** One-sided 95% of the normal distribution. */
const Z = 1.6448536269514722;

/**
 * The lower end of Wilson's score interval of a share, one-sided 95% (Wilson 1927).
 * @param right how many of `count` are right
 */
export function wilsonLower(right: number, count: number): number {
  if (count === 0) return 0;
  const share = right / count;
  const square = (Z * Z) / count;
  const spread = Z * Math.sqrt((share * (1 - share)) / count + square / (4 * count));
  return Math.max(0, (share + square / 2 - spread) / (1 + square));
}

/**
 * The lowest score such that, of everything from it on, at least the wanted share is right: the lowest threshold of scikit-learn's
 * `precision_recall_curve` that reaches the precision. Undefined if there is none.
 */
export function lowestCutOff(
  scored: readonly { readonly score: number; readonly isRight: boolean }[],
  wanted: number,
  surety: Surety = 'counted',
): CutOff | undefined {
  const sorted = scored.filter(({ score }) => !Number.isNaN(score)).sort((a, b) => b.score - a.score);
  let found: CutOff | undefined;
  let right = 0;
  for (const [at, { score, isRight }] of sorted.entries()) {
    if (isRight) right++;
    // Equal scores are kept or left out together.
    if (sorted[at + 1]?.score === score) continue;
    const kept = at + 1;
    const reached = surety === 'sure' ? wilsonLower(right, kept) : right / kept;
    if (reached >= wanted) found = { score, precision: right / kept, kept };
  }
  return found;
}

/** The row of a table of cut-offs for everything that has no row of its own. */
export const ALL_OTHERS = '*';
