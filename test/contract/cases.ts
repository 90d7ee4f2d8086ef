import {
  type AnyNodeDefinition,
  defaults,
  type ParamSpec,
  type Params,
  type Ports,
  type PortType,
  type PortValue,
} from '../../nodes/sdk/index.ts';
import type { Samples } from './samples.ts';

/** The inputs and params of one call of a node. */
export interface ContractCase {
  readonly name: string;
  inputs(samples: Samples): Record<string, PortValue | readonly PortValue[]>;
  params(samples: Samples): Record<string, unknown>;
}

type Inputs = Readonly<Record<string, (samples: Samples) => PortValue>>;
type ParamsOf = (samples: Samples) => Record<string, unknown>;

/**
 * Additional cases of nodes whose needs are not visible from their ports and params. Other nodes get cases from their
 * ports.
 */
const MORE: Readonly<
  Record<string, readonly { readonly name: string; readonly inputs?: Inputs; readonly params?: ParamsOf }[]>
> = {
  'collection/open': [{ name: 'filtered', params: () => ({ filter: "contains(path, 'even')" }) }],
  'collection/query': [
    {
      name: 'filtered, without itself',
      params: () => ({ filter: "contains(path, 'even')", excludeSelf: true, k: 2, threshold: 0 }),
    },
  ],
  'collection/save': [{ name: 'instead of all others', params: () => ({ others: 'all' }) }],
  'compare/classify': [{ name: 'only sure ones', params: () => ({ minimum: 0.6 }) }],
  'compare/top-k': [
    { name: 'probabilities', inputs: { similarity: ({ extra }) => extra.denseSimilarity } },
    {
      name: 'each pair once',
      params: () => ({ excludeSelf: true, pairsOnce: true, dropEmpty: true, threshold: 0.05, k: 3 }),
    },
  ],
  'compare/cosine': [{ name: 'two encoders', inputs: { gallery: ({ extra }) => extra.otherSpace } }],
  'compare/zero-shot': [
    { name: 'sentences of labels', inputs: { labels: ({ extra }) => extra.texts } },
    {
      name: 'each label by itself',
      inputs: { labels: ({ extra }) => extra.texts },
      params: () => ({ probability: 'sigmoid', scale: 10, bias: -3, minimum: 0.1 }),
    },
  ],
  'encode/image': [
    { name: 'before projection', params: () => ({ layer: 'pre-projection' }) },
    { name: 'one at a time', params: () => ({ batchSize: 1 }) },
    { name: 'DINOv2', inputs: { encoder: ({ extra }) => extra.dinov2 } },
    { name: 'ViT', inputs: { encoder: ({ extra }) => extra.vit } },
  ],
  'encode/decode-latents': [
    {
      name: 'autoencoder',
      inputs: { encoder: ({ extra }) => extra.vae, tokens: ({ extra }) => extra.latents },
    },
  ],
  'encode/tokens': [
    { name: 'comparable with texts', params: () => ({ layer: 'projected' }) },
    { name: 'the layer before the last', params: () => ({ layer: 'numbered', number: -2 }) },
    { name: 'DINOv2', inputs: { encoder: ({ extra }) => extra.dinov2 } },
    { name: 'ViT', inputs: { encoder: ({ extra }) => extra.vit } },
  ],
  'encode/pool': [
    { name: 'class token', params: () => ({ method: 'cls' }) },
    { name: 'maximum', params: () => ({ method: 'max' }) },
  ],
  'explore/clusters': [
    { name: 'two groups', params: () => ({ count: 2 }) },
    { name: 'dense groups', params: () => ({ method: 'hdbscan', smallest: 2, samples: 1 }) },
  ],
  'explore/duplicates': [
    { name: 'same pixels', params: () => ({ how: 'pixels' }) },
    { name: 'far apart', params: () => ({ threshold: 0, bits: 32, keep: 'sharpest' }) },
  ],
  'explore/outliers': [{ name: 'local', params: () => ({ method: 'local', neighbours: 3 }) }],
  'explore/unsure': [{ name: 'entropy', params: () => ({ how: 'entropy' }) }],
  'flow/switch': [{ name: 'B', params: () => ({ choice: 'b' }) }],
  'image/split': [
    { name: 'unstratified', params: () => ({ stratified: false, train: 50, validation: 30, seed: 3 }) },
  ],
  'image/save-images': [
    { name: 'small JPEGs by label', params: () => ({ format: 'jpeg', maxEdge: 16, layout: 'label' }) },
  ],
  'label/label-set': [{ name: 'only labelled', params: () => ({ give: 'labelled' }) }],
  'label/suggest': [
    ...['mixed', 'uncertain', 'different', 'typical'].map((how) => ({
      name: how,
      inputs: {
        embeddings: ({ extra }: Samples) => extra.unlabelled,
        labels: ({ values }: Samples) => ({ ...values.labels, labels: values.labels.labels.map(() => null) }),
      },
      params: () => ({ how, count: 3, groups: 2 }),
    })),
  ],
  'output/export-onnx': [{ name: 'matches', params: () => ({ use: 'matches', k: 2 }) }],
  'output/save-embeddings': ['npy', 'npz', 'parquet', 'clipRetrieval'].map((format) => ({
    name: format,
    params: () => ({ format }),
  })),
  'output/save-classifier': [{ name: 'ONNX', params: () => ({ format: 'onnx' }) }],
  'project/lora-projection': [
    { name: 'before projection', inputs: { embeddings: ({ extra }) => extra.preProjection } },
    {
      name: 'strength 0',
      inputs: { embeddings: ({ extra }) => extra.preProjection },
      params: () => ({ strength: 0 }),
    },
  ],
  'text/prompts': [
    {
      name: 'templates',
      params: () => ({ prompts: [' cat ', '', '$& {}'], templates: ['a photo of a {}', 'a {}, or the {}'] }),
    },
  ],
  'train/linear-probe': [
    { name: 'held-out pictures', params: () => ({ heldOut: 40, balanced: false, normalize: false, c: 2 }) },
  ],
  'train/prototypes': [{ name: 'held-out pictures', params: () => ({ heldOut: 40, textShare: 0.5 }) }],
  'train/lora-projection': [
    {
      name: 'near texts',
      inputs: { embeddings: ({ extra }) => extra.preProjection, categories: ({ extra }) => extra.texts },
      params: () => ({ length: 12 }),
    },
    ...['contrastive', 'triplet'].map((loss) => ({
      name: loss,
      inputs: {
        embeddings: ({ extra }: Samples) => extra.preProjection,
        labels: ({ extra }: Samples) => extra.twoCategories,
      },
      params: () => ({ loss, length: 12, heldOut: 40, dropout: 0.1, batch: 3, balanced: true }),
    })),
    {
      name: 'pairs',
      inputs: { embeddings: ({ extra }) => extra.preProjection, pairs: ({ extra }) => extra.pairs },
      params: () => ({ loss: 'pairs', length: 12 }),
    },
  ],
  'view/bars': [{ name: 'probabilities', inputs: { values: ({ extra }) => extra.denseSimilarity } }],
  'view/patch-colors': [{ name: 'from least to greatest', params: () => ({ scaling: 'range' }) }],
  'view/patch-heatmap': [{ name: 'queries', inputs: { queries: ({ extra }) => extra.ofPatches } }],
  'view/table': [{ name: 'probabilities', inputs: { rows: ({ extra }) => extra.denseSimilarity } }],
};

/** Nodes that read another file than one with vectors. */
const FILES: Readonly<Record<string, (paths: Samples['paths']) => string>> = {
  'compare/load-classifier': ({ classifier }) => classifier,
  'output/load-table': ({ table }) => table,
};

let kept = 0;

/** A useful value for a param whose default is empty. */
function filled(type: string, spec: ParamSpec, { paths }: Samples): unknown {
  switch (spec.widget) {
    case 'image':
      return paths.picture;
    case 'folder':
      return paths.folder;
    case 'file':
      return FILES[type]?.(paths) ?? paths.vectors;
    case 'adapter':
      return paths.adapter;
    case 'label-set':
      return paths.labelSet;
    case 'collection':
      return paths.collection;
    case 'collection-name':
      // Each call makes a collection of its own, so that all calls do the same.
      return `kept ${++kept}`;
    case 'model':
      return 'clip';
    default:
      return spec.default;
  }
}

function paramsOf(type: string, definition: AnyNodeDefinition, samples: Samples): Record<string, unknown> {
  const specs = Object.entries(definition.params as Params);
  const given = Object.fromEntries(specs.map(([name, spec]) => [name, filled(type, spec, samples)]));
  return { ...defaults(definition.params as Params), ...given };
}

/** Whether the result of a node comes from the network, which tests must not use. */
export function needsNetwork(definition: AnyNodeDefinition): boolean {
  return Object.values(definition.params as Params).some((spec) => spec.widget === 'url');
}

/**
 * The cases of a node: all inputs connected, each with its first type; one case for each further type of each input;
 * one without the optional inputs; and the cases of {@link MORE}.
 */
export function casesOf(type: string, definition: AnyNodeDefinition): ContractCase[] {
  const ports = Object.entries(definition.inputs as Ports);
  const typesOf = (port: string): readonly PortType[] => (definition.inputs as Ports)[port]?.types ?? [];
  const wire = (samples: Samples, chosen: Readonly<Record<string, PortType>>, only?: 'required') =>
    Object.fromEntries(
      ports
        .filter(([, port]) => port.required || only === undefined)
        .map(([name, port]) => {
          const value = samples.values[chosen[port.variable ?? name] ?? (port.types[0] as PortType)];
          return [name, port.many ? [value, value] : value];
        }),
    );
  const params = (samples: Samples) => paramsOf(type, definition, samples);
  const cases: ContractCase[] = [{ name: 'defaults', inputs: (samples) => wire(samples, {}), params }];
  const keys = new Map(ports.map(([name, port]) => [port.variable ?? name, name]));
  for (const [key, name] of keys)
    for (const other of typesOf(name).slice(1))
      cases.push({
        name: `${key}: ${other}`,
        inputs: (samples) => wire(samples, { [key]: other }),
        params,
      });
  if (ports.some(([, port]) => !port.required))
    cases.push({ name: 'only what is required', inputs: (samples) => wire(samples, {}, 'required'), params });
  for (const more of MORE[type] ?? [])
    cases.push({
      name: more.name,
      inputs: (samples) => ({
        ...wire(samples, {}),
        ...Object.fromEntries(Object.entries(more.inputs ?? {}).map(([name, pick]) => [name, pick(samples)])),
      }),
      params: (samples) => ({ ...params(samples), ...more.params?.(samples) }),
    });
  return cases;
}
