import { nearestName } from '../../nodes/sdk/index.ts';
import type { Problem } from '../contract/basics.ts';
import { didYouMean, emphasize } from '../contract/wording.ts';
import { type Graph, type GraphNode, portsOf } from './graph.ts';

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
    const what = side === 'input' ? "The workflow's input" : "The workflow's output";
    const title = `${what} ${emphasize(name)}`;
    const node = graph.nodes.get(id);
    const place = { nodeId: id, ...(side === 'input' ? { param: field } : { port: field }) };
    if (seen.has(name)) {
      const message = `${title} is there twice. Rename or remove one of them.`;
      problems.push({ code: `${side}-name.duplicate`, ...place, message, got: name });
    }
    seen.add(name);
    if (!node) {
      const message = `${title} belongs to the node ${emphasize(id)}, which is not in the workflow. Remove it or choose another node.`;
      problems.push({ code: `${side}-name.unknown-node`, ...place, message, got: id });
    } else if (node.definition && !fields(node).includes(field)) {
      const meant = didYouMean(nearestName(field, fields(node)));
      const wrong =
        side === 'input'
          ? `sets "${field.slice(0, 100)}" of ${node.name}, which has no such setting`
          : `gives "${field.slice(0, 100)}" of ${node.name}, which has no such output`;
      const message = `${title} ${wrong}.${meant}`;
      const expected = fields(node).join(', ') || 'nothing';
      problems.push({ code: `${side}-name.unknown-field`, ...place, message, expected, got: field });
    }
  }
  return problems;
}

/** Names that callers use must be there once and stand for something that exists. */
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
