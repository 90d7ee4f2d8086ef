import type { Point } from '../document/content.ts';

/** A rectangle on the canvas, in canvas pixels. */
interface Area extends Point {
  readonly width: number;
  readonly height: number;
}

/** The most boxes to look at, nearest first: a place farther away is not near the wish. */
const MOST = 40;

const overlap = (a: Area, b: Area, gap: number) =>
  a.x < b.x + b.width + gap &&
  b.x < a.x + a.width + gap &&
  a.y < b.y + b.height + gap &&
  b.y < a.y + a.height + gap;

/**
 * The place nearest to a wish where a box covers no other box. Candidates are the wish and the places right, left, below
 * and above of what is there, so that a new box lines up with its neighbours.
 * @param gap least distance to other boxes
 */
export function freePlace(wish: Area, taken: readonly Area[], gap: number): Point {
  const distance = ({ x, y }: Point) => Math.hypot(x - wish.x, y - wish.y);
  const near = taken.toSorted((a, b) => distance(a) - distance(b)).slice(0, MOST);
  const isFree = ({ x, y }: Point) => {
    const here = { x, y, width: wish.width, height: wish.height };
    return !taken.some((box) => overlap(here, box, gap));
  };
  if (isFree(wish)) return { x: wish.x, y: wish.y };
  const xs = new Set([wish.x]);
  const ys = new Set([wish.y]);
  for (const box of near) {
    xs.add(box.x)
      .add(box.x + box.width + gap)
      .add(box.x - wish.width - gap);
    ys.add(box.y)
      .add(box.y + box.height + gap)
      .add(box.y - wish.height - gap);
  }
  const places = [...xs].flatMap((x) => [...ys].map((y) => ({ x, y })));
  const free = places.toSorted((a, b) => distance(a) - distance(b)).find(isFree);
  // Below everything is always free.
  return free ?? { x: wish.x, y: Math.max(...taken.map(({ y, height }) => y + height)) + gap };
}
