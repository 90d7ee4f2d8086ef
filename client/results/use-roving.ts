import { type KeyboardEvent, useState } from 'react';

/** Makes many buttons one stop of the Tab key. Arrows, Home and End move between them, by their rows on the screen. */
export function useRoving(count: number) {
  const [active, setActive] = useState(0);
  const present = Math.min(active, Math.max(0, count - 1));

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-stop]')];
    const at = stops.indexOf(document.activeElement as HTMLElement);
    if (at === -1) return;
    const next = nextStop(event.key, at, stops);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    setActive(next);
    stops[next]?.focus();
  };
  /** Attributes of the button at an index. */
  const stop = (place: number) => ({
    'data-stop': true,
    tabIndex: place === present ? 0 : -1,
    onFocus: () => setActive(place),
  });
  return { onKeyDown, stop };
}

/** The index that a key moves to; undefined for all other keys. The positions of the buttons determine the rows. */
export function nextStop(
  key: string,
  at: number,
  stops: readonly { readonly offsetTop: number; readonly offsetLeft: number }[],
): number | undefined {
  const last = stops.length - 1;
  switch (key) {
    case 'ArrowRight':
      return Math.min(last, at + 1);
    case 'ArrowLeft':
      return Math.max(0, at - 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'ArrowDown':
    case 'ArrowUp': {
      const here = stops[at];
      if (!here) return undefined;
      const down = key === 'ArrowDown';
      const beyond = (top: number) => (down ? top > here.offsetTop : top < here.offsetTop);
      const others = stops.filter(({ offsetTop }) => beyond(offsetTop));
      if (others.length === 0) return at;
      const tops = others.map(({ offsetTop }) => offsetTop);
      const row = down ? Math.min(...tops) : Math.max(...tops);
      const nearest = others
        .filter(({ offsetTop }) => offsetTop === row)
        .reduce((best, one) =>
          Math.abs(one.offsetLeft - here.offsetLeft) < Math.abs(best.offsetLeft - here.offsetLeft)
            ? one
            : best,
        );
      return stops.indexOf(nearest);
    }
    default:
      return undefined;
  }
}
