/** Where the tiles of a grid are, in CSS pixels. All tiles have one size, so only those in sight need to be drawn. */
export interface GridLayout {
  readonly count: number;
  readonly columns: number;
  /** The width of a tile, and its height with the line below its picture. */
  readonly cell: number;
  readonly tall: number;
  /** The height of everything. */
  readonly height: number;
}

/** The space between tiles, around all of them, and the line with the name below a picture. */
export const GAP = 10;
export const PAD = 8;
export const LINE = 18;

/** The layout of tiles that are about as wide as wished and fill the width. At least two stand side by side. */
export function layoutOf(count: number, width: number, wish: number): GridLayout {
  const room = Math.max(1, width - 2 * PAD);
  const columns = Math.max(2, Math.floor((room + GAP) / (wish + GAP)));
  const cell = Math.max(1, Math.floor((room + GAP) / columns - GAP));
  const tall = cell + LINE;
  const rows = Math.ceil(count / columns);
  return { count, columns, cell, tall, height: 2 * PAD + Math.max(0, rows * (tall + GAP) - GAP) };
}

/** The upper left corner of a tile. */
export const cornerOf = ({ columns, cell, tall }: GridLayout, place: number) => ({
  x: PAD + (place % columns) * (cell + GAP),
  y: PAD + Math.floor(place / columns) * (tall + GAP),
});

/** The tiles to draw: those in sight and `more` rows on both sides. `to` is not one of them. */
export function placesIn(
  { count, columns, tall }: GridLayout,
  top: number,
  height: number,
  more = 2,
): { readonly from: number; readonly to: number } {
  const row = (y: number) => Math.floor((y - PAD) / (tall + GAP));
  const from = Math.max(0, row(top) - more) * columns;
  const to = Math.min(count, (row(top + height) + 1 + more) * columns);
  return { from: Math.min(from, count), to: Math.max(to, 0) };
}

/** The place that a key moves to; undefined for all other keys. `page` is the number of rows in sight. */
export function movedBy(
  key: string,
  place: number,
  { count, columns }: GridLayout,
  page: number,
): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: columns,
    ArrowUp: -columns,
    PageDown: columns * Math.max(1, page),
    PageUp: -columns * Math.max(1, page),
    Home: -count,
    End: count,
  };
  const step = steps[key];
  if (step === undefined || count === 0) return undefined;
  const next = place + step;
  // Up from the first row and down from the last one stay, as in lists of files.
  if (Math.abs(step) === columns && (next < 0 || next >= count)) return place;
  return Math.max(0, Math.min(count - 1, next));
}
