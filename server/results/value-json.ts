import {
  asMessage,
  describeSpace,
  type F32,
  type HostTensor,
  type Item,
  isTensorHandle,
  type PortValue,
  type Similarity,
  type Skipped,
  type View,
} from '../../nodes/sdk/index.ts';
import { resultMessage } from '../contract/messages/results.ts';
import { VIEWS } from '../contract/view.ts';

/** Functions that {@link valueJson} needs. */
export interface ResultTools {
  /** Writes a matrix that is too large for JSON to a file. @returns its path */
  save(name: string, tensor: F32, metadata: Readonly<Record<string, string>>): Promise<string>;
  /** Computes all scores of a similarity, [Q, N]. */
  scores(similarity: Similarity): Promise<HostTensor<'float32'>>;
  /** The path of a stored picture. Given only if readers can open files; other clients request it from the server. */
  fileOf?(asset: string): string;
}

/** Longer matrices are written to a file instead of JSON. Counted in numbers. */
const PRINTED_NUMBERS = 100_000;
/** With more scores than this, a note is returned instead of the scores. */
const TOLD_SCORES = 50_000_000;

/** An item for scripts: `path` is relative to its folder, `file` is absolute. */
function itemJson(item: Item, { fileOf }: Pick<ResultTools, 'fileOf'>): object {
  if (item.kind === 'text')
    return { text: item.text, ...(item.label !== undefined && { label: item.label }) };
  const { source, path, label, not = [] } = item;
  return {
    path,
    label: label ?? null,
    ...(not.length > 0 && { not }),
    ...(source.kind === 'file'
      ? { file: source.path }
      : { asset: source.hash, ...(fileOf && { file: fileOf(source.hash) }) }),
  };
}

/** Items that were left out. A reason that is plain text becomes a message. */
export const skippedJson = (skipped: readonly Skipped[]) =>
  skipped.length === 0
    ? {}
    : { skipped: skipped.map((entry) => ({ ...entry, reason: asMessage(entry.reason) })) };

function printed({ data, dims }: HostTensor<'float32'>): object {
  const [rows = 0, columns = 0] = dims;
  const row = (at: number) => [...data.subarray(at * columns, (at + 1) * columns)];
  return { dims, values: Array.from({ length: rows }, (_, at) => row(at)) };
}

const countOf = (dims: readonly number[]) => dims.reduce((product, size) => product * size, 1);

async function rowsJson(name: string, tensor: F32, tools: ResultTools): Promise<object> {
  if (countOf(tensor.dims) > PRINTED_NUMBERS)
    return { dims: tensor.dims, file: await tools.save(name, tensor, {}) };
  return printed(await tensor.toHost());
}

async function scoresJson(name: string, similarity: Similarity, tools: ResultTools): Promise<object> {
  const { scores, queries, gallery } = similarity;
  if (scores.form === 'dense') return rowsJson(name, scores.tensor, tools);
  const dims = [queries.length, gallery.length];
  if (countOf(dims) <= PRINTED_NUMBERS) return printed(await tools.scores(similarity));
  if (countOf(dims) > TOLD_SCORES)
    return { dims, note: resultMessage('result.too-many-scores', { count: countOf(dims) }) };
  const all = await tools.scores(similarity);
  const tensor: F32 = {
    kind: 'tensor',
    ...all,
    bytes: all.data.byteLength,
    toHost: async () => all,
    retain() {},
    release() {},
  };
  return { dims, file: await tools.save(name, tensor, {}) };
}

const isItem = (value: object): value is Item =>
  'kind' in value && (value.kind === 'image' || value.kind === 'text');

/** A plain field of a view as JSON, with its items. Undefined fields are left out. */
function plainJson(value: unknown, tools: ResultTools): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => plainJson(entry, tools));
  if (isItem(value)) return itemJson(value, tools);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) =>
      entry === undefined ? [] : [[key, plainJson(entry, tools)]],
    ),
  );
}

/** One field of a view as JSON. A matrix or a table adds its own fields instead of the field's name. */
async function fieldJson(
  name: string,
  [field, value]: [string, unknown],
  tools: ResultTools,
): Promise<Record<string, unknown>> {
  if (isTensorHandle(value)) return { ...(await rowsJson(name, value as F32, tools)) };
  if (field === 'skipped') return skippedJson(value as readonly Skipped[]);
  if (typeof value !== 'object' || value === null || !('kind' in value))
    return { [field]: plainJson(value, tools) };
  const told = await valueJson(name, value as PortValue, tools);
  return field === 'table' ? { ...(told as Record<string, unknown>) } : { [field]: told };
}

/** A view as JSON, with the fields of the contract in their order. */
async function viewJson(name: string, view: View, tools: ResultTools): Promise<Record<string, unknown>> {
  const told: Record<string, unknown> = {};
  for (const field of Object.entries(view)) Object.assign(told, await fieldJson(name, field, tools));
  const fields = VIEWS[view.view].fields.filter((field) => told[field] !== undefined);
  return {
    view: view.view,
    title: view.title,
    ...(view.encoder !== undefined && { encoder: view.encoder }),
    ...Object.fromEntries(fields.map((field) => [field, told[field]])),
  };
}

/** A result as `--json` prints it. Vectors are written to a file with `save`. */
export async function valueJson(name: string, value: PortValue, tools: ResultTools): Promise<unknown> {
  const told = (item: Item) => itemJson(item, tools);
  switch (value.kind) {
    case 'matches':
      return value.results.map(({ query, results }) => ({
        query: told(query),
        results: results.map(({ item, score }) => ({ item: told(item), score })),
      }));
    case 'embeddings':
      return {
        dims: value.tensor.dims,
        space: { ...value.space, description: describeSpace(value.space) },
        file: await tools.save(name, value.tensor, {
          space: JSON.stringify(value.space),
          items: JSON.stringify(value.items.map(told)),
        }),
        items: value.items.map(told),
        ...skippedJson(value.skipped),
      };
    case 'tokens': {
      const [n = 0, t = 0, d = 0] = value.tensor.dims;
      const { space, grid } = value;
      const file = await tools.save(name, value.tensor, { space: JSON.stringify(space) });
      return {
        dims: [n, t, d],
        grid: grid ?? null,
        space,
        file,
        items: value.items.map(told),
        ...skippedJson(value.skipped),
      };
    }
    case 'similarity': {
      const { queries, gallery, metric, skipped } = value;
      return {
        metric,
        queries: queries.map(told),
        gallery: gallery.map(told),
        ...(await scoresJson(name, value, tools)),
        ...skippedJson(skipped),
      };
    }
    case 'images':
      return { count: value.items.length, items: value.items.map(told), ...skippedJson(value.skipped) };
    case 'pixels':
      return {
        count: value.items.length,
        spec: value.spec,
        items: value.items.map(told),
        ...skippedJson(value.skipped),
      };
    case 'texts':
      return value.items.map(told);
    case 'labels':
      return value.items.map((item, index) => ({
        item: told(item),
        label: value.labels[index] ?? null,
        ...(value.scores && { score: value.scores[index] }),
      }));
    case 'table': {
      const keys = value.columns.map((column) => column.key);
      return {
        columns: value.columns,
        rows: value.rows.map((row) => Object.fromEntries(keys.map((key, i) => [key, row[i] ?? null]))),
        ...(value.items && { items: value.items.map(told) }),
      };
    }
    case 'metrics':
      return value.values;
    case 'encoder': {
      const { kind: _, ...encoder } = value;
      return encoder;
    }
    case 'adapter': {
      const { a: _, b: __, magnitude: ___, kind: ____, ...adapter } = value;
      return adapter;
    }
    case 'classifier': {
      const { method, categories, scale, unit, hash, learned, space } = value;
      const own = { ...space, description: describeSpace(space) };
      return { method, categories, dims: value.weights.dims, scale, unit, hash, learned, space: own };
    }
    case 'view':
      return viewJson(name, value, tools);
    default:
      return value satisfies never;
  }
}
