import { mapsEach, type ViewPatches } from '../../../server/contract/view.ts';
import { formatScore } from '../../ui/format.ts';
import { paintCells, sequentialScale } from '../color-scale.ts';

/** The patches of one picture: their colours, and the meaning in words and numbers. */
export interface PatchMap {
  /** Red, green, blue and opacity of each patch, row by row. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  /** The number or colour of a patch, as text. */
  readonly tell: (at: number) => string;
  /** The numbers of a patch: its value, or its red, green and blue. */
  readonly numbers: (at: number) => readonly number[];
}

const hex = (part: number) =>
  Math.round(Math.max(0, Math.min(1, part)) * 255)
    .toString(16)
    .padStart(2, '0');

/** The colour scale of a query: viridis over all its patches in all pictures. */
export function scaleOfQuery(view: Extract<ViewPatches, { shows: 'heat' }>, query: number) {
  const [min, max] = view.ranges[query] ?? [0, 1];
  return sequentialScale(min, max);
}

/** The map of a picture for one of the queries. */
export function mapOf(view: ViewPatches, picture: number, query: number): PatchMap {
  const { rows, columns, values } = view;
  const patches = rows * columns;
  const rgba = new Uint8ClampedArray(patches * 4);
  if (view.shows === 'heat') {
    const from = (picture * mapsEach(view) + query) * patches;
    const own = values.subarray(from, from + patches);
    paintCells(own, scaleOfQuery(view, query), rgba);
    const at = (place: number) => own[place] ?? Number.NaN;
    return { rgba, tell: (place) => formatScore(at(place)), numbers: (place) => [at(place)] };
  }
  const own = values.subarray(picture * patches * 3, (picture + 1) * patches * 3);
  for (let place = 0; place < patches; place++) {
    for (let channel = 0; channel < 3; channel++)
      rgba[place * 4 + channel] = Math.round((own[place * 3 + channel] ?? 0) * 255);
    rgba[place * 4 + 3] = Number.isFinite(own[place * 3]) ? 255 : 0;
  }
  const numbers = (place: number) => [...own.subarray(place * 3, place * 3 + 3)];
  return { rgba, tell: (place) => `#${numbers(place).map(hex).join('')}`, numbers };
}
