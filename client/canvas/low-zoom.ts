import { createContext, useContext } from 'react';

/**
 * Below this zoom, the nodes of a large workflow are plain boxes. They are fast to draw, and text would be too small to
 * read.
 */
const LOW_ZOOM = 0.35;
/**
 * The same for a small workflow. It is lower, because its pictures are still useful and small screens open it at a low
 * zoom.
 */
const LOW_ZOOM_OF_FEW = 0.15;
/** The most nodes to draw in full below {@link LOW_ZOOM}. */
const FEW = 60;
/** The most nodes whose boxes have titles. */
const TITLED = 300;

/** How nodes are drawn: in full, as boxes with large titles, or as plain boxes. */
export type NodeLook = 'full' | 'titled' | 'plain';

/** How to draw nodes at a zoom, depending on their number. */
export function nodeLook(zoom: number, count: number): NodeLook {
  if (zoom >= (count <= FEW ? LOW_ZOOM_OF_FEW : LOW_ZOOM)) return 'full';
  return count <= TITLED ? 'titled' : 'plain';
}

/** How nodes are currently drawn. */
export const Look = createContext<NodeLook>('full');

/** How nodes are currently drawn. */
export const useNodeLook = (): NodeLook => useContext(Look);

/** Whether nodes are currently drawn as boxes. */
export const useLowZoom = (): boolean => useContext(Look) !== 'full';
