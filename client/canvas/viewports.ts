import { getNodesBounds, getViewportForBounds, type Viewport } from '@xyflow/react';
import { useTabs } from '../document/tabs.ts';
import { useFlow } from './flow.ts';
import type { FlowNode } from './flow-items.ts';
import { READABLE_ZOOM } from './low-zoom.ts';
import { FIT_PADDING } from './view.ts';

const KEY = 'patchbay-places';
/** The most workflows whose view is remembered. The oldest are forgotten first. */
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
    // Storage is blocked: workflows open as a whole.
  }
  return places;
}

/** The remembered view of a workflow in this browser; undefined if there is none. */
export const placeOf = (id: string): Viewport | undefined => kept().get(id);

/** Remembers the view of a workflow across reloads. Reads the views of other windows first, so that none is lost. */
export function keepPlace(id: string, { x, y, zoom }: Viewport): void {
  const places = kept();
  places.delete(id);
  places.set(id, { x, y, zoom });
  const rows = [...places].slice(-MOST).map(([key, at]) => [key, at.x, at.y, at.zoom]);
  try {
    localStorage.setItem(KEY, JSON.stringify(rows));
  } catch {
    // Storage is blocked: the next reload shows the whole workflow.
  }
}

/** The smallest zoom. */
export const MIN_ZOOM = 0.04;

/** In window pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The saved workflow of a tab. For an unsaved one, the key of the tab, which a reload restores. */
const documentOf = (tab: string): string =>
  useTabs.getState().tabs.find(({ key }) => key === tab)?.workflowId ?? tab;

/** How long the view must rest before it is stored, in milliseconds: a wheel stops many times a second. */
const STILL_MS = 250;

let left: { readonly document: string; readonly viewport: Viewport } | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Stores the last view immediately. */
export function keepViewport(): void {
  clearTimeout(timer);
  if (left) keepPlace(left.document, left.viewport);
  left = undefined;
}

globalThis.addEventListener?.('pagehide', keepViewport);

/** Stores the view of a tab's workflow once it rests. */
export function leaveViewport(tab: string, viewport: Viewport): void {
  const document = documentOf(tab);
  if (left && left.document !== document) keepViewport();
  left = { document, viewport };
  clearTimeout(timer);
  timer = setTimeout(keepViewport, STILL_MS);
}

/**
 * The first view of a canvas, before anything is drawn: as the user left it, otherwise everything. A workflow that is
 * too large to be read as a whole starts at its upper left, at a size that people can read.
 */
export function firstViewport(tab: string, { width, height }: Size): Viewport {
  const kept = placeOf(documentOf(tab)) ?? placeOf(tab);
  if (kept) return kept;
  const nodes = useFlow.getState().nodes as FlowNode[];
  if (nodes.length === 0) return { x: 0, y: 0, zoom: 1 };
  const bounds = getNodesBounds(nodes);
  const whole = getViewportForBounds(bounds, width, height, MIN_ZOOM, 1, FIT_PADDING);
  if (whole.zoom >= READABLE_ZOOM) return whole;
  const zoom = READABLE_ZOOM;
  // In the middle of the room between the paddings; what does not fit starts at the first one.
  const start = (side: number, size: number, room: number, before: string, after: string) => {
    const [least, end] = [Number.parseFloat(before), Number.parseFloat(after)];
    return Math.round(least + Math.max(0, room - least - end - size * zoom) / 2 - side * zoom);
  };
  return {
    x: start(bounds.x, bounds.width, width, FIT_PADDING.left, FIT_PADDING.right),
    y: start(bounds.y, bounds.height, height, FIT_PADDING.top, FIT_PADDING.bottom),
    zoom,
  };
}
