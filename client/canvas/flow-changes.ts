import { applyNodeChanges, type EdgeChange, type NodeChange, type useStoreApi } from '@xyflow/react';
import { moveItems, patchFrame, patchNode } from '../document/edits.ts';
import { documentActions, useDocument } from '../document/store.ts';
import { contentNow, useFlow } from './flow.ts';
import { carriedChanges, endDrag } from './flow-groups.ts';
import { type FlowEdge, type FlowNode, known, withHandles } from './flow-items.ts';

/**
 * Stops React Flow from measuring ports in the page, because their positions follow from the ports alone. React Flow
 * would measure all of them whenever a node appears, and lose the wires of nodes that are drawn as boxes.
 */
export function keepHandles(store: ReturnType<typeof useStoreApi<FlowNode, FlowEdge>>): void {
  store.setState({
    updateNodeInternals: (updates) => {
      const { nodeLookup, triggerNodeChanges } = store.getState();
      const changes: NodeChange<FlowNode>[] = [];
      for (const { id, nodeElement } of updates.values()) {
        const { measured } = nodeLookup.get(id) ?? {};
        const dimensions = { width: nodeElement.offsetWidth, height: nodeElement.offsetHeight };
        if (!measured || dimensions.width === 0) continue;
        if (measured.width !== dimensions.width || measured.height !== dimensions.height)
          changes.push({ id, type: 'dimensions', dimensions });
      }
      if (changes.length > 0) triggerNodeChanges(changes);
    },
  });
}

/** Applies React Flow's changes of nodes: positions and sizes to its own view, the selection to the document. */
export function takeNodeChanges(changes: NodeChange<FlowNode>[]): void {
  const moves = changes.filter(({ type }) => type === 'position' || type === 'dimensions');
  if (moves.length > 0) {
    const before = useFlow.getState().nodes;
    const changed = applyNodeChanges([...moves, ...carriedChanges(moves)], before as FlowNode[]);
    const nodes = changed.map((node, index) =>
      node.measured?.width === before[index]?.measured?.width
        ? node
        : withHandles(node, contentNow().nodes[node.id]?.collapsed === true),
    );
    for (const [index, node] of nodes.entries()) {
      const entry = node !== before[index] ? known.get(node.id) : undefined;
      if (entry) entry.flow = node;
    }
    useFlow.setState({ nodes });
  }
  takeSelection(changes, 'selection');
  // Arrow keys move nodes without a drag. Each key press is reported once, as finished.
  if (moves.some((change) => change.type === 'position' && change.dragging === false)) commitPlaces();
  if (moves.some((change) => change.type === 'dimensions' && change.resizing === false)) commitSizes();
}

/** Applies React Flow's changes of edges. Only changes of the selection are passed on to the document. */
export function takeEdgeChanges(changes: EdgeChange<FlowEdge>[]): void {
  takeSelection(changes, 'selectedEdges');
}

function takeSelection(
  changes: readonly { type: string; id?: string; selected?: boolean }[],
  which: 'selection' | 'selectedEdges',
): void {
  const picks = changes.filter(({ type }) => type === 'select');
  if (picks.length === 0) return;
  const state = useDocument.getState();
  const next = new Set(state[which]);
  for (const { id, selected } of picks) {
    if (selected) next.add(id!);
    else next.delete(id!);
  }
  const other = which === 'selection' ? state.selectedEdges : state.selection;
  if (which === 'selection') documentActions().select(next, other);
  else documentActions().select(other, next);
}

const round = (value: number) => Math.round(value);

/** Writes the positions into the document: one step of undo for the whole drag. */
export function commitPlaces(): void {
  endDrag();
  const places = Object.fromEntries(
    useFlow.getState().nodes.map(({ id, position: { x, y } }) => [id, { x: round(x), y: round(y) }]),
  );
  documentActions().edit('move', (content) => moveItems(content, places));
}

function commitSizes(): void {
  const { nodes } = useFlow.getState();
  documentActions().edit('resize', (content) => {
    let next = content;
    for (const { id, type, width, height, position } of nodes) {
      const item = content.nodes[id] ?? content.groups[id] ?? content.notes[id];
      if (!item || type === 'reroute' || width === undefined || height === undefined) continue;
      const size = { width: round(width), height: round(height) };
      if (item.size?.width === size.width && item.size?.height === size.height) continue;
      const place = { x: round(position.x), y: round(position.y) };
      next = content.nodes[id]
        ? patchNode(next, id, { size, position: place })
        : patchFrame(next, id, { size, position: place });
    }
    return next;
  });
}
