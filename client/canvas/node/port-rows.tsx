import { Handle, Position } from '@xyflow/react';
import { memo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { useDocument } from '../../document/store.ts';
import { nodeText, t } from '../../ui/strings/index.ts';
import { kindsText } from '../../ui/strings/told.ts';
import { lookOf, PortMark } from '../../ui/theme/ports.tsx';
import { portY } from '../metrics.ts';
import { type DrawnPort, type DrawnPorts, portsOfWires } from '../ports-of.ts';
import { useFits } from '../wiring/fits.ts';
import './ports.css';

/** The ports of an unknown node type, from its wires. */
export function useWirePorts(id: string, needed: boolean): DrawnPorts {
  const names = useDocument(
    useShallow((state) => {
      if (!needed) return [];
      const { inputs, outputs } = portsOfWires(state, id);
      return [...inputs.map(({ name }) => `i${name}`), ...outputs.map(({ name }) => `o${name}`)];
    }),
  );
  const port = (name: string): DrawnPort => ({ name, title: name, types: 'any', required: false });
  return {
    inputs: names.filter((name) => name.startsWith('i')).map((name) => port(name.slice(1))),
    outputs: names.filter((name) => name.startsWith('o')).map((name) => port(name.slice(1))),
  };
}

interface PortProps {
  readonly id: string;
  readonly type: string;
  readonly port: DrawnPort;
  readonly side: 'input' | 'output';
  readonly index: number;
  readonly collapsed: boolean;
}

const Port = memo(function Port({ id, type, port, side, index, collapsed }: PortProps) {
  const fits = useFits(id, port.name, side);
  const look = lookOf(port.types);
  const { title, help } = nodeText(type).port(side === 'input' ? 'inputs' : 'outputs', port.name);
  const kinds = port.types === 'any' ? t('canvas.anything') : kindsText(port.types);
  const y = portY(index, collapsed);
  const label = t(side === 'input' ? 'canvas.input' : 'canvas.output', { title, kinds });
  return (
    <div
      className={`pb-port pb-port-${side}${fits ? '' : ' pb-faded'}`}
      title={help ? `${label}\n${help}` : label}
    >
      <Handle
        id={port.name}
        type={side === 'input' ? 'target' : 'source'}
        position={side === 'input' ? Position.Left : Position.Right}
        style={{ top: y }}
        className="pb-handle"
        aria-label={label}
        role="img"
      >
        <PortMark type={look} size={14} />
      </Handle>
      {!collapsed && (
        <span className="pb-port-name">
          {title}
          {side === 'input' && port.required && <span className="pb-required">*</span>}
        </span>
      )}
    </div>
  );
});

/** The ports of a node, one row each: inputs on the left, outputs on the right. */
export const PortRows = memo(function PortRows({
  id,
  ports,
  collapsed,
}: {
  id: string;
  ports: DrawnPorts;
  collapsed: boolean;
}) {
  const type = useDocument((state) => state.nodes[id]?.type ?? '');
  const side = (list: readonly DrawnPort[], which: 'input' | 'output') =>
    list.map((port, index) => (
      <Port key={port.name} {...{ id, type, port, index, collapsed }} side={which} />
    ));
  return (
    <div className="pb-ports">
      <div className="pb-ports-in">{side(ports.inputs, 'input')}</div>
      <div className="pb-ports-out">{side(ports.outputs, 'output')}</div>
    </div>
  );
});
