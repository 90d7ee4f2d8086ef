import { type PointerEvent, useRef } from 'react';

/** How long a finger rests on a picture until its menu opens, in milliseconds, and how far it may move, in pixels. */
const LONG_MS = 500;
const STEADY = 10;

/**
 * A long press, for browsers that send no `contextmenu` for it: handlers for the element, of which each is to be called.
 * @param act what the press does, with the element and the place of the finger in the window
 */
export function useLongPress(act: (element: HTMLElement, at: { x: number; y: number }) => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const start = useRef({ x: 0, y: 0 });
  const stop = () => clearTimeout(timer.current);
  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      stop();
      if (event.pointerType !== 'touch') return;
      const { clientX: x, clientY: y, currentTarget } = event;
      start.current = { x, y };
      timer.current = setTimeout(() => {
        // The browser would click when the finger lifts, and the click would close the menu.
        const noClick = (end: TouchEvent) => end.preventDefault();
        currentTarget.addEventListener('touchend', noClick, { once: true, passive: false });
        act(currentTarget, { x, y });
      }, LONG_MS);
    },
    onPointerMove({ clientX, clientY }: PointerEvent) {
      if (Math.hypot(clientX - start.current.x, clientY - start.current.y) > STEADY) stop();
    },
    onPointerUp: stop,
    onPointerCancel: stop,
    onPointerLeave: stop,
  };
}
