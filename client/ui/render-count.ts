/** Renders of each node by id, and of its parts by `id part`, where a measurement asked for them by putting a map there; nothing otherwise. */
declare global {
  var patchbayRenders: Map<string, number> | undefined;
}

/** Notes that a node, or a part of it, was rendered. */
export function countRender(id: string, part?: string): void {
  const counts = globalThis.patchbayRenders;
  if (!counts) return;
  const name = part === undefined ? id : `${id} ${part}`;
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
