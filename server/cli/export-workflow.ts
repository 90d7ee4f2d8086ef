import type { AnyNodeDefinition, Message } from '../../nodes/sdk/index.ts';
import type { Workflow, WorkflowEdge } from '../../workflows/workflow.ts';
import { usageMessage } from '../contract/messages/usage.ts';
import { buildGraph, type Graph, type GraphNode } from '../engine/graph.ts';
import type { Registry } from '../engine/registry.ts';
import { type PlaceOf, placesOf } from './places.ts';
import { UsageError } from './usage.ts';

/** The node that writes the file. */
export const EXPORT = 'output/export-onnx';
const ENCODE = 'encode/image';
/** Nodes that give vectors of pictures, and nodes that answer something about a picture. */
const VECTORS = new Set([ENCODE, 'project/lora-projection', 'compare/normalize']);
const ANSWERS = new Set([...VECTORS, 'compare/classify', 'compare/zero-shot', 'compare/top-k']);

type Params = Readonly<Record<string, unknown>>;
type End = WorkflowEdge['from'];

/** A workflow with a node that writes the file, and the id of that node. */
export interface Exporting {
  readonly workflow: Workflow;
  readonly node: string;
}

/** What the export node gets: wires by its input, and params. */
interface Parts {
  readonly wires: Readonly<Record<string, End | undefined>>;
  readonly params: Params;
}

/** Reads which part of one workflow is between a picture or a text and an answer. */
class Reader {
  readonly #graph: Graph;
  readonly placeOf: PlaceOf;

  constructor(workflow: Workflow, registry: Registry) {
    this.#graph = buildGraph(workflow, registry);
    this.placeOf = placesOf(workflow, registry);
  }

  refuse(message: Message, node?: string): UsageError {
    return new UsageError([{ ...message, ...(node !== undefined && { nodeId: node }) }], this.placeOf);
  }

  node(id: string): GraphNode {
    const node = this.#graph.nodes.get(id)!;
    const { mode = 'active' } = node.node;
    if (mode === 'active') return node;
    throw this.refuse(usageMessage('export.inactive', { node: node.name }), id);
  }

  /** The output that feeds an input; reroutes are passed. */
  source(id: string, port: string): End | undefined {
    const wire = this.node(id).incoming.find(({ to }) => to.port === port);
    if (!wire) return undefined;
    const { type } = this.node(wire.from.node).node;
    return type === 'flow/reroute' ? this.source(wire.from.node, 'value') : wire.from;
  }

  /** A param, or its default. */
  param({ node, definition }: GraphNode, name: string): unknown {
    const specs = (definition?.params ?? {}) as Readonly<Record<string, { readonly default: unknown }>>;
    return node.params?.[name] ?? specs[name]?.default;
  }

  /** Some params, as far as the node states them. Both nodes have the same defaults. */
  stated({ node }: GraphNode, ...names: readonly string[]): Params {
    return Object.fromEntries(Object.entries(node.params ?? {}).filter(([name]) => names.includes(name)));
  }

  required(id: string, port: string): End {
    const end = this.source(id, port);
    if (end) return end;
    throw this.refuse(usageMessage('export.no-input', { node: this.node(id).name, input: port }), id);
  }

  /** The part from the picture to the vectors that come out of `end`. */
  vectors(end: End, parts: Params = {}, adapter?: End): Parts {
    const node = this.node(end.node);
    const {
      id,
      node: { type },
    } = node;
    if (type === 'compare/normalize' && adapter === undefined)
      return this.vectors(this.required(id, 'embeddings'), { ...parts, normalize: true });
    if (type === 'project/lora-projection' && adapter === undefined)
      return this.vectors(
        this.required(id, 'embeddings'),
        { ...parts, ...this.stated(node, 'base', 'strength') },
        this.required(id, 'adapter'),
      );
    // An adapter projects pictures only.
    if (type === 'encode/text' && adapter === undefined)
      return { wires: { encoder: this.required(id, 'encoder') }, params: { ...parts, takes: 'text' } };
    if (type !== ENCODE) throw this.refuse(usageMessage('export.node', { node: node.name }), id);
    const images = this.required(id, 'images');
    const outputs = this.node(images.node).definition?.outputs as AnyNodeDefinition['outputs'] | undefined;
    const types: readonly string[] = outputs?.[images.port]?.types ?? [];
    return {
      wires: {
        encoder: this.required(id, 'encoder'),
        ...(types.includes('pixels') && { pixels: images }),
        ...(adapter && { adapter }),
      },
      params: parts,
    };
  }

  /** The part that ends in a node of {@link ANSWERS}. */
  answer(id: string): Parts {
    const node = this.#graph.nodes.get(id)!;
    const ended = (parts: Parts, answer: End, params: Params): Parts => ({
      wires: { ...parts.wires, answer },
      params: { ...parts.params, ...params },
    });
    switch (node.node.type) {
      case 'compare/classify':
        return ended(
          this.vectors(this.required(id, 'embeddings')),
          this.required(id, 'classifier'),
          this.stated(node, 'minimum'),
        );
      case 'compare/zero-shot': {
        const parts = this.vectors(this.required(id, 'images'));
        const temperature = this.source(id, 'encoder');
        const isOwn = temperature?.node === parts.wires.encoder?.node;
        if (this.param(node, 'probability') === 'model' && temperature && !isOwn)
          throw this.refuse(usageMessage('export.two-encoders', { node: node.name }), id);
        const params = this.stated(node, 'minimum', 'probability', 'scale', 'bias');
        return ended(parts, this.required(id, 'labels'), { ...params, use: 'categories' });
      }
      case 'compare/top-k':
        return this.matches(node);
      default:
        return this.vectors({ node: id, port: 'embeddings' });
    }
  }

  private matches(node: GraphNode): Parts {
    const { id } = node;
    const cosine = this.node(this.required(id, 'similarity').node);
    if (cosine.node.type !== 'compare/cosine')
      throw this.refuse(usageMessage('export.node', { node: cosine.name }), cosine.id);
    const changed = [
      ['threshold', -1],
      ['excludeSelf', false],
      ['pairsOnce', false],
    ] as const;
    const [one] = changed.filter(([name, usual]) => this.param(node, name) !== usual);
    if (one) {
      const [setting, usual] = one;
      const target = `${id}.${setting}=${usual}`;
      throw this.refuse(usageMessage('export.top-k', { node: node.name, setting, target }), id);
    }
    const parts = this.vectors(this.required(cosine.id, 'queries'));
    return {
      wires: { ...parts.wires, answer: this.required(cosine.id, 'gallery') },
      params: { ...parts.params, use: 'matches', k: this.param(node, 'k') },
    };
  }

  /** The nearest nodes before a node, itself included, that answer something; only views and reroutes are passed. */
  answersBefore(id: string): readonly string[] {
    const {
      node: { type },
      incoming,
    } = this.#graph.nodes.get(id)!;
    if (ANSWERS.has(type)) return [id];
    if (!type.startsWith('view/') && type !== 'flow/reroute') return [];
    return incoming.flatMap(({ from }) => this.answersBefore(from.node));
  }

  /** All nodes that answer something and feed no other such node. */
  lastAnswers(): readonly string[] {
    const feeds = (id: string): boolean =>
      this.#graph.nodes.get(id)!.outgoing.some(({ to }) => {
        const { type } = this.#graph.nodes.get(to.node)!.node;
        return ANSWERS.has(type) || type === 'compare/cosine' || feeds(to.node);
      });
    const last = this.#graph.order.filter(({ id, node }) => ANSWERS.has(node.type) && !feeds(id));
    // A vector is the answer only where there is no other one.
    const better = last.filter(({ node }) => !VECTORS.has(node.type));
    return (better.length > 0 ? better : last).map(({ id }) => id);
  }
}

/** The node to export: of a named output, or the only one. */
function chosen(reader: Reader, { outputs = [] }: Workflow, output: string | undefined): string {
  const names = outputs.map(({ name }) => name);
  if (output === undefined) {
    const last = reader.lastAnswers();
    const [only] = last;
    if (only === undefined) throw reader.refuse(usageMessage('export.nothing'));
    if (last.length === 1) return only;
    throw reader.refuse(
      usageMessage('export.several', { nodes: last.map((id) => reader.placeOf(id)), names }),
    );
  }
  const found = outputs.find(({ name }) => name === output);
  if (!found) throw reader.refuse(usageMessage('export.no-output', { name: output, names }));
  const before = [...new Set(reader.answersBefore(found.node))];
  const [only] = before;
  if (only === undefined || before.length > 1)
    throw reader.refuse(usageMessage('export.other-output', { name: output }), found.node);
  return only;
}

/**
 * Adds to a workflow a node that writes the part between a picture and an answer to a file. If the workflow already has one such node,
 * that one gets the name of the file.
 * @throws UsageError that names the node that cannot be in a file, and says why
 */
export function exporting(
  workflow: Workflow,
  registry: Registry,
  { name, output }: { readonly name: string; readonly output?: string },
): Exporting {
  const reader = new Reader(workflow, registry);
  const own = workflow.nodes.filter(({ type, mode = 'active' }) => type === EXPORT && mode === 'active');
  const [first] = own;
  if (first && own.length === 1 && output === undefined) {
    const nodes = workflow.nodes.map((node) =>
      node.id === first.id ? { ...node, params: { ...node.params, name } } : node,
    );
    return { workflow: { ...workflow, nodes }, node: first.id };
  }
  const parts = reader.answer(chosen(reader, workflow, output));
  let id = 'export';
  while (workflow.nodes.some((node) => node.id === id)) id += '-onnx';
  const node: Workflow['nodes'][number] = {
    id,
    type: EXPORT,
    params: { ...(parts.params as Workflow['nodes'][number]['params']), name },
  };
  const edges = Object.entries(parts.wires).flatMap(([port, from]) =>
    from ? [{ from, to: { node: id, port } }] : [],
  );
  return {
    workflow: { ...workflow, nodes: [...workflow.nodes, node], edges: [...workflow.edges, ...edges] },
    node: id,
  };
}
