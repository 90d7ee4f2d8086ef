import type { WorkflowEdge } from '../../workflows/workflow.ts';
import type { GraphNode } from './graph.ts';
import { isMuted } from './graph.ts';

export type Nodes = ReadonlyMap<string, GraphNode>;

/** Whether a wire carries anything: a muted node neither takes nor gives. */
export function carries(edge: WorkflowEdge, nodes: Nodes): boolean {
  return !isMuted(nodes.get(edge.from.node)!) && !isMuted(nodes.get(edge.to.node)!);
}

/** Kahn's order: sources first, otherwise as in the file. What is left is on a cycle or behind one. */
export function sortTopologically(nodes: Nodes): { order: GraphNode[]; unordered: GraphNode[] } {
  const waiting = new Map<string, number>();
  for (const node of nodes.values())
    waiting.set(node.id, node.incoming.filter((edge) => carries(edge, nodes)).length);
  const order = [...nodes.values()].filter((node) => waiting.get(node.id) === 0);
  for (let i = 0; i < order.length; i++) {
    for (const edge of order[i]!.outgoing) {
      if (!carries(edge, nodes)) continue;
      const left = waiting.get(edge.to.node)! - 1;
      waiting.set(edge.to.node, left);
      if (left === 0) order.push(nodes.get(edge.to.node)!);
    }
  }
  const unordered = [...nodes.values()].filter((node) => waiting.get(node.id)! > 0);
  return { order, unordered };
}
