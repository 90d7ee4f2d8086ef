import type { NodeDescriptor } from '../../nodes/sdk/descriptor.ts';
import type { PortType } from '../../nodes/sdk/values.ts';
import type { Workflow, WorkflowEdge, WorkflowNode } from '../../workflows/workflow.ts';

type Types = Readonly<Record<string, NodeDescriptor>>;

/** A node with the nodes before it, without ids. */
interface Recipe {
  readonly type: string;
  readonly output: string;
  readonly params?: WorkflowNode['params'];
  readonly inputs?: Readonly<Record<string, Recipe>>;
}

const PICTURES: Recipe = {
  type: 'image/load-folder',
  output: 'images',
  params: { path: 'sample:pictures', limit: 48 },
};
const QUERY: Recipe = {
  type: 'image/load-image',
  output: 'images',
  params: { path: 'sample:queries/cat-face.png' },
};
const ENCODER: Recipe = {
  type: 'encode/load-encoder',
  output: 'encoder',
  params: { model: 'emoji-clip' },
};
const AUTOENCODER: Recipe = { ...ENCODER, params: { model: 'tiny-vae' } };
const WORDS: Recipe = {
  type: 'text/prompts',
  output: 'texts',
  params: { prompts: ['animal', 'fruit', 'vehicle'] },
};

/** Vectors of pictures of several categories, which the first pictures of the samples are not. */
const LEARNED: Recipe = {
  type: 'encode/image',
  output: 'embeddings',
  inputs: {
    images: { ...PICTURES, params: { path: 'sample:pictures', glob: '{animals,fruit,vehicles}/**' } },
  },
};

/** For each port type, a node that produces it from the samples. */
const SOURCES: Readonly<Partial<Record<PortType, Recipe>>> = {
  images: PICTURES,
  pixels: { type: 'preprocess/resize', output: 'pixels' },
  texts: WORDS,
  labels: { type: 'compare/zero-shot', output: 'labels' },
  encoder: ENCODER,
  adapter: {
    type: 'project/load-adapter',
    output: 'adapter',
    params: { path: 'sample:adapters/sample-labels' },
  },
  classifier: { type: 'train/linear-probe', output: 'classifier', inputs: { embeddings: LEARNED } },
  embeddings: { type: 'encode/image', output: 'embeddings' },
  tokens: {
    type: 'encode/tokens',
    output: 'tokens',
    inputs: { images: { type: 'preprocess/from-model', output: 'pixels', params: { side: 192 } } },
  },
  similarity: { type: 'compare/cosine', output: 'similarity' },
  matches: { type: 'compare/top-k', output: 'matches' },
  table: { type: 'preprocess/dataset-statistics', output: 'table' },
  metrics: { type: 'preprocess/dataset-statistics', output: 'metrics' },
};

/** Inputs that need another source than the usual one for their type. */
const SPECIAL: Readonly<Record<string, Recipe>> = {
  'compare/cosine.queries': { type: 'encode/image', output: 'embeddings', inputs: { images: QUERY } },
  'compare/zero-shot.labels': { type: 'encode/text', output: 'embeddings' },
  'train/linear-probe.embeddings': LEARNED,
  'train/prototypes.embeddings': LEARNED,
  'train/lora-projection.embeddings': { ...LEARNED, params: { layer: 'pre-projection' } },
  'project/lora-projection.embeddings': {
    type: 'encode/image',
    output: 'embeddings',
    params: { layer: 'pre-projection' },
  },
  'encode/decode-latents.encoder': AUTOENCODER,
  'encode/decode-latents.tokens': {
    type: 'encode/tokens',
    output: 'tokens',
    inputs: { encoder: AUTOENCODER },
  },
  'flow/switch.a': PICTURES,
  'flow/switch.b': QUERY,
};

/** Optional inputs without which the example would show nothing. */
const WANTED = new Set([
  'project/lora-projection.encoder',
  'compare/zero-shot.encoder',
  'train/lora-projection.encoder',
]);

/** For each port type, the node type that shows it, and its input. */
const SINKS: Readonly<Partial<Record<PortType, readonly [type: string, input: string]>>> = {
  images: ['view/gallery', 'images'],
  pixels: ['view/gallery', 'images'],
  labels: ['view/gallery', 'images'],
  similarity: ['compare/top-k', 'similarity'],
  matches: ['view/matches', 'matches'],
  embeddings: ['view/table', 'rows'],
  table: ['view/table', 'rows'],
  metrics: ['view/bars', 'values'],
  texts: ['encode/text', 'texts'],
  tokens: ['view/patch-colors', 'tokens'],
  encoder: ['encode/image', 'encoder'],
  adapter: ['project/lora-projection', 'adapter'],
  classifier: ['compare/classify', 'classifier'],
};

/** Types that need something that is not included: an address, a file, a category set, a collection. */
const WITHOUT = new Set([
  'image/load-url',
  'output/load-embeddings',
  'output/load-table',
  'compare/load-classifier',
  'label/label-set',
  'collection/open',
  'collection/query',
  'collection/save',
  'flow/note',
]);

const PARAMS: Readonly<Record<string, WorkflowNode['params']>> = {
  'image/load-folder': PICTURES.params,
  'image/load-image': QUERY.params,
  'encode/load-encoder': ENCODER.params,
  'text/prompts': WORDS.params,
  'project/load-adapter': SOURCES.adapter?.params,
};

const COLUMN = 288;
const ROW = 248;
const MAX_DEPTH = 12;

class Builder {
  readonly nodes: WorkflowNode[] = [];
  readonly edges: WorkflowEdge[] = [];
  private readonly made = new Map<string, string>();
  private readonly depths = new Map<string, number>();

  constructor(private readonly types: Types) {}

  /** Adds a node and the nodes before it. Equal nodes are added only once. Returns its id. */
  add(
    { type, params = PARAMS[type], inputs = {} }: Omit<Recipe, 'output'>,
    given?: Given,
    level = 0,
  ): string {
    const key = JSON.stringify([type, params, inputs, given]);
    const known = this.made.get(key);
    if (known !== undefined) return known;
    const descriptor = this.types[type];
    if (!descriptor || level > MAX_DEPTH) throw new Error(`There is no example with ${type}.`);
    const id = this.freeId(type);
    this.made.set(key, id);
    this.nodes.push({ id, type, ...(params && { params: { ...params } }) });
    let depth = 0;
    for (const port of descriptor.inputs) {
      const source = this.sourceOf(type, port, inputs, given, level);
      if (!source) continue;
      this.edges.push({ from: source, to: { node: id, port: port.name } });
      depth = Math.max(depth, (this.depths.get(source.node) ?? 0) + 1);
    }
    this.depths.set(id, depth);
    return id;
  }

  private sourceOf(
    type: string,
    port: NodeDescriptor['inputs'][number],
    inputs: Readonly<Record<string, Recipe>>,
    given: Given | undefined,
    level: number,
  ): WorkflowEdge['from'] | undefined {
    if (given?.input === port.name) return given.from;
    const place = `${type}.${port.name}`;
    const kind = port.types === 'any' ? 'images' : port.types[0];
    const recipe =
      inputs[port.name] ??
      SPECIAL[place] ??
      (port.required || WANTED.has(place) ? kind && SOURCES[kind] : undefined);
    return recipe && { node: this.add(recipe, undefined, level + 1), port: recipe.output };
  }

  private freeId(type: string): string {
    const stem = type.slice(type.indexOf('/') + 1);
    const taken = this.nodes.filter(({ id }) => id === stem || id.startsWith(`${stem}-`)).length;
    return taken === 0 ? stem : `${stem}-${taken + 1}`;
  }

  /** Connects the output of a node to a node that shows it. */
  show(id: string): void {
    let last = id;
    for (let steps = 0; steps < MAX_DEPTH; steps++) {
      const descriptor = this.types[this.nodes.find((node) => node.id === last)!.type]!;
      const [output] = descriptor.outputs;
      if (descriptor.terminal || !output) return;
      const kind = output.types === 'any' ? 'images' : output.types[0];
      const sink = kind && SINKS[kind];
      if (!sink) return;
      const [type, input] = sink;
      last = this.add({ type }, { input, from: { node: last, port: output.name } });
    }
  }

  /** Places nodes in columns by depth, from left to right. */
  placed(): WorkflowNode[] {
    const rows = new Map<number, number>();
    return this.nodes.map((node) => {
      const depth = this.depths.get(node.id) ?? 0;
      const row = rows.get(depth) ?? 0;
      rows.set(depth, row + 1);
      return { ...node, position: { x: depth * COLUMN, y: row * ROW } };
    });
  }
}

interface Given {
  readonly input: string;
  readonly from: WorkflowEdge['from'];
}

/**
 * A small workflow that shows what a node does, ready to run on the samples. Undefined for a node that needs no
 * example, or that needs something that is not included.
 */
export function exampleOf(type: string, types: Types): Workflow | undefined {
  if (!types[type] || WITHOUT.has(type)) return undefined;
  try {
    const builder = new Builder(types);
    builder.show(builder.add({ type }));
    return { format: 'patchbay', version: 1, nodes: builder.placed(), edges: builder.edges };
  } catch {
    return undefined;
  }
}
