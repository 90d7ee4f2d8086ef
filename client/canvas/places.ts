import type { Viewport } from '@xyflow/react';

const KEY = 'patchbay-places';
/** So many workflows keep their place; the ones left longest ago lose it first. */
const MOST = 100;

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function kept(): Map<string, Viewport> {
  const places = new Map<string, Viewport>();
  try {
    const read: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    if (!Array.isArray(read)) return places;
    for (const [id, x, y, zoom] of read)
      if (typeof id === 'string' && isNumber(x) && isNumber(y) && isNumber(zoom) && zoom > 0)
        places.set(id, { x, y, zoom });
  } catch {
    // Then every workflow is seen whole.
  }
  return places;
}

/** Where the canvas of a workflow was left, in this browser; undefined where it never was, or where none is kept. */
export const placeOf = (id: string): Viewport | undefined => kept().get(id);

/** Keeps where the canvas of a workflow is, across reloads. Other windows' places are read again first, so that none is lost. */
export function keepPlace(id: string, { x, y, zoom }: Viewport): void {
  const places = kept();
  places.delete(id);
  places.set(id, { x, y, zoom });
  const rows = [...places].slice(-MOST).map(([key, at]) => [key, at.x, at.y, at.zoom]);
  try {
    localStorage.setItem(KEY, JSON.stringify(rows));
  } catch {
    // Then the next reload shows the workflow whole.
  }
}
