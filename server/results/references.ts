import { createHmac, timingSafeEqual } from 'node:crypto';

/** Names pictures on this machine that appear in results. Clients can request these pictures and no other files. */
export interface References {
  /** Makes the reference of an absolute path. */
  of(path: string): string;
  /** Returns the path of a reference; undefined if {@link of} did not make it. */
  open(reference: string): string | undefined;
  /** Adds a `ref` next to each `file` of an item. Takes and returns JSON. */
  addTo<T>(value: T): T;
}

/**
 * Makes and reads signed references. @param secret the key, kept in the data folder, so that references stay valid
 * after a restart
 */
export function createReferences(secret: string): References {
  const mark = (path: string) => createHmac('sha256', secret).update(path).digest().subarray(0, 16);
  const of = (path: string) =>
    `${Buffer.from(path).toString('base64url')}.${mark(path).toString('base64url')}`;

  /** @param made references made so far, because a gallery's pictures repeat under every query */
  const addTo = (value: unknown, made: Map<string, string>): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      const entries = value.map((entry) => addTo(entry, made));
      return entries.some((entry, at) => entry !== value[at]) ? entries : value;
    }
    const { file, path } = value as { file?: unknown; path?: unknown };
    const isPicture = typeof file === 'string' && typeof path === 'string';
    // A map has a million items, so what does not change is not copied.
    let copy: Record<string, unknown> | undefined;
    for (const [key, entry] of isPicture ? [] : Object.entries(value)) {
      const own = addTo(entry, made);
      if (own === entry) continue;
      copy ??= { ...value };
      copy[key] = own;
    }
    if (!isPicture) return copy ?? value;
    const reference = made.get(file) ?? of(file);
    made.set(file, reference);
    return { ...value, ref: reference };
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
