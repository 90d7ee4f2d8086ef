import { getNodesBounds, getViewportForBounds, type Viewport } from '@xyflow/react';
import { useTabs } from '../document/tabs.ts';
import { useFlow } from './flow.ts';
import type { FlowNode } from './flow-items.ts';

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

/** How far one can zoom out. */
export const MIN_ZOOM = 0.04;

/** In window pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The saved workflow of a tab; of one that was never saved, the tab itself, which comes back by its key. */
const documentOf = (tab: string): string =>
  useTabs.getState().tabs.find(({ key }) => key === tab)?.workflowId ?? tab;

/** How long a view stands still before it is kept, in milliseconds: a wheel stops many times a second. */
const STILL_MS = 250;

let left: { readonly document: string; readonly viewport: Viewport } | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Keeps the view that was left last, at once. */
export function keepViewport(): void {
  clearTimeout(timer);
  if (left) keepPlace(left.document, left.viewport);
  left = undefined;
}

globalThis.addEventListener?.('pagehide', keepViewport);

/** Keeps where the canvas of a tab's workflow is, once it stands still. */
export function leaveViewport(tab: string, viewport: Viewport): void {
  const document = documentOf(tab);
  if (left && left.document !== document) keepViewport();
  left = { document, viewport };
  clearTimeout(timer);
  timer = setTimeout(keepViewport, STILL_MS);
}

/** The view a canvas begins with, before anything is drawn: as it was left, or all of it. */
export function firstViewport(tab: string, { width, height }: Size): Viewport {
  const kept = placeOf(documentOf(tab)) ?? placeOf(tab);
  if (kept) return kept;
  const nodes = useFlow.getState().nodes as FlowNode[];
  if (nodes.length === 0) return { x: 0, y: 0, zoom: 1 };
  return getViewportForBounds(getNodesBounds(nodes), width, height, MIN_ZOOM, 1, 0.1);
}
