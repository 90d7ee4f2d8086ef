import { type Camera, type Cloud, countIn, type Room, seenBy, visitIn, visitRows } from './cloud.ts';
import { mixed, type Packed } from './coloring.ts';

/** The pixels of a canvas, row by row. */
export interface Pixels extends Room {
  readonly data: Uint32Array;
}

/** How much a point stands out; what is given on has a ring in the accent, what is selected one in ink. */
export const LEVEL = { dim: 0, plain: 1, given: 2, strong: 3 } as const;

/** How points look. */
export interface Look {
  /** One colour for each item. */
  readonly colors: Uint32Array;
  /** One of {@link LEVEL} for each item; absent if all are plain. */
  readonly levels?: Uint8Array;
  readonly background: Packed;
  /** The ring around strong points: black or white by the theme, so that it differs from every colour of a group. */
  readonly ink: Packed;
  /** The ring around points that are given on. */
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

/** How much of each pixel a disc covers, 0 to 256, for centres at the parts of a pixel. */
interface Disc {
  /** Pixels from that of the centre to the edge. */
  readonly reach: number;
  /** One mask for each part of a pixel, row by row. */
  readonly masks: readonly Uint16Array[];
}

/** A pixel has so many parts on each side. A disc on a whole pixel would jump while the map moves. */
const PARTS = 4;

function discOf(radius: number): Disc {
  const reach = Math.ceil(radius + 0.5);
  const side = 2 * reach + 1;
  const masks = Array.from({ length: PARTS * PARTS }, (_, part) => {
    const [x, y] = [((part % PARTS) + 0.5) / PARTS, (Math.floor(part / PARTS) + 0.5) / PARTS];
    return Uint16Array.from({ length: side * side }, (__, at) => {
      const far = Math.hypot((at % side) - reach + 0.5 - x, Math.floor(at / side) - reach + 0.5 - y);
      return Math.round(256 * Math.max(0, Math.min(1, radius + 0.5 - far)));
    });
  });
  return { reach, masks };
}

/** Paints a disc with smooth edges. @param x, y its centre, in pixels from the upper left corner */
function paintDisc({ data, width, height }: Pixels, x: number, y: number, disc: Disc, color: number) {
  const { reach, masks } = disc;
  const side = 2 * reach + 1;
  const [px, py] = [Math.floor(x), Math.floor(y)];
  const mask = masks[Math.floor((y - py) * PARTS) * PARTS + Math.floor((x - px) * PARTS)] as Uint16Array;
  const [redBlue, green] = [color & 0xff00ff, color & 0x00ff00];
  const [first, last] = [Math.max(0, px - reach), Math.min(width - 1, px + reach)];
  for (let row = Math.max(0, py - reach); row <= Math.min(height - 1, py + reach); row++) {
    let at = (row - py + reach) * side + first - px + reach;
    for (let place = row * width + first; place <= row * width + last; place++) {
      const share = mask[at++] as number;
      if (share === 256) data[place] = color;
      else if (share > 0) {
        const under = data[place] as number;
        // Red and blue together, then green: each product has room for its eight bits above the channel.
        const rb = (((redBlue * share + (under & 0xff00ff) * (256 - share)) / 256) & 0xff00ff) >>> 0;
        const g = (((green * share + (under & 0x00ff00) * (256 - share)) / 256) & 0x00ff00) >>> 0;
        data[place] = (0xff000000 | rb | g) >>> 0;
      }
    }
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
  const { order, orderX, orderY } = cloud;
  const [zoomX, zoomY] = [camera.scale / block, -camera.scale / block];
  const [originX, originY] = [width / 2 / block - camera.x * zoomX, height / 2 / block - camera.y * zoomY];
  let most = 0;
  visitRows(cloud, seenBy(camera, pixels), (from, to) => {
    for (let place = from; place < to; place++) {
      const px = Math.floor(originX + (orderX[place] as number) * zoomX);
      const py = Math.floor(originY + (orderY[place] as number) * zoomY);
      if (px < 0 || py < 0 || px >= wide || py >= high) continue;
      const at = order[place] as number;
      const weight = levels === undefined ? 1 : levels[at] === LEVEL.dim ? 0.02 : 1;
      const cell = py * wide + px;
      const color = colors[at] as number;
      const count = (counts[cell] as number) + weight;
      counts[cell] = count;
      if (count > most) most = count;
      sums[cell * 3] = (sums[cell * 3] as number) + weight * (color & 255);
      sums[cell * 3 + 1] = (sums[cell * 3 + 1] as number) + weight * ((color >> 8) & 255);
      sums[cell * 3 + 2] = (sums[cell * 3 + 2] as number) + weight * ((color >> 16) & 255);
    }
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
 * Paints a map: points as smooth discs with a thin edge, those that stand out last; or density, where points would hide each other. It takes no
 * graphics card: 100,000 points take a few milliseconds, and browsers without a card paint WebGL in software, many times slower.
 * @param camera its scale is in device pixels
 */
export function paintMap(pixels: Pixels, cloud: Cloud, camera: Camera, look: Look): Painted {
  const { data, width, height } = pixels;
  const { colors, levels, background, ink, accent, ratio } = look;
  data.fill(background);
  const rect = seenBy(camera, pixels, LARGEST * ratio);
  const seen = countIn(cloud, rect);
  if (seen > width * height * DENSE) {
    paintDensity(pixels, cloud, camera, look);
    return { seen, radius: 0 };
  }
  const radius = radiusFor(seen, pixels, ratio);
  const disc = discOf(radius);
  const edge = discOf(radius + 1);
  const ring = discOf(radius + 3 * ratio);
  const gap = discOf(radius + 1.25 * ratio);
  const hasEdge = seen * radius * radius < width * height;
  const visitLevel = (level: number, visit: (at: number, px: number, py: number) => void) =>
    visitIn(cloud, rect, (at, x, y) => {
      if (levels !== undefined && levels[at] !== level) return;
      visit(at, width / 2 + (x - camera.x) * camera.scale, height / 2 - (y - camera.y) * camera.scale);
    });
  const pass = (level: number) => {
    // All rings first: those of a crowd become one outline and leave the colours in it visible.
    if (level >= LEVEL.given) {
      const own = level === LEVEL.strong ? ink : accent;
      visitLevel(level, (_, px, py) => paintDisc(pixels, px, py, ring, own));
      visitLevel(level, (_, px, py) => paintDisc(pixels, px, py, gap, background));
    }
    visitLevel(level, (at, px, py) => {
      const color = colors[at] as number;
      if (hasEdge) paintDisc(pixels, px, py, edge, background);
      paintDisc(pixels, px, py, disc, level === LEVEL.dim ? mixed(color, background, DIMMED) : color);
    });
  };
  if (levels === undefined) pass(LEVEL.plain);
  else for (const level of [LEVEL.dim, LEVEL.plain, LEVEL.given, LEVEL.strong]) pass(level);
  return { seen, radius };
}

/**
 * Which items are shown as pictures, so that none hides another: each one whose square is still free, in an order that looks like chance
 * and is always the same (by {@link rankOf}), so that the same items show while the map is moved.
 * @param edge the side of a square in pixels of the camera
 * @param most of so many at most; further ones are not looked at
 * @param levels one of {@link LEVEL} for each item: items that are dimmed get no place
 */
export function spreadOut(
  cloud: Cloud,
  camera: Camera,
  room: Room,
  edge: number,
  most: number,
  levels?: Uint8Array,
): number[] {
  const rect = seenBy(camera, room, edge / 2);
  const taken = new Map<number, { readonly px: number; readonly py: number }[]>();
  const chosen: number[] = [];
  const cellAt = (column: number, row: number) => row * 65_536 + column;
  const seen: number[] = [];
  visitIn(cloud, rect, (at) => {
    if (levels?.[at] !== LEVEL.dim) seen.push(at);
  });
  for (const at of seen.sort((a, b) => rankOf(a) - rankOf(b))) {
    if (chosen.length >= most) break;
    const [x, y] = [cloud.x[at] as number, cloud.y[at] as number];
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

/** The place of an item in an order that looks like chance: a hash of its position, each once (Knuth's multiplicative hash). */
const rankOf = (at: number): number => Math.imul(at + 1, 2_654_435_761) >>> 0;
