import type { NodeTypes } from '../../../client/document/connect.ts';
import type { NodeDescriptor, PortDescriptor } from '../../../nodes/sdk/descriptor.ts';
import type { PortType } from '../../../nodes/sdk/values.ts';
import type { Workflow, WorkflowNode } from '../../../workflows/workflow.ts';

const port = (
  name: string,
  types: readonly PortType[] | 'any',
  more: Partial<PortDescriptor> = {},
): PortDescriptor => ({
  name,
  title: name[0]!.toUpperCase() + name.slice(1),
  help: '',
  types,
  required: true,
  many: false,
  lazy: false,
  ...more,
});

function type(
  name: string,
  inputs: readonly PortDescriptor[],
  outputs: readonly PortDescriptor[],
  more: Partial<NodeDescriptor> = {},
): NodeDescriptor {
  return {
    type: name,
    category: name.split('/')[0]!,
    title: name
      .split('/')[1]!
      .replace(/^./, (letter) => letter.toUpperCase())
      .replaceAll('-', ' '),
    description: '',
    keywords: [],
    version: 1,
    resource: 'cpu',
    cache: 'always',
    terminal: false,
    inputs,
    params: [],
    outputs,
    ...more,
  };
}

const all = [
  type('image/load', [], [port('images', ['images'])], { keywords: ['open', 'picture'] }),
  type('image/filter', [port('images', ['images'])], [port('images', ['images'])]),
  type('encode/image', [port('images', ['images', 'pixels'])], [port('embeddings', ['embeddings'])]),
  type(
    'compare/cosine',
    [port('queries', ['embeddings']), port('gallery', ['embeddings'])],
    [port('similarity', ['similarity'])],
  ),
  type('output/merge', [port('parts', ['images'], { many: true })], [port('images', ['images'])]),
  type(
    'flow/reroute',
    [port('value', 'any', { variable: 'value' })],
    [port('value', 'any', { variable: 'value' })],
  ),
  type('view/gallery', [port('images', ['images'])], [port('view', ['view'])], { terminal: true }),
];

/** A few node types that cover every rule of wiring. */
export const TYPES: NodeTypes = Object.fromEntries(all.map((one) => [one.type, one]));

/** Makes a workflow from `id: type` and `a.port > b.port`. */
export function workflow(nodes: Record<string, string>, wires: readonly string[] = []): Workflow {
  return {
    format: 'patchbay',
    version: 1,
    name: 'Test',
    nodes: Object.entries(nodes).map(
      ([id, kind], index): WorkflowNode => ({ id, type: kind, position: { x: 300 * index, y: 0 } }),
    ),
    edges: wires.map((wire) => {
      const [from, to] = wire.split(' > ').map((end) => {
        const [node, name] = end.split('.');
        return { node: node!, port: name! };
      });
      return { from: from!, to: to! };
    }),
  };
}

/** The wires of a workflow as `a.port > b.port`. */
export const wiresOf = ({ edges }: Workflow): string[] =>
  edges.map(({ from, to }) => `${from.node}.${from.port} > ${to.node}.${to.port}`);
