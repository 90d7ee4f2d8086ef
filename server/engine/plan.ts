import type { End } from '../contract/wiring.ts';
import type { Analysis } from './analyse.ts';
import { portOf } from './graph.ts';
import { isTaken, type WiredNode } from './wiring.ts';

/** A node of a plan. It will run, or its result will come from the cache. */
export interface PlannedNode extends WiredNode {
  /** The sources of its inputs, without lazy inputs that are not needed. */
  readonly takes: ReadonlyMap<string, readonly End[]>;
  /** The nodes it gets inputs from, each once. */
  readonly needs: readonly string[];
  /** The planned nodes that get an input from it, each once. */
  readonly neededBy: string[];
}

/** The nodes that a run may need. */
export interface Plan {
  /** Sources first. */
  readonly nodes: ReadonlyMap<string, PlannedNode>;
  readonly targets: ReadonlySet<string>;
}

function taken(node: WiredNode): ReadonlyMap<string, readonly End[]> {
  const all = [...node.sources];
  return new Map(all.filter(([name]) => isTaken(portOf(node, 'inputs', name), name, node)));
}

/**
 * Plans all nodes that lead to the targets, ignoring lazy inputs that are not needed. A loop, so long chains do not
 * overflow the stack.
 */
export function plan({ wiring, targets }: Pick<Analysis, 'wiring' | 'targets'>): Plan {
  const found = new Map<string, PlannedNode>();
  const open = [...targets];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = wiring.nodes.get(id);
    if (!node || found.has(id)) continue;
    const takes = taken(node);
    const needs = [...new Set([...takes.values()].flat().map((end) => end.node))];
    found.set(id, { ...node, takes, needs, neededBy: [] });
    open.push(...needs);
  }
  const nodes = new Map<string, PlannedNode>();
  for (const id of wiring.nodes.keys()) {
    const node = found.get(id);
    if (!node) continue;
    nodes.set(id, node);
    for (const source of node.needs) found.get(source)?.neededBy.push(id);
  }
  return { nodes, targets };
}
