/** Renders of each node by id, where a measurement asked for them by putting a map there; nothing otherwise. */
declare global {
  var patchbayRenders: Map<string, number> | undefined;
}

/** Notes that a node was rendered. */
export function countRender(id: string): void {
  const counts = globalThis.patchbayRenders;
  counts?.set(id, (counts.get(id) ?? 0) + 1);
}
