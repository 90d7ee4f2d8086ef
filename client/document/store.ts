import { create } from 'zustand';
import { type Content, EMPTY, isSameContent } from './content.ts';
import { endGesture, type History, NO_HISTORY, record, stepBack, stepForth } from './history.ts';

/** The selected nodes, groups, notes and edges, by id. */
export interface Selection {
  readonly selection: ReadonlySet<string>;
  readonly selectedEdges: ReadonlySet<string>;
}

/** Options of one edit. */
export interface EditOptions {
  /** Edits with the same key within one gesture become one step of undo. */
  readonly merge?: string;
  /** The edit is no step of undo. */
  readonly isSilent?: boolean;
  /** The selection after the edit. */
  readonly select?: Iterable<string>;
}

/** Every change of the open workflow goes through these actions. */
export interface DocumentActions {
  /** Applies a change as one step of undo. A change without effect adds no step. */
  edit(label: string, change: (content: Content) => Content, options?: EditOptions): void;
  undo(): void;
  redo(): void;
  /** Ends the gesture: the next edit becomes a new step. */
  endGesture(): void;
  select(ids: Iterable<string>, edges?: Iterable<string>): void;
  /** Shows another workflow. `history` is its history from when it was last open. */
  show(key: string, content: Content, history?: History): void;
}

/** The open workflow, its selection and its history. */
export interface DocumentState extends Content, Selection {
  /** Key of the tab; empty if none is open. */
  readonly tab: string;
  readonly history: History;
  readonly actions: DocumentActions;
}

const NONE: ReadonlySet<string> = new Set();

/** The workflow without selection and history. */
export function contentIn(state: Content): Content {
  const { name, description, nodes, order, edges, edgeOrder, groups, notes, inputs, outputs, rest } = state;
  return { name, description, nodes, order, edges, edgeOrder, groups, notes, inputs, outputs, rest };
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((id) => b.has(id));
}

/** The open workflow. Components subscribe to the smallest part that they draw. */
export const useDocument = create<DocumentState>((set, get) => ({
  ...EMPTY,
  tab: '',
  history: NO_HISTORY,
  selection: NONE,
  selectedEdges: NONE,
  actions: {
    edit(label, change, { merge, isSilent = false, select } = {}) {
      const state = get();
      const before = contentIn(state);
      const after = change(before);
      const selection = select === undefined ? state.selection : new Set(select);
      if (isSameContent(before, after)) {
        if (select !== undefined) set({ selection, selectedEdges: NONE });
        return;
      }
      const step = { label, before, selection: state.selection };
      set({
        ...after,
        selection,
        selectedEdges: select === undefined ? state.selectedEdges : NONE,
        history: isSilent ? state.history : record(state.history, step, merge, Date.now()),
      });
    },
    undo() {
      const state = get();
      const back = stepBack(state.history, { content: contentIn(state), selection: state.selection });
      if (back)
        set({ ...back.content, selection: back.selection, selectedEdges: NONE, history: back.history });
    },
    redo() {
      const state = get();
      const forth = stepForth(state.history, { content: contentIn(state), selection: state.selection });
      if (forth)
        set({ ...forth.content, selection: forth.selection, selectedEdges: NONE, history: forth.history });
    },
    endGesture() {
      const { history } = get();
      if (history.merge) set({ history: endGesture(history) });
    },
    select(ids, edges = []) {
      const { selection, selectedEdges } = get();
      const [next, nextEdges] = [new Set(ids), new Set(edges)];
      if (sameSet(selection, next) && sameSet(selectedEdges, nextEdges)) return;
      set({ selection: next, selectedEdges: nextEdges });
    },
    show(key, content, history = NO_HISTORY) {
      set({ ...content, tab: key, history, selection: NONE, selectedEdges: NONE });
    },
  },
}));

/** The actions, for use outside of components and in handlers. */
export const documentActions = (): DocumentActions => useDocument.getState().actions;

/** Whether the canvas is empty. */
export const useIsEmpty = (): boolean =>
  useDocument(
    ({ order, groups, notes }) =>
      order.length === 0 && Object.keys(groups).length === 0 && Object.keys(notes).length === 0,
  );

/** Ids of the selected nodes, without groups and notes. */
export function selectedNodes(): string[] {
  const { selection, nodes } = useDocument.getState();
  return [...selection].filter((id) => Object.hasOwn(nodes, id));
}
