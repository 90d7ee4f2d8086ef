import { useDocument } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';

/** Whether the canvas is visible. */
export const onCanvas = () => useTabs.getState().view === 'canvas' && useTabs.getState().active !== null;
/** Whether a workflow is open. */
export const isOpen = () => useTabs.getState().active !== null;
/** Whether nodes, groups or notes are selected on the canvas. */
export const chosen = () => onCanvas() && useDocument.getState().selection.size > 0;
/** Whether several items are selected. */
export const several = () => onCanvas() && useDocument.getState().selection.size > 1;
/** Whether enough items are selected to distribute them between the outermost two. */
export const three = () => onCanvas() && useDocument.getState().selection.size > 2;
/** Whether an item or a wire is selected. */
export const chosenAny = () => chosen() || (onCanvas() && useDocument.getState().selectedEdges.size > 0);
/** Whether exactly one item is selected. */
export const one = () => onCanvas() && useDocument.getState().selection.size === 1;
/** The id of the selected item. */
export const only = () => [...useDocument.getState().selection][0]!;
/** Whether exactly one node is selected. */
export const oneNode = () => one() && Object.hasOwn(useDocument.getState().nodes, only());
