import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, getSmoothStepPath } from '@xyflow/react';
import { memo, useState } from 'react';
import { useChecks } from '../document/checks.ts';
import { useDocument } from '../document/store.ts';
import { factsTogether } from '../ui/format.ts';
import { kindsText, told } from '../ui/strings/told.ts';
import { portColor } from '../ui/theme/ports.tsx';
import type { FlowEdge } from './flow-items.ts';
import { useLowZoom } from './low-zoom.ts';
import './wires.css';
import type { ValueInfo } from '../../nodes/sdk/infer.ts';
import { spaceName } from '../../nodes/sdk/space.ts';

/** A short text about a value: `12 × 512, CLIP ViT-B/32`. Empty if nothing is known. */
export function infoText(info: ValueInfo | undefined): string {
  if (!info) return '';
  const { count, dims, space, encoder } = info;
  const width = dims ?? space?.dims;
  const shape =
    count === undefined && width === undefined
      ? undefined
      : width === undefined
        ? String(count)
        : `${count ?? '?'} × ${width}`;
  // The shape already contains the dimension.
  const name = space ? told(spaceName({ ...space, dims: undefined })) : encoder?.title;
  return factsTogether([shape, name].filter((part) => part !== undefined));
}

function Label({ id, x, y }: { readonly id: string; readonly x: number; readonly y: number }) {
  const from = useDocument((state) => state.edges[id]?.from);
  const info = useChecks((checks) => from && checks.info[from.node]?.[from.port]);
  const text = infoText(info) || (info?.type && kindsText([info.type]));
  if (!text) return null;
  return (
    <EdgeLabelRenderer>
      <div className="pb-wire-label" style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
        {text}
      </div>
    </EdgeLabelRenderer>
  );
}

/** A wire in the colour of its data. Hovered or selected, it shows shape and space. */
export const WireEdge = memo(function WireEdge(props: EdgeProps<FlowEdge>) {
  const { id, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, selected, data } = props;
  const [over, setOver] = useState(false);
  const low = useLowZoom();
  const muted = useDocument((state) => {
    const edge = state.edges[id];
    return edge !== undefined && state.nodes[edge.from.node]?.mode === 'mute';
  });
  if (low && !selected)
    return (
      <path
        className="react-flow__edge-path"
        d={`M${sourceX} ${sourceY}L${targetX} ${targetY}`}
        style={{ stroke: portColor(data?.type ?? 'any'), strokeWidth: 3 }}
        fill="none"
      />
    );
  const ends = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition };
  // To a node below or above, a curve would run across both. A path with corners goes between them.
  const [path, x, y] =
    targetX < sourceX ? getSmoothStepPath({ ...ends, borderRadius: 10, offset: 14 }) : getBezierPath(ends);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering shows only what selecting shows too.
    <g onMouseEnter={() => setOver(true)} onMouseLeave={() => setOver(false)}>
      <BaseEdge
        path={path}
        interactionWidth={16}
        style={{
          stroke: portColor(data?.type ?? 'any'),
          strokeWidth: selected || over ? 3 : 2,
          strokeDasharray: muted ? '4 4' : undefined,
        }}
      />
      {(selected || over) && <Label id={id} x={x} y={y} />}
    </g>
  );
});
