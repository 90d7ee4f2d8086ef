import { type AnyNodeDefinition, nodeName, type Ports, type Said } from '../../nodes/sdk/index.ts';
import type { Workflow, WorkflowEdge, WorkflowNode } from '../../workflows/workflow.ts';
import type { Registry } from './registry.ts';

/** A node of a graph, with the definition of its type. */
export interface GraphNode {
  readonly id: string;
  readonly node: WorkflowNode;
  /** Undefined for an unknown type. */
  readonly definition: AnyNodeDefinition | undefined;
  /** The code behind its results; see {@link Registry.code}. */
  readonly code: string;
  /** The name for messages, in asterisks. */
  readonly name: Said;
  /** Incoming and outgoing wires between existing nodes, in the order of the file. */
  readonly incoming: WorkflowEdge[];
  readonly outgoing: WorkflowEdge[];
}

/** A workflow with an index of its nodes and wires. */
export interface Graph {
  readonly workflow: Workflow;
  /** Nodes by id. If several nodes have the same id, only the first is here. */
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** Nodes that are not on or behind a cycle, sources first. */
  readonly order: readonly GraphNode[];
  /** Nodes that are on or behind a cycle. A muted node breaks a cycle. */
  readonly unordered: readonly GraphNode[];
}

/** The ports of a node by name; none if its type is unknown. Use {@link portOf} for names that come from a file. */
export function portsOf(node: GraphNode, side: 'inputs' | 'outputs'): Ports {
  return (node.definition?.[side] as Ports | undefined) ?? {};
}

/** A port by name. Names such as `constructor` give undefined unless the definition has such a port. */
export function portOf(node: GraphNode, side: 'inputs' | 'outputs', name: string): Ports[string] | undefined {
  const ports = portsOf(node, side);
  return Object.hasOwn(ports, name) ? ports[name] : undefined;
}

/** Whether the user has muted the node. */
export function isMuted(node: GraphNode): boolean {
  return node.node.mode === 'mute';
}

/** The nodes of a graph by id. */
export type Nodes = ReadonlyMap<string, GraphNode>;

/** Whether a wire carries a value. Wires of muted nodes do not. */
export function carries(edge: WorkflowEdge, nodes: Nodes): boolean {
  return !isMuted(nodes.get(edge.from.node)!) && !isMuted(nodes.get(edge.to.node)!);
}

/**
 * Sorts with Kahn's algorithm: sources first, otherwise in the order of the file. Nodes on or behind a cycle stay
 * unordered.
 */
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

/** Builds the graph of a workflow. It never throws. Its time grows linearly with nodes and edges. */
export function buildGraph(workflow: Workflow, registry: Registry): Graph {
  const nodes = new Map<string, GraphNode>();
  for (const node of workflow.nodes) {
    if (nodes.has(node.id)) continue;
    const definition = registry.get(node.type);
    const name = nodeName(node, definition);
    const code = registry.code(node.type);
    nodes.set(node.id, { id: node.id, node, definition, code, name, incoming: [], outgoing: [] });
  }
  for (const edge of workflow.edges) {
    const [from, to] = [nodes.get(edge.from.node), nodes.get(edge.to.node)];
    if (!from || !to) continue;
    from.outgoing.push(edge);
    to.incoming.push(edge);
  }
  return { workflow, nodes, ...sortTopologically(nodes) };
}
