import { didYouMean, emphasize, type Message, nearestName } from '../../nodes/sdk/index.ts';
import type { Problem } from '../contract/basics.ts';
import { wiringMessage } from '../contract/messages/wiring.ts';
import { type Graph, type GraphNode, isMuted, portsOf } from './graph.ts';
import type { Wiring } from './wiring.ts';

interface Named {
  readonly name: string;
  readonly node: string;
  readonly field: string;
}

interface Side {
  readonly side: 'input' | 'output';
  readonly named: readonly Named[];
  readonly fields: (node: GraphNode) => readonly string[];
}

function checkSide(graph: Graph, { side, named, fields }: Side): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const { name, node: id, field } of named) {
    const title = emphasize(name);
    const node = graph.nodes.get(id);
    const place = { nodeId: id, ...(side === 'input' ? { param: field } : { port: field }) };
    if (seen.has(name))
      problems.push({ ...wiringMessage(`${side}-name.duplicate`, { name: title }), ...place, got: name });
    seen.add(name);
    if (!node) {
      const message = wiringMessage(`${side}-name.unknown-node`, { name: title, id: emphasize(id) });
      problems.push({ ...message, ...place, got: id });
    } else if (node.definition && !fields(node).includes(field)) {
      const message = wiringMessage(`${side}-name.unknown-field`, {
        name: title,
        field: field.slice(0, 100),
        node: node.name,
        hint: didYouMean(nearestName(field, fields(node))),
      });
      const expected = fields(node).join(', ') || 'nothing';
      problems.push({ ...message, ...place, expected, got: field });
    }
  }
  return problems;
}

/**
 * Checks that each named input and output of the workflow has a unique name and refers to an existing param or port.
 */
export function checkNames(graph: Graph): Problem[] {
  const { inputs = [], outputs = [] } = graph.workflow;
  return [
    ...checkSide(graph, {
      side: 'input',
      named: inputs.map(({ name, node, param }) => ({ name, node, field: param })),
      fields: (node) => Object.keys(node.definition?.params ?? {}),
    }),
    ...checkSide(graph, {
      side: 'output',
      named: outputs.map(({ name, node, port }) => ({ name, node, field: port })),
      fields: (node) => Object.keys(portsOf(node, 'outputs')),
    }),
  ];
}

/** A warning for each named output that has no result because of a muted node. */
export function mutedOutputs(graph: Graph, wiring: Wiring): (Message & { readonly nodeId: string })[] {
  return (graph.workflow.outputs ?? []).flatMap((output) => {
    const node = graph.nodes.get(output.node);
    if (!node || !wiring.dropped.has(output.node)) return [];
    const code = isMuted(node) ? 'output-name.muted' : 'output-name.needs-muted';
    const message = wiringMessage(code, { name: emphasize(output.name), node: node.name });
    return [{ ...message, nodeId: output.node }];
  });
}
