/** The most QL steps for one eigenvalue; two or three are usual. */
const MOST_STEPS = 60;

/**
 * All eigenvalues in ascending order, and the unit eigenvectors, of a symmetric tridiagonal m x m matrix. `beside` holds the m - 1
 * elements beside its diagonal. The method is implicit QL with Wilkinson's shift (Bowdler, Martin, Reinsch and Wilkinson 1968,
 * `tql2` of EISPACK).
 */
export function tridiagonalEigen(
  diagonal: readonly number[],
  beside: readonly number[],
): { readonly values: Float64Array; readonly vectors: readonly Float64Array[] } {
  const m = diagonal.length;
  const d = Float64Array.from(diagonal);
  const e = Float64Array.from({ length: m }, (_, i) => (i < m - 1 ? beside[i]! : 0));
  const vectors = Array.from({ length: m }, (_, i) => Float64Array.from({ length: m }, (_, j) => +(i === j)));
  for (let first = 0; first < m; first++) {
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const last = blockEnd(d, e, first);
      if (last === first) break;
      qlStep(d, e, vectors, first, last);
    }
  }
  const order = [...d.keys()].sort((a, b) => d[a]! - d[b]!);
  return { values: Float64Array.from(order, (i) => d[i]!), vectors: order.map((i) => vectors[i]!) };
}

/** The end of the block that begins at `first`: the next element beside the diagonal is 0. */
function blockEnd(d: Float64Array, e: Float64Array, first: number): number {
  let last = first;
  while (last < d.length - 1) {
    const size = Math.abs(d[last]!) + Math.abs(d[last + 1]!);
    if (Math.abs(e[last]!) <= Number.EPSILON * size) break;
    last++;
  }
  return last;
}

/** Applies one sweep of plane rotations to first..last and to the vectors, one per row. */
function qlStep(
  d: Float64Array,
  e: Float64Array,
  vectors: readonly Float64Array[],
  first: number,
  last: number,
): void {
  const half = (d[first + 1]! - d[first]!) / (2 * e[first]!);
  const root = Math.hypot(half, 1);
  let g = d[last]! - d[first]! + e[first]! / (half + (half >= 0 ? root : -root));
  let [sine, cosine, moved] = [1, 1, 0];
  for (let i = last - 1; i >= first; i--) {
    const f = sine * e[i]!;
    const b = cosine * e[i]!;
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1]! -= moved;
      e[last] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = d[i + 1]! - moved;
    const turned = (d[i]! - g) * sine + 2 * cosine * b;
    moved = sine * turned;
    d[i + 1] = g + moved;
    g = cosine * turned - b;
    const [low, high] = [vectors[i]!, vectors[i + 1]!];
    for (let k = 0; k < low.length; k++) {
      const old = high[k]!;
      high[k] = sine * low[k]! + cosine * old;
      low[k] = cosine * low[k]! - sine * old;
    }
  }
  d[first]! -= moved;
  e[first] = g;
  e[last] = 0;
}
