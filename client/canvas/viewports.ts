import { getNodesBounds, getViewportForBounds, type Viewport } from '@xyflow/react';
import { useTabs } from '../document/tabs.ts';
import { type FlowNode, useFlow } from './flow.ts';
import { keepPlace, placeOf } from './places.ts';

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
