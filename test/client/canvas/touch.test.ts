import { describe, expect, it } from 'vitest';
import { viewAfter } from '../../../client/canvas/touch.ts';

describe('fingers on the canvas', () => {
  const view = { x: 10, y: -20, zoom: 0.5 };
  /** The place on the canvas below a point of the window. */
  const below = ({ x, y, zoom }: typeof view, at: { x: number; y: number }) => ({
    x: (at.x - x) / zoom,
    y: (at.y - y) / zoom,
  });

  it('one finger moves the view as far as it moves', () => {
    const after = viewAfter(view, { x: 100, y: 100, spread: 1 }, { x: 130, y: 80, spread: 1 });
    expect(after).toEqual({ x: 40, y: -40, zoom: 0.5 });
  });

  it('two fingers zoom by how far they spread, and keep what is between them there', () => {
    const [from, to] = [
      { x: 100, y: 100, spread: 50 },
      { x: 120, y: 90, spread: 100 },
    ];
    const after = viewAfter(view, from, to);
    expect(after.zoom).toBe(1);
    expect(below(after, to)).toEqual(below(view, from));
  });

  it('two fingers do not zoom beyond the limits of the canvas', () => {
    const from = { x: 0, y: 0, spread: 1 };
    expect(viewAfter(view, from, { ...from, spread: 1000 }).zoom).toBe(2.5);
    expect(viewAfter(view, { ...from, spread: 1000 }, from).zoom).toBe(0.04);
  });
});
