/** How far two divisions into groups agree: the adjusted Rand index (Hubert and Arabie 1985), 1 if they are the same. */
export function agreement(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const pairs = (count: number) => (count * (count - 1)) / 2;
  const counted = (keys: readonly string[]) => {
    const counts = new Map<string, number>();
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    return [...counts.values()].reduce((sum, count) => sum + pairs(count), 0);
  };
  const rows = Array.from({ length: a.length }, (_, row) => row);
  const both = counted(rows.map((row) => `${a[row]} ${b[row]}`));
  const one = counted(rows.map((row) => String(a[row])));
  const other = counted(rows.map((row) => String(b[row])));
  const chance = (one * other) / pairs(a.length);
  return (both - chance) / ((one + other) / 2 - chance);
}
