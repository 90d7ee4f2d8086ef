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
