import type { Problem } from '../contract/basics.ts';
import type { Analysis } from './analyse.ts';
import { portsOf } from './graph.ts';
import { type Plan, plan } from './plan.ts';

/** Everything that cannot run, because of these nodes: the nodes themselves and all that depend on them. */
export function blockedBy({ nodes }: Plan, faulty: Iterable<string>): ReadonlySet<string> {
  const blocked = new Set<string>(faulty);
  // New entries are visited too. A loop, so long chains do not overflow the stack.
  for (const id of blocked) for (const dependent of nodes.get(id)?.neededBy ?? []) blocked.add(dependent);
  return blocked;
}

/** The last nodes that can run on each way to a node that cannot. Their results are wanted like those of targets. */
export function lastBefore({ nodes }: Plan, blocked: ReadonlySet<string>): string[] {
  return [...nodes.values()]
    .filter(({ id, neededBy }) => !blocked.has(id) && neededBy.length > 0)
    .filter(({ neededBy }) => neededBy.every((dependent) => blocked.has(dependent)))
    .map(({ id }) => id);
}

/** The problems, those of the first nodes of the workflow first: the order in which to solve them. */
function inOrderOfWork({ wiring, problems }: Analysis): readonly Problem[] {
  const places = new Map([...wiring.nodes.keys()].map((id, place) => [id, place]));
  const placeOf = ({ nodeId }: Problem) => (nodeId === undefined ? -1 : (places.get(nodeId) ?? -1));
  return [...problems].sort((a, b) => placeOf(a) - placeOf(b));
}

/** The problems that keep a run from starting; empty if it can start. With `partial`, one node that can run is enough. */
export function refusalOf(analysis: Analysis, partial: boolean): readonly Problem[] {
  if (analysis.problems.length === 0 || !partial) return analysis.problems;
  const planned = plan(analysis);
  const blocked = blockedBy(planned, analysis.faulty.keys());
  const canStart = [...planned.nodes.keys()].some((id) => !blocked.has(id));
  return canStart ? [] : inOrderOfWork(analysis);
}

/**
 * Whether nobody misses the result of a target with a problem: the node shows nothing, leads nowhere and is not named. For
 * example, it was just put on the canvas.
 */
function isStray({ graph, wiring, faulty }: Analysis, id: string): boolean {
  const node = wiring.nodes.get(id);
  if (!faulty.has(id) || !node?.definition || node.definition.terminal) return false;
  if (graph.workflow.outputs?.some((end) => wiring.resolve(end)?.node === id)) return false;
  return Object.values(portsOf(node, 'outputs')).every(({ types }) => !types.includes('view'));
}

/** What a run of the valid part of a workflow has to give. */
export interface Wanted {
  /** The targets without which the run is not complete. */
  readonly asked: ReadonlySet<string>;
  /** The problems that make the run incomplete. */
  readonly problems: readonly Problem[];
}

/** Finds out what of an invalid workflow is missed. @param explicit whether the caller named the targets */
export function wantedOf(analysis: Analysis, { nodes }: Plan, explicit: boolean): Wanted {
  const { targets, problems } = analysis;
  if (problems.length === 0) return { asked: targets, problems };
  const strays = new Set(explicit ? [] : [...targets].filter((id) => isStray(analysis, id)));
  const isMissed = ({ code, nodeId, nodes: path }: Problem) =>
    nodeId === undefined ||
    path !== undefined ||
    code.startsWith('target.') ||
    (nodes.has(nodeId) && !strays.has(nodeId));
  return {
    asked: new Set([...targets].filter((id) => !strays.has(id))),
    problems: problems.filter(isMissed),
  };
}
