import type { WorkflowEdge } from '../../workflows/workflow.ts';
import { type Connectable, type ConnectableNode, connectionProblem, type End } from './connect.ts';
import { type Graph, type GraphNode, portsOf } from './graph.ts';
import type { Problem } from './problem.ts';
import { isNeeded, type Wiring } from './wiring.ts';
import { fieldName, typesText } from './wording.ts';

const titleOfPort = (name: string, title?: string) => fieldName(name, { title }).slice(1, -1);

/** A node as wiring sees it; types are those of the wire in question. */
function connectable(node: GraphNode, edge: WorkflowEdge, wiring: Wiring): ConnectableNode {
  const given = wiring.resolve(edge.from) ?? edge.from;
  return {
    name: node.name,
    known: node.definition !== undefined,
    inputs: new Map(
      Object.entries(portsOf(node, 'inputs')).map(([name, port]) => [
        name,
        { title: titleOfPort(name, port.title), types: wiring.takes(edge), many: port.many },
      ]),
    ),
    outputs: new Map(
      Object.entries(portsOf(node, 'outputs')).map(([name, port]) => [
        name,
        { title: titleOfPort(name, port.title), types: wiring.typesOf(given), many: false },
      ]),
    ),
  };
}

/** Every wire in the order of the file, against those before it. Cycles are found elsewhere, all at once. */
export function checkEdges(graph: Graph, wiring: Wiring): Problem[] {
  // By JSON of the ends: ids may hold any character.
  const joined = new Set<string>();
  const wires = new Map<string, number>();
  const text = (...ends: End[]) => JSON.stringify(ends.flatMap((end) => [end.node, end.port]));
  const problems: Problem[] = [];
  for (const edge of graph.workflow.edges) {
    const world: Connectable = {
      node: (id) => {
        const node = graph.nodes.get(id);
        return node && connectable(node, edge, wiring);
      },
      isJoined: (from, to) => joined.has(text(from, to)),
      wiresInto: (to) => wires.get(text(to)) ?? 0,
      leadsTo: () => false,
    };
    const problem = connectionProblem(world, edge.from, edge.to);
    if (problem) {
      problems.push(problem);
      continue;
    }
    joined.add(text(edge.from, edge.to));
    wires.set(text(edge.to), world.wiresInto(edge.to) + 1);
  }
  return problems;
}

/** Inputs that must be there and are not. */
export function checkInputs(graph: Graph, wiring: Wiring): Problem[] {
  const problems: Problem[] = [];
  for (const node of wiring.nodes.values()) {
    for (const [name, port] of Object.entries(portsOf(node, 'inputs'))) {
      if (node.sources.has(name) || !isNeeded(port, name, node)) continue;
      const field = fieldName(name, port);
      const expected = typesText(port.types);
      const bypassed = node.incoming.find((edge) => edge.to.port === name);
      const message = bypassed
        ? `${node.name} needs ${expected} at ${field}, and ${graph.nodes.get(bypassed.from.node)!.name} before it is bypassed and has nothing of that kind to hand through. Make it active again, or connect something else.`
        : `${node.name} needs ${expected} at ${field}. Connect something that gives ${expected}.`;
      problems.push({
        code: 'input.missing',
        nodeId: node.id,
        port: name,
        message,
        expected,
        got: 'nothing',
      });
    }
  }
  return problems;
}
