import { type NodeTypes, WiringView } from './connect.ts';
import type { Content } from './content.ts';
import { joinEnds, removeItems } from './edits.ts';

/**
 * Removes items. If the types fit, the neighbours of a removed node are connected to each other, so that a chain stays
 * together.
 */
export function removeAndSplice(
  content: Content,
  ids: ReadonlySet<string>,
  edgeIds: ReadonlySet<string>,
  types: NodeTypes,
): Content {
  const before = new WiringView(content, types);
  let next = removeItems(content, ids, edgeIds);
  for (const edgeId of content.edgeOrder) {
    const edge = content.edges[edgeId]!;
    if (edgeIds.has(edgeId) || !ids.has(edge.from.node) || ids.has(edge.to.node)) continue;
    const source = sourceBehind(edge.from.node, ids, edgeIds, before, (from) => {
      const view = new WiringView(next, types);
      return view.refusal(from, edge.to) === null && view.gives(from).length < 13;
    });
    if (source) next = joinEnds(next, source, edge.to).content;
  }
  return next;
}

/** The nearest output before the removed nodes that fits. */
function sourceBehind(
  id: string,
  ids: ReadonlySet<string>,
  edgeIds: ReadonlySet<string>,
  view: WiringView,
  fits: (from: { node: string; port: string }) => boolean,
) {
  const seen = new Set<string>([id]);
  const open = [id];
  for (let current = open.shift(); current !== undefined; current = open.shift()) {
    for (const edge of view.wires(current).into) {
      if (edgeIds.has(edge.id)) continue;
      if (!ids.has(edge.from.node)) {
        if (fits(edge.from)) return edge.from;
      } else if (!seen.has(edge.from.node)) {
        seen.add(edge.from.node);
        open.push(edge.from.node);
      }
    }
  }
  return undefined;
}
