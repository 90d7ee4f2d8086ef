import { PatchbayError } from '../../nodes/sdk/index.ts';
import type { Page } from '../contract/basics.ts';
import { requestMessage } from '../contract/messages/requests.ts';

/** The numbers by which a list is sorted, the first one first. */
export type Place = readonly number[];

/** A place in a list, for clients. It is opaque, so that clients do not compute with it. */
function cursorOf(place: Place): string {
  return Buffer.from(`o${place.join('-')}`).toString('base64url');
}

/**
 * The place of a cursor.
 * @param length how many numbers it has
 * @throws PatchbayError `request.cursor` for a text that is no cursor of such a list
 */
export function placeOf(cursor: string, length: number): Place {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const place = /^o\d{1,15}(-\d{1,15})*$/.test(text) ? text.slice(1).split('-').map(Number) : [];
  if (place.length !== length) throw new PatchbayError(requestMessage('request.cursor'));
  return place;
}

/**
 * Makes a page of rows. The caller reads one row more than `limit`, to know whether another page follows.
 * @param map returns undefined for a row that is left out
 * @param placeIn the place of a row
 */
export function pageFrom<R, T>(
  rows: readonly R[],
  limit: number,
  map: (row: R) => T | undefined,
  placeIn: (row: R) => Place,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const items = shown.map(map).filter((item) => item !== undefined);
  return { items, next: rows.length > limit && last ? cursorOf(placeIn(last)) : null };
}
