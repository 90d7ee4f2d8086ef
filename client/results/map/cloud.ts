/**
 * The places of the items of a map, and a grid that finds them. Coordinates are those of the result: x to the right, y upwards.
 * Items without a place are in no cell.
 */
export interface Cloud {
  /** N. */
  readonly count: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** How many items have a place. */
  readonly placed: number;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
  /** Cells on each side of the grid, row by row from the lower left. */
  readonly side: number;
  /** Where each cell begins in `order`; one entry more than there are cells. */
  readonly starts: Uint32Array;
  /** The items, cell by cell. */
  readonly order: Uint32Array;
  /** The places of `order`, so that what lies near in the plane lies near in memory: a million points are drawn several times faster. */
  readonly orderX: Float32Array;
  readonly orderY: Float32Array;
}

/** A rectangle in the coordinates of the result. */
export interface Rect {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** What is seen: the place in the middle, and how many pixels one unit has. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** A width and a height in pixels. */
export interface Room {
  readonly width: number;
  readonly height: number;
}

/** About how many items share a cell. */
const PER_CELL = 4;
const MOST_CELLS = 1024;

/** The places in the first two of each `columns` numbers, N x columns. */
export function cloudOf(values: Float32Array, columns: number): Cloud {
  const count = Math.floor(values.length / columns);
  const x = new Float32Array(count);
  const y = new Float32Array(count);
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  let placed = 0;
  for (let at = 0; at < count; at++) {
    const px = values[at * columns] as number;
    const py = values[at * columns + 1] as number;
    x[at] = px;
    y[at] = py;
    if (!Number.isFinite(px) || !Number.isFinite(py)) continue;
    placed++;
    if (px < left) left = px;
    if (px > right) right = px;
    if (py < bottom) bottom = py;
    if (py > top) top = py;
  }
  if (placed === 0) [left, right, bottom, top] = [0, 0, 0, 0];
  const side = Math.max(1, Math.min(MOST_CELLS, Math.floor(Math.sqrt(placed / PER_CELL))));
  const starts = new Uint32Array(side * side + 1);
  const own = new Int32Array(count).fill(-1);
  const [across, up] = [cellOf(left, right, side), cellOf(bottom, top, side)];
  for (let at = 0; at < count; at++) {
    if (!Number.isFinite(x[at]) || !Number.isFinite(y[at])) continue;
    const cell = up(y[at] as number) * side + across(x[at] as number);
    own[at] = cell;
    starts[cell + 1] = (starts[cell + 1] as number) + 1;
  }
  for (let cell = 0; cell < side * side; cell++)
    starts[cell + 1] = (starts[cell + 1] as number) + (starts[cell] as number);
  const next = starts.slice(0, -1);
  const order = new Uint32Array(placed);
  for (let at = 0; at < count; at++) {
    const cell = own[at] as number;
    if (cell < 0) continue;
    const place = next[cell] as number;
    order[place] = at;
    next[cell] = place + 1;
  }
  const orderX = Float32Array.from(order, (at) => x[at] as number);
  const orderY = Float32Array.from(order, (at) => y[at] as number);
  return { count, x, y, placed, left, right, bottom, top, side, starts, order, orderX, orderY };
}

/** The row or column of the grid that a number falls into. Numbers outside belong to the cells at the edge. */
function cellOf(low: number, high: number, side: number): (value: number) => number {
  const factor = high > low ? side / (high - low) : 0;
  return (value) => Math.max(0, Math.min(side - 1, Math.floor((value - low) * factor)));
}

/** Calls `visit` for the parts of `order` with the items in the cells that a rectangle touches: a few more than are in it. */
export function visitRows(cloud: Cloud, rect: Rect, visit: (from: number, to: number) => void): void {
  const { left, right, bottom, top, side, starts, placed } = cloud;
  if (placed === 0 || rect.left > right || rect.right < left || rect.bottom > top || rect.top < bottom)
    return;
  const [across, up] = [cellOf(left, right, side), cellOf(bottom, top, side)];
  const [from, to] = [across(rect.left), across(rect.right)];
  for (let row = up(rect.bottom); row <= up(rect.top); row++)
    visit(starts[row * side + from] as number, starts[row * side + to + 1] as number);
}

/** Calls `visit` for every item in a rectangle, cell by cell. */
export function visitIn(cloud: Cloud, rect: Rect, visit: (at: number, x: number, y: number) => void): void {
  const { order, orderX, orderY } = cloud;
  const { left, right, bottom, top } = rect;
  visitRows(cloud, rect, (from, to) => {
    for (let place = from; place < to; place++) {
      const [x, y] = [orderX[place] as number, orderY[place] as number];
      if (x >= left && x <= right && y >= bottom && y <= top) visit(order[place] as number, x, y);
    }
  });
}

/** How many items are in a rectangle. */
export function countIn(cloud: Cloud, rect: Rect): number {
  const isAll =
    rect.left <= cloud.left &&
    rect.right >= cloud.right &&
    rect.bottom <= cloud.bottom &&
    rect.top >= cloud.top;
  if (isAll) return cloud.placed;
  let count = 0;
  visitIn(cloud, rect, () => count++);
  return count;
}

/** The items in a rectangle, by their position in the result. */
export function inRect(cloud: Cloud, rect: Rect): number[] {
  // Marks are faster than sorting where there are many.
  const marks = new Uint8Array(cloud.count);
  visitIn(cloud, rect, (at) => {
    marks[at] = 1;
  });
  const found: number[] = [];
  for (let at = 0; at < marks.length; at++) if (marks[at] === 1) found.push(at);
  return found;
}

/** The item that is nearest to a place and not farther than `reach`; undefined if none is. */
export function nearest(cloud: Cloud, x: number, y: number, reach: number): number | undefined {
  let best: number | undefined;
  let least = reach * reach;
  visitIn(cloud, { left: x - reach, right: x + reach, bottom: y - reach, top: y + reach }, (at, px, py) => {
    const far = (px - x) ** 2 + (py - y) ** 2;
    if (far > least || (far === least && best !== undefined && best < at)) return;
    best = at;
    least = far;
  });
  return best;
}

/** The items inside of a closed line: those from which a ray crosses it an odd number of times. `line` is x, y, x, y, ... */
export function insideOf(cloud: Cloud, line: readonly number[]): number[] {
  if (line.length < 6) return [];
  const xs = line.filter((_, at) => at % 2 === 0);
  const ys = line.filter((_, at) => at % 2 === 1);
  const rect = {
    left: Math.min(...xs),
    right: Math.max(...xs),
    bottom: Math.min(...ys),
    top: Math.max(...ys),
  };
  return inRect(cloud, rect).filter((at) => {
    const [x, y] = [cloud.x[at] as number, cloud.y[at] as number];
    let isIn = false;
    for (let i = 0, j = xs.length - 1; i < xs.length; j = i++) {
      const [x1, y1] = [xs[i] as number, ys[i] as number];
      const [x2, y2] = [xs[j] as number, ys[j] as number];
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) isIn = !isIn;
    }
    return isIn;
  });
}

/** The rectangle around some items; undefined if none has a place. */
export function boundsOf(cloud: Cloud, items: readonly number[]): Rect | undefined {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const at of items) {
    const [x, y] = [cloud.x[at] as number, cloud.y[at] as number];
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    left = Math.min(left, x);
    right = Math.max(right, x);
    bottom = Math.min(bottom, y);
    top = Math.max(top, y);
  }
  return left > right ? undefined : { left, right, bottom, top };
}

/** The camera that sees all items, with a margin in pixels around them. Both axes have the same scale. */
export function fitted(cloud: Rect, { width, height }: Room, margin: number): Camera {
  const [wide, high] = [cloud.right - cloud.left, cloud.top - cloud.bottom];
  const room = { width: Math.max(1, width - 2 * margin), height: Math.max(1, height - 2 * margin) };
  const scale = Math.min(
    wide > 0 ? room.width / wide : Number.POSITIVE_INFINITY,
    high > 0 ? room.height / high : Number.POSITIVE_INFINITY,
  );
  return {
    x: cloud.left + wide / 2,
    y: cloud.bottom + high / 2,
    // Where all items lie on one spot, any scale is right.
    scale: Number.isFinite(scale) ? scale : 1,
  };
}

/** The rectangle that a camera sees. */
export function seenBy({ x, y, scale }: Camera, { width, height }: Room, more = 0): Rect {
  const [half, up] = [(width / 2 + more) / scale, (height / 2 + more) / scale];
  return { left: x - half, right: x + half, bottom: y - up, top: y + up };
}

/** The camera after zooming by a factor, with the place under a pixel staying there. `px`, `py`: from the upper left corner. */
export function zoomed(camera: Camera, room: Room, factor: number, px: number, py: number): Camera {
  const scale = camera.scale * factor;
  const [dx, dy] = [px - room.width / 2, room.height / 2 - py];
  return {
    x: camera.x + dx / camera.scale - dx / scale,
    y: camera.y + dy / camera.scale - dy / scale,
    scale,
  };
}

/** The place under a pixel. */
export function placeAt(camera: Camera, room: Room, px: number, py: number): { x: number; y: number } {
  return {
    x: camera.x + (px - room.width / 2) / camera.scale,
    y: camera.y + (room.height / 2 - py) / camera.scale,
  };
}

/** The pixel of a place, from the upper left corner. */
export function pixelOf(camera: Camera, room: Room, x: number, y: number): { px: number; py: number } {
  return {
    px: room.width / 2 + (x - camera.x) * camera.scale,
    py: room.height / 2 - (y - camera.y) * camera.scale,
  };
}
