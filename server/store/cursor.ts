import { PatchbayError } from '../../nodes/sdk/index.ts';
import type { Page } from '../contract/basics.ts';

/** A place in a list, as callers keep it: opaque, so that nobody computes with it. */
export function cursorOf(ord: number): string {
  return Buffer.from(`o${ord}`).toString('base64url');
}

/** @throws PatchbayError `request.cursor` for anything {@link cursorOf} did not make. */
export function ordOf(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const ord = /^o\d{1,15}$/.test(text) ? Number(text.slice(1)) : Number.NaN;
  if (Number.isNaN(ord))
    throw new PatchbayError({
      code: 'request.cursor',
      message:
        'The cursor is none of this list. Use the "next" of the page before, or none for the first page.',
    });
  return ord;
}

/** The page of rows that were read with one more than `limit`. */
export function pageFrom<R extends { readonly ord: number }, T>(
  rows: readonly R[],
  limit: number,
  map: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(map), next: rows.length > limit && last ? cursorOf(last.ord) : null };
}
