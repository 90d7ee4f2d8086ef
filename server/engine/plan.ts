import type { End } from '../contract/wiring.ts';
import type { Analysis } from './analyse.ts';
import { portOf } from './graph.ts';
import { isTaken, type WiredNode } from './wiring.ts';

/** A node to be run, or to be found in the cache. */
export interface PlannedNode extends WiredNode {
  /** What it will be given: without lazy inputs that nobody asked for. */
  readonly takes: ReadonlyMap<string, readonly End[]>;
  /** Nodes it gets something from, each once. */
  readonly needs: readonly string[];
  /** Planned nodes that get something from it, each once. */
  readonly neededBy: string[];
}

/** What a run consists of. */
export interface Plan {
  /** Sources first. */
  readonly nodes: ReadonlyMap<string, PlannedNode>;
  readonly targets: ReadonlySet<string>;
}

function taken(node: WiredNode): ReadonlyMap<string, readonly End[]> {
  const all = [...node.sources];
  return new Map(all.filter(([name]) => isTaken(portOf(node, 'inputs', name), name, node)));
}

/** The nodes that lead to the targets, along wires that are taken. Iterative: depth costs no stack. */
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
