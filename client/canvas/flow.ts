import { create } from 'zustand';
import type { Content } from '../document/content.ts';
import { contentIn, type DocumentState, useDocument } from '../document/store.ts';
import { useCatalogue } from '../ui/api/catalogue.ts';
import { useLanguage } from '../ui/strings/language.ts';
import {
  edgesOf,
  type FlowEdge,
  type FlowNode,
  frameOf,
  known,
  knownEdges,
  patchOf,
  prune,
} from './flow-items.ts';

interface FlowState {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
}

/** The data of React Flow. Gestures change it immediately; the document follows when they end. */
export const useFlow = create<FlowState>(() => ({ nodes: [], edges: [] }));

const sameList = <T>(a: readonly T[], b: readonly T[]) =>
  a.length === b.length && a.every((item, index) => item === b[index]);

/** Updates React Flow's data from the document. Unchanged parts stay the same objects. */
export function syncFlow(state: DocumentState = useDocument.getState()): void {
  const { selection } = state;
  const nodes = [
    ...Object.keys(state.groups).map((id) => frameOf(state, id, 'group', selection.has(id))),
    ...state.order.map((id) => patchOf(state, id, selection.has(id))),
    ...Object.keys(state.notes).map((id) => frameOf(state, id, 'note', selection.has(id))),
  ];
  if (known.size > 2 * nodes.length + 100) prune(known, new Set(nodes.map(({ id }) => id)));
  const edges = edgesOf(state, state.selectedEdges);
  if (knownEdges.size > 2 * edges.length + 100) prune(knownEdges, new Set(state.edgeOrder));
  const now = useFlow.getState();
  const next = {
    nodes: sameList(now.nodes, nodes) ? now.nodes : nodes,
    edges: sameList(now.edges, edges) ? now.edges : edges,
  };
  if (next.nodes !== now.nodes || next.edges !== now.edges) useFlow.setState(next);
}

let tab = '';
useDocument.subscribe((state) => {
  if (state.tab !== tab) {
    tab = state.tab;
    known.clear();
    knownEdges.clear();
  }
  syncFlow(state);
});
useCatalogue.subscribe(() => syncFlow());
useLanguage.subscribe(() => syncFlow());

/** The current content, for rules that need all of it. */
export const contentNow = (): Content => contentIn(useDocument.getState());
