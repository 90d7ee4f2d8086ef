import { type ModelCatalogue, PatchbayError, type ValueInfo } from '../../nodes/sdk/index.ts';
import type { Problem } from '../contract/basics.ts';
import { portsOf } from './graph.ts';
import type { WiredNode, Wiring } from './wiring.ts';

/** What is known about each output before a run, by node and port. */
export type Info = ReadonlyMap<string, Readonly<Record<string, ValueInfo>>>;

type NodeInfo = Record<string, ValueInfo>;

const UNKNOWN: ValueInfo = {};

/** What the ports alone say about each output: its type, if there is only one. */
function typeOnly(node: WiredNode): NodeInfo {
  const info: NodeInfo = {};
  for (const [name, types] of node.gives) info[name] = types.length === 1 ? { type: types[0]! } : UNKNOWN;
  return info;
}

/**
 * Asks every node, sources first, what it knows about its outputs.
 * @param isSound whether the node's own params and wires are valid; for other nodes only the type is known
 */
export function inferAll(
  wiring: Wiring,
  models: ModelCatalogue,
  isSound: (nodeId: string) => boolean,
): { readonly info: Info; readonly problems: readonly Problem[] } {
  const info = new Map<string, NodeInfo>();
  const problems: Problem[] = [];

  for (const node of wiring.nodes.values()) {
    const known = typeOnly(node);
    info.set(node.id, known);
    if (!node.definition?.infer || !isSound(node.id)) continue;
    const inputs: Record<string, readonly ValueInfo[]> = {};
    for (const name of Object.keys(portsOf(node, 'inputs'))) {
      const ends = node.sources.get(name) ?? [];
      inputs[name] = ends.map((end) => ({
        ...info.get(end.node)?.[end.port],
        from: wiring.nodes.get(end.node)?.name,
      }));
    }
    try {
      const report = (problem: Omit<Problem, 'nodeId'>) => problems.push({ ...problem, nodeId: node.id });
      const found = node.definition.infer({ params: node.params, inputs, models, report });
      for (const [name, value] of Object.entries(found as NodeInfo)) {
        if (value && Object.hasOwn(known, name)) known[name] = { ...known[name], ...value };
      }
    } catch (error) {
      // Inference is optional. An error in it must not stop a valid workflow from running.
      if (error instanceof PatchbayError) problems.push(error.at({ nodeId: node.id }).toJSON());
    }
  }
  for (const [id, through] of wiring.bypassed) {
    const handed = [...through].map(([name, end]) => [name, info.get(end.node)?.[end.port] ?? UNKNOWN]);
    info.set(id, Object.fromEntries(handed));
  }
  return { info, problems };
}
