/** Where the relevant items of one query are in its ranking. */
export interface RelevantRanks {
  /** The rank of each relevant item, from 1, ascending. Of equal scores, the item that comes first in the gallery is before the other. */
  readonly ranks: readonly number[];
  /** Average precision as scikit-learn's `average_precision_score`: items with equal scores count together. NaN without relevant items. */
  readonly averagePrecision: number;
}

/** Scores that are not numbers are the lowest. */
const scoreAt = (scores: ArrayLike<number>, at: number): number => {
  const score = scores[at] as number;
  return Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score;
};

/**
 * The ranks of the relevant items of one query, without sorting the gallery: each item only finds its place among the relevant ones.
 * @param scores one for each gallery item
 * @param relevant positions of relevant items, ascending
 * @param self the position of the query itself, which is left out
 */
export function relevantRanks(
  scores: ArrayLike<number>,
  relevant: readonly number[],
  self?: number,
): RelevantRanks {
  const order = relevant
    .filter((at) => at !== self)
    .sort((a, b) => scoreAt(scores, b) - scoreAt(scores, a) || a - b);
  const count = order.length;
  if (count === 0) return { ranks: [], averagePrecision: Number.NaN };
  const own = order.map((at) => scoreAt(scores, at));
  const least = own[count - 1] as number;
  // How many items come before each relevant one or are it, as steps: all items from this place on are behind `steps[place]` more.
  const steps = new Float64Array(count + 1);
  /** The same by score alone: items whose score is at least that of the relevant one. */
  const stepsByScore = new Float64Array(count + 1);
  for (let at = 0; at < scores.length; at++) {
    const score = scoreAt(scores, at);
    if (at === self || score < least) continue;
    // The first relevant item with the same or a lower score.
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((own[middle] as number) > score) low = middle + 1;
      else high = middle;
    }
    stepsByScore[low] = (stepsByScore[low] as number) + 1;
    while (low < count && own[low] === score && (order[low] as number) < at) low++;
    steps[low] = (steps[low] as number) + 1;
  }
  const ranks: number[] = [];
  let [before, atLeast, sum] = [0, 0, 0];
  for (let place = 0; place < count; place++) {
    before += steps[place] as number;
    ranks.push(before);
  }
  for (let place = 0; place < count; ) {
    let next = place + 1;
    while (next < count && own[next] === own[place]) next++;
    atLeast += stepsByScore[place] as number;
    sum += (next - place) * (next / atLeast);
    place = next;
  }
  return { ranks, averagePrecision: sum / count };
}

/** How many of ascending ranks are within the first k. */
export function foundWithin(ranks: readonly number[], k: number): number {
  let [low, high] = [0, ranks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranks[middle] as number) <= k) low = middle + 1;
    else high = middle;
  }
  return low;
}
