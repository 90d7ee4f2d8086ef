import { createContext, useContext } from 'react';

/** Below this zoom the nodes of a large workflow are plain boxes: they cost least, and words could not be read anyway. */
const LOW_ZOOM = 0.35;
/** The same for a small workflow, whose pictures still tell something: on a small screen all of it opens at less. */
const LOW_ZOOM_OF_FEW = 0.15;
/** Most nodes that are drawn in full below {@link LOW_ZOOM}. */
const FEW = 60;
/** Most nodes whose boxes carry their titles. */
const TITLED = 300;

/** How nodes are drawn at a zoom: in full, as boxes with large titles, or as plain boxes. */
export type NodeLook = 'full' | 'titled' | 'plain';

/** How nodes are drawn, given the zoom and how many there are. */
export function nodeLook(zoom: number, count: number): NodeLook {
  if (zoom >= (count <= FEW ? LOW_ZOOM_OF_FEW : LOW_ZOOM)) return 'full';
  return count <= TITLED ? 'titled' : 'plain';
}

/** How nodes are drawn now. */
export const Look = createContext<NodeLook>('full');

/** How nodes are drawn now. */
export const useNodeLook = (): NodeLook => useContext(Look);

/** Whether nodes are drawn as boxes now. */
export const useLowZoom = (): boolean => useContext(Look) !== 'full';
