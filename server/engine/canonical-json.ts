function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

/**
 * Writes JSON with sorted keys and without spaces, so that equal values give equal texts. For params, which are checked
 * and shallow.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, sorted);
}
