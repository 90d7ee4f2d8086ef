import type { Workflow, WorkflowNode } from '../../workflows/workflow.ts';
import { type Content, freeId, hasItem, upstreamOf } from '../document/content.ts';
import { descriptorOf } from '../ui/api/catalogue.ts';

/** What a node learned, and how it is kept and used. */
export interface Trained {
  readonly id: string;
  readonly kind: 'classifier' | 'adapter';
  /** The output that gives it. */
  readonly port: string;
}

const SAVERS = { classifier: 'output/save-classifier', adapter: 'output/save-adapter' } as const;

/** What a node gives that can be used on other pictures; undefined for others, and for nodes that only load it. */
export function trainedOf({ nodes }: Pick<Content, 'nodes'>, id: string): Trained | undefined {
  const descriptor = descriptorOf(nodes[id]?.type ?? '');
  if (!descriptor || descriptor.inputs.length === 0) return undefined;
  for (const kind of ['classifier', 'adapter'] as const) {
    const output = descriptor.outputs.find(({ types }) => types.includes(kind));
    if (output) return { id, kind, port: output.name };
  }
  return undefined;
}

/** The part of a workflow that leads to what was learned, with a node that saves it under a name. */
export function savingWorkflow(content: Content, { id, kind, port }: Trained, name: string): Workflow {
  const part = upstreamOf(content, [id]);
  const saver = freeId('save', (wish) => hasItem(content, wish));
  const input = descriptorOf(SAVERS[kind])?.inputs[0]?.name ?? kind;
  const edges = content.edgeOrder.flatMap((one) => content.edges[one] ?? []);
  return {
    format: 'patchbay',
    version: 1,
    name,
    nodes: [
      ...content.order.flatMap((one) => (part.has(one) ? (content.nodes[one] ?? []) : [])),
      { id: saver, type: SAVERS[kind], params: { name } },
    ],
    edges: [
      ...edges.filter(({ from, to }) => part.has(from.node) && part.has(to.node)),
      { from: { node: id, port }, to: { node: saver, port: input } },
    ],
  };
}

const ENCODE = 'encode/image';
const ENCODER = 'encode/load-encoder';
const PROJECT = 'project/lora-projection';
const LOAD_ADAPTER = 'project/load-adapter';
const LOAD_CLASSIFIER = 'compare/load-classifier';
const LOAD_FOLDER = 'image/load-folder';
const PROMPTS = 'text/prompts';

/** The first node of a type among those that lead to a node, the nearest first; by an input if one is named. */
function before(content: Content, id: string, type: string, port?: string): WorkflowNode | undefined {
  const seen = new Set<string>();
  const sources = (of: string, at?: string) =>
    content.edgeOrder.flatMap((one) => {
      const { from, to } = content.edges[one] ?? {};
      return from && to?.node === of && (at === undefined || to.port === at) ? [from.node] : [];
    });
  const open = sources(id, port);
  for (let one = open.shift(); one !== undefined; one = open.shift()) {
    if (seen.has(one)) continue;
    seen.add(one);
    const node = content.nodes[one];
    if (node?.type === type) return node;
    open.push(...sources(one));
  }
  return undefined;
}

type Params = NonNullable<WorkflowNode['params']>;

const withParams = (workflow: Workflow, type: string, params: Params | undefined): Workflow => ({
  ...workflow,
  nodes: workflow.nodes.map((node) =>
    node.type === type ? { ...node, params: { ...node.params, ...params } } : node,
  ),
});

/**
 * A template that reads pictures as the training did, by the same encoder. Its folder stays open to choose, unless the training was
 * with the samples, for which the template has others.
 */
function readAsTrained(template: Workflow, content: Content, { id }: Trained): Workflow {
  const encode = before(content, id, ENCODE, 'embeddings');
  const encoder = encode && before(content, encode.id, ENCODER);
  const loader = before(content, id, LOAD_FOLDER, 'embeddings');
  const path = loader?.params?.path;
  const isSample = typeof path === 'string' && path.startsWith('sample:');
  const read = withParams(withParams(template, ENCODER, encoder?.params), ENCODE, encode?.params);
  return isSample ? read : withParams(read, LOAD_FOLDER, { path: '' });
}

/** The template that uses what a node learned. */
export function templateFor(content: Content, trained: Trained): string {
  if (trained.kind === 'classifier') return 'starter:sort-with-my-classifier';
  return before(content, trained.id, PROMPTS, 'categories')
    ? 'starter:zero-shot-labels'
    : 'starter:lora-projection';
}

/** A template from {@link templateFor}, with what the node learned in it. `path` is the place of its file or folder. */
export function usingTrained(template: Workflow, content: Content, trained: Trained, path: string): Workflow {
  // The notes of a template tell of the samples.
  const { notes: _, ...rest } = readAsTrained(template, content, trained);
  const read: Workflow = rest;
  if (trained.kind === 'classifier') return withParams(read, LOAD_CLASSIFIER, { path });
  const { base } = content.nodes[trained.id]?.params ?? {};
  const own: Params = base === undefined ? {} : { base };
  const prompts = before(content, trained.id, PROMPTS, 'categories');
  if (!prompts) return withParams(withParams(read, LOAD_ADAPTER, { path }), PROJECT, own);
  return withAdapter(withParams(read, PROMPTS, prompts.params), path, own);
}

/** The distance of the columns of a template, and the room below the lowest node of a column, in canvas pixels. */
const COLUMN = 264;
const ROOM = 136;

/** The template that sorts by names, with an adapter behind the vectors of the pictures. */
function withAdapter(workflow: Workflow, path: string, project: Params): Workflow {
  const encode = workflow.nodes.find(({ type }) => type === ENCODE);
  const encoder = workflow.nodes.find(({ type }) => type === ENCODER);
  if (!encode || !encoder) return workflow;
  const { x = 0, y = 0 } = encode.position ?? {};
  const move = <T extends { readonly position?: { readonly x: number; readonly y: number } }>(one: T): T =>
    one.position && one.position.x > x
      ? { ...one, position: { ...one.position, x: one.position.x + COLUMN } }
      : one;
  const below = (encoder.position?.y ?? 0) + ROOM;
  return {
    ...workflow,
    nodes: [
      ...workflow.nodes.map(move),
      {
        id: 'adapter',
        type: LOAD_ADAPTER,
        params: { path },
        position: { x: encoder.position?.x ?? 0, y: below },
      },
      { id: 'project', type: PROJECT, params: project, position: { x: x + COLUMN, y } },
    ],
    edges: [
      ...workflow.edges.map((edge) =>
        edge.from.node === encode.id ? { ...edge, from: { node: 'project', port: 'embeddings' } } : edge,
      ),
      { from: { node: encode.id, port: 'embeddings' }, to: { node: 'project', port: 'embeddings' } },
      { from: { node: 'adapter', port: 'adapter' }, to: { node: 'project', port: 'adapter' } },
      { from: { node: encoder.id, port: 'encoder' }, to: { node: 'project', port: 'encoder' } },
    ],
    inputs: [
      ...(workflow.inputs ?? []),
      {
        name: 'adapter',
        title: 'Adapter',
        node: 'adapter',
        param: 'path',
        help: 'A LoRA for the projection of the encoder.',
      },
    ],
  };
}
