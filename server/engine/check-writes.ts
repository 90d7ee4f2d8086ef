import { namesApart } from '../../nodes/sdk/index.ts';
import type { Problem } from '../contract/basics.ts';
import { wiringMessage } from '../contract/messages/wiring.ts';
import type { WiredNode, Wiring } from './wiring.ts';

/** The files that a node will write; empty if it cannot say. */
function written(node: WiredNode): readonly string[] {
  try {
    return node.definition?.writes?.(node.params) ?? [];
  } catch {
    return [];
  }
}

/**
 * Finds nodes that would write the same file, so that only the last one's content would remain. Names that differ only
 * in case count as equal, because they are the same file on many disks.
 * @param counts whether a node is part of this run
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
