import { ViewportPortal } from '@xyflow/react';
import { useMemo } from 'react';
import { portColor } from '../theme/ports.ts';
import { type FlowEdge, type FlowNode, useFlow } from './flow.ts';

/** Straight lines of all wires as one path for each colour. */
export function wirePaths(nodes: readonly FlowNode[], edges: readonly FlowEdge[]): Map<string, string> {
  const ends = new Map(nodes.map((node) => [node.id, node]));
  const at = (id: string, port: string | null | undefined, side: 'source' | 'target') => {
    const node = ends.get(id);
    const handle = node?.handles?.find((one) => one.type === side && one.id === port);
    if (!node || !handle) return undefined;
    const { x, y } = node.position;
    return `${Math.round(x + handle.x + 6)} ${Math.round(y + handle.y + 6)}`;
  };
  const parts = new Map<string, string[]>();
  for (const { source, sourceHandle, target, targetHandle, data } of edges) {
    const [from, to] = [at(source, sourceHandle, 'source'), at(target, targetHandle, 'target')];
    if (from === undefined || to === undefined) continue;
    const color = portColor(data?.type ?? 'any');
    const list = parts.get(color);
    if (list) list.push(`M${from}L${to}`);
    else parts.set(color, [`M${from}L${to}`]);
  }
  return new Map([...parts].map(([color, list]) => [color, list.join('')]));
}

/** All wires while nodes are boxes: a few paths instead of an element for each. */
export function LowWires() {
  const nodes = useFlow((flow) => flow.nodes);
  const edges = useFlow((flow) => flow.edges);
  const paths = useMemo(() => wirePaths(nodes, edges), [nodes, edges]);
  return (
    <ViewportPortal>
      <svg className="pb-low-wires" aria-hidden="true">
        {[...paths].map(([color, path]) => (
          <path key={color} d={path} stroke={color} />
        ))}
      </svg>
    </ViewportPortal>
  );
}
