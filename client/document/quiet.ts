import { create } from 'zustand';
import type { Problem } from '../../server/contract/basics.ts';
import type { WorkflowNode } from '../../workflows/workflow.ts';
import type { Content } from './content.ts';
import { useDocument } from './store.ts';

/**
 * Nodes that somebody is still working on, so that the studio does not complain about what they lack. `new`: just added.
 * `touched`: edited or connected since, or it just lost a wire.
 */
export type Quiet = Readonly<Record<string, 'new' | 'touched'>>;

/** The part of the document that decides which nodes are quiet. */
export type QuietView = Pick<Content, 'nodes' | 'order' | 'edges'> & {
  readonly selection: ReadonlySet<string>;
};

const isEdited = (now: WorkflowNode, before: WorkflowNode | undefined): boolean =>
  now !== before && (now.params !== before?.params || now.mode !== before?.mode || now.type !== before?.type);

function wiresChanged({ edges }: QuietView, before: QuietView): { into: Set<string>; lost: Set<string> } {
  const [into, lost] = [new Set<string>(), new Set<string>()];
  if (edges === before.edges) return { into, lost };
  for (const [id, { from, to }] of Object.entries(edges))
    if (before.edges[id] !== edges[id]) into.add(from.node).add(to.node);
  for (const [id, { to }] of Object.entries(before.edges)) if (!(id in edges)) lost.add(to.node);
  return { into, lost };
}

/**
 * The quiet nodes after a change. A node becomes quiet when it is added or loses a wire. It stops when it is left: when
 * something else is selected after it was edited or connected. The change that adds a node with its wires does not count.
 */
export function quietAfter(quiet: Quiet, now: QuietView, before: QuietView): Quiet {
  const next: Record<string, 'new' | 'touched'> = { ...quiet };
  for (const id of Object.keys(quiet)) {
    const isLeft = quiet[id] === 'touched' && now.selection !== before.selection && !now.selection.has(id);
    if (isLeft || !now.nodes[id]) delete next[id];
    else if (isEdited(now.nodes[id], before.nodes[id])) next[id] = 'touched';
  }
  const { into, lost } = wiresChanged(now, before);
  for (const id of into) if (next[id]) next[id] = 'touched';
  for (const id of lost) if (now.nodes[id]) next[id] = 'touched';
  if (now.order !== before.order) for (const id of now.order) if (!before.nodes[id]) next[id] = 'new';
  const same = Object.keys(next).length === Object.keys(quiet).length;
  return same && Object.keys(next).every((id) => next[id] === quiet[id]) ? quiet : next;
}

const NONE: Quiet = {};

/** The quiet nodes of each open workflow, by tab. */
const parked = new Map<string, Quiet>();

/** The quiet nodes of the open workflow. */
export const useQuiet = create<{ readonly nodes: Quiet }>(() => ({ nodes: NONE }));

useDocument.subscribe((state, before) => {
  const { nodes } = useQuiet.getState();
  const isOther = state.tab !== before.tab;
  if (isOther && nodes !== NONE) parked.set(before.tab, nodes);
  const next = isOther ? (parked.get(state.tab) ?? NONE) : quietAfter(nodes, state, before);
  if (next !== nodes) useQuiet.setState({ nodes: next });
});

/** Ends the quiet of nodes that were asked to run. @param ids all nodes, if absent */
export function speakUp(ids?: Iterable<string>): void {
  const { nodes } = useQuiet.getState();
  const asked = new Set(ids ?? Object.keys(nodes));
  const left = Object.entries(nodes).filter(([id]) => !asked.has(id));
  if (left.length < Object.keys(nodes).length) useQuiet.setState({ nodes: Object.fromEntries(left) });
}

/** Whether somebody is still working on a node. */
export const useIsQuiet = (id: string): boolean => useQuiet(({ nodes }) => nodes[id] !== undefined);

/** The problems without those of quiet nodes. */
export const withoutQuiet = (problems: readonly Problem[], quiet: Quiet): readonly Problem[] =>
  Object.keys(quiet).length === 0
    ? problems
    : problems.filter(({ nodeId, nodes = nodeId === undefined ? [] : [nodeId] }) => {
        return nodes.length === 0 || nodes.some((id) => quiet[id] === undefined);
      });
