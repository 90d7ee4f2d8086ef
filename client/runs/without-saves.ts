import type { Content } from '../document/content.ts';
import { descriptorOf } from '../ui/api/catalogue.ts';

/** Whether a node keeps something outside the workflow: files, a collection. It does so in every run. */
function saves(type: string): boolean {
  const known = descriptorOf(type);
  return known?.terminal === true && known.cache === 'never';
}

/**
 * The nodes to compute in a run that nobody asked for, so that it saves nothing: all that nothing but saving nodes waits for.
 * Undefined if the workflow saves nothing, because then the whole workflow runs.
 */
export function targetsWithoutSaves({
  nodes,
  edges,
  outputs,
}: Pick<Content, 'nodes' | 'edges' | 'outputs'>): string[] | undefined {
  const all = Object.values(nodes);
  const saving = new Set(all.filter(({ type }) => saves(type)).map(({ id }) => id));
  if (saving.size === 0) return undefined;
  // A muted node does not run, nor what needs it.
  const dropped = new Set(all.filter(({ mode }) => mode === 'mute').map(({ id }) => id));
  const wires = Object.values(edges);
  for (const id of dropped) for (const { from, to } of wires) if (from.node === id) dropped.add(to.node);
  const waitedFor = new Set(
    wires.filter(({ to }) => !saving.has(to.node) && !dropped.has(to.node)).map(({ from }) => from.node),
  );
  const named = new Set(outputs.map(({ node }) => node));
  const targets = all.filter(({ id, type }) => {
    if (saving.has(id) || dropped.has(id)) return false;
    return named.has(id) || !waitedFor.has(id) || descriptorOf(type)?.terminal === true;
  });
  return targets.length > 0 ? targets.map(({ id }) => id) : undefined;
}
