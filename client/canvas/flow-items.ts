import { type Edge, type Node, type NodeHandle, Position } from '@xyflow/react';
import type { NodeDescriptor } from '../../nodes/sdk/descriptor.ts';
import type { PortType } from '../../nodes/sdk/values.ts';
import type { WorkflowNode } from '../../workflows/workflow.ts';
import { WiringView } from '../document/connect.ts';
import type { Content } from '../document/content.ts';
import { nameOfNode } from '../document/node-name.ts';
import { useCatalogue } from '../ui/api/catalogue.ts';
import { type Language, TEXTS, t, useLanguage } from '../ui/strings/index.ts';
import { lookOf } from '../ui/theme/ports.tsx';
import { estimateHeight, NODE_WIDTH, portY, REROUTE, REROUTE_TYPE } from './metrics.ts';
import { type DrawnPorts, portsOfType, portsOfWires } from './ports-of.ts';

/** React Flow's nodes contain only positions. Components read everything else from the document by id. */
export type FlowNode = Node<Record<string, never>, 'patch' | 'reroute' | 'group' | 'note'>;
/** React Flow's edges contain the type of their data, for the colour. */
export type FlowEdge = Edge<{ readonly type: PortType | 'any' }, 'wire'>;

/** What screen readers call a node and a wire. Otherwise React Flow's English words are read. */
const rolesIn = (language: Language) => ({
  node: { 'aria-roledescription': TEXTS['canvas.nodeRole'][language] },
  wire: { 'aria-roledescription': TEXTS['canvas.wireRole'][language] },
});
const ROLES = { en: rolesIn('en'), zh: rolesIn('zh') };
const roles = () => ROLES[useLanguage.getState().language];

const NO_DATA: Record<string, never> = {};
const HALF = 6;

interface Known {
  source: unknown;
  readonly descriptor: NodeDescriptor | undefined;
  readonly selected: boolean;
  readonly ports: DrawnPorts | undefined;
  flow: FlowNode;
}

/** The React Flow node of each node, and what it was made from. */
export const known = new Map<string, Known>();
/** The React Flow edge of each wire, and what it was made from. */
export const knownEdges = new Map<string, { sources: readonly unknown[]; flow: FlowEdge }>();

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

/** The React Flow node of a node. An unchanged node returns the same object. */
export function patchOf(content: Content, id: string, selected: boolean): FlowNode {
  const node = content.nodes[id]!;
  const { types } = useCatalogue.getState();
  const descriptor = Object.hasOwn(types, node.type) ? types[node.type] : undefined;
  const wires = descriptor ? undefined : portsOfWires(content, id);
  const old = known.get(id);
  const before = old?.source as WorkflowNode | undefined;
  const ariaLabel = nameOfNode(node);
  if (
    before &&
    liesAlike(before, node) &&
    old?.flow.ariaLabel === ariaLabel &&
    old.flow.domAttributes === roles().node &&
    old.descriptor === descriptor &&
    old.selected === selected &&
    (descriptor || samePorts(old.ports, wires))
  ) {
    old.source = node;
    return old.flow;
  }
  const ports = descriptor ? portsOfType(descriptor) : wires!;
  const reroute = node.type === REROUTE_TYPE;
  const width = reroute ? REROUTE : (node.size?.width ?? NODE_WIDTH);
  const rows = Math.max(ports.inputs.length, ports.outputs.length);
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
    ariaLabel,
    domAttributes: roles().node,
    dragHandle: reroute ? undefined : '.pb-drag',
  };
  known.set(id, { source: node, descriptor, selected, ports, flow });
  return flow;
}

/** Whether two states of a node look the same to React Flow, which does not know params. */
function liesAlike(a: WorkflowNode, b: WorkflowNode): boolean {
  if (a === b) return true;
  const keys = ['type', 'title', 'position', 'size', 'collapsed'] as const;
  return keys.every((key) => a[key] === b[key]);
}

function samePorts(a: DrawnPorts | undefined, b: DrawnPorts | undefined): boolean {
  const names = (ports: DrawnPorts | undefined) =>
    [...(ports?.inputs ?? []), { name: '\n' }, ...(ports?.outputs ?? [])].map(({ name }) => name).join('\n');
  return names(a) === names(b);
}

/** The React Flow node of a group or a note. An unchanged one returns the same object. */
export function frameOf(content: Content, id: string, kind: 'group' | 'note', selected: boolean): FlowNode {
  const frame = (kind === 'group' ? content.groups[id] : content.notes[id])!;
  const old = known.get(id);
  if (old?.source === frame && old.selected === selected && old.flow.domAttributes === roles().node)
    return old.flow;
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
    domAttributes: roles().node,
    dragHandle: '.pb-drag',
  };
  known.set(id, { source: frame, descriptor: undefined, selected, ports: undefined, flow });
  return flow;
}

/** The React Flow edges of all wires. Unchanged wires return the same objects. */
export function edgesOf(content: Content, selected: ReadonlySet<string>): FlowEdge[] {
  const { types } = useCatalogue.getState();
  const { language } = useLanguage.getState();
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
    const to = content.nodes[source.to.node];
    const sources = [source, type, isSelected, from, to, language];
    if (old && sources.every((one, index) => one === old.sources[index])) return old.flow;
    const ariaLabel = t('canvas.wireLabel', {
      from: from ? nameOfNode(from) : source.from.node,
      to: to ? nameOfNode(to) : source.to.node,
    });
    const same =
      old?.flow.ariaLabel === ariaLabel &&
      old.flow.domAttributes === roles().wire &&
      sources.slice(0, 3).every((one, index) => one === old.sources[index]);
    if (same) {
      // The node only moved: the edge stays the same.
      knownEdges.set(id, { sources, flow: old.flow });
      return old.flow;
    }
    const flow: FlowEdge = {
      id,
      type: 'wire',
      source: source.from.node,
      sourceHandle: source.from.port,
      target: source.to.node,
      targetHandle: source.to.port,
      data: { type },
      selected: isSelected,
      ariaLabel,
      domAttributes: roles().wire,
    };
    knownEdges.set(id, { sources, flow });
    return flow;
  });
}

/** Moves the output ports of a resized node to its new edge. */
export function withHandles(node: FlowNode, collapsed: boolean): FlowNode {
  const entry = known.get(node.id);
  const width = node.measured?.width;
  if (!entry?.ports || width === undefined) return node;
  return { ...node, handles: handlesOf(entry.ports, width, collapsed, node.type === 'reroute') };
}

/** Removes entries of items that are no longer drawn. */
export function prune(map: Map<string, unknown>, keep: ReadonlySet<string>): void {
  for (const id of map.keys()) if (!keep.has(id)) map.delete(id);
}
