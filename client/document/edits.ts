import type { End } from '../../server/contract/wiring.ts';
import type { NodeMode, WorkflowNode } from '../../workflows/workflow.ts';
import {
  type Content,
  type DocumentEdge,
  edgeId,
  freeId,
  hasItem,
  type Point,
  type WorkflowGroup,
  type WorkflowNote,
} from './content.ts';

/** Items that are added or pasted together. */
export interface Parts {
  readonly nodes: readonly WorkflowNode[];
  readonly edges: readonly DocumentEdge[];
  readonly groups: readonly WorkflowGroup[];
  readonly notes: readonly WorkflowNote[];
}

function without<T>(
  record: Readonly<Record<string, T>>,
  ids: ReadonlySet<string>,
): Readonly<Record<string, T>> {
  const kept = Object.entries(record).filter(([id]) => !ids.has(id));
  return kept.length === Object.keys(record).length ? record : Object.fromEntries(kept);
}

function withAll<T extends { id: string }>(record: Readonly<Record<string, T>>, items: readonly T[]) {
  if (items.length === 0) return record;
  return { ...record, ...Object.fromEntries(items.map((item) => [item.id, item])) };
}

/** Adds items. Their ids must be free. */
export function addParts(content: Content, parts: Partial<Parts>): Content {
  const { nodes = [], edges = [], groups = [], notes = [] } = parts;
  return {
    ...content,
    nodes: withAll(content.nodes, nodes),
    order: nodes.length === 0 ? content.order : [...content.order, ...nodes.map((node) => node.id)],
    edges: withAll(content.edges, edges),
    edgeOrder:
      edges.length === 0 ? content.edgeOrder : [...content.edgeOrder, ...edges.map((edge) => edge.id)],
    groups: withAll(content.groups, groups),
    notes: withAll(content.notes, notes),
  };
}

/** Removes nodes, groups, notes and edges by id, together with the wires and form inputs of removed nodes. */
export function removeItems(
  content: Content,
  ids: ReadonlySet<string>,
  edgeIds: ReadonlySet<string>,
): Content {
  const gone = new Set(edgeIds);
  for (const edge of Object.values(content.edges))
    if (ids.has(edge.from.node) || ids.has(edge.to.node)) gone.add(edge.id);
  const nodes = without(content.nodes, ids);
  const edges = without(content.edges, gone);
  const stays = <T extends { node: string }>(items: readonly T[]) =>
    items.some(({ node }) => ids.has(node)) ? items.filter(({ node }) => !ids.has(node)) : items;
  return {
    ...content,
    nodes,
    order: nodes === content.nodes ? content.order : content.order.filter((id) => !ids.has(id)),
    edges,
    edgeOrder: edges === content.edges ? content.edgeOrder : content.edgeOrder.filter((id) => !gone.has(id)),
    groups: without(content.groups, ids),
    notes: without(content.notes, ids),
    inputs: stays(content.inputs),
    outputs: stays(content.outputs),
  };
}

const samePoint = (a: Point | undefined, b: Point) => a?.x === b.x && a?.y === b.y;

function moved<T extends { position?: Point }>(
  record: Readonly<Record<string, T>>,
  places: Readonly<Record<string, Point>>,
): Readonly<Record<string, T>> {
  const changed = Object.entries(places).filter(
    ([id, place]) => Object.hasOwn(record, id) && !samePoint(record[id]!.position, place),
  );
  if (changed.length === 0) return record;
  return {
    ...record,
    ...Object.fromEntries(changed.map(([id, { x, y }]) => [id, { ...record[id]!, position: { x, y } }])),
  };
}

/** Moves nodes, groups and notes. Items that do not move keep their identity. */
export function moveItems(content: Content, places: Readonly<Record<string, Point>>): Content {
  const nodes = moved(content.nodes, places);
  const groups = moved(content.groups, places);
  const notes = moved(content.notes, places);
  if (nodes === content.nodes && groups === content.groups && notes === content.notes) return content;
  return { ...content, nodes, groups, notes };
}

/** Changes fields of a node; undefined removes a field. */
export function patchNode(content: Content, id: string, patch: Partial<WorkflowNode>): Content {
  const node = content.nodes[id];
  if (!node) return content;
  return { ...content, nodes: { ...content.nodes, [id]: clean({ ...node, ...patch }) } };
}

function clean<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

/** Sets a param; undefined restores the default. */
export function setParam(content: Content, id: string, name: string, value: unknown): Content {
  const node = content.nodes[id];
  if (!node || Object.is(node.params?.[name], value)) return content;
  const params = clean({ ...node.params, [name]: value }) as WorkflowNode['params'];
  return patchNode(content, id, { params });
}

/** Sets whether nodes run, are bypassed or muted. A node without a mode is active. */
export function setModes(content: Content, ids: Iterable<string>, mode: NodeMode): Content {
  let next = content;
  for (const id of ids) next = patchNode(next, id, { mode: mode === 'active' ? undefined : mode });
  return next;
}

/** Changes fields of a group or a note. */
export function patchFrame(
  content: Content,
  id: string,
  patch: Partial<WorkflowGroup> & Partial<WorkflowNote>,
): Content {
  const { groups, notes } = content;
  if (Object.hasOwn(groups, id))
    return { ...content, groups: { ...groups, [id]: clean({ ...groups[id]!, ...patch }) } };
  if (Object.hasOwn(notes, id))
    return { ...content, notes: { ...notes, [id]: clean({ ...notes[id]!, ...patch }) } };
  return content;
}

/** Adds a wire. With `replace`, it replaces the wires at that input. Returns the content and the wire. */
export function joinEnds(
  content: Content,
  from: End,
  to: End,
  replace = false,
): { readonly content: Content; readonly edge: DocumentEdge } {
  const old = replace ? edgesInto(content, to).map((edge) => edge.id) : [];
  const base = old.length > 0 ? removeItems(content, new Set(), new Set(old)) : content;
  const id = freeId(edgeId({ from, to }), (wish) => Object.hasOwn(base.edges, wish));
  const edge: DocumentEdge = { id, from, to };
  return { content: addParts(base, { edges: [edge] }), edge };
}

/** Wires at one input, in order. */
export function edgesInto({ edges, edgeOrder }: Content, to: End): DocumentEdge[] {
  return edgeOrder
    .map((id) => edges[id]!)
    .filter((edge) => edge.to.node === to.node && edge.to.port === to.port);
}

/** Creates a node with a free id, made from the last part of its type: `top-k`, `top-k-2`. */
export function newNode(
  content: Content,
  type: string,
  position: Point,
  fields: Partial<WorkflowNode> = {},
): WorkflowNode {
  const stem = type.slice(type.indexOf('/') + 1) || 'node';
  const id = freeId(stem, (wish) => hasItem(content, wish));
  return { id, type, position: { x: Math.round(position.x), y: Math.round(position.y) }, ...fields };
}

/** The index of the named input that sets a param, or -1. */
export const inputIndex = ({ inputs }: Pick<Content, 'inputs'>, node: string, param: string): number =>
  inputs.findIndex((input) => input.node === node && input.param === param);

/** A free name for an input or output: letters, digits and dashes, because scripts use it. */
function freeName(wish: string, taken: readonly string[]): string {
  const stem = wish
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')
    .toLowerCase();
  const name = stem === '' ? 'input' : stem;
  if (!taken.includes(name)) return name;
  for (let n = 2; ; n++) if (!taken.includes(`${name}-${n}`)) return `${name}-${n}`;
}

/** Adds a param to the form under a free name, with the title of the param, or removes it. */
export function toggleInput(content: Content, node: string, param: string): Content {
  const index = inputIndex(content, node, param);
  if (index >= 0) return { ...content, inputs: content.inputs.filter((_, at) => at !== index) };
  const taken = content.inputs.map(({ name }) => name);
  return { ...content, inputs: [...content.inputs, { name: freeName(param, taken), node, param }] };
}

/** Changes the title of a form input; without one, it has the title of its param. */
export function retitleInput(content: Content, name: string, title: string): Content {
  const inputs = content.inputs.map((input) =>
    input.name === name ? clean({ ...input, title: title || undefined }) : input,
  );
  return { ...content, inputs };
}
