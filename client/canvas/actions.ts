import type { NodeMode } from '../../workflows/workflow.ts';
import { freeId, hasItem, type Point } from '../document/content.ts';
import { addParts, patchNode, setModes } from '../document/edits.ts';
import { removeAndSplice } from '../document/splice.ts';
import { documentActions, selectedNodes, useDocument } from '../document/store.ts';
import { useCatalogue } from '../ui/api/catalogue.ts';
import { useCanvasUi } from './canvas-ui.ts';
import { contentNow, useFlow } from './flow.ts';
import { aim, toCanvas } from './view.ts';

const edit = documentActions;
const types = () => useCatalogue.getState().types;
const selection = () => useDocument.getState().selection;

/** Deletes the selection. If the types fit, the neighbours of deleted nodes are connected to each other. */
export function deleteSelection(): void {
  const { selection: ids, selectedEdges } = useDocument.getState();
  if (ids.size + selectedEdges.size === 0) return;
  edit().edit('delete', (content) => removeAndSplice(content, ids, selectedEdges, types()), { select: [] });
}

/** Selects everything. */
export function selectAll(): void {
  const { order, groups, notes } = contentNow();
  edit().select([...order, ...Object.keys(groups), ...Object.keys(notes)]);
}

/** Bypasses or mutes the selected nodes. If all of them already are, makes them active again. */
export function toggleMode(mode: NodeMode): void {
  const ids = selectedNodes();
  const all = ids.every((id) => contentNow().nodes[id]?.mode === mode);
  edit().edit(mode, (content) => setModes(content, ids, all ? 'active' : mode));
}

/** Collapses the selected nodes. If all of them already are, expands them. */
export function toggleCollapsed(): void {
  const ids = selectedNodes();
  const all = ids.every((id) => contentNow().nodes[id]?.collapsed);
  edit().edit('collapse', (content) =>
    ids.reduce((next, id) => patchNode(next, id, { collapsed: all ? undefined : true }), content),
  );
}

/** The rectangle around nodes, in canvas pixels. */
function boundsOf(ids: ReadonlySet<string>) {
  const nodes = useFlow.getState().nodes.filter(({ id }) => ids.has(id));
  if (nodes.length === 0) return undefined;
  return {
    left: Math.min(...nodes.map(({ position }) => position.x)),
    top: Math.min(...nodes.map(({ position }) => position.y)),
    right: Math.max(...nodes.map(({ position, measured }) => position.x + (measured?.width ?? 0))),
    bottom: Math.max(...nodes.map(({ position, measured }) => position.y + (measured?.height ?? 0))),
  };
}

/** Adds a group around the selection, or an empty group if nothing is selected. Returns its id. */
export function groupSelection(title: string): string {
  const content = contentNow();
  const id = freeId('group', (wish) => hasItem(content, wish));
  const bounds = boundsOf(selection());
  const at = toCanvas(aim());
  const group = bounds
    ? {
        id,
        title,
        position: { x: bounds.left - 24, y: bounds.top - 48 },
        size: { width: bounds.right - bounds.left + 48, height: bounds.bottom - bounds.top + 72 },
      }
    : { id, title, position: at, size: { width: 400, height: 280 } };
  edit().edit('group', (before) => addParts(before, { groups: [group] }), { select: [id] });
  return id;
}

/** Adds a note at a place, ready to type. */
export function addNote(place: Point): void {
  const content = contentNow();
  const id = freeId('note', (wish) => hasItem(content, wish));
  const position = { x: Math.round(place.x), y: Math.round(place.y) };
  const note = { id, text: '', position, size: { width: 240, height: 128 } };
  edit().edit('note', (before) => addParts(before, { notes: [note] }), { select: [id] });
  useCanvasUi.setState({ renaming: id });
}
