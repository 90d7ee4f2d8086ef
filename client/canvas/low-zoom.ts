import { createContext, useContext } from 'react';

/** The smallest text that people can read, in window pixels. */
const READABLE_PX = 11;
/** The smallest text in a node, in canvas pixels. The style sheets of nodes and results keep to it. */
const SMALLEST_PX = 12;
/** From this zoom on, people can read every text in a node. Workflows that do not fit the window open at it. */
export const READABLE_ZOOM = READABLE_PX / SMALLEST_PX;
/** Below this zoom, the nodes of a large workflow are plain boxes, because these are fast to draw. */
const LOW_ZOOM = 0.35;
/** The same for a small workflow. It is lower, because its pictures are still useful. */
const LOW_ZOOM_OF_FEW = 0.15;
/** The most nodes to draw with their pictures below {@link LOW_ZOOM}. */
const FEW = 60;
/** The most nodes whose boxes have titles. */
const TITLED = 300;
/** Below this zoom, a readable title is larger than its node. */
const TITLE_ZOOM = 0.08;

/**
 * How nodes are drawn: in full; as an outline, with a large title and pictures but without small text; as boxes with
 * large titles; or as plain boxes.
 */
export type NodeLook = 'full' | 'outline' | 'titled' | 'plain';

/** How to draw nodes at a zoom, depending on their number. */
export function nodeLook(zoom: number, count: number): NodeLook {
  // A zoom that was computed from the size of the window may be smaller by a rounding error.
  if (zoom >= READABLE_ZOOM - 1e-6) return 'full';
  if (zoom >= (count <= FEW ? LOW_ZOOM_OF_FEW : LOW_ZOOM)) return 'outline';
  return count <= TITLED && zoom >= TITLE_ZOOM ? 'titled' : 'plain';
}

/** Whether nodes are boxes and wires are straight lines. */
export const isLow = (look: NodeLook): boolean => look === 'titled' || look === 'plain';

/** Titles grow in steps of this factor, so that zooming does not lay out all titles again for each step of the wheel. */
const STEP = 1.25;

/** The size of a title that people can read at a zoom, in canvas pixels. */
export function titleSize(zoom: number): number {
  const least = READABLE_PX / zoom;
  const steps = Math.ceil(Math.log(least / SMALLEST_PX) / Math.log(STEP) - 1e-9);
  return Math.round(SMALLEST_PX * STEP ** Math.max(0, steps) * 10) / 10;
}

/** The largest text that fits into a row of a node: a field, a name of a param or port, a score. */
const ROW_PX = 19;

/** Whether text of this size fits into the rows of an outline. If not, only its title and pictures are shown. */
export const fitsRows = (size: number): boolean => size <= ROW_PX;

/** How nodes are currently drawn. */
export const Look = createContext<NodeLook>('full');

/** How nodes are currently drawn. */
export const useNodeLook = (): NodeLook => useContext(Look);

/** Whether nodes are currently drawn as boxes. */
export const useLowZoom = (): boolean => isLow(useContext(Look));
