import { type PointerEvent, useRef } from 'react';

/** What gestures on enlarged pictures do. */
export interface GestureActs {
  /** How much the pictures are enlarged; 1 if they fit. */
  readonly zoom: number;
  readonly maxZoom: number;
  /** Applies a zoom and draws it before it returns. */
  readonly setZoom: (zoom: number) => void;
  /** Shows another page, that many further. */
  readonly leaf: (by: number) => void;
  readonly close: () => void;
}

interface Spot {
  readonly x: number;
  readonly y: number;
}

/** How far a finger moves before it is a gesture, in pixels. */
const SLACK = 10;
/** How far a swipe goes until it counts, in pixels, or how fast it is in pixels per millisecond. */
const FAR = 64;
const FAST = 0.4;
/** Two taps within this many milliseconds and pixels are a double tap. */
const DOUBLE_MS = 300;
const DOUBLE_NEAR = 30;
const DOUBLE_ZOOM = 2.5;

type Gesture =
  | { readonly kind: 'start' | 'sideways' | 'down' | 'other'; readonly from: Spot; readonly at: number }
  | { readonly kind: 'pan'; readonly stage: Element; readonly from: Spot; readonly began: Spot }
  | {
      readonly kind: 'pinch';
      readonly distance: number;
      readonly zoom: number;
      readonly held: AllHeld;
    };

/** A point of a picture, as a part of its width and height, that stays under the fingers. */
interface Held {
  readonly stage: Element;
  readonly part: Spot;
}

const stagesIn = (box: Element): Element[] => [...box.querySelectorAll('[data-stage]')];

/** The stage below a finger, or the first one. */
function stageAt(box: Element, { x, y }: Spot): Element | undefined {
  const stages = stagesIn(box);
  const below = stages.find((stage) => {
    const { left, right, top, bottom } = stage.getBoundingClientRect();
    return x >= left && x <= right && y >= top && y <= bottom;
  });
  return below ?? stages[0];
}

interface AllHeld {
  readonly own: Element | undefined;
  readonly held: readonly Held[];
  /** The place of the held points in their stages, in pixels. */
  readonly inside: Spot;
}

/** The point in the middle of the fingers, inside the stage below them. In a stage beside it, the same point. */
function heldAt(box: Element, at: Spot): AllHeld {
  const own = stageAt(box, at);
  const { left = 0, top = 0 } = own?.getBoundingClientRect() ?? {};
  const inside = { x: at.x - left, y: at.y - top };
  const held = stagesIn(box).map((stage) => ({
    stage,
    part: {
      x: (stage.scrollLeft + inside.x) / Math.max(1, stage.scrollWidth),
      y: (stage.scrollTop + inside.y) / Math.max(1, stage.scrollHeight),
    },
  }));
  return { own, held, inside };
}

/** Scrolls so that the held points are at a place of their stages. */
function keepAt({ held, inside }: Pick<AllHeld, 'held' | 'inside'>): void {
  for (const { stage, part } of held)
    stage.scrollTo(part.x * stage.scrollWidth - inside.x, part.y * stage.scrollHeight - inside.y);
}

/** Zooms so that the middle of what is seen stays in the middle. */
export function zoomAtMiddle(box: Element | null, change: () => void): void {
  const stage = box && stagesIn(box)[0];
  if (!box || !stage) {
    change();
    return;
  }
  const { left, top } = stage.getBoundingClientRect();
  const middle = { x: left + stage.clientWidth / 2, y: top + stage.clientHeight / 2 };
  const held = heldAt(box, middle);
  change();
  keepAt(held);
}

/**
 * Gestures on enlarged pictures: a swipe to the side leafs, one down closes, two fingers zoom, a double tap zooms in and out. A
 * zoomed picture moves with the finger or the mouse. Returns the handlers for the element around the stages, which are
 * marked with `data-stage`.
 */
export function useLightboxGestures(acts: GestureActs) {
  const latest = useRef(acts);
  latest.current = acts;
  const fingers = useRef(new Map<number, Spot>());
  const gesture = useRef<Gesture>(undefined);
  const lastTap = useRef({ at: 0, x: 0, y: 0 });

  const middle = (): Spot => {
    const [a = { x: 0, y: 0 }, b = a] = fingers.current.values();
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  };
  const distance = (): number => {
    const [a = { x: 0, y: 0 }, b = a] = fingers.current.values();
    return Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
  };
  const startPan = (box: Element, at: Spot): Gesture | undefined => {
    const stage = stageAt(box, at);
    if (!stage) return undefined;
    const from = { x: at.x + stage.scrollLeft, y: at.y + stage.scrollTop };
    return { kind: 'pan', stage, from, began: at };
  };
  const draw = (box: HTMLElement, way: Spot) => {
    box.style.transform = way.x === 0 && way.y === 0 ? '' : `translate(${way.x}px, ${way.y}px)`;
  };
  const zoomTo = (box: Element, zoom: number, at: Spot) => {
    const held = heldAt(box, at);
    latest.current.setZoom(zoom);
    keepAt(held);
  };

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    const { currentTarget: box, pointerId, pointerType, button } = event;
    const at = { x: event.clientX, y: event.clientY };
    const isZoomed = latest.current.zoom > 1;
    if (pointerType === 'mouse' && (button !== 0 || !isZoomed)) return;
    // The end of the gesture arrives here, also if the picture below the finger is replaced.
    box.setPointerCapture(pointerId);
    if (event.isPrimary) fingers.current.clear();
    fingers.current.set(pointerId, at);
    if (fingers.current.size === 2) {
      draw(box, { x: 0, y: 0 });
      const held = heldAt(box, middle());
      gesture.current = { kind: 'pinch', distance: distance(), zoom: latest.current.zoom, held };
    } else if (fingers.current.size === 1)
      gesture.current = isZoomed ? startPan(box, at) : { kind: 'start', from: at, at: event.timeStamp };
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (!fingers.current.has(event.pointerId)) return;
    const at = { x: event.clientX, y: event.clientY };
    fingers.current.set(event.pointerId, at);
    const now = gesture.current;
    if (!now) return;
    if (now.kind === 'pan') now.stage.scrollTo(now.from.x - at.x, now.from.y - at.y);
    else if (now.kind === 'pinch') {
      const { maxZoom, setZoom } = latest.current;
      setZoom(Math.max(1, Math.min(maxZoom, (now.zoom * distance()) / now.distance)));
      const { own, held } = now.held;
      const { left = 0, top = 0 } = own?.getBoundingClientRect() ?? {};
      const { x, y } = middle();
      keepAt({ held, inside: { x: x - left, y: y - top } });
    } else {
      const way = { x: at.x - now.from.x, y: at.y - now.from.y };
      if (now.kind === 'start' && Math.hypot(way.x, way.y) > SLACK) {
        const kind = Math.abs(way.x) > Math.abs(way.y) ? 'sideways' : way.y > 0 ? 'down' : 'other';
        gesture.current = { ...now, kind };
      }
      const { kind } = gesture.current as typeof now;
      if (kind === 'sideways') draw(event.currentTarget, { x: way.x, y: 0 });
      if (kind === 'down') draw(event.currentTarget, { x: 0, y: Math.max(0, way.y) });
    }
  };
  const onPointerUp = (event: PointerEvent<HTMLElement>) => {
    if (!fingers.current.delete(event.pointerId)) return;
    const now = gesture.current;
    const box = event.currentTarget;
    const at = { x: event.clientX, y: event.clientY };
    const [left] = fingers.current.values();
    if (now?.kind === 'pinch') {
      // The finger that stays moves the picture.
      gesture.current = left && latest.current.zoom > 1 ? startPan(box, left) : undefined;
      return;
    }
    gesture.current = undefined;
    draw(box, { x: 0, y: 0 });
    if (!now || event.type === 'pointercancel') return;
    const from = now.kind === 'pan' ? now.began : now.from;
    const way = { x: at.x - from.x, y: at.y - from.y };
    const counts = (length: number) =>
      now.kind !== 'pan' &&
      (length > FAR || (length > SLACK && length / Math.max(1, event.timeStamp - now.at) > FAST));
    if (now.kind === 'sideways' && counts(Math.abs(way.x))) latest.current.leaf(way.x < 0 ? 1 : -1);
    else if (now.kind === 'down' && counts(way.y)) latest.current.close();
    else if (event.pointerType !== 'mouse' && Math.hypot(way.x, way.y) <= SLACK) {
      const before = lastTap.current;
      const isDouble =
        event.timeStamp - before.at < DOUBLE_MS && Math.hypot(at.x - before.x, at.y - before.y) < DOUBLE_NEAR;
      lastTap.current = isDouble ? { at: 0, x: 0, y: 0 } : { at: event.timeStamp, ...at };
      if (isDouble) zoomTo(box, latest.current.zoom > 1 ? 1 : DOUBLE_ZOOM, at);
    }
  };
  return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp };
}
