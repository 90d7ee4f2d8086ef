import { Handle, type NodeProps, Position } from '@xyflow/react';
import { memo } from 'react';
import { useDocument } from '../../document/store.ts';
import { useCatalogue } from '../../ui/api/catalogue.ts';
import { PortMark } from '../../ui/theme/ports.tsx';
import { useFlow } from '../flow.ts';
import type { FlowNode } from '../flow-items.ts';

/** A point on a wire: only two ports, in the look of the type that passes through. */
export const RerouteNode = memo(function RerouteNode({ id, selected }: NodeProps<FlowNode>) {
  const type = useDocument((state) => state.nodes[id]?.type ?? '');
  const descriptor = useCatalogue((state) => state.types[type]);
  const look = useFlow(
    (flow) => flow.edges.find((edge) => edge.source === id || edge.target === id)?.data?.type ?? 'any',
  );
  const input = descriptor?.inputs[0]?.name ?? 'value';
  const output = descriptor?.outputs[0]?.name ?? 'value';
  return (
    <div className={`pb-reroute${selected ? ' pb-selected' : ''}`} data-node-id={id}>
      <Handle id={input} type="target" position={Position.Left} className="pb-handle" />
      <PortMark type={look} size={12} />
      <Handle id={output} type="source" position={Position.Right} className="pb-handle" />
    </div>
  );
});
