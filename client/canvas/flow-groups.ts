import type { NodeChange } from '@xyflow/react';
import type { Point } from '../document/content.ts';
import { useFlow } from './flow.ts';
import type { FlowNode } from './flow-items.ts';

/** Nodes that move with a dragged group, with their start positions. */
let carried:
  | { readonly group: string; readonly start: Point; readonly items: ReadonlyMap<string, Point> }
  | undefined;

const inside = (inner: FlowNode, outer: FlowNode) => {
  const { x, y } = inner.position;
  const { width = 0, height = 0 } = inner.measured ?? {};
  const [cx, cy] = [x + width / 2, y + height / 2];
  const { x: left, y: top } = outer.position;
  const size = outer.measured ?? {};
  return cx >= left && cy >= top && cx <= left + (size.width ?? 0) && cy <= top + (size.height ?? 0);
};

/** The nodes on a group. */
export function membersOf(groupId: string): FlowNode[] {
  const { nodes } = useFlow.getState();
  const group = nodes.find(({ id }) => id === groupId);
  return group ? nodes.filter((node) => node !== group && inside(node, group)) : [];
}

/** Starts a drag. The nodes on a dragged group move with it. */
export function beginDrag(node: { readonly id: string; readonly type?: string }): void {
  carried = undefined;
  if (node.type !== 'group') return;
  const flow = useFlow.getState().nodes.find(({ id }) => id === node.id);
  if (!flow) return;
  const items = membersOf(node.id).filter(({ selected }) => !selected);
  carried = {
    group: node.id,
    start: flow.position,
    items: new Map(items.map(({ id, position }) => [id, position])),
  };
}

/** The position changes of the nodes on a dragged group. */
export function carriedChanges(changes: readonly NodeChange<FlowNode>[]): NodeChange<FlowNode>[] {
  if (!carried) return [];
  const { group, start, items } = carried;
  const lead = changes.find((change) => change.type === 'position' && change.id === group);
  if (lead?.type !== 'position' || !lead.position) return [];
  const [dx, dy] = [lead.position.x - start.x, lead.position.y - start.y];
  return [...items].map(([id, { x, y }]) => ({
    type: 'position',
    id,
    position: { x: x + dx, y: y + dy },
    dragging: lead.dragging,
  }));
}

/** Ends a drag. */
export function endDrag(): void {
  carried = undefined;
}
