/** The scores of one picture before the softmax or sigmoid, and the column of its true category. */
export interface LogitRow {
  readonly logits: ArrayLike<number>;
  readonly truth: number;
}

/** How scores become probabilities: the categories share 100%, or each is on its own. */
export type Activation = 'softmax' | 'sigmoid';

/** The smallest positive float32, and the largest below 1: probabilities that a model gives as 0 or 1 are within these. */
const LEAST = 2 ** -149;
const MOST = 1 - 2 ** -24;
/** How sharp or even a temperature may make probabilities: 1 / temperature. */
const LOWEST = 1e-3;
const HIGHEST = 1e3;
const MOST_STEPS = 60;

/** Turns probabilities into scores that the activation turns back into them. */
export function logitsOf(probabilities: ArrayLike<number>, activation: Activation): Float64Array {
  const logits = new Float64Array(probabilities.length);
  for (let at = 0; at < logits.length; at++) {
    const p = Math.min(MOST, Math.max(LEAST, probabilities[at] as number));
    logits[at] = activation === 'softmax' ? Math.log(p) : Math.log(p) - Math.log1p(-p);
  }
  return logits;
}

/** softmax(inverse * logits), or sigmoid(inverse * logits). */
export function activated(logits: ArrayLike<number>, inverse: number, activation: Activation): Float64Array {
  const result = new Float64Array(logits.length);
  if (activation === 'sigmoid') {
    for (let at = 0; at < result.length; at++)
      result[at] = 1 / (1 + Math.exp(-inverse * (logits[at] as number)));
    return result;
  }
  let top = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < result.length; at++) top = Math.max(top, logits[at] as number);
  let sum = 0;
  for (let at = 0; at < result.length; at++) {
    const part = Math.exp(inverse * ((logits[at] as number) - top));
    result[at] = part;
    sum += part;
  }
  for (let at = 0; at < result.length; at++) result[at] = (result[at] as number) / sum;
  return result;
}

/**
 * The negative log likelihood of the true categories, and its first and second derivative by the inverse temperature. With
 * `sigmoid`, every category of a picture is a yes or no.
 */
export function likelihoodOf(
  { logits, truth }: LogitRow,
  inverse: number,
  activation: Activation,
): readonly [loss: number, slope: number, curvature: number] {
  const p = activated(logits, inverse, activation);
  let [loss, slope, curvature] = [0, 0, 0];
  if (activation === 'sigmoid') {
    for (let at = 0; at < p.length; at++) {
      const [z, own, y] = [logits[at] as number, p[at] as number, at === truth ? 1 : 0];
      const scaled = inverse * z;
      loss += Math.max(scaled, 0) + Math.log1p(Math.exp(-Math.abs(scaled))) - y * scaled;
      slope += (own - y) * z;
      curvature += own * (1 - own) * z * z;
    }
    return [loss, slope, curvature];
  }
  let [mean, square] = [0, 0];
  const base = logits[truth] as number;
  for (let at = 0; at < p.length; at++) {
    // Measured from the true category, so that large scores lose no digits.
    const z = (logits[at] as number) - base;
    mean += (p[at] as number) * z;
    square += (p[at] as number) * z * z;
  }
  return [-Math.log(Math.max(Number.MIN_VALUE, p[truth] as number)), mean, Math.max(0, square - mean * mean)];
}

/**
 * The inverse temperature with the highest likelihood of the true categories (temperature scaling, Guo et al. 2017). The negative log
 * likelihood is convex in it, so Newton's method within a shrinking range finds its only minimum. Undefined if there is no minimum
 * between 1/1000 and 1000, for example because all pictures are right.
 * @param rows gives all rows again each time
 */
export async function fitTemperature(
  rows: () => AsyncIterable<LogitRow> | Iterable<LogitRow>,
  activation: Activation,
): Promise<number | undefined> {
  const bend = async (inverse: number): Promise<readonly [slope: number, curvature: number]> => {
    let [slope, curvature] = [0, 0];
    for await (const row of rows()) {
      const [, own, second] = likelihoodOf(row, inverse, activation);
      slope += own;
      curvature += second;
    }
    return [slope, curvature];
  };
  let [low, high] = [LOWEST, HIGHEST];
  if (!((await bend(low))[0] < 0) || !((await bend(high))[0] > 0)) return undefined;
  let inverse = 1;
  for (let step = 0; step < MOST_STEPS; step++) {
    const [slope, curvature] = await bend(inverse);
    if (slope === 0) break;
    if (slope > 0) high = inverse;
    else low = inverse;
    const newton = inverse - slope / curvature;
    const next = newton > low && newton < high ? newton : Math.sqrt(low * high);
    if (Math.abs(next - inverse) <= 1e-10 * inverse) break;
    inverse = next;
  }
  return inverse;
}
