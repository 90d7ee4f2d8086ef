import { type AnyNodeDefinition, nodeName, type Ports, type Said } from '../../nodes/sdk/index.ts';
import type { Workflow, WorkflowEdge, WorkflowNode } from '../../workflows/workflow.ts';
import type { Registry } from './registry.ts';

/** A node of a graph, with what is known of its type. */
export interface GraphNode {
  readonly id: string;
  readonly node: WorkflowNode;
  /** Undefined for a type that nobody here knows. */
  readonly definition: AnyNodeDefinition | undefined;
  /** For messages, in asterisks. */
  readonly name: Said;
  /** Wires that come in and go out, in the order of the file; of those that join two nodes of the file. */
  readonly incoming: WorkflowEdge[];
  readonly outgoing: WorkflowEdge[];
}

/** A workflow, indexed. */
export interface Graph {
  readonly workflow: Workflow;
  /** By id; of nodes with one id, the first. */
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** Every node that is on no cycle and behind none, sources first. */
  readonly order: readonly GraphNode[];
  /** Nodes that are on a cycle or behind one. Muted nodes break cycles. */
  readonly unordered: readonly GraphNode[];
}

/** The ports of a node, by name; none where its type is unknown. Names come from files: look them up with {@link portOf}. */
export function portsOf(node: GraphNode, side: 'inputs' | 'outputs'): Ports {
  return (node.definition?.[side] as Ports | undefined) ?? {};
}

/** A port by name, or undefined; `constructor` is no port unless somebody defined it. */
export function portOf(node: GraphNode, side: 'inputs' | 'outputs', name: string): Ports[string] | undefined {
  const ports = portsOf(node, side);
  return Object.hasOwn(ports, name) ? ports[name] : undefined;
}

/** Whether a node was taken out by the user. */
export function isMuted(node: GraphNode): boolean {
  return node.node.mode === 'mute';
}

/** The nodes of a graph, by id. */
export type Nodes = ReadonlyMap<string, GraphNode>;

/** Whether a wire carries anything: a muted node neither takes nor gives. */
export function carries(edge: WorkflowEdge, nodes: Nodes): boolean {
  return !isMuted(nodes.get(edge.from.node)!) && !isMuted(nodes.get(edge.to.node)!);
}

/** Kahn's order: sources first, otherwise as in the file. What is left is on a cycle or behind one. */
function sortTopologically(nodes: Nodes): { order: GraphNode[]; unordered: GraphNode[] } {
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

/** Indexes a workflow; total, linear in nodes and edges. */
export function buildGraph(workflow: Workflow, registry: Registry): Graph {
  const nodes = new Map<string, GraphNode>();
  for (const node of workflow.nodes) {
    if (nodes.has(node.id)) continue;
    const definition = registry.get(node.type);
    const name = nodeName(node, definition);
    nodes.set(node.id, { id: node.id, node, definition, name, incoming: [], outgoing: [] });
  }
  for (const edge of workflow.edges) {
    const [from, to] = [nodes.get(edge.from.node), nodes.get(edge.to.node)];
    if (!from || !to) continue;
    from.outgoing.push(edge);
    to.incoming.push(edge);
  }
  return { workflow, nodes, ...sortTopologically(nodes) };
}
