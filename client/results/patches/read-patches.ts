import { readItem, type ShownItem } from '../read-item.ts';
import { count, type Fields, fields, list, number } from '../read-json.ts';
import type { FrameStep } from './frame.ts';

/** A patch of a picture, all counted from 1. */
export interface ShownPatch {
  readonly picture: number;
  readonly row: number;
  readonly column: number;
}

/** Pictures with a number or a colour a patch; see `PatchMaps` of the node contract. */
export type ShownPatches = {
  readonly items: readonly ShownItem[];
  readonly rows: number;
  readonly columns: number;
  /** What became of a picture before the model saw it. */
  readonly steps: readonly FrameStep[];
  /** Whether pictures were turned the way the camera was held. */
  readonly upright: boolean;
  /** A row a picture: the maps of all queries, or red, green and blue of all patches. NaN where there is no number. */
  readonly values: Float32Array;
} & (
  | {
      readonly shows: 'heat';
      readonly queries: readonly ShownItem[];
      readonly picked?: ShownPatch;
      readonly ranges: readonly (readonly [number, number])[];
    }
  | { readonly shows: 'colors' }
);

/** More patches a side than any model gives; what says so is damaged. */
const MOST = 4096;

const side = (value: unknown): number => Math.max(0, Math.min(MOST, Math.floor(count(value, 0))));

function readStep(json: unknown): FrameStep[] {
  const { op, mode, size, width, height } = fields(json);
  const [w, h] = [number(width), number(height)];
  if (op === 'resize' && mode === 'shortest' && number(size) > 0) return [{ op, mode, size: number(size) }];
  if (op === 'resize' && mode === 'exact' && w > 0 && h > 0) return [{ op, mode, width: w, height: h }];
  return op === 'crop' && w > 0 && h > 0 ? [{ op, width: w, height: h }] : [];
}

function readPicked(json: unknown): ShownPatch | undefined {
  const { picture, row, column } = fields(json);
  const read = { picture: number(picture), row: number(row), column: number(column) };
  return Object.values(read).every((value) => value >= 1) ? read : undefined;
}

/** How many maps each picture has: one a query, or one of colours. */
export const mapsEach = (view: ShownPatches): number => (view.shows === 'colors' ? 1 : view.ranges.length);

/** How many numbers a picture has. */
export const patchNumbers = (view: ShownPatches): number =>
  view.rows * view.columns * mapsEach(view) * (view.shows === 'colors' ? 3 : 1);

/** A view of patches but for its numbers. */
export function readPatches(given: Fields): ShownPatches {
  const preprocess = fields(given.preprocess);
  const shared = {
    items: list(given.items).map(readItem),
    rows: side(given.rows),
    columns: side(given.columns),
    steps: list(preprocess.steps).flatMap(readStep),
    upright: preprocess.exif !== false,
    values: new Float32Array(),
  };
  if (given.shows === 'colors') return { ...shared, shows: 'colors' };
  const ranges = list(given.ranges).map((range): [number, number] => {
    const [least, most] = list(range);
    return [number(least), number(most)];
  });
  const picked = readPicked(given.picked);
  return {
    ...shared,
    shows: 'heat',
    queries: list(given.queries).map(readItem),
    ranges,
    ...(picked && { picked }),
  };
}
