import type { NodeDescriptor, PortDescriptor } from '../../nodes/sdk/descriptor.ts';
import type { Message } from '../../nodes/sdk/messages.ts';
import { PORT_TYPES, type PortType } from '../../nodes/sdk/values.ts';
import { fieldName, nodeName } from '../../nodes/sdk/words.ts';
import {
  type Connectable,
  type ConnectableNode,
  connectionProblem,
  type End,
} from '../../server/contract/wiring.ts';
import type { Content, DocumentEdge } from './content.ts';

export type { End };

/** Node types by name. */
export type NodeTypes = Readonly<Record<string, NodeDescriptor>>;

/** Why a wire is refused. */
export type Refusal = Message;

const typesOfPort = (port: PortDescriptor): readonly PortType[] =>
  port.types === 'any' ? PORT_TYPES : port.types;

const common = (a: readonly PortType[], b: readonly PortType[]) => a.filter((type) => b.includes(type));

/**
 * A workflow indexed for wiring: which types each port carries, given all connections. Built again for each version of
 * the content.
 */
export class WiringView {
  private readonly incoming = new Map<string, DocumentEdge[]>();
  private readonly outgoing = new Map<string, DocumentEdge[]>();
  private readonly known = new Map<string, readonly PortType[]>();

  constructor(
    private readonly content: Content,
    private readonly types: NodeTypes,
    /** A wire to ignore, because it is being moved. */
    ignored?: string,
  ) {
    for (const id of content.edgeOrder) {
      const edge = content.edges[id]!;
      if (id === ignored) continue;
      push(this.incoming, edge.to.node, edge);
      push(this.outgoing, edge.from.node, edge);
    }
  }

  private descriptor(id: string): NodeDescriptor | undefined {
    const node = this.content.nodes[id];
    return node && Object.hasOwn(this.types, node.type) ? this.types[node.type] : undefined;
  }

  private port(end: End, side: 'inputs' | 'outputs'): PortDescriptor | undefined {
    return this.descriptor(end.node)?.[side].find((port) => port.name === end.port);
  }

  /** The types that an output may produce, narrowed by the node's inputs. */
  gives(end: End, depth = 0): readonly PortType[] {
    const port = this.port(end, 'outputs');
    if (!port) return PORT_TYPES;
    const key = `${end.node}\n${end.port}`;
    const seen = this.known.get(key);
    if (seen) return seen;
    const types = typesOfPort(port);
    // Long chains of reroutes are followed up to a limit. Beyond it, any type is possible.
    if (types.length === 1 || depth > 200) return types;
    this.known.set(key, types);
    const bypassed = this.content.nodes[end.node]?.mode === 'bypass';
    let found = types;
    for (const edge of this.incoming.get(end.node) ?? []) {
      const input = this.port(edge.to, 'inputs');
      if (!bypassed && (!port.variable || input?.variable !== port.variable)) continue;
      const fitting = common(types, this.gives(edge.from, depth + 1));
      if (fitting.length === 0) continue;
      found = fitting;
      break;
    }
    this.known.set(key, found);
    return found;
  }

  /** The types that an input accepts from a new wire, narrowed by the other connections. */
  takes(end: End): readonly PortType[] {
    const port = this.port(end, 'inputs');
    if (!port) return PORT_TYPES;
    let types = typesOfPort(port);
    if (!port.variable) return types;
    for (const edge of this.incoming.get(end.node) ?? []) {
      const other = this.port(edge.to, 'inputs');
      if (edge.to.port === end.port || other?.variable !== port.variable) continue;
      const fitting = common(types, this.gives(edge.from));
      if (fitting.length > 0) types = fitting;
    }
    return types;
  }

  /** The wires into and out of a node. */
  wires(id: string): { readonly into: readonly DocumentEdge[]; readonly from: readonly DocumentEdge[] } {
    return { into: this.incoming.get(id) ?? [], from: this.outgoing.get(id) ?? [] };
  }

  private node(id: string): ConnectableNode | undefined {
    const node = this.content.nodes[id];
    if (!node) return undefined;
    const descriptor = this.descriptor(id);
    const find = (side: 'inputs' | 'outputs', name: string) => {
      const port = this.port({ node: id, port: name }, side);
      const types =
        side === 'inputs' ? this.takes({ node: id, port: name }) : this.gives({ node: id, port: name });
      const field = side === 'inputs' ? 'input' : 'output';
      return port && { title: fieldName(field, node.type, name, port), types, many: port.many };
    };
    return {
      name: nodeName(node, descriptor),
      known: descriptor !== undefined,
      input: (name) => find('inputs', name),
      output: (name) => find('outputs', name),
      names: (kind) => (descriptor?.[`${kind}s`] ?? []).map((port) => port.name),
    };
  }

  private leadsTo(from: string, to: string): boolean {
    const seen = new Set([from]);
    const open = [from];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (id === to) return true;
      for (const { to: end } of this.outgoing.get(id) ?? []) {
        if (seen.has(end.node)) continue;
        seen.add(end.node);
        open.push(end.node);
      }
    }
    return false;
  }

  /**
   * Why a wire is refused, or null if it is allowed. The server applies the same rule.
   * @param replacing whether the new wire replaces existing wires at the input
   */
  refusal(from: End, to: End, replacing = false): Refusal | null {
    const world: Connectable = {
      node: (id) => this.node(id),
      isJoined: (a, b) =>
        (this.incoming.get(b.node) ?? []).some(
          (edge) => edge.to.port === b.port && edge.from.node === a.node && edge.from.port === a.port,
        ),
      wiresInto: (end) =>
        replacing
          ? 0
          : (this.incoming.get(end.node) ?? []).filter((edge) => edge.to.port === end.port).length,
      leadsTo: (a, b) => this.leadsTo(a, b),
    };
    return connectionProblem(world, from, to, false);
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/**
 * Node types that have an input for one of `types`, or an output that produces one, with that port. Specific ports come
 * before ports that accept anything.
 */
export function typesThatFit(
  all: NodeTypes,
  side: 'inputs' | 'outputs',
  types: readonly PortType[],
): { readonly type: NodeDescriptor; readonly port: PortDescriptor }[] {
  return Object.values(all)
    .flatMap((type) => {
      const fitting = type[side].filter((port) => common(typesOfPort(port), types).length > 0);
      const best =
        fitting.find((port) => port.types !== 'any' && port.required) ??
        fitting.find((port) => port.types !== 'any') ??
        fitting[0];
      return best ? [{ type, port: best }] : [];
    })
    .sort((a, b) => Number(a.port.types === 'any') - Number(b.port.types === 'any'));
}

/** A node that can stand between two ports of different types. */
export interface Converter {
  readonly type: string;
  readonly title: string;
  readonly input: string;
  readonly output: string;
}

/**
 * Node types that accept what one end produces and produce what the other accepts. Those with the fewest other required
 * inputs come first.
 */
export function convertersBetween(
  all: NodeTypes,
  given: readonly PortType[],
  taken: readonly PortType[],
): Converter[] {
  const found = Object.values(all).flatMap((type) => {
    const input = type.inputs.find(
      (port) => port.required && port.types !== 'any' && common(port.types, given).length > 0,
    );
    const output = type.outputs.find((port) => port.types !== 'any' && common(port.types, taken).length > 0);
    if (!input || !output || type.terminal) return [];
    const others = type.inputs.filter((port) => port.required && port !== input).length;
    return [{ type: type.type, title: type.title, input: input.name, output: output.name, others }];
  });
  return found.sort((a, b) => a.others - b.others).map(({ others: _, ...converter }) => converter);
}
