import { type Camera, type Cloud, type Room, seenBy, visitNear } from './cloud.ts';
import { mixed, type Packed } from './coloring.ts';

/** The pixels of a canvas, row by row. */
export interface Pixels extends Room {
  readonly data: Uint32Array;
}

/** How much a point stands out. */
export const LEVEL = { dim: 0, plain: 1, strong: 2 } as const;

/** How points look. */
export interface Look {
  /** One colour for each item. */
  readonly colors: Uint32Array;
  /** One of {@link LEVEL} for each item; absent if all are plain. */
  readonly levels?: Uint8Array;
  readonly background: Packed;
  /** The ring around strong points. */
  readonly accent: Packed;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
}

/** What was painted. */
export interface Painted {
  /** How many items are in sight. */
  readonly seen: number;
  /** The radius of a point in device pixels; 0 if density was painted instead of points. */
  readonly radius: number;
}

const SMALLEST = 1.5;
const LARGEST = 5;
/** With more points than this for each device pixel, they are painted as density. */
const DENSE = 1 / 10;
/** The share of the background in a point that does not stand out. */
const DIMMED = 0.82;

/** The radius of points in device pixels, if so many lie in a room: about a quarter of it is covered at most. */
export function radiusFor(seen: number, { width, height }: Room, ratio: number): number {
  const fair = 0.5 * Math.sqrt((width * height) / (Math.PI * Math.max(1, seen)));
  return Math.max(SMALLEST, Math.min(LARGEST * ratio, fair));
}

/** The half width of each row of a disc, from its upper edge. */
function discOf(radius: number): Int32Array {
  const reach = Math.ceil(radius);
  return Int32Array.from({ length: 2 * reach + 1 }, (_, row) => {
    const y = row - reach;
    const rest = radius * radius - y * y;
    return rest < 0 ? -1 : Math.floor(Math.sqrt(rest));
  });
}

function fillDisc({ data, width, height }: Pixels, px: number, py: number, disc: Int32Array, color: number) {
  const reach = (disc.length - 1) / 2;
  const first = Math.max(0, py - reach);
  const last = Math.min(height - 1, py + reach);
  for (let row = first; row <= last; row++) {
    const half = disc[row - py + reach] as number;
    if (half < 0) continue;
    const from = Math.max(0, px - half);
    const to = Math.min(width - 1, px + half);
    if (from <= to) data.fill(color, row * width + from, row * width + to + 1);
  }
}

/** Paints how many points lie where: the more there are, the less of the background shows. A pixel has the mean colour of its points. */
function paintDensity(pixels: Pixels, cloud: Cloud, camera: Camera, look: Look): void {
  const { data, width, height } = pixels;
  const block = 2;
  const [wide, high] = [Math.ceil(width / block), Math.ceil(height / block)];
  const counts = new Float32Array(wide * high);
  const sums = new Float32Array(wide * high * 3);
  const { colors, levels, background } = look;
  let most = 0;
  visitNear(cloud, seenBy(camera, pixels), (at) => {
    const px = Math.floor((width / 2 + ((cloud.x[at] as number) - camera.x) * camera.scale) / block);
    const py = Math.floor((height / 2 - ((cloud.y[at] as number) - camera.y) * camera.scale) / block);
    if (px < 0 || py < 0 || px >= wide || py >= high) return;
    const weight = levels === undefined ? 1 : levels[at] === LEVEL.dim ? 0.02 : 1;
    const cell = py * wide + px;
    const color = colors[at] as number;
    const count = (counts[cell] as number) + weight;
    counts[cell] = count;
    if (count > most) most = count;
    sums[cell * 3] = (sums[cell * 3] as number) + weight * (color & 255);
    sums[cell * 3 + 1] = (sums[cell * 3 + 1] as number) + weight * ((color >> 8) & 255);
    sums[cell * 3 + 2] = (sums[cell * 3 + 2] as number) + weight * ((color >> 16) & 255);
  });
  const all = Math.log1p(most);
  for (let cell = 0; cell < counts.length; cell++) {
    const count = counts[cell] as number;
    if (count === 0) continue;
    const mean = (channel: number) => Math.round((sums[cell * 3 + channel] as number) / count);
    const own = ((255 << 24) | (mean(2) << 16) | (mean(1) << 8) | mean(0)) >>> 0;
    const share = count < 1 ? 0.15 : 0.35 + (0.65 * Math.log1p(count)) / all;
    const color = mixed(background, own, share);
    const [px, py] = [(cell % wide) * block, Math.floor(cell / wide) * block];
    for (let row = py; row < Math.min(height, py + block); row++)
      data.fill(color, row * width + px, row * width + Math.min(width, px + block));
  }
}

/**
 * Paints a map: points as discs with a thin edge, those that stand out last; or density, where points would hide each other. It takes no
 * graphics card: 100,000 points take a few milliseconds, and browsers without a card paint WebGL in software, many times slower.
 * @param camera its scale is in device pixels
 */
export function paintMap(pixels: Pixels, cloud: Cloud, camera: Camera, look: Look): Painted {
  const { data, width, height } = pixels;
  const { colors, levels, background, accent, ratio } = look;
  data.fill(background);
  const rect = seenBy(camera, pixels, LARGEST * ratio);
  let seen = 0;
  visitNear(cloud, rect, (at) => {
    const [x, y] = [cloud.x[at] as number, cloud.y[at] as number];
    if (x >= rect.left && x <= rect.right && y >= rect.bottom && y <= rect.top) seen++;
  });
  if (seen > width * height * DENSE) {
    paintDensity(pixels, cloud, camera, look);
    return { seen, radius: 0 };
  }
  const radius = radiusFor(seen, pixels, ratio);
  const disc = discOf(radius);
  const edge = discOf(radius + 1);
  const ring = discOf(radius + 2.5 * ratio);
  const hasEdge = seen * radius * radius < width * height;
  const pass = (level: number) =>
    visitNear(cloud, rect, (at) => {
      if (levels !== undefined && levels[at] !== level) return;
      const px = Math.round(width / 2 + ((cloud.x[at] as number) - camera.x) * camera.scale);
      const py = Math.round(height / 2 - ((cloud.y[at] as number) - camera.y) * camera.scale);
      const color = colors[at] as number;
      if (level === LEVEL.strong) fillDisc(pixels, px, py, ring, accent);
      if (hasEdge || level === LEVEL.strong) fillDisc(pixels, px, py, edge, background);
      fillDisc(pixels, px, py, disc, level === LEVEL.dim ? mixed(color, background, DIMMED) : color);
    });
  if (levels === undefined) pass(LEVEL.plain);
  else for (const level of [LEVEL.dim, LEVEL.plain, LEVEL.strong]) pass(level);
  return { seen, radius };
}

/**
 * Which items are shown as pictures, so that none hides another: in the order of `rank`, each one whose square is still free. The same
 * items show while the map is moved.
 * @param rank all items in the order in which they get a place
 * @param edge the side of a square in pixels of the camera
 * @param most of so many at most; further ones are not looked at
 */
export function spreadOut(
  cloud: Cloud,
  camera: Camera,
  room: Room,
  rank: Uint32Array,
  edge: number,
  most: number,
): number[] {
  const rect = seenBy(camera, room, edge / 2);
  const taken = new Map<number, { readonly px: number; readonly py: number }[]>();
  const chosen: number[] = [];
  const cellAt = (column: number, row: number) => row * 65_536 + column;
  for (const at of rank) {
    if (chosen.length >= most) break;
    const [x, y] = [cloud.x[at] as number, cloud.y[at] as number];
    if (!(x >= rect.left && x <= rect.right && y >= rect.bottom && y <= rect.top)) continue;
    // From the corner of a room that is larger by one square, so that no cell is negative.
    const px = room.width / 2 + (x - camera.x) * camera.scale + edge;
    const py = room.height / 2 - (y - camera.y) * camera.scale + edge;
    const [column, row] = [Math.floor(px / edge), Math.floor(py / edge)];
    let isFree = true;
    for (let up = -1; up <= 1 && isFree; up++)
      for (let aside = -1; aside <= 1 && isFree; aside++)
        for (const other of taken.get(cellAt(column + aside, row + up)) ?? [])
          if (Math.abs(other.px - px) < edge && Math.abs(other.py - py) < edge) isFree = false;
    if (!isFree) continue;
    const cell = cellAt(column, row);
    const list = taken.get(cell);
    if (list) list.push({ px, py });
    else taken.set(cell, [{ px, py }]);
    chosen.push(at);
  }
  return chosen;
}

/** The items in an order that looks like chance and is always the same: by a hash of their positions (Knuth's multiplicative hash). */
export function rankOf(count: number): Uint32Array {
  const keys = Uint32Array.from({ length: count }, (_, at) => Math.imul(at + 1, 2_654_435_761) >>> 0);
  return Uint32Array.from({ length: count }, (_, at) => at).sort(
    (a, b) => (keys[a] as number) - (keys[b] as number),
  );
}
