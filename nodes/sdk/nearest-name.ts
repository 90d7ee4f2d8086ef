/**
 * How many letters must change, or swap with their neighbour, to turn one name into the other (optimal string alignment
 * distance); `limit + 1` for any larger distance.
 */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let above: readonly number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swaps = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = swaps ? above[j - 2]! + 1 : replaced;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replaced, swapped));
    }
    // A swap uses the row before the last one, so both rows must be over the limit.
    if (Math.min(...row, ...next) > limit) return limit + 1;
    [above, row] = [row, next];
  }
  return row[b.length]!;
}

const LONGEST = 200;
const fold = (name: string) => name.slice(0, LONGEST).toLowerCase();

/**
 * The name that was probably meant: the one with the fewest changed letters, or else one that contains it; undefined if
 * none is similar.
 */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  const wanted = fold(name);
  let limit = Math.max(1, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let whole: string | undefined;
  for (const candidate of names) {
    const folded = fold(candidate);
    if (wanted.length >= 3 && whole === undefined && folded.includes(wanted)) whole = candidate;
    const far = distance(wanted, folded, limit);
    if (far > limit || (best !== undefined && far === limit)) continue;
    best = candidate;
    limit = far;
  }
  return best ?? whole;
}
