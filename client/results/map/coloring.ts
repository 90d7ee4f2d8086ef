import { LABEL_COLORS } from '../../../server/contract/labels.ts';
import type { ViewMap } from '../../../server/contract/view.ts';
import { type ColorScale, scaleOf, stepOf } from '../color-scale.ts';

/** A colour as the pixels of a canvas hold it: alpha, blue, green and red, from the highest byte. */
export type Packed = number;

/** Packs `#rrggbb`, or `#rgb`, which a built style sheet writes where it can. */
export function packed(hex: string): Packed {
  const digits = hex.length === 4 ? hex.slice(1).replace(/./g, '$&$&') : hex.slice(1);
  const whole = Number.parseInt(digits, 16);
  return pack(whole >> 16, (whole >> 8) & 255, whole & 255);
}

/** Packs red, green and blue, 0 to 255. */
export const pack = (red: number, green: number, blue: number): Packed =>
  ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;

/** A colour between two others. @param share 0 gives `from`, 1 gives `to` */
export function mixed(from: Packed, to: Packed, share: number): Packed {
  const channel = (shift: number) => {
    const [a, b] = [(from >> shift) & 255, (to >> shift) & 255];
    return Math.round(a + (b - a) * share);
  };
  return pack(channel(0), channel(8), channel(16));
}

/** The colour of the name at a place: those of categories, and after them others far apart in hue. */
export function nameColor(place: number): string {
  const own = LABEL_COLORS[place];
  if (own !== undefined) return own;
  // Steps by the golden angle never come back to a hue.
  const hue = (place * 137.508) % 360;
  const part = (offset: number) => {
    const k = (offset + hue / 30) % 12;
    const level = 0.5 - 0.32 * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(level * 255)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${part(0)}${part(8)}${part(4)}`;
}

/** How the points are coloured. */
export type Coloring =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'names';
      readonly column: number;
      readonly names: readonly string[];
      /** How many items have each name, and how many have none. */
      readonly counts: readonly number[];
      readonly without: number;
    }
  | {
      readonly kind: 'numbers';
      readonly column: number;
      readonly scale: ColorScale;
      readonly without: number;
    };

/** The numbers of a column, one for each item. */
export function columnOf({ values, columns, items }: ViewMap, column: number): Float32Array {
  const wide = 2 + columns.length;
  return Float32Array.from(items, (_, at) => values[at * wide + 2 + column] as number);
}

/** How a column colours the points; without one they all look the same. */
export function coloringOf(view: ViewMap, column: number | undefined): Coloring {
  const own = column === undefined ? undefined : view.columns[column];
  if (column === undefined || own === undefined) return { kind: 'none' };
  const values = columnOf(view, column);
  if (own.names === undefined)
    return {
      kind: 'numbers',
      column,
      scale: scaleOf(values),
      without: values.filter((value) => !Number.isFinite(value)).length,
    };
  const counts = own.names.map(() => 0);
  let without = 0;
  for (const value of values)
    if (counts[value] === undefined) without++;
    else counts[value] = (counts[value] as number) + 1;
  return { kind: 'names', column, names: own.names, counts, without };
}

/** The colour of each item. `plain` is for points without colour, `unknown` for those without a name or number. */
export function pointColors(
  view: ViewMap,
  coloring: Coloring,
  { plain, unknown }: { readonly plain: Packed; readonly unknown: Packed },
): Uint32Array {
  const colors = new Uint32Array(view.items.length);
  if (coloring.kind === 'none') return colors.fill(plain);
  const values = columnOf(view, coloring.column);
  if (coloring.kind === 'names') {
    const own = coloring.names.map((_, place) => packed(nameColor(place)));
    for (const [at, value] of values.entries()) colors[at] = own[value] ?? unknown;
    return colors;
  }
  const { scale } = coloring;
  for (const [at, value] of values.entries()) {
    const step = stepOf(scale, value) * 3;
    const [red = 0, green = 0, blue = 0] = scale.steps.subarray(step, step + 3);
    colors[at] = Number.isFinite(value) ? pack(red, green, blue) : unknown;
  }
  return colors;
}
