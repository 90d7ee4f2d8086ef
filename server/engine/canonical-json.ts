function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

/** JSON in which equal values have equal texts: keys sorted, no spaces. For params, which are checked and shallow. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, sorted);
}
