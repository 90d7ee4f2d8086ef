// Longer than others: the one place where React Flow and the document meet; React Flow 13 will change its side of it.
import {
  applyNodeChanges,
  type Edge,
  type EdgeChange,
  type Node,
  type NodeChange,
  type NodeHandle,
  Position,
  type useStoreApi,
} from '@xyflow/react';
import { create } from 'zustand';
import type { NodeDescriptor } from '../../nodes/sdk/descriptor.ts';
import type { PortType } from '../../nodes/sdk/values.ts';
import { useCatalogue } from '../api/catalogue.ts';
import { WiringView } from '../document/connect.ts';
import type { Content, Point } from '../document/content.ts';
import { moveItems, patchFrame, patchNode } from '../document/edits.ts';
import { contentIn, type DocumentState, documentActions, useDocument } from '../document/store.ts';
import { lookOf } from '../theme/ports.ts';
import { estimateHeight, NODE_WIDTH, portY, REROUTE, REROUTE_TYPE } from './metrics.ts';
import { type DrawnPorts, portsOfType, portsOfWires } from './ports-of.ts';

/** React Flow's nodes carry nothing but where they are: components read the rest from the document by id. */
export type FlowNode = Node<Record<string, never>, 'patch' | 'reroute' | 'group' | 'note'>;
/** React Flow's edges carry the type of what travels along, for their colour. */
export type FlowEdge = Edge<{ readonly type: PortType | 'any' }, 'wire'>;

interface FlowState {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
}

/** What React Flow is given. Gestures change it at once; the document follows when they end. */
export const useFlow = create<FlowState>(() => ({ nodes: [], edges: [] }));

const NO_DATA: Record<string, never> = {};
const HALF = 6;

interface Known {
  readonly source: unknown;
  readonly descriptor: NodeDescriptor | undefined;
  readonly selected: boolean;
  readonly ports: DrawnPorts | undefined;
  flow: FlowNode;
}

const known = new Map<string, Known>();
const knownEdges = new Map<
  string,
  { source: unknown; type: PortType | 'any'; selected: boolean; flow: FlowEdge }
>();

function handlesOf(ports: DrawnPorts, width: number, collapsed: boolean, reroute: boolean): NodeHandle[] {
  const y = (index: number) => (reroute ? REROUTE / 2 : portY(index, collapsed)) - HALF;
  const box = { width: 2 * HALF, height: 2 * HALF };
  return [
    ...ports.inputs.map(({ name }, index) => ({
      ...box,
      id: name,
      type: 'target' as const,
      position: Position.Left,
      x: -HALF,
      y: y(index),
    })),
    ...ports.outputs.map(({ name }, index) => ({
      ...box,
      id: name,
      type: 'source' as const,
      position: Position.Right,
      x: width - HALF,
      y: y(index),
    })),
  ];
}

function patchOf(content: Content, id: string, selected: boolean): FlowNode {
  const node = content.nodes[id]!;
  const { types } = useCatalogue.getState();
  const descriptor = Object.hasOwn(types, node.type) ? types[node.type] : undefined;
  const wires = descriptor ? undefined : portsOfWires(content, id);
  const old = known.get(id);
  if (
    old?.source === node &&
    old.descriptor === descriptor &&
    old.selected === selected &&
    (descriptor || samePorts(old.ports, wires))
  )
    return old.flow;
  const ports = descriptor ? portsOfType(descriptor) : wires!;
  const reroute = node.type === REROUTE_TYPE;
  const width = reroute ? REROUTE : (node.size?.width ?? NODE_WIDTH);
  const rows = Math.max(ports.inputs.length, ports.outputs.length);
  const before = old?.source as typeof node | undefined;
  const keeps =
    before && before.collapsed === node.collapsed && before.size === node.size && old?.flow.measured;
  const measured = keeps || { width, height: estimateHeight(node, descriptor, rows) };
  const flow: FlowNode = {
    id,
    type: reroute ? 'reroute' : 'patch',
    position: node.position ?? { x: 0, y: 0 },
    data: NO_DATA,
    selected,
    measured,
    handles: handlesOf(ports, width, node.collapsed === true, reroute),
    ...(reroute ? {} : { width }),
    ...(node.size && !node.collapsed && { height: node.size.height }),
    ariaLabel: node.title || descriptor?.title || node.type,
    dragHandle: reroute ? undefined : '.pb-drag',
  };
  known.set(id, { source: node, descriptor, selected, ports, flow });
  return flow;
}

function samePorts(a: DrawnPorts | undefined, b: DrawnPorts | undefined): boolean {
  const names = (ports: DrawnPorts | undefined) =>
    [...(ports?.inputs ?? []), { name: '\n' }, ...(ports?.outputs ?? [])].map(({ name }) => name).join('\n');
  return names(a) === names(b);
}

function frameOf(content: Content, id: string, kind: 'group' | 'note', selected: boolean): FlowNode {
  const frame = (kind === 'group' ? content.groups[id] : content.notes[id])!;
  const old = known.get(id);
  if (old?.source === frame && old.selected === selected) return old.flow;
  const { width, height } = frame.size ?? { width: 200, height: 120 };
  const flow: FlowNode = {
    id,
    type: kind,
    position: frame.position,
    data: NO_DATA,
    selected,
    width,
    height,
    measured: { width, height },
    handles: [],
    zIndex: kind === 'group' ? -1 : 0,
    dragHandle: '.pb-drag',
  };
  known.set(id, { source: frame, descriptor: undefined, selected, ports: undefined, flow });
  return flow;
}

function edgesOf(content: Content, selected: ReadonlySet<string>): FlowEdge[] {
  const { types } = useCatalogue.getState();
  let view: WiringView | undefined;
  return content.edgeOrder.map((id) => {
    const source = content.edges[id]!;
    const from = content.nodes[source.from.node];
    const port = from && types[from.type]?.outputs.find(({ name }) => name === source.from.port);
    let type: PortType | 'any' = port ? lookOf(port.types) : 'any';
    if (type === 'any' && port) {
      view ??= new WiringView(content, types);
      type = lookOf(view.gives(source.from));
    }
    const isSelected = selected.has(id);
    const old = knownEdges.get(id);
    if (old && old.source === source && old.type === type && old.selected === isSelected) return old.flow;
    const flow: FlowEdge = {
      id,
      type: 'wire',
      source: source.from.node,
      sourceHandle: source.from.port,
      target: source.to.node,
      targetHandle: source.to.port,
      data: { type },
      selected: isSelected,
    };
    knownEdges.set(id, { source, type, selected: isSelected, flow });
    return flow;
  });
}

const sameList = <T>(a: readonly T[], b: readonly T[]) =>
  a.length === b.length && a.every((item, index) => item === b[index]);

/** Brings React Flow's view up to the document; what did not change stays the same object. */
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

function prune(map: Map<string, unknown>, keep: ReadonlySet<string>): void {
  for (const id of map.keys()) if (!keep.has(id)) map.delete(id);
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

/** Nodes that are carried along by a group that is dragged, with where they started. */
let carried:
  | { readonly group: string; readonly start: Point; readonly items: ReadonlyMap<string, Point> }
  | undefined;

const inside = (inner: FlowNode, outer: FlowNode) => {
  const { x, y } = inner.position;
  const { width = 0, height = 0 } = inner.measured ?? {};
  const [cx, cy] = [x + width / 2, y + height / 2];
  const { x: left, y: top } = outer.position;
  const size = outer.measured ?? {};
  return cx >= left && cy >= top && cx <= left + (size.width ?? 0) && cy <= top + (size.height ?? 0);
};

/** What stands on a group. */
export function membersOf(groupId: string): FlowNode[] {
  const { nodes } = useFlow.getState();
  const group = nodes.find(({ id }) => id === groupId);
  return group ? nodes.filter((node) => node !== group && inside(node, group)) : [];
}

/** A drag begins: what stands on a dragged group moves with it. */
export function beginDrag(node: { readonly id: string; readonly type?: string }): void {
  carried = undefined;
  if (node.type !== 'group') return;
  const flow = useFlow.getState().nodes.find(({ id }) => id === node.id);
  if (!flow) return;
  const items = membersOf(node.id).filter(({ selected }) => !selected);
  carried = {
    group: node.id,
    start: flow.position,
    items: new Map(items.map(({ id, position }) => [id, position])),
  };
}

function carriedChanges(changes: readonly NodeChange<FlowNode>[]): NodeChange<FlowNode>[] {
  if (!carried) return [];
  const { group, start, items } = carried;
  const lead = changes.find((change) => change.type === 'position' && change.id === group);
  if (lead?.type !== 'position' || !lead.position) return [];
  const [dx, dy] = [lead.position.x - start.x, lead.position.y - start.y];
  return [...items].map(([id, { x, y }]) => ({
    type: 'position',
    id,
    position: { x: x + dx, y: y + dy },
    dragging: lead.dragging,
  }));
}

/** The outputs of a node that was resized are at its new edge. */
function withHandles(node: FlowNode): FlowNode {
  const entry = known.get(node.id);
  const width = node.measured?.width;
  if (!entry?.ports || width === undefined) return node;
  const collapsed = contentNow().nodes[node.id]?.collapsed === true;
  return { ...node, handles: handlesOf(entry.ports, width, collapsed, node.type === 'reroute') };
}

/**
 * Tells React Flow never to look for ports in the page: where they are is known from the ports alone. It would read them
 * all whenever a node appears, and lose the wires of nodes that are drawn as boxes.
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

/** Takes what React Flow reports of nodes: places and sizes go to its own view, a selection to the document. */
export function takeNodeChanges(changes: NodeChange<FlowNode>[]): void {
  const moves = changes.filter(({ type }) => type === 'position' || type === 'dimensions');
  if (moves.length > 0) {
    const before = useFlow.getState().nodes;
    const changed = applyNodeChanges([...moves, ...carriedChanges(moves)], before as FlowNode[]);
    const nodes = changed.map((node, index) =>
      node.measured?.width === before[index]?.measured?.width ? node : withHandles(node),
    );
    for (const [index, node] of nodes.entries()) {
      const entry = node !== before[index] ? known.get(node.id) : undefined;
      if (entry) entry.flow = node;
    }
    useFlow.setState({ nodes });
  }
  takeSelection(changes, 'selection');
  // Keys move nodes without a drag: each press is reported once, ended.
  if (moves.some((change) => change.type === 'position' && change.dragging === false)) commitPlaces();
  if (moves.some((change) => change.type === 'dimensions' && change.resizing === false)) commitSizes();
}

/** Takes what React Flow reports of edges: only a selection concerns the document. */
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

/** Writes where things stand into the document: one step, however long the drag was. */
export function commitPlaces(): void {
  carried = undefined;
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

/** The content as it is seen now, for rules that need all of it. */
export const contentNow = (): Content => contentIn(useDocument.getState());
