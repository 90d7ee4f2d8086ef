import { z } from 'zod';
import { type Workflow, workflowSchema } from '../../workflows/workflow.ts';
import {
  type Content,
  contentOf,
  type DocumentEdge,
  edgeId,
  freeId,
  hasItem,
  type Point,
} from './content.ts';
import type { Parts } from './edits.ts';

const clipSchema = z.object({
  'patchbay-clip': z.literal(1),
  nodes: workflowSchema.shape.nodes,
  edges: workflowSchema.shape.edges,
  groups: workflowSchema.shape.groups.unwrap(),
  notes: workflowSchema.shape.notes.unwrap(),
});

/** Copied items: whole nodes, the wires between them, and the wires that came in from outside. */
export type Clip = z.infer<typeof clipSchema>;

/** Copies the selected items. It also keeps wires from outside, so that pasting can connect them again. */
export function copyItems(content: Content, ids: ReadonlySet<string>): Clip {
  const picked = <T extends { id: string }>(record: Readonly<Record<string, T>>) =>
    Object.values(record).filter(({ id }) => ids.has(id));
  return {
    'patchbay-clip': 1,
    nodes: content.order.filter((id) => ids.has(id)).map((id) => content.nodes[id]!),
    edges: content.edgeOrder.map((id) => content.edges[id]!).filter((edge) => ids.has(edge.to.node)),
    groups: picked(content.groups),
    notes: picked(content.notes),
  };
}

/** Reads copied items from clipboard text; undefined for any other text. */
export function readClip(text: string): Clip | undefined {
  if (!text.includes('"patchbay-clip"')) return undefined;
  try {
    return clipSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The top left corner of copied items. */
function cornerOf({ nodes, groups, notes }: Clip): Point {
  const places = [...nodes, ...groups, ...notes].map(({ position }) => position ?? { x: 0, y: 0 });
  return {
    x: Math.min(...places.map(({ x }) => x)),
    y: Math.min(...places.map(({ y }) => y)),
  };
}

/**
 * Prepares copied items for pasting: with free ids, and their corner at a place.
 * @param outer whether to connect wires from nodes outside of the copy again, if those nodes exist here
 */
export function partsOfClip(content: Content, clip: Clip, at: Point, outer = false): Parts {
  const renamed = new Map<string, string>();
  const taken = new Set<string>();
  const corner = cornerOf(clip);
  const place = <T extends { id: string; position?: Point }>(item: T): T => {
    const id = freeId(item.id, (wish) => taken.has(wish) || hasItem(content, wish));
    taken.add(id);
    renamed.set(item.id, id);
    const { x, y } = item.position ?? { x: 0, y: 0 };
    return {
      ...item,
      id,
      position: { x: Math.round(x - corner.x + at.x), y: Math.round(y - corner.y + at.y) },
    };
  };
  const nodes = clip.nodes.map(place);
  const edgeIds = new Set<string>();
  const edges = clip.edges.flatMap((edge): DocumentEdge[] => {
    const inner = renamed.get(edge.from.node);
    const to = renamed.get(edge.to.node);
    const from =
      inner ?? (outer && Object.hasOwn(content.nodes, edge.from.node) ? edge.from.node : undefined);
    if (from === undefined || to === undefined) return [];
    const ends = { from: { ...edge.from, node: from }, to: { ...edge.to, node: to } };
    const id = freeId(edgeId(ends), (wish) => edgeIds.has(wish) || Object.hasOwn(content.edges, wish));
    edgeIds.add(id);
    return [{ ...edge, ...ends, id }];
  });
  return { nodes, edges, groups: clip.groups.map(place), notes: clip.notes.map(place) };
}

/** A whole workflow as text, to paste or drop on a canvas. */
export function clipOf(workflow: Workflow): string {
  const content = contentOf(workflow);
  return JSON.stringify(copyItems(content, new Set(content.order)));
}
