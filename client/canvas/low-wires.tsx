import { ViewportPortal } from '@xyflow/react';
import { useMemo } from 'react';
import { useDocument } from '../document/store.ts';
import { portColor } from '../ui/theme/ports.ts';
import { useFlow } from './flow.ts';
import { type Line, linesOf } from './low-lines.ts';

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

/** All wires while nodes are boxes: a few paths instead of an element for each. */
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
