import type { NodeDescriptor } from '../../nodes/sdk/descriptor.ts';
import type { PortType } from '../../nodes/sdk/values.ts';
import type { Content } from '../document/content.ts';

/** A port, ready to draw. */
export interface DrawnPort {
  readonly name: string;
  readonly title: string;
  readonly types: readonly PortType[] | 'any';
  readonly required: boolean;
}

/** The inputs and outputs of a node, ready to draw. */
export interface DrawnPorts {
  readonly inputs: readonly DrawnPort[];
  readonly outputs: readonly DrawnPort[];
}

const known = new WeakMap<NodeDescriptor, DrawnPorts>();

/** The ports of a known type. The same descriptor returns the same object. */
export function portsOfType(descriptor: NodeDescriptor): DrawnPorts {
  const found = known.get(descriptor);
  if (found) return found;
  const ports = { inputs: descriptor.inputs, outputs: descriptor.outputs };
  known.set(descriptor, ports);
  return ports;
}

/** The ports of an unknown type: those that its wires use. */
export function portsOfWires({ edges, edgeOrder }: Content, id: string): DrawnPorts {
  const inputs = new Map<string, DrawnPort>();
  const outputs = new Map<string, DrawnPort>();
  const port = (name: string): DrawnPort => ({ name, title: name, types: 'any', required: false });
  for (const edgeId of edgeOrder) {
    const { from, to } = edges[edgeId]!;
    if (to.node === id) inputs.set(to.port, port(to.port));
    if (from.node === id) outputs.set(from.port, port(from.port));
  }
  return { inputs: [...inputs.values()], outputs: [...outputs.values()] };
}
