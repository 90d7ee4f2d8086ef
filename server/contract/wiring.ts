import type { Message, Said } from '../../nodes/sdk/messages.ts';
import { nearestName } from '../../nodes/sdk/nearest-name.ts';
import { PORT_TYPES, type PortType } from '../../nodes/sdk/values.ts';
import { didYouMean, emphasize, kinds, typesText } from '../../nodes/sdk/words.ts';
import type { Problem } from './basics.ts';
import { wiringMessage } from './messages/wiring.ts';

/** One end of a wire. */
export interface End {
  readonly node: string;
  readonly port: string;
}

/** What the rules of wiring need to know about a port. */
export interface ConnectablePort {
  /** The title for messages, in asterisks. */
  readonly title: Said;
  /** The types it takes or gives, narrowed by other wires where possible. */
  readonly types: readonly PortType[];
  /** For inputs: whether it takes any number of wires. */
  readonly many: boolean;
}

/** What the rules of wiring need to know about a node. */
export interface ConnectableNode {
  /** The name for messages, in asterisks. */
  readonly name: Said;
  input(name: string): ConnectablePort | undefined;
  output(name: string): ConnectablePort | undefined;
  /** The names of its ports, for suggestions. */
  names(kind: 'input' | 'output'): readonly string[];
  /** False if the type of the node is unknown. Then any port might exist. */
  readonly known: boolean;
}

/** The graph that a new wire would belong to. */
export interface Connectable {
  node(id: string): ConnectableNode | undefined;
  /** Whether a wire already connects these two ends. */
  isJoined(from: End, to: End): boolean;
  /** How many wires already lead into an input. */
  wiresInto(to: End): number;
  /** Whether the wires already lead from one node to another. */
  leadsTo(from: string, to: string): boolean;
}

function unknownPort(end: End, node: ConnectableNode, kind: 'input' | 'output', advises: boolean): Problem {
  const names = node.names(kind);
  const side = wiringMessage(`side.${kind}`);
  const message = wiringMessage('port.unknown', {
    node: node.name,
    side,
    port: end.port.slice(0, 100),
    hint: didYouMean(nearestName(end.port, names)),
    advice: advises ? wiringMessage('advice.reconnect', { side }) : undefined,
  });
  const expected = names.map((name) => `"${name}"`).join(', ') || `no ${kind}s`;
  return { ...message, nodeId: end.node, port: end.port, expected, got: end.port };
}

function unknownNode(
  { from, to }: { readonly from: End; readonly to: End },
  source: ConnectableNode | undefined,
  target: ConnectableNode | undefined,
  advice: Message | undefined,
): Problem {
  const { node: got } = source ? to : from;
  const missing = emphasize(got);
  const place = target ? to : source ? from : undefined;
  const wire = source
    ? wiringMessage('edge.from-known', { node: source.name, missing })
    : target
      ? wiringMessage('edge.to-known', { node: target.name, missing })
      : wiringMessage('edge.from-missing', { missing });
  const message = wiringMessage('edge.unknown-node', { wire, advice });
  return { ...message, ...(place && { nodeId: place.node, port: place.port }), got };
}

/**
 * Returns why a wire between two ends is not allowed, or null if it is. All callers use this one rule.
 * @param isThere whether the wire is already in the workflow. Then the message says how to remove it.
 */
export function connectionProblem(graph: Connectable, from: End, to: End, isThere = true): Problem | null {
  const advice = (code: 'remove' | 'remove-one' | 'remove-extra' | 'remove-wire') =>
    isThere ? wiringMessage(`advice.${code}`) : undefined;
  const [source, target] = [graph.node(from.node), graph.node(to.node)];
  if (!source || !target) return unknownNode({ from, to }, source, target, advice('remove-wire'));
  const place = { nodeId: to.node, port: to.port };
  if (from.node === to.node)
    return { ...wiringMessage('edge.self', { node: target.name, advice: advice('remove') }), ...place };
  const output = source.output(from.port);
  if (!output && source.known) return unknownPort(from, source, 'output', isThere);
  const input = target.input(to.port);
  if (!input && target.known) return unknownPort(to, target, 'input', isThere);

  const names = { source: source.name, target: target.name };
  if (graph.isJoined(from, to))
    return { ...wiringMessage('edge.duplicate', { ...names, advice: advice('remove-extra') }), ...place };
  const [given, taken] = [output?.types ?? PORT_TYPES, input?.types ?? PORT_TYPES];
  if (!given.some((type) => taken.includes(type))) {
    const types = kinds(taken);
    const message = wiringMessage('edge.type-mismatch', {
      ...names,
      input: input?.title ?? emphasize(to.port),
      expected: types,
      got: kinds(given),
      advice: isThere ? wiringMessage('advice.connect', { types }) : undefined,
    });
    return { ...message, ...place, expected: typesText(taken), got: typesText(given) };
  }
  const wires = graph.wiresInto(to);
  if (input && !input.many && wires > 0) {
    const args = { input: input.title, node: target.name, advice: advice('remove-one') };
    const message = wiringMessage('input.occupied', args);
    return { ...message, ...place, expected: 'one wire', got: `${wires + 1} wires` };
  }
  return graph.leadsTo(to.node, from.node) ? { ...wiringMessage('edge.cycle', names), ...place } : null;
}
