import type { PointerEvent as ReactPointerEvent } from 'react';
import type { Area, TileBox } from './area.ts';
import css from './pictures.module.css';
import { added, only, select, selectionOf } from './selection.ts';

/** How far the pointer moves before it is a drag and not a click, in pixels. */
const SLACK = 6;
/** The width of the edges at which a list scrolls while the pointer is there, and how far it scrolls each time. */
const EDGE = 28;
const STEP = 14;

function scrollerOf(element: HTMLElement): HTMLElement {
  for (let at: HTMLElement | null = element; at; at = at.parentElement)
    if (at.scrollHeight > at.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(at).overflowY))
      return at;
  return document.documentElement;
}

/**
 * Starts a rubber band: the pictures that it touches are selected while the pointer is down. It reads the places of the pictures
 * once and draws no component again except the pictures that change.
 */
export function startBand(event: ReactPointerEvent<HTMLElement>, area: Area): void {
  if (!area.isSelectable || event.button !== 0 || event.pointerType === 'touch') return;
  const root = event.currentTarget;
  const { clientX, clientY, pointerId } = event;
  const keeps = event.shiftKey || event.ctrlKey || event.metaKey;
  const base = keeps ? selectionOf(area.tab).picked : only([]);
  const scroller = scrollerOf(root);
  // On the canvas, a pixel of the list can be larger or smaller than one of the window.
  const scale = scroller.getBoundingClientRect().height / Math.max(1, scroller.offsetHeight) || 1;
  const scrolled = () => ({ x: scroller.scrollLeft * scale, y: scroller.scrollTop * scale });
  const first = scrolled();
  const from = { x: clientX + first.x, y: clientY + first.y };
  let last = { x: clientX, y: clientY };
  let band: HTMLElement | undefined;
  let boxes: readonly TileBox[] = [];
  let hits = '';
  let timer: ReturnType<typeof setInterval> | undefined;

  const shifted = (all: readonly TileBox[], by: { readonly left: number; readonly top: number }) =>
    all.map(({ tile, left, top, right, bottom }) => ({
      tile,
      left: left + by.left + first.x,
      top: top + by.top + first.y,
      right: right + by.left + first.x,
      bottom: bottom + by.top + first.y,
    }));
  const drawn = () =>
    shifted(
      [...area.tiles].flatMap(([element, tile]) => {
        if (!tile.item.isPicture || !root.contains(element)) return [];
        const { left, top, right, bottom } = element.getBoundingClientRect();
        return [{ tile, left, top, right, bottom }];
      }),
      { left: 0, top: 0 },
    );
  const begin = () => {
    boxes = area.boxes ? shifted(area.boxes(), root.getBoundingClientRect()) : drawn();
    band = document.createElement('div');
    band.className = css.band ?? '';
    document.body.append(band);
    // Until the end, all events go to the list, so that nothing under the pointer reacts.
    root.setPointerCapture(pointerId);
    timer = setInterval(creep, 30);
  };
  const creep = () => {
    const { top, bottom } = scroller.getBoundingClientRect();
    if (last.y < top + EDGE) scroller.scrollBy(0, -STEP);
    else if (last.y > bottom - EDGE) scroller.scrollBy(0, STEP);
    else return;
    draw();
  };
  const draw = () => {
    if (!band) return;
    const now = scrolled();
    const to = { x: last.x + now.x, y: last.y + now.y };
    const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
    const [top, bottom] = [Math.min(from.y, to.y), Math.max(from.y, to.y)];
    const seen = scroller.getBoundingClientRect();
    const shown = {
      left: Math.max(seen.left, left - now.x),
      top: Math.max(seen.top, top - now.y),
      right: Math.min(seen.right, right - now.x),
      bottom: Math.min(seen.bottom, bottom - now.y),
    };
    band.style.left = `${shown.left}px`;
    band.style.top = `${shown.top}px`;
    band.style.width = `${Math.max(0, shown.right - shown.left)}px`;
    band.style.height = `${Math.max(0, shown.bottom - shown.top)}px`;
    const touched: number[] = [];
    for (const [at, box] of boxes.entries())
      if (box.left < right && box.right > left && box.top < bottom && box.bottom > top) touched.push(at);
    const known = touched.join();
    if (known === hits) return;
    hits = known;
    const tiles = touched.flatMap((at) => boxes[at]?.tile ?? []);
    select(area, added(base, tiles), tiles[0]?.at ?? null);
  };
  const move = (moved: PointerEvent) => {
    if (moved.pointerId !== pointerId) return;
    last = { x: moved.clientX, y: moved.clientY };
    if (!band && Math.hypot(last.x - clientX, last.y - clientY) < SLACK) return;
    if (!band) begin();
    draw();
  };
  const end = () => {
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', end);
    removeEventListener('pointercancel', end);
    clearInterval(timer);
    if (!band) return;
    band.remove();
    // The browser sends a click after it, which would select one picture only.
    area.isClickSpent = true;
    setTimeout(() => {
      area.isClickSpent = false;
    });
  };
  addEventListener('pointermove', move);
  addEventListener('pointerup', end);
  addEventListener('pointercancel', end);
}
