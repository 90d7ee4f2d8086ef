import { getNodesBounds, getViewportForBounds, type Viewport } from '@xyflow/react';
import { type FlowNode, useFlow } from './flow.ts';

/** How far one can zoom out. */
export const MIN_ZOOM = 0.04;

/** In window pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where each tab's canvas was left. */
const viewports = new Map<string, Viewport>();

/** Remembers how a tab's canvas was left. */
export function leaveViewport(tab: string, viewport: Viewport): void {
  viewports.set(tab, viewport);
}

/** The view a canvas begins with, before anything is drawn: as it was left, or all of it. */
export function firstViewport(tab: string, { width, height }: Size): Viewport {
  const left = viewports.get(tab);
  if (left) return left;
  const nodes = useFlow.getState().nodes as FlowNode[];
  if (nodes.length === 0) return { x: 0, y: 0, zoom: 1 };
  return getViewportForBounds(getNodesBounds(nodes), width, height, MIN_ZOOM, 1, 0.1);
}
