import { namesApart } from '../../nodes/sdk/index.ts';
import type { Problem } from '../contract/basics.ts';
import { wiringMessage } from '../contract/messages/wiring.ts';
import type { WiredNode, Wiring } from './wiring.ts';

/** What a node says it will write; nothing where it cannot say. */
function written(node: WiredNode): readonly string[] {
  try {
    return node.definition?.writes?.(node.params) ?? [];
  } catch {
    return [];
  }
}

/**
 * Nodes that would write one file, of which only the last writer's would be left. Names that differ only in case are one
 * file on many disks.
 * @param counts whether a node is part of the run in question
 */
export function checkWrites(wiring: Wiring, counts: (id: string) => boolean): Problem[] {
  const writers = new Map<string, WiredNode>();
  const problems: Problem[] = [];
  for (const node of wiring.nodes.values()) {
    if (!counts(node.id)) continue;
    for (const name of written(node)) {
      const file = name.toLowerCase();
      const first = writers.get(file);
      if (!first) {
        writers.set(file, node);
        continue;
      }
      if (first === node) continue;
      const [one, other] = namesApart([first, node]);
      problems.push({
        ...wiringMessage('output.duplicate', { one: one!, other: other!, file: name }),
        nodeId: node.id,
        nodes: [first.id, node.id],
        got: name,
      });
    }
  }
  return problems;
}
