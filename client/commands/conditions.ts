import { useDocument } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';

/** Whether a workflow is seen on the canvas. */
export const onCanvas = () => useTabs.getState().view === 'canvas' && useTabs.getState().active !== null;
/** Whether a workflow is open. */
export const isOpen = () => useTabs.getState().active !== null;
/** Whether something is selected on the canvas. */
export const chosen = () => onCanvas() && useDocument.getState().selection.size > 0;
/** Whether several things are selected. */
export const several = () => onCanvas() && useDocument.getState().selection.size > 1;
/** Whether something or a wire is selected. */
export const chosenAny = () => chosen() || (onCanvas() && useDocument.getState().selectedEdges.size > 0);
/** Whether one thing is selected. */
export const one = () => onCanvas() && useDocument.getState().selection.size === 1;
/** The one thing that is selected. */
export const only = () => [...useDocument.getState().selection][0]!;
/** Whether what is selected is one node. */
export const oneNode = () => one() && Object.hasOwn(useDocument.getState().nodes, only());
