/** An item whose given category is probably wrong. */
export interface Suspect {
  readonly at: number;
  /** Column of the category that it probably is. */
  readonly suggested: number;
  /** Probability of the given category. */
  readonly own: number;
  /** Probability of the suggested category. */
  readonly other: number;
}

/**
 * Sums for the thresholds of confident learning: of each category, the mean probability of the category itself over the items that are
 * given as it (Northcutt et al. 2021, equation 2). NaN for a category without items.
 */
export class SelfConfidence {
  private readonly sums: Float64Array;
  private readonly counts: Float64Array;

  constructor(categories: number) {
    this.sums = new Float64Array(categories);
    this.counts = new Float64Array(categories);
  }

  add(row: ArrayLike<number>, given: number): void {
    this.sums[given] = (this.sums[given] as number) + (row[given] as number);
    this.counts[given] = (this.counts[given] as number) + 1;
  }

  get thresholds(): Float64Array {
    return this.sums.map((sum, at) => sum / (this.counts[at] as number));
  }
}

/**
 * Whether confident learning counts an item as one of another category (Northcutt et al. 2021, section 3.1): of the categories whose
 * threshold its probability reaches, the most probable one is not the given one. Of equal probabilities the first counts.
 * @param isOut whether a person has ruled a category out for the item, so that it is no suggestion
 */
export function suspectOf(
  row: ArrayLike<number>,
  given: number,
  thresholds: ArrayLike<number>,
  at: number,
  isOut: (column: number) => boolean = () => false,
): Suspect | undefined {
  let best = -1;
  for (let column = 0; column < row.length; column++) {
    const value = row[column] as number;
    // A category without items has no threshold, and NaN is never reached.
    const isReached = value >= (thresholds[column] as number);
    if (isReached && (best < 0 || value > (row[best] as number)) && !isOut(column)) best = column;
  }
  if (best < 0 || best === given) return undefined;
  return { at, suggested: best, own: row[given] as number, other: row[best] as number };
}

/** The most suspicious first: by how much more probable the suggested category is. */
export const bySuspicion = (a: Suspect, b: Suspect): number =>
  a.own - a.other - (b.own - b.other) || a.at - b.at;
