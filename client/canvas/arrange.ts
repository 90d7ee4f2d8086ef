import { Graph, layout } from '@dagrejs/dagre';
import type { Content, Point } from '../document/content.ts';
import { moveItems, patchFrame } from '../document/edits.ts';
import { documentActions, useDocument } from '../document/store.ts';
import { contentNow, useFlow } from './flow.ts';
import { membersOf } from './flow-groups.ts';
import { GRID } from './metrics.ts';

/** A box on the canvas, in canvas pixels. */
export interface Box {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Which edges or middles are brought into line. */
export type Alignment = 'left' | 'center' | 'right' | 'top' | 'middle' | 'bottom';

const snap = (value: number) => Math.round(value / GRID) * GRID;
const least = (values: readonly number[]) =>
  values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);

/** New places that bring boxes into line. */
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

/** New places with equal gaps; the outermost two stay. */
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

/** Places from left to right along the wires, the upper left corner where it was. */
export function autoLayout(
  boxes: readonly Box[],
  wires: readonly (readonly [from: string, to: string])[],
): Record<string, Point> {
  if (boxes.length === 0) return {};
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
  const dx = least(boxes.map(({ x }) => x)) - least(placed.map(({ x }) => x));
  const dy = least(boxes.map(({ y }) => y)) - least(placed.map(({ y }) => y));
  return Object.fromEntries(placed.map(({ id, x, y }) => [id, { x: snap(x + dx), y: snap(y + dy) }]));
}

/** Room between a group's edge and what stands on it, in canvas pixels; its title is above. */
const GROUP_MARGIN = 24;
const GROUP_TITLE = 40;

/** The frame that a group needs to go on holding what stood on it; undefined where nothing did. */
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

/** Aligns what is selected. */
export function alignSelection(how: Alignment): void {
  const places = align(boxesOf(useDocument.getState().selection), how);
  documentActions().edit('align', (content) => moveItems(content, places));
}

/** Distributes what is selected. */
export function distributeSelection(axis: 'x' | 'y'): void {
  const places = distribute(boxesOf(useDocument.getState().selection), axis);
  documentActions().edit('align', (content) => moveItems(content, places));
}

/** Lays out the selected nodes, or all where fewer than two are. */
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
  documentActions().edit('layout', (before) =>
    groups.reduce((now, group) => patchFrame(now, group.id, group), moveItems(before, places)),
  );
}

/** Lays out a workflow that says of no node where it is, such as one written by hand. No step that can be undone. */
export function layOutMissing(): void {
  const content = contentNow();
  if (content.order.length === 0 || content.order.some((id) => content.nodes[id]?.position)) return;
  const places = autoLayout(boxesOf(new Set(content.order)), wiresOf(content));
  useDocument.setState(moveItems(content, places));
}
