import { createHmac, timingSafeEqual } from 'node:crypto';

/** Names pictures on this machine that results speak of, so that nobody can ask for any other file. */
export interface References {
  /** The reference of an absolute path. */
  of(path: string): string;
  /** The path again; undefined for what was not made by {@link of}. */
  open(reference: string): string | undefined;
  /** The value with a `ref` beside each `file` of an item. JSON in, JSON out. */
  addTo<T>(value: T): T;
}

/** @param secret stays with the data folder: references outlive restarts and are worth nothing elsewhere */
export function createReferences(secret: string): References {
  const mark = (path: string) => createHmac('sha256', secret).update(path).digest().subarray(0, 16);
  const of = (path: string) =>
    `${Buffer.from(path).toString('base64url')}.${mark(path).toString('base64url')}`;

  /** @param made references so far: a gallery's pictures come again under every query */
  const addTo = (value: unknown, made: Map<string, string>): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((entry) => addTo(entry, made));
    const entries = Object.entries(value).map(([key, entry]) => [key, addTo(entry, made)]);
    const { file, path } = value as { file?: unknown; path?: unknown };
    if (typeof file === 'string' && typeof path === 'string') {
      const reference = made.get(file) ?? of(file);
      made.set(file, reference);
      entries.push(['ref', reference]);
    }
    return Object.fromEntries(entries);
  };

  return {
    of,
    open(reference) {
      const [path = '', given = ''] = reference.split('.');
      const text = Buffer.from(path, 'base64url').toString('utf8');
      const bytes = Buffer.from(given, 'base64url');
      const wanted = mark(text);
      return bytes.length === wanted.length && timingSafeEqual(bytes, wanted) ? text : undefined;
    },
    addTo: (value) => addTo(value, new Map()) as typeof value,
  };
}
