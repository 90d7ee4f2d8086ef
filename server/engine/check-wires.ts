import { fieldName, kinds, type PortType, typesText } from '../../nodes/sdk/index.ts';
import type { WorkflowEdge } from '../../workflows/workflow.ts';
import type { Problem } from '../contract/basics.ts';
import { wiringMessage } from '../contract/messages/wiring.ts';
import { type Connectable, type ConnectableNode, connectionProblem, type End } from '../contract/wiring.ts';
import { type Graph, type GraphNode, portOf, portsOf } from './graph.ts';
import { isNeeded, type Wiring } from './wiring.ts';

/** Describes a node for the check of one wire, with the port types that apply to this wire. */
function connectable(node: GraphNode, edge: WorkflowEdge, wiring: Wiring): ConnectableNode {
  const describe = (side: 'inputs' | 'outputs', name: string, types: readonly PortType[]) => {
    const port = portOf(node, side, name);
    const field = side === 'inputs' ? 'input' : 'output';
    return port && { title: fieldName(field, node.node.type, name, port), types, many: port.many };
  };
  return {
    name: node.name,
    known: node.definition !== undefined,
    input: (name) => describe('inputs', name, wiring.takes(edge)),
    output: (name) =>
      describe('outputs', name, wiring.typesOf(wiring.resolve(edge.from, wiring.takes(edge)) ?? edge.from)),
    names: (kind) => Object.keys(portsOf(node, `${kind}s`)),
  };
}

/** A unique text for an end of a wire. It includes the lengths, because ids can contain any character. */
function text({ node, port }: End): string {
  return `${node.length}:${node}${port.length}:${port}`;
}

/**
 * Checks each wire, in the order of the file, against the wires before it. Cycles are checked elsewhere, all at once.
 */
export function checkEdges(graph: Graph, wiring: Wiring): Problem[] {
  const joined = new Set<string>();
  const wires = new Map<string, number>();
  const problems: Problem[] = [];
  for (const edge of graph.workflow.edges) {
    const world: Connectable = {
      node: (id) => {
        const node = graph.nodes.get(id);
        return node && connectable(node, edge, wiring);
      },
      isJoined: (from, to) => joined.has(text(from) + text(to)),
      wiresInto: (to) => wires.get(text(to)) ?? 0,
      leadsTo: () => false,
    };
    const problem = connectionProblem(world, edge.from, edge.to);
    if (problem) {
      problems.push(problem);
      continue;
    }
    joined.add(text(edge.from) + text(edge.to));
    wires.set(text(edge.to), world.wiresInto(edge.to) + 1);
  }
  return problems;
}

/** Finds required inputs without a wire. A bypassed node on or behind a cycle is not checked. */
export function checkInputs(graph: Graph, wiring: Wiring): Problem[] {
  const problems: Problem[] = [];
  for (const node of wiring.nodes.values()) {
    if (node.node.mode === 'bypass' && node.definition) continue;
    for (const [name, port] of Object.entries(portsOf(node, 'inputs'))) {
      if (node.sources.has(name) || !isNeeded(port, name, node)) continue;
      const input = fieldName('input', node.node.type, name, port);
      const types = kinds(port.types);
      const bypassed = node.incoming.find((edge) => edge.to.port === name);
      const source = bypassed && graph.nodes.get(bypassed.from.node)!.name;
      const message = source
        ? wiringMessage('input.bypassed', { node: node.name, input, source, types })
        : wiringMessage('input.missing', { node: node.name, input, types });
      const expected = typesText(port.types);
      problems.push({ ...message, nodeId: node.id, port: name, expected, got: 'nothing' });
    }
  }
  return problems;
}
