import type {
  Workflow,
  WorkflowEdge,
  WorkflowInput,
  WorkflowNode,
  WorkflowOutput,
} from '../../workflows/workflow.ts';

/** A coloured frame behind nodes. */
export type WorkflowGroup = NonNullable<Workflow['groups']>[number];
/** A text on the canvas. */
export type WorkflowNote = NonNullable<Workflow['notes']>[number];
/** A wire with an id of its own. */
export type DocumentEdge = WorkflowEdge & { readonly id: string };
/** A place on the canvas, in canvas pixels. */
export type Point = { readonly x: number; readonly y: number };

/**
 * The workflow as the studio edits it: everything by id, never mutated. Parts that an edit does not touch keep their
 * identity. Ids are unique across nodes, groups and notes.
 */
export interface Content {
  readonly name: string;
  readonly description: string;
  readonly nodes: Readonly<Record<string, WorkflowNode>>;
  /** Ids of nodes in file order. */
  readonly order: readonly string[];
  readonly edges: Readonly<Record<string, DocumentEdge>>;
  readonly edgeOrder: readonly string[];
  readonly groups: Readonly<Record<string, WorkflowGroup>>;
  readonly notes: Readonly<Record<string, WorkflowNote>>;
  readonly inputs: readonly WorkflowInput[];
  readonly outputs: readonly WorkflowOutput[];
  /** Top-level fields that this version does not know. They are kept. */
  readonly rest: Readonly<Record<string, unknown>>;
}

/** An empty workflow. */
export const EMPTY: Content = {
  name: '',
  description: '',
  nodes: {},
  order: [],
  edges: {},
  edgeOrder: [],
  groups: {},
  notes: {},
  inputs: [],
  outputs: [],
  rest: {},
};

/** Whether two contents are the same, field by field. */
export function isSameContent(a: Content | undefined, b: Content | undefined): boolean {
  if (!a || !b) return a === b;
  return (Object.keys(EMPTY) as (keyof Content)[]).every((key) => Object.is(a[key], b[key]));
}

/** `wish`, or the first of `wish-2`, `wish-3`, ... that is free. */
export function freeId(wish: string, isTaken: (id: string) => boolean): string {
  if (!isTaken(wish)) return wish;
  const stem = wish.replace(/-\d+$/, '');
  for (let n = 2; ; n++) if (!isTaken(`${stem}-${n}`)) return `${stem}-${n}`;
}

/** Whether an id belongs to a node, a group or a note. */
export function hasItem({ nodes, groups, notes }: Content, id: string): boolean {
  return Object.hasOwn(nodes, id) || Object.hasOwn(groups, id) || Object.hasOwn(notes, id);
}

function byId<T extends { id: string }>(items: readonly T[], taken: Set<string>): Record<string, T> {
  const record: Record<string, T> = {};
  for (const item of items) {
    const id = freeId(item.id, (wish) => taken.has(wish));
    taken.add(id);
    record[id] = id === item.id ? item : { ...item, id };
  }
  return record;
}

/** Indexes a workflow. If two items share an id, the second one gets a new id; wires stay connected to the first. */
export function contentOf(workflow: Workflow): Content {
  const {
    format: _,
    version: __,
    name,
    description,
    nodes,
    edges,
    groups,
    notes,
    inputs,
    outputs,
    ...rest
  } = workflow;
  const taken = new Set<string>();
  const nodesById = byId(nodes, taken);
  const named = edges.map((edge) => ({ ...edge, id: edge.id ?? edgeId(edge) }));
  const edgesById = byId(named, new Set());
  return {
    name: name ?? '',
    description: description ?? '',
    nodes: nodesById,
    order: Object.values(nodesById).map((node) => node.id),
    edges: edgesById,
    edgeOrder: Object.values(edgesById).map((edge) => edge.id),
    groups: byId(groups ?? [], taken),
    notes: byId(notes ?? [], taken),
    inputs: inputs ?? [],
    outputs: outputs ?? [],
    rest,
  };
}

/** A readable id of a wire. */
export function edgeId({ from, to }: Pick<WorkflowEdge, 'from' | 'to'>): string {
  return `${from.node}.${from.port}-${to.node}.${to.port}`.slice(0, 180);
}

const list = <T>(items: readonly T[]): T[] | undefined => (items.length > 0 ? [...items] : undefined);

/** The workflow file for a content. */
export function workflowOf(content: Content): Workflow {
  const { nodes, order, edges, edgeOrder, groups, notes, inputs, outputs, name, description, rest } = content;
  const file = {
    format: 'patchbay' as const,
    version: 1 as const,
    name: name || undefined,
    description: description || undefined,
    nodes: order.map((id) => nodes[id]!),
    edges: edgeOrder.map((id) => edges[id]!),
    groups: list(Object.values(groups)),
    notes: list(Object.values(notes)),
    inputs: list(inputs),
    outputs: list(outputs),
    ...rest,
  };
  return Object.fromEntries(Object.entries(file).filter(([, value]) => value !== undefined)) as Workflow;
}

/** These nodes and all nodes that lead to them. */
export function upstreamOf({ edges }: Pick<Content, 'edges'>, ids: Iterable<string>): ReadonlySet<string> {
  const sources = new Map<string, string[]>();
  for (const { from, to } of Object.values(edges)) {
    const known = sources.get(to.node);
    if (known) known.push(from.node);
    else sources.set(to.node, [from.node]);
  }
  const found = new Set(ids);
  for (const id of found) for (const source of sources.get(id) ?? []) found.add(source);
  return found;
}
