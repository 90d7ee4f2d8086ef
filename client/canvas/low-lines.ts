import type { Point } from '../document/content.ts';
import type { FlowEdge, FlowNode } from './flow.ts';

/** A wire as a straight line, in canvas pixels. */
export interface Line {
  readonly edge: FlowEdge;
  readonly from: Point;
  readonly to: Point;
}

/** The middle of a handle from its corner, in canvas pixels. */
const HALF = 6;

/** All wires whose ends are there, as straight lines between their ports. */
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

/** How far a point is from a line between two others. */
function distance({ x, y }: Point, { from, to }: Pick<Line, 'from' | 'to'>): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((x - from.x) * dx + (y - from.y) * dy) / length;
  const at = Math.max(0, Math.min(1, along));
  return Math.hypot(x - from.x - at * dx, y - from.y - at * dy);
}

/** The wire nearest to a point, if one is within reach; all in canvas pixels. */
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
