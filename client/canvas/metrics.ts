import type { NodeDescriptor } from '../../nodes/sdk/descriptor.ts';
import type { WorkflowNode } from '../../workflows/workflow.ts';
import { shownParams } from '../widgets/shown-params.ts';

/** Sizes of a node in canvas pixels, on a grid of 8. The style sheet uses the same values. */
export const NODE_WIDTH = 240;
export const HEADER = 32;
export const ROW = 24;
export const PORTS_PADDING = 4;
export const GRID = 8;
export const REROUTE = 24;
/** The node type that is drawn as a point on a wire. */
export const REROUTE_TYPE = 'flow/reroute';

const WIDGET_HEIGHTS: Readonly<Record<string, number>> = {
  toggle: 28,
  slider: 48,
  textarea: 96,
  prompts: 112,
  image: 120,
  images: 120,
};

/** The approximate height of a node, until the browser has measured it. */
export function estimateHeight(
  node: WorkflowNode,
  descriptor: NodeDescriptor | undefined,
  ports: number,
): number {
  if (node.type === REROUTE_TYPE) return REROUTE;
  if (node.collapsed) return HEADER;
  const params = descriptor ? shownParams(descriptor.params, node.params ?? {}).plain : [];
  const widgets = params.reduce((sum, { widget }) => sum + (WIDGET_HEIGHTS[widget] ?? 52), 0);
  const body = HEADER + ports * ROW + 2 * PORTS_PADDING + widgets + (widgets > 0 ? 8 : 0) + 2;
  return Math.max(body, node.size?.height ?? 0);
}

/** The centre of a port's row, from the top of the node. */
export function portY(index: number, collapsed: boolean): number {
  return collapsed ? HEADER / 2 : HEADER + PORTS_PADDING + index * ROW + ROW / 2;
}
