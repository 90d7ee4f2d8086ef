import { nearestName } from '../../nodes/sdk/index.ts';
import { type Graph, type GraphNode, portsOf } from './graph.ts';

import type { Problem } from './problem.ts';
import { didYouMean, emphasize } from './wording.ts';

interface Named {
  readonly name: string;
  readonly node: string;
  readonly field: string;
}

interface Side {
  readonly side: 'input' | 'output';
  readonly named: readonly Named[];
  /** `setting` or `output`: what the name stands for. */
  readonly noun: string;
  readonly fields: (node: GraphNode) => readonly string[];
}

function checkSide(graph: Graph, { side, named, noun, fields }: Side): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const { name, node: id, field } of named) {
    const title = `The workflow's ${side} ${emphasize(name)}`;
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
      const message = `${title} stands for the ${noun} "${field.slice(0, 100)}" of ${node.name}, which has no such ${noun}.${meant}`;
      const expected = fields(node).join(', ') || `no ${noun}s`;
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
      noun: 'setting',
      fields: (node) => Object.keys(node.definition?.params ?? {}),
    }),
    ...checkSide(graph, {
      side: 'output',
      named: outputs.map(({ name, node, port }) => ({ name, node, field: port })),
      noun: 'output',
      fields: (node) => Object.keys(portsOf(node, 'outputs')),
    }),
  ];
}
