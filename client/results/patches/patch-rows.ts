import type { ShownCell } from '../read-view.ts';
import { mapOf } from './maps.ts';
import { mapsEach, type ShownPatches } from './read-patches.ts';

/** Patches as a table: a row a patch, counted from 1, with its number for each query, or its red, green and blue. */
export function patchRows(view: ShownPatches): {
  header: readonly string[];
  rows: readonly (readonly ShownCell[])[];
} {
  const { items, columns, rows } = view;
  const patches = rows * columns;
  const place = (at: number) => [Math.floor(at / columns) + 1, (at % columns) + 1];
  const table = items.flatMap(({ title }, picture) =>
    Array.from({ length: mapsEach(view) }, (_, query) => query).flatMap((query) => {
      const map = mapOf(view, picture, query);
      const asked =
        view.shows === 'heat' && view.queries.length > 0 ? [view.queries[query]?.title ?? null] : [];
      return Array.from({ length: patches }, (_, at) => [title, ...asked, ...place(at), ...map.numbers(at)]);
    }),
  );
  if (view.shows === 'colors')
    return { header: ['picture', 'row', 'column', 'red', 'green', 'blue'], rows: table };
  const asked = view.queries.length > 0 ? ['query'] : [];
  return { header: ['picture', ...asked, 'row', 'column', 'cosine'], rows: table };
}
