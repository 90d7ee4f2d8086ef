import type { Judged } from './truth.ts';

/** How often each true category was predicted as each category. Only cells with pictures are kept. */
export interface Confusion {
  /** All true and predicted categories, in the order of their characters. */
  readonly categories: readonly string[];
  /** The column of pictures without prediction is the number of categories. */
  readonly cells: readonly (readonly [truth: number, predicted: number, count: number])[];
}

/** The scores of one category; definitions as scikit-learn's `precision_recall_fscore_support` with `zero_division=0`. */
export interface CategoryScores {
  readonly category: string;
  /** Share of the pictures predicted as this category that are of it. */
  readonly precision: number;
  /** Share of the pictures of this category that were predicted as it. */
  readonly recall: number;
  /** Harmonic mean of precision and recall. */
  readonly f1: number;
  /** How many pictures are of this category. */
  readonly support: number;
  /** How many pictures were predicted as this category. */
  readonly predicted: number;
}

/** Averages over categories. */
export interface AverageScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Scores of all pictures; averages as in scikit-learn. */
export interface ClassificationScores {
  readonly categories: readonly CategoryScores[];
  readonly accuracy: number;
  /** Every category counts the same. */
  readonly macro: AverageScores;
  /** Every picture counts the same: all right and wrong predictions together. */
  readonly micro: AverageScores;
  /** Categories count by the number of their pictures. */
  readonly weighted: AverageScores;
  /** Categories without any picture, and categories that were never predicted: a score of theirs is 0 divided by 0. */
  readonly undefinedScores: { readonly withoutPictures: number; readonly neverPredicted: number };
}

/** The order of characters, as `sorted` in Python. */
const byCharacters = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Counts each pair of a true and a predicted category. */
export function confusionOf({ truth, predicted }: Pick<Judged, 'truth' | 'predicted'>): Confusion {
  const names = new Set<string>(truth);
  for (const name of predicted) if (name !== null) names.add(name);
  const categories = [...names].sort(byCharacters);
  const places = new Map(categories.map((name, at) => [name, at]));
  const counts = new Map<number, number>();
  const width = categories.length + 1;
  for (const [at, name] of truth.entries()) {
    const other = predicted[at] ?? null;
    const column = other === null ? categories.length : (places.get(other) as number);
    const cell = (places.get(name) as number) * width + column;
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  return {
    categories,
    cells: [...counts]
      .sort(([a], [b]) => a - b)
      .map(([cell, count]) => [Math.floor(cell / width), cell % width, count]),
  };
}

/** a / b, and 0 where both are 0 (`zero_division=0`). */
const share = (a: number, b: number) => (b === 0 ? 0 : a / b);
const f1Of = (right: number, support: number, predicted: number) => share(2 * right, support + predicted);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Accuracy, and precision, recall and F1 by category and on average. Without pictures, all are NaN. */
export function classificationScores({ categories, cells }: Confusion): ClassificationScores {
  const [right, support, predicted] = [categories, categories, categories].map(
    (list) => new Float64Array(list.length),
  ) as [Float64Array, Float64Array, Float64Array];
  for (const [row, column, count] of cells) {
    support[row] = (support[row] as number) + count;
    if (column < categories.length) predicted[column] = (predicted[column] as number) + count;
    if (row === column) right[row] = count;
  }
  const each = categories.map((category, at): CategoryScores => {
    const [own, all, said] = [right[at], support[at], predicted[at]] as [number, number, number];
    return {
      category,
      precision: share(own, said),
      recall: share(own, all),
      f1: f1Of(own, all, said),
      support: all,
      predicted: said,
    };
  });
  const total = sum([...support]);
  const [allRight, allSaid] = [sum([...right]), sum([...predicted])];
  const mean = (field: 'precision' | 'recall' | 'f1', weighted: boolean) =>
    sum(each.map((scores) => scores[field] * (weighted ? scores.support : 1))) /
    (weighted ? total : each.length);
  const average = (weighted: boolean): AverageScores => ({
    precision: mean('precision', weighted),
    recall: mean('recall', weighted),
    f1: mean('f1', weighted),
  });
  const none = total === 0 ? Number.NaN : 0;
  return {
    categories: each,
    accuracy: allRight / total,
    macro: average(false),
    weighted: average(true),
    micro: {
      precision: none + share(allRight, allSaid),
      recall: none + share(allRight, total),
      f1: none + f1Of(allRight, total, allSaid),
    },
    undefinedScores: {
      withoutPictures: each.filter((scores) => scores.support === 0).length,
      neverPredicted: each.filter((scores) => scores.predicted === 0).length,
    },
  };
}

/** Accuracy and macro F1 of predictions. */
export function accuracyAndF1(judged: Pick<Judged, 'truth' | 'predicted'>): {
  readonly accuracy: number;
  readonly macroF1: number;
} {
  const { accuracy, macro } = classificationScores(confusionOf(judged));
  return { accuracy, macroF1: macro.f1 };
}

/**
 * The two-sided p-value of McNemar's exact test: how likely is a difference at least this large if both predictions are equally
 * good. It is that of a binomial test with probability 1/2 (McNemar 1947).
 * @param onlyFirst pictures that only the first predictions get right
 * @param onlySecond pictures that only the second predictions get right
 */
export function mcnemarExact(onlyFirst: number, onlySecond: number): number {
  const count = onlyFirst + onlySecond;
  const less = Math.min(onlyFirst, onlySecond);
  // Logarithms, because the binomial coefficients of 2,000 pictures do not fit in a number.
  let logTerm = -count * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= less; k++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log(count - k) - Math.log(k + 1);
  }
  return Math.min(1, 2 * tail);
}

/** The bins of a calibration error: pictures of similar confidence. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean confidence; NaN without pictures. */
  readonly confidence: number;
  /** Share of right predictions; NaN without pictures. */
  readonly accuracy: number;
}

/**
 * Bins of equal width over the confidence, as in Guo et al. 2017, "On Calibration of Modern Neural Networks": a bin goes from above
 * `from` up to `to`.
 */
export function reliabilityBins(
  confidences: ArrayLike<number>,
  isRight: ArrayLike<number | boolean>,
  bins: number,
): ReliabilityBin[] {
  const sums = Array.from({ length: bins }, () => ({ count: 0, confidence: 0, right: 0 }));
  for (let at = 0; at < confidences.length; at++) {
    const confidence = confidences[at] as number;
    const bin = sums[Math.max(0, Math.min(bins - 1, Math.ceil(confidence * bins) - 1))];
    if (!bin) continue;
    bin.count++;
    bin.confidence += confidence;
    bin.right += Number(isRight[at]);
  }
  return sums.map(({ count, confidence, right }, at) => ({
    from: at / bins,
    to: (at + 1) / bins,
    count,
    confidence: confidence / count,
    accuracy: right / count,
  }));
}

/**
 * Expected calibration error (Guo et al. 2017): the mean distance between confidence and accuracy of the bins, weighted by their
 * pictures. NaN without pictures.
 */
export function calibrationError(bins: readonly ReliabilityBin[]): number {
  const total = sum(bins.map(({ count }) => count));
  return (
    sum(
      bins.map(({ count, confidence, accuracy }) =>
        count === 0 ? 0 : count * Math.abs(confidence - accuracy),
      ),
    ) / total
  );
}
