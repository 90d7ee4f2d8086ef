/**
 * Counts the renders of each node by id, and of its parts by `id part`. A measurement switches it on by setting a map
 * here.
 */
declare global {
  var patchbayRenders: Map<string, number> | undefined;
}

/** Counts one render of a node, or of a part of it. */
export function countRender(id: string, part?: string): void {
  const counts = globalThis.patchbayRenders;
  if (!counts) return;
  const name = part === undefined ? id : `${id} ${part}`;
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
