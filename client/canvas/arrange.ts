import { Graph, layout } from '@dagrejs/dagre';
import type { Content, Point } from '../document/content.ts';
import { moveItems, patchFrame, patchNode } from '../document/edits.ts';
import { documentActions, useDocument } from '../document/store.ts';
import { contentNow, useFlow } from './flow.ts';
import { membersOf } from './flow-groups.ts';
import { GRID, REROUTE_TYPE } from './metrics.ts';

/** A rectangle on the canvas, in canvas pixels. */
export interface Box {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Which edges or centres to align. */
export type Alignment = 'left' | 'center' | 'right' | 'top' | 'middle' | 'bottom';

const snap = (value: number) => Math.round(value / GRID) * GRID;
const least = (values: readonly number[]) =>
  values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);

/** New positions of aligned boxes. */
export function align(boxes: readonly Box[], how: Alignment): Record<string, Point> {
  const left = least(boxes.map(({ x }) => x));
  const right = most(boxes.map(({ x, width }) => x + width));
  const top = least(boxes.map(({ y }) => y));
  const bottom = most(boxes.map(({ y, height }) => y + height));
  const place: Record<Alignment, (box: Box) => Point> = {
    left: ({ y }) => ({ x: left, y }),
    center: ({ y, width }) => ({ x: (left + right - width) / 2, y }),
    right: ({ y, width }) => ({ x: right - width, y }),
    top: ({ x }) => ({ x, y: top }),
    middle: ({ x, height }) => ({ x, y: (top + bottom - height) / 2 }),
    bottom: ({ x, height }) => ({ x, y: bottom - height }),
  };
  return Object.fromEntries(boxes.map((box) => [box.id, place[how](box)]));
}

/** New positions with equal gaps. The first and the last box stay. */
export function distribute(boxes: readonly Box[], axis: 'x' | 'y'): Record<string, Point> {
  const size = axis === 'x' ? 'width' : 'height';
  const sorted = [...boxes].sort((a, b) => a[axis] - b[axis]);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (!first || !last || sorted.length < 3) return {};
  const filled = sorted.reduce((sum, box) => sum + box[size], 0);
  const gap = (last[axis] + last[size] - first[axis] - filled) / (sorted.length - 1);
  let at = first[axis];
  return Object.fromEntries(
    sorted.map((box) => {
      const place = { x: box.x, y: box.y, [axis]: at };
      at += box[size] + gap;
      return [box.id, place];
    }),
  );
}

/** Sizes of boxes with the width of the widest one. Their heights stay. */
export function sameWidth(boxes: readonly Box[]): Record<string, { width: number; height: number }> {
  const width = most(boxes.map((box) => box.width));
  return Object.fromEntries(boxes.map(({ id, height }) => [id, { width, height }]));
}

type Wires = readonly (readonly [from: string, to: string])[];

/** Groups boxes that are connected by wires. */
function partsOf(boxes: readonly Box[], wires: Wires): Box[][] {
  const beside = new Map<string, string[]>(boxes.map(({ id }) => [id, []]));
  for (const [from, to] of wires) {
    beside.get(from)?.push(to);
    beside.get(to)?.push(from);
  }
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const parts: Box[][] = [];
  for (const box of boxes) {
    if (!byId.delete(box.id)) continue;
    const part = [box];
    // The loop also visits ids that are added while it runs.
    for (const { id } of part)
      for (const next of beside.get(id) ?? []) {
        const found = byId.get(next);
        if (found && byId.delete(next)) part.push(found);
      }
    parts.push(part);
  }
  return parts;
}

/** Space between groups of boxes that are not connected, in canvas pixels. */
const PART_GAP = 96;

/**
 * Arranges boxes from left to right along their wires; the top left corner stays. Parts that are not connected are
 * placed in columns side by side, so that the result is about as wide as a screen instead of very tall.
 */
export function autoLayout(boxes: readonly Box[], wires: Wires): Record<string, Point> {
  const parts = partsOf(boxes, wires).map((part) => {
    const places = alongWires(part, wires);
    const sized = part.map((box) => ({ ...box, ...places[box.id] }));
    const width = most(sized.map(({ x, width }) => x + width));
    const height = most(sized.map(({ y, height }) => y + height));
    return { places, width, height };
  });
  const area = parts.reduce((sum, { width, height }) => sum + (width + PART_GAP) * (height + PART_GAP), 0);
  const tall = Math.max(most(parts.map(({ height }) => height)), Math.sqrt(area / 1.6));
  const left = least(boxes.map(({ x }) => x));
  const top = least(boxes.map(({ y }) => y));
  const placed: Record<string, Point> = {};
  let [x, y, column] = [0, 0, 0];
  for (const { places, width, height } of parts) {
    if (y > 0 && y + height > tall) [x, y, column] = [x + column + PART_GAP, 0, 0];
    for (const [id, at] of Object.entries(places))
      placed[id] = { x: snap(left + x + at.x), y: snap(top + y + at.y) };
    y += height + PART_GAP;
    column = Math.max(column, width);
  }
  return placed;
}

/** Positions of connected boxes, starting at 0, 0. */
function alongWires(boxes: readonly Box[], wires: Wires): Record<string, Point> {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 40, ranksep: 80, edgesep: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  const ids = new Set(boxes.map(({ id }) => id));
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  for (const [index, [from, to]] of wires.entries())
    if (ids.has(from) && ids.has(to)) graph.setEdge(from, to, {}, String(index));
  layout(graph);
  const placed = boxes.map(({ id, width, height }) => {
    const { x = 0, y = 0 } = graph.node(id) as { x?: number; y?: number };
    return { id, x: x - width / 2, y: y - height / 2 };
  });
  const [left, top] = [least(placed.map(({ x }) => x)), least(placed.map(({ y }) => y))];
  return Object.fromEntries(placed.map(({ id, x, y }) => [id, { x: x - left, y: y - top }]));
}

/** New positions for notes that boxes would cover: in a row above all boxes. */
export function outOfTheWay(notes: readonly Box[], boxes: readonly Box[]): Record<string, Point> {
  const hidden = notes.filter((note) =>
    boxes.some(
      ({ x, y, width, height }) =>
        note.x < x + width && x < note.x + note.width && note.y < y + height && y < note.y + note.height,
    ),
  );
  const top = least([...boxes, ...notes].map(({ y }) => y)) - 2 * GRID;
  let x = least(boxes.map((box) => box.x));
  return Object.fromEntries(
    hidden.map(({ id, width, height }) => {
      const place = { x: snap(x), y: snap(top - height) };
      x += width + 2 * GRID;
      return [id, place];
    }),
  );
}

/** Space between a group's edge and its members, in canvas pixels. The title is above. */
const GROUP_MARGIN = 24;
const GROUP_TITLE = 40;

/** The frame around the members of a group; undefined for a group without members. */
export function frameAround(members: readonly Box[]): Omit<Box, 'id'> | undefined {
  if (members.length === 0) return undefined;
  const x = snap(least(members.map((box) => box.x)) - GROUP_MARGIN);
  const y = snap(least(members.map((box) => box.y)) - GROUP_TITLE);
  const right = most(members.map((box) => box.x + box.width)) + GROUP_MARGIN;
  const bottom = most(members.map((box) => box.y + box.height)) + GROUP_MARGIN;
  return { x, y, width: snap(right - x), height: snap(bottom - y) };
}

const boxesOf = (ids: ReadonlySet<string>): Box[] =>
  useFlow
    .getState()
    .nodes.filter(({ id }) => ids.has(id))
    .map(({ id, position: { x, y }, measured }) => ({
      id,
      x,
      y,
      width: measured?.width ?? 0,
      height: measured?.height ?? 0,
    }));

const wiresOf = ({ edges, edgeOrder }: Content) =>
  edgeOrder.map((id) => [edges[id]!.from.node, edges[id]!.to.node] as const);

/** Aligns the selection. */
export function alignSelection(how: Alignment): void {
  const places = align(boxesOf(useDocument.getState().selection), how);
  documentActions().edit('align', (content) => moveItems(content, places));
}

/** Distributes the selection. */
export function distributeSelection(axis: 'x' | 'y'): void {
  const places = distribute(boxesOf(useDocument.getState().selection), axis);
  documentActions().edit('align', (content) => moveItems(content, places));
}

/** Makes the selected nodes and frames as wide as the widest of them. Reroutes stay points. */
export function widenSelection(): void {
  const { selection, nodes } = useDocument.getState();
  const boxes = boxesOf(selection).filter(({ id }) => nodes[id]?.type !== REROUTE_TYPE);
  documentActions().edit('resize', (content) =>
    Object.entries(sameWidth(boxes)).reduce(
      (now, [id, size]) =>
        Object.hasOwn(now.nodes, id) ? patchNode(now, id, { size }) : patchFrame(now, id, { size }),
      content,
    ),
  );
}

/** Arranges the selected nodes, or all nodes if fewer than two are selected. */
export function layOut(): void {
  const content = contentNow();
  const chosen = [...useDocument.getState().selection].filter((id) => Object.hasOwn(content.nodes, id));
  const ids = new Set(chosen.length > 1 ? chosen : content.order);
  const boxes = boxesOf(ids);
  const places = autoLayout(boxes, wiresOf(content));
  const placed = new Map(
    boxesOf(new Set(content.order)).map((box) => [box.id, { ...box, ...places[box.id] }]),
  );
  const groups = Object.values(content.groups).flatMap((group) => {
    const members = membersOf(group.id).flatMap(({ id }) => placed.get(id) ?? []);
    const frame = members.some(({ id }) => ids.has(id)) ? frameAround(members) : undefined;
    return frame
      ? [
          {
            ...group,
            position: { x: frame.x, y: frame.y },
            size: { width: frame.width, height: frame.height },
          },
        ]
      : [];
  });
  const notes = outOfTheWay(boxesOf(new Set(Object.keys(content.notes))), [...placed.values()]);
  documentActions().edit('layout', (before) =>
    groups.reduce(
      (now, group) => patchFrame(now, group.id, group),
      moveItems(before, { ...places, ...notes }),
    ),
  );
}

/** Arranges a workflow whose nodes have no positions, for example one written by hand. This is not a step of undo. */
export function layOutMissing(): void {
  const content = contentNow();
  if (content.order.length === 0 || content.order.some((id) => content.nodes[id]?.position)) return;
  const places = autoLayout(boxesOf(new Set(content.order)), wiresOf(content));
  useDocument.setState(moveItems(content, places));
}
