import { carries, type GraphNode, type Nodes } from './graph.ts';

/** The ids of a node's sources, limited to a set of nodes. */
function sourcesOf(node: GraphNode, nodes: Nodes, within: { has(id: string): boolean }): string[] {
  return node.incoming
    .filter((edge) => within.has(edge.from.node) && carries(edge, nodes))
    .map((edge) => edge.from.node);
}

/** Groups of nodes that all reach each other: Tarjan's algorithm, without recursion. */
function components(nodes: Nodes, ids: ReadonlySet<string>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const found: string[][] = [];
  const visits: { id: string; sources: string[]; next: number }[] = [];

  const visit = (id: string) => {
    index.set(id, index.size);
    low.set(id, index.get(id)!);
    open.push(id);
    isOpen.add(id);
    visits.push({ id, sources: sourcesOf(nodes.get(id)!, nodes, ids), next: 0 });
  };
  const lower = (id: string, to: number) => low.set(id, Math.min(low.get(id)!, to));

  for (const root of ids) {
    if (!index.has(root)) visit(root);
    while (visits.length > 0) {
      const at = visits[visits.length - 1]!;
      const source = at.sources[at.next++];
      if (source !== undefined) {
        if (!index.has(source)) visit(source);
        else if (isOpen.has(source)) lower(at.id, index.get(source)!);
        continue;
      }
      visits.pop();
      const parent = visits[visits.length - 1];
      if (parent) lower(parent.id, low.get(at.id)!);
      if (low.get(at.id) !== index.get(at.id)) continue;
      const group = open.splice(open.lastIndexOf(at.id));
      for (const id of group) isOpen.delete(id);
      found.push(group);
    }
  }
  return found;
}

/**
 * Finds one cycle in a group, along the wires. Every node has a source in the group, so walking back always closes a
 * cycle.
 */
function cycleIn(nodes: Nodes, group: ReadonlySet<string>): string[] {
  const trail = new Map<string, number>();
  let at = group.values().next().value!;
  while (!trail.has(at)) {
    trail.set(at, trail.size);
    at = sourcesOf(nodes.get(at)!, nodes, group)[0]!;
  }
  return [...trail.keys()].slice(trail.get(at)).reverse();
}

/**
 * Finds one cycle for each group of nodes that reach each other, as the ids along it. Linear time. It ignores wires
 * from a node to itself.
 */
export function findCycles(nodes: Nodes, unordered: readonly GraphNode[]): string[][] {
  return components(nodes, new Set(unordered.map((node) => node.id)))
    .filter((group) => group.length > 1)
    .map((group) => cycleIn(nodes, new Set(group)));
}
