import type { Problem } from '../contract/basics.ts';
import { didYouMean, namesApart } from '../contract/wording.ts';
import { findCycles } from './cycles.ts';
import type { Graph } from './graph.ts';
import type { Registry } from './registry.ts';

/** Nodes with an id that another has already. */
export function checkIds(graph: Graph): Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const { id } of graph.workflow.nodes) {
    if (!seen.has(id)) {
      seen.add(id);
      continue;
    }
    const message = `Two nodes have the id "${id}". Give one of them another id.`;
    problems.push({ code: 'node.duplicate-id', nodeId: id, message, got: id });
  }
  return problems;
}

/** Nodes whose type nobody here knows. */
export function checkTypes(graph: Graph, registry: Registry): Problem[] {
  const problems: Problem[] = [];
  for (const { id, node, definition, name } of graph.nodes.values()) {
    if (definition) continue;
    const meant = registry.nearest(node.type);
    const message = `${name} is a node of the type "${node.type}", which this Patchbay does not have.${didYouMean(meant)} Remove it, mute it, or install what brings it.`;
    problems.push({ code: 'node.unknown-type', nodeId: id, message, expected: meant, got: node.type });
  }
  return problems;
}

const SHOWN = 8;

/** Cycles, each with its path. */
export function checkCycles(graph: Graph): Problem[] {
  return findCycles(graph.nodes, graph.unordered).map((nodes) => {
    const names = namesApart(nodes.map((id) => graph.nodes.get(id)!));
    const shown = names.length > SHOWN ? [...names.slice(0, SHOWN), `… (${names.length} nodes)`] : names;
    const path = [...shown, names[0]!].join(' → ');
    const message = `These nodes wait for each other in a cycle: ${path}. Remove one of the wires between them.`;
    return { code: 'workflow.cycle', nodeId: nodes[0], nodes, message, got: path };
  });
}
