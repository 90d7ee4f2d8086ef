import { nearestName } from '../../nodes/sdk/nearest-name.ts';
import { PORT_TYPES, type PortType } from '../../nodes/sdk/values.ts';
import type { Problem } from './basics.ts';
import { didYouMean, emphasize, typesText } from './wording.ts';

/** One end of a wire. */
export interface End {
  readonly node: string;
  readonly port: string;
}

/** What wiring needs to know of a port. */
export interface ConnectablePort {
  /** For sentences. */
  readonly title: string;
  /** Types it takes or gives, narrowed by what else is connected where that is known. */
  readonly types: readonly PortType[];
  /** Inputs only: takes any number of wires. */
  readonly many: boolean;
}

/** What wiring needs to know of a node. */
export interface ConnectableNode {
  /** For sentences, in asterisks. */
  readonly name: string;
  input(name: string): ConnectablePort | undefined;
  output(name: string): ConnectablePort | undefined;
  /** Names of its ports, for "did you mean". */
  names(kind: 'input' | 'output'): readonly string[];
  /** False where the type is unknown: then every port might exist. */
  readonly known: boolean;
}

/** The graph a wire would join. */
export interface Connectable {
  node(id: string): ConnectableNode | undefined;
  /** Whether these two ends are joined already. */
  isJoined(from: End, to: End): boolean;
  /** How many wires an input has already. */
  wiresInto(to: End): number;
  /** Whether a way along the wires leads from one node to another. */
  leadsTo(from: string, to: string): boolean;
}

function unknownPort(end: End, node: ConnectableNode, kind: 'input' | 'output'): Problem {
  const names = node.names(kind);
  return {
    code: 'port.unknown',
    nodeId: end.node,
    port: end.port,
    message: `${node.name} has no ${kind} called "${end.port.slice(0, 100)}".${didYouMean(nearestName(end.port, names))} Remove the wire, or connect it to another ${kind}.`,
    expected: names.map((name) => `"${name}"`).join(', ') || `no ${kind}s`,
    got: end.port,
  };
}

/** Why a wire between two ends is refused, or null when it may be there. Pure; the one place that decides it. */
export function connectionProblem(graph: Connectable, from: End, to: End): Problem | null {
  const [source, target] = [graph.node(from.node), graph.node(to.node)];
  if (!source || !target) {
    const missing = source ? to : from;
    const place = target ? { nodeId: to.node, port: to.port } : { nodeId: from.node, port: from.port };
    const message = `A wire ${source ? `from ${source.name} leads to` : `${target ? `to ${target.name} ` : ''}comes from`} ${emphasize(missing.node)}, which is not in the workflow. Remove the wire.`;
    return { code: 'edge.unknown-node', ...(source || target ? place : {}), message, got: missing.node };
  }
  const place = { nodeId: to.node, port: to.port };
  if (from.node === to.node) {
    const message = `A wire leads from ${target.name} back to itself. Remove it.`;
    return { code: 'edge.self', ...place, message };
  }
  const output = source.output(from.port);
  if (!output && source.known) return unknownPort(from, source, 'output');
  const input = target.input(to.port);
  if (!input && target.known) return unknownPort(to, target, 'input');

  if (graph.isJoined(from, to)) {
    const message = `Two equal wires lead from ${source.name} to ${target.name}. Remove one of them.`;
    return { code: 'edge.duplicate', ...place, message };
  }
  const [given, taken] = [output?.types ?? PORT_TYPES, input?.types ?? PORT_TYPES];
  if (!given.some((type) => taken.includes(type))) {
    const [expected, got] = [typesText(taken), typesText(given)];
    const message = `${target.name} takes ${expected} at ${emphasize(input?.title ?? to.port)}, and ${source.name} gives ${got}. Connect something that gives ${expected}.`;
    return { code: 'edge.type-mismatch', ...place, message, expected, got };
  }
  const wires = graph.wiresInto(to);
  if (input && !input.many && wires > 0) {
    const message = `${emphasize(input.title)} of ${target.name} takes one wire and has another already. Remove one of them.`;
    return {
      code: 'input.occupied',
      ...place,
      message,
      expected: 'one wire',
      got: `${wires + 1} wires`,
    };
  }
  if (graph.leadsTo(to.node, from.node)) {
    const message = `A wire from ${source.name} to ${target.name} would close a cycle. A node cannot wait for its own result.`;
    return { code: 'workflow.cycle', ...place, message };
  }
  return null;
}
