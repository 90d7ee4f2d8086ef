import { PatchbayError } from '../../nodes/sdk/index.ts';
import type { Page } from '../contract/basics.ts';
import { requestMessage } from '../contract/messages/requests.ts';

/** A place in a list, for clients. It is opaque, so that clients do not compute with it. */
export function cursorOf(ord: number): string {
  return Buffer.from(`o${ord}`).toString('base64url');
}

/** The place of a cursor. @throws PatchbayError `request.cursor` for a text that {@link cursorOf} did not make */
export function ordOf(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const ord = /^o\d{1,15}$/.test(text) ? Number(text.slice(1)) : Number.NaN;
  if (Number.isNaN(ord)) throw new PatchbayError(requestMessage('request.cursor'));
  return ord;
}

/**
 * Makes a page of rows. The caller reads one row more than `limit`, to know whether another page follows.
 * @param map returns undefined for a row that is left out
 */
export function pageFrom<R extends { readonly ord: number }, T>(
  rows: readonly R[],
  limit: number,
  map: (row: R) => T | undefined,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const items = shown.map(map).filter((item) => item !== undefined);
  return { items, next: rows.length > limit && last ? cursorOf(last.ord) : null };
}
