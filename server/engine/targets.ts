import { didYouMean, emphasize, nearestName } from '../../nodes/sdk/index.ts';
import type { Problem } from '../contract/basics.ts';
import { wiringMessage } from '../contract/messages/wiring.ts';
import { type Graph, type GraphNode, isMuted, portsOf } from './graph.ts';
import type { Wiring } from './wiring.ts';

/** Checks the requested target nodes. */
export function checkTargets(graph: Graph, wiring: Wiring, targets: readonly string[]): Problem[] {
  if (targets.length === 0) return [wiringMessage('target.empty')];
  const problems: Problem[] = [];
  for (const id of new Set(targets)) {
    const node = graph.nodes.get(id);
    if (!node) {
      const hint = didYouMean(nearestName(id, graph.nodes.keys()));
      const message = wiringMessage('target.unknown', { id: emphasize(id), hint });
      problems.push({ ...message, nodeId: id, got: id });
    } else if (wiring.dropped.has(id)) {
      const code = isMuted(node) ? 'target.muted' : 'target.needs-muted';
      problems.push({ ...wiringMessage(code, { node: node.name }), nodeId: id });
    }
  }
  return problems;
}

/** The active nodes behind the given ids. A bypassed node is replaced by the sources of its inputs. */
export function activeNodes(graph: Graph, wiring: Wiring, ids: Iterable<string>): Set<string> {
  const active = new Set<string>();
  for (const id of ids) {
    if (wiring.nodes.has(id)) active.add(id);
    else for (const edge of graph.nodes.get(id)?.incoming ?? []) addEnd(active, wiring, edge.from);
  }
  return active;
}

function addEnd(active: Set<string>, wiring: Wiring, end: { node: string; port: string }): void {
  const source = wiring.resolve(end);
  if (source && wiring.nodes.has(source.node)) active.add(source.node);
}

/** Whether a node is a note on the canvas, without inputs and outputs. */
function isRemark(node: GraphNode): boolean {
  const count = (side: 'inputs' | 'outputs') => Object.keys(portsOf(node, side)).length;
  return node.definition !== undefined && count('inputs') + count('outputs') === 0;
}

/**
 * The targets of a run without given targets: terminal nodes, nodes whose outputs are not used, and the sources of
 * named outputs.
 */
export function defaultTargets(graph: Graph, wiring: Wiring): Set<string> {
  const taken = new Set<string>();
  for (const node of wiring.nodes.values())
    for (const ends of node.sources.values()) for (const end of ends) taken.add(end.node);
  const targets = new Set<string>();
  for (const node of wiring.nodes.values())
    if (node.definition?.terminal ?? !(taken.has(node.id) || isRemark(node))) targets.add(node.id);
  for (const output of graph.workflow.outputs ?? []) addEnd(targets, wiring, output);
  return targets;
}

/** The targets and all nodes that lead to them, along all wires, including bypassed nodes. */
export function ancestorsOf(graph: Graph, targets: readonly string[]): Set<string> {
  const found = new Set<string>();
  const open: GraphNode[] = targets.flatMap((id) => graph.nodes.get(id) ?? []);
  for (let node = open.pop(); node; node = open.pop()) {
    if (found.has(node.id)) continue;
    found.add(node.id);
    for (const edge of node.incoming) open.push(graph.nodes.get(edge.from.node)!);
  }
  return found;
}
