import type { NodeDescriptor } from '../../nodes/sdk/descriptor.ts';
import type { PortType } from '../../nodes/sdk/values.ts';
import type { Content } from '../document/content.ts';

/** A port as a node draws it. */
export interface DrawnPort {
  readonly name: string;
  readonly title: string;
  readonly types: readonly PortType[] | 'any';
  readonly required: boolean;
}

/** Inputs and outputs of a node as drawn. */
export interface DrawnPorts {
  readonly inputs: readonly DrawnPort[];
  readonly outputs: readonly DrawnPort[];
}

const known = new WeakMap<NodeDescriptor, DrawnPorts>();

/** Ports of a known type; the same object for the same descriptor. */
export function portsOfType(descriptor: NodeDescriptor): DrawnPorts {
  const found = known.get(descriptor);
  if (found) return found;
  const ports = { inputs: descriptor.inputs, outputs: descriptor.outputs };
  known.set(descriptor, ports);
  return ports;
}

/** Ports of a node nobody here knows: those its wires tell of. */
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
