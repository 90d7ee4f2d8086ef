import { createContext, useContext } from 'react';

/** Below this zoom nodes are plain boxes: words could not be read anyway. */
export const LOW_ZOOM = 0.35;

/** Whether the canvas is zoomed out that far. */
export const LowZoom = createContext(false);

/** Whether nodes are drawn as plain boxes now. */
export const useLowZoom = (): boolean => useContext(LowZoom);
