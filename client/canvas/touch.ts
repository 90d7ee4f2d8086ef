import type { Viewport } from '@xyflow/react';
import { useCanvasUi } from './canvas-ui.ts';
import { noteMove } from './reveal-result.ts';
import { flowInstance } from './view.ts';
import { MAX_ZOOM, MIN_ZOOM } from './viewports.ts';

/** How far one finger moves before the canvas follows it, in pixels. */
const SLACK = 8;

/** Parts of a selected node that one finger moves or scrolls by itself. */
const OWN = '.pb-drag, .react-flow__handle, .react-flow__resize-control, input[type="range"]';

interface Grip {
  /** The middle of the fingers in the canvas, in pixels. */
  readonly x: number;
  readonly y: number;
  /** The distance of two fingers; of one finger 1. */
  readonly spread: number;
}

function gripOf({ touches }: TouchEvent, box: Element): Grip {
  const { left, top } = box.getBoundingClientRect();
  const [a, b = a] = touches;
  if (!a || !b) return { x: 0, y: 0, spread: 1 };
  return {
    x: (a.clientX + b.clientX) / 2 - left,
    y: (a.clientY + b.clientY) / 2 - top,
    spread: a === b ? 1 : Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)),
  };
}

/** The view after the fingers moved: what was below their middle is still below it. */
export function viewAfter(view: Viewport, from: Grip, to: Grip): Viewport {
  const zoom = Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, (view.zoom * to.spread) / from.spread));
  const grown = zoom / view.zoom;
  return { zoom, x: to.x - (from.x - view.x) * grown, y: to.y - (from.y - view.y) * grown };
}

/** Whether a part of a node scrolls, for example a long list of results. */
function scrolls(target: Element, node: Element): boolean {
  for (let at: Element | null = target; at && at !== node; at = at.parentElement)
    if (at.scrollHeight > at.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(at).overflowY))
      return true;
  return false;
}

/** Whether one finger there moves the canvas although React Flow leaves it to the node, which is selected. */
function isStill({ target }: TouchEvent): boolean {
  if (!(target instanceof Element) || target.closest(OWN)) return false;
  const node = target.closest('.react-flow__node.nopan');
  return node !== null && !scrolls(target, node);
}

/**
 * Two fingers always move and zoom the canvas, also on a selected node, where React Flow ignores them. One finger moves the
 * canvas from everywhere except the title of a selected node, which it drags.
 * @returns stops listening
 */
export function listenToFingers(box: HTMLElement): () => void {
  let mode: 'none' | 'waiting' | 'moving' = 'none';
  let view: Viewport = { x: 0, y: 0, zoom: 1 };
  let from: Grip = { x: 0, y: 0, spread: 1 };
  const begin = (event: TouchEvent) => {
    view = flowInstance()?.getViewport() ?? view;
    from = gripOf(event, box);
  };
  const keep = (event: TouchEvent) => {
    if (event.cancelable) event.preventDefault();
    event.stopPropagation();
  };
  const onStart = (event: TouchEvent) => {
    // A wire follows its finger.
    if (useCanvasUi.getState().wiring) return;
    if (event.touches.length > 1) {
      mode = 'moving';
      begin(event);
      keep(event);
    } else if (isStill(event)) {
      mode = 'waiting';
      begin(event);
    } else mode = 'none';
  };
  const onMove = (event: TouchEvent) => {
    if (mode === 'none') return;
    const to = gripOf(event, box);
    if (mode === 'waiting') {
      if (Math.hypot(to.x - from.x, to.y - from.y) < SLACK) return;
      mode = 'moving';
    }
    keep(event);
    noteMove();
    void flowInstance()?.setViewport(viewAfter(view, from, to));
  };
  // Other listeners need the end of a touch too, to end what they began with its start.
  const onEnd = (event: TouchEvent) => {
    if (event.touches.length === 0) mode = 'none';
    else if (mode === 'moving') begin(event);
  };
  box.addEventListener('touchstart', onStart, { capture: true, passive: false });
  box.addEventListener('touchmove', onMove, { capture: true, passive: false });
  box.addEventListener('touchend', onEnd, { capture: true });
  box.addEventListener('touchcancel', onEnd, { capture: true });
  return () => {
    box.removeEventListener('touchstart', onStart, { capture: true });
    box.removeEventListener('touchmove', onMove, { capture: true });
    box.removeEventListener('touchend', onEnd, { capture: true });
    box.removeEventListener('touchcancel', onEnd, { capture: true });
  };
}
