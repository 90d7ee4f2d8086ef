import { create } from 'zustand';
import type { Content } from '../document/content.ts';
import { useDocument } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';
import type { ShownRun } from '../runs/run-state.ts';
import { useRuns } from '../runs/store.ts';

/** The nodes whose results are compared in a window; null if it is closed. */
export const useCompared = create<{ readonly ids: readonly string[] | null }>(() => ({ ids: null }));

/** Opens the window in which results stand side by side. */
export const compare = (ids: readonly string[]): void => useCompared.setState({ ids });

/** The kind of a node's result; undefined if it has none. */
function kindIn(run: ShownRun | undefined, id: string): string | undefined {
  const view = run?.nodes[id]?.view;
  return typeof view === 'object' && view !== null && 'view' in view ? String(view.view) : undefined;
}

type Edges = Content['edges'];
/** What is known about the wires of a workflow. They are asked for with every event of a run, and rarely change. */
const known = new WeakMap<Edges, { next: Map<string, string[]>; below: Map<string, ReadonlySet<string>> }>();

function factsOf(edges: Edges) {
  const facts = known.get(edges);
  if (facts) return facts;
  const next = new Map<string, string[]>();
  for (const { from, to } of Object.values(edges))
    next.set(from.node, [...(next.get(from.node) ?? []), to.node]);
  const made = { next, below: new Map<string, ReadonlySet<string>>() };
  known.set(edges, made);
  return made;
}

/** All nodes that get something from a node, however far. */
function below(edges: Edges, id: string): ReadonlySet<string> {
  const facts = factsOf(edges);
  const kept = facts.below.get(id);
  if (kept) return kept;
  const found = new Set<string>();
  const open = [id];
  for (let node = open.pop(); node !== undefined; node = open.pop())
    for (const to of facts.next.get(node) ?? [])
      if (!found.has(to)) {
        found.add(to);
        open.push(to);
      }
  facts.below.set(id, found);
  return found;
}

/**
 * Results in rows. Results of one kind stand side by side if none of them is made from another one, as those of several
 * encoders. All others stand alone.
 * @param kind the kind of each node's result
 */
export function rowsOfResults(
  ids: readonly string[],
  kind: (id: string) => string | undefined,
  content: Pick<Content, 'edges'>,
): string[][] {
  const rows: string[][] = [];
  const depends = (a: string, b: string) => below(content.edges, a).has(b) || below(content.edges, b).has(a);
  for (const id of ids) {
    const row = rows.find(
      (others) => kind(others[0] as string) === kind(id) && others.every((other) => !depends(other, id)),
    );
    if (row && kind(id) !== undefined && kind(id) !== 'file') row.push(id);
    else rows.push([id]);
  }
  return rows;
}

/** The results of a run in rows, in the order of the workflow; see {@link rowsOfResults}. */
export function resultRows(run: ShownRun | undefined, content: Pick<Content, 'order' | 'edges'>): string[][] {
  const shown = content.order.filter((id) => run?.nodes[id]?.view !== undefined);
  return rowsOfResults(shown, (id) => kindIn(run, id), content);
}

/** The nodes whose results can stand beside that of a node, with itself; empty if there is no other. */
export function besides(
  run: ShownRun | undefined,
  content: Pick<Content, 'order' | 'edges'>,
  id: string,
): string[] {
  const row = resultRows(run, content).find((ids) => ids.includes(id)) ?? [];
  return row.length > 1 ? row : [];
}

/** The selected nodes with results, if there are several. */
export function selectedResults(): string[] {
  const { active } = useTabs.getState();
  const run = active === null ? undefined : useRuns.getState().byTab[active];
  const { order, selection } = useDocument.getState();
  const ids = order.filter((id) => selection.has(id) && run?.nodes[id]?.view !== undefined);
  return ids.length > 1 ? ids : [];
}
