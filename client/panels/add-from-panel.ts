import type { WorkflowNode } from '../../workflows/workflow.ts';
import { addNode, besideSelection } from '../canvas/add-node.ts';
import { zoomTo } from '../canvas/view.ts';
import { isNarrow } from '../ui/narrow.ts';
import { usePanels } from './panel-state.ts';

/** Adds a node that was chosen in a panel and shows it. On a phone the panel covers the canvas, so it closes. */
export function addFromPanel(type: string, params?: WorkflowNode['params']): void {
  const isCovered = isNarrow();
  if (isCovered) usePanels.setState({ open: null });
  const id = addNode(type, besideSelection(type), { params, show: !isCovered });
  // The canvas draws the node first.
  if (isCovered) requestAnimationFrame(() => void zoomTo(id));
}
