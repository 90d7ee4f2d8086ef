import { didYouMean, englishOf, namesApart } from '../../nodes/sdk/index.ts';
import { workflowMessage } from '../../workflows/messages.ts';
import type { Problem } from '../contract/basics.ts';
import { wiringMessage } from '../contract/messages/wiring.ts';
import { findCycles } from './cycles.ts';
import type { Graph } from './graph.ts';
import type { Registry } from './registry.ts';

/** Finds nodes whose id is already used by another node. */
export function checkIds(graph: Graph): Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const { id } of graph.workflow.nodes) {
    if (!seen.has(id)) {
      seen.add(id);
      continue;
    }
    problems.push({ ...workflowMessage('node.duplicate-id', { id }), nodeId: id, got: id });
  }
  return problems;
}

/** Finds nodes of an unknown type. */
export function checkTypes(graph: Graph, registry: Registry): Problem[] {
  const problems: Problem[] = [];
  for (const { id, node, definition, name } of graph.nodes.values()) {
    if (definition) continue;
    const broken = registry.broken(node.type);
    if (broken) {
      problems.push({ ...broken, nodeId: id, got: node.type });
      continue;
    }
    const meant = registry.nearest(node.type);
    const hint = didYouMean(meant);
    const message = wiringMessage('node.unknown-type', { node: name, type: node.type, hint });
    problems.push({ ...message, nodeId: id, expected: meant, got: node.type });
  }
  return problems;
}

const SHOWN = 8;

/** Finds cycles, each with its path. */
export function checkCycles(graph: Graph): Problem[] {
  return findCycles(graph.nodes, graph.unordered).map((nodes) => {
    const names = namesApart(nodes.map((id) => graph.nodes.get(id)!));
    const length = wiringMessage('cycle.length', { count: names.length });
    const shown = names.length > SHOWN ? [...names.slice(0, SHOWN), length] : names;
    const path = [...shown, names[0]!].reduce((before, after) =>
      wiringMessage('cycle.step', { before, after }),
    );
    return { ...wiringMessage('workflow.cycle', { path }), nodeId: nodes[0], nodes, got: englishOf(path) };
  });
}
