/** The shape of the attraction between places: 1 / (1 + a d^2b) at the distance d. */
export interface Curve {
  readonly a: number;
  readonly b: number;
}

const POINTS = 300;
const MOST_STEPS = 200;

/**
 * The curve nearest to 1 up to `minDistance` and exp(minDistance - d) beyond, by least squares over 0..3, as umap-learn fits it; by
 * Levenberg (1944) and Marquardt (1963).
 */
export function fittedCurve(minDistance: number): Curve {
  const x = Array.from({ length: POINTS }, (_, i) => (3 * i) / (POINTS - 1));
  const y = x.map((d) => (d < minDistance ? 1 : Math.exp(minDistance - d)));
  const errorOf = ({ a, b }: Curve) =>
    x.reduce((sum, d, i) => sum + (1 / (1 + a * d ** (2 * b)) - y[i]!) ** 2, 0);
  let curve: Curve = { a: 1, b: 1 };
  let error = errorOf(curve);
  let damping = 1e-3;
  for (let step = 0; step < MOST_STEPS && damping < 1e12; step++) {
    const next = stepped(curve, x, y, damping);
    const nextError = errorOf(next);
    if (!(nextError < error)) {
      damping *= 10;
      continue;
    }
    const gain = error - nextError;
    [curve, error, damping] = [next, nextError, damping / 10];
    if (gain <= 1e-15 * error) break;
  }
  return curve;
}

function stepped({ a, b }: Curve, x: readonly number[], y: readonly number[], damping: number): Curve {
  let [aa, ab, bb, ga, gb] = [0, 0, 0, 0, 0];
  for (const [i, d] of x.entries()) {
    if (d === 0) continue;
    const power = d ** (2 * b);
    const value = 1 / (1 + a * power);
    const slopeA = -power * value * value;
    const slopeB = 2 * a * Math.log(d) * slopeA;
    const off = y[i]! - value;
    aa += slopeA * slopeA;
    ab += slopeA * slopeB;
    bb += slopeB * slopeB;
    ga += slopeA * off;
    gb += slopeB * off;
  }
  const [p, q] = [aa * (1 + damping), bb * (1 + damping)];
  const scale = p * q - ab * ab;
  return { a: a + (ga * q - gb * ab) / scale, b: b + (gb * p - ga * ab) / scale };
}
