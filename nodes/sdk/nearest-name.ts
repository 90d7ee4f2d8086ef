/** How many letters must change to turn one name into the other (Levenshtein distance). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min(
          (row[j] as number) + 1,
          (next[j - 1] as number) + 1,
          (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[b.length] as number;
}

/** The name that was probably meant: one with few letters changed, or one that contains it; undefined when none is near. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const wanted = name.slice(0, 200).toLowerCase();
  const ranked = names
    .map((candidate) => ({ candidate, far: distance(wanted, candidate.slice(0, 200).toLowerCase()) }))
    .sort((a, b) => a.far - b.far);
  const best = ranked[0];
  if (best && best.far <= Math.max(1, wanted.length / 3)) return best.candidate;
  const whole = ranked.find(({ candidate }) => candidate.toLowerCase().includes(wanted));
  return wanted.length < 3 ? undefined : whole?.candidate;
}
