import { ViewportPortal } from '@xyflow/react';
import { useMemo } from 'react';
import type { Point } from '../document/content.ts';
import { useDocument } from '../document/store.ts';
import { portColor } from '../ui/theme/ports.tsx';
import { useFlow } from './flow.ts';
import type { FlowEdge, FlowNode } from './flow-items.ts';

/** A wire as a straight line, in canvas pixels. */
export interface Line {
  readonly edge: FlowEdge;
  readonly from: Point;
  readonly to: Point;
}

/** Distance from the corner of a handle to its centre, in canvas pixels. */
const HALF = 6;

/** All wires with two existing ends, as straight lines between their ports. */
export function linesOf(nodes: readonly FlowNode[], edges: readonly FlowEdge[]): Line[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const end = (id: string, port: string | null | undefined, side: 'source' | 'target') => {
    const node = byId.get(id);
    const handle = node?.handles?.find((one) => one.type === side && one.id === port);
    if (!node || !handle) return undefined;
    return {
      x: Math.round(node.position.x + handle.x + HALF),
      y: Math.round(node.position.y + handle.y + HALF),
    };
  };
  return edges.flatMap((edge) => {
    const from = end(edge.source, edge.sourceHandle, 'source');
    const to = end(edge.target, edge.targetHandle, 'target');
    return from && to ? [{ edge, from, to }] : [];
  });
}

/** The distance from a point to a line segment. */
function distance({ x, y }: Point, { from, to }: Pick<Line, 'from' | 'to'>): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((x - from.x) * dx + (y - from.y) * dy) / length;
  const at = Math.max(0, Math.min(1, along));
  return Math.hypot(x - from.x - at * dx, y - from.y - at * dy);
}

/** The wire nearest to a point, if it is within reach. All in canvas pixels. */
export function wireNear(lines: readonly Line[], point: Point, reach: number): string | undefined {
  let best: string | undefined;
  let least = reach;
  for (const line of lines) {
    const far = distance(point, line);
    if (far > least) continue;
    least = far;
    best = line.edge.id;
  }
  return best;
}

const draw = (lines: readonly Line[]) =>
  lines.map(({ from, to }) => `M${from.x} ${from.y}L${to.x} ${to.y}`).join('');

function pathsOf(lines: readonly Line[]): [string, string][] {
  const colors = new Map<string, Line[]>();
  for (const line of lines) {
    const color = portColor(line.edge.data?.type ?? 'any');
    const list = colors.get(color);
    if (list) list.push(line);
    else colors.set(color, [line]);
  }
  return [...colors].map(([color, list]) => [color, draw(list)]);
}

/** Draws all wires while nodes are boxes: a few paths instead of an element per wire. */
export function LowWires() {
  const nodes = useFlow((flow) => flow.nodes);
  const edges = useFlow((flow) => flow.edges);
  const selected = useDocument((state) => state.selectedEdges);
  const lines = useMemo(() => linesOf(nodes, edges), [nodes, edges]);
  const paths = useMemo(() => pathsOf(lines), [lines]);
  const chosen = useMemo(() => draw(lines.filter(({ edge }) => selected.has(edge.id))), [lines, selected]);
  return (
    <ViewportPortal>
      <svg className="pb-low-wires" aria-hidden="true">
        {paths.map(([color, path]) => (
          <path key={color} d={path} stroke={color} />
        ))}
        {chosen !== '' && <path className="pb-low-chosen" d={chosen} />}
      </svg>
    </ViewportPortal>
  );
}
