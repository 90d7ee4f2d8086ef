import {
  describeSpace,
  type F32,
  type Item,
  type PortValue,
  type Skipped,
  type View,
} from '../../nodes/sdk/index.ts';

/** Writes a matrix beside the results and gives the file's path; how `--json` hands over what is too large to print. */
export type SaveMatrix = (
  name: string,
  tensor: F32,
  metadata: Readonly<Record<string, string>>,
) => Promise<string>;

/** More numbers than this are written to a file instead of printed. */
const PRINTED_NUMBERS = 100_000;

/** An item as scripts see it: `path` within its folder, `file` absolute. */
export function itemJson(item: Item): object {
  if (item.kind === 'text')
    return { text: item.text, ...(item.label !== undefined && { label: item.label }) };
  const { source, path, label } = item;
  return {
    path,
    label: label ?? null,
    ...(source.kind === 'file' ? { file: source.path } : { asset: source.hash }),
  };
}

const skippedJson = (skipped: readonly Skipped[]) => (skipped.length === 0 ? {} : { skipped });

async function rowsJson(name: string, tensor: F32, save: SaveMatrix): Promise<object> {
  const [rows = 0, columns = 0] = tensor.dims;
  if (rows * columns > PRINTED_NUMBERS) return { dims: tensor.dims, file: await save(name, tensor, {}) };
  const { data } = await tensor.toHost();
  return {
    dims: tensor.dims,
    values: Array.from({ length: rows }, (_, row) => [...data.subarray(row * columns, (row + 1) * columns)]),
  };
}

async function viewJson(name: string, view: View, save: SaveMatrix): Promise<unknown> {
  const { title } = view;
  switch (view.view) {
    case 'gallery':
      return {
        view: view.view,
        title,
        total: view.total,
        items: view.items.map(itemJson),
        ...skippedJson(view.skipped),
      };
    case 'matches':
      return { view: view.view, title, matches: await valueJson(name, view.matches, save) };
    case 'bars':
      return {
        view: view.view,
        title,
        metric: view.metric,
        groups: view.groups.map(({ item, bars }) => ({ ...(item && { item: itemJson(item) }), bars })),
      };
    case 'table':
      return {
        view: view.view,
        title,
        total: view.total,
        ...((await valueJson(name, view.table, save)) as object),
      };
    case 'heatmap':
      return {
        view: view.view,
        title,
        rows: view.rows.map(itemJson),
        columns: view.columns.map(itemJson),
        ...(await rowsJson(name, view.tensor, save)),
      };
    case 'file':
      return { view: view.view, title, path: view.path, bytes: view.bytes, files: view.files };
  }
}

/** A result as `--json` prints it; vectors go to a file through `save`. */
export async function valueJson(name: string, value: PortValue, save: SaveMatrix): Promise<unknown> {
  switch (value.kind) {
    case 'matches':
      return value.results.map(({ query, results }) => ({
        query: itemJson(query),
        results: results.map(({ item, score }) => ({ item: itemJson(item), score })),
      }));
    case 'embeddings':
      return {
        dims: value.tensor.dims,
        space: { ...value.space, description: describeSpace(value.space) },
        file: await save(name, value.tensor, {
          space: JSON.stringify(value.space),
          items: JSON.stringify(value.items.map(itemJson)),
        }),
        items: value.items.map(itemJson),
        ...skippedJson(value.skipped),
      };
    case 'tokens': {
      const [n = 0, t = 0, d = 0] = value.tensor.dims;
      const { space, grid } = value;
      const file = await save(name, value.tensor, { space: JSON.stringify(space) });
      return {
        dims: [n, t, d],
        grid: grid ?? null,
        space,
        file,
        items: value.items.map(itemJson),
        ...skippedJson(value.skipped),
      };
    }
    case 'similarity': {
      const { queries, gallery, metric, scores, skipped } = value;
      const dims = [queries.length, gallery.length];
      const shown = scores.form === 'dense' ? await rowsJson(name, scores.tensor, save) : { dims };
      return {
        metric,
        queries: queries.map(itemJson),
        gallery: gallery.map(itemJson),
        ...shown,
        ...skippedJson(skipped),
      };
    }
    case 'images':
      return { count: value.items.length, items: value.items.map(itemJson), ...skippedJson(value.skipped) };
    case 'pixels':
      return {
        count: value.items.length,
        spec: value.spec,
        items: value.items.map(itemJson),
        ...skippedJson(value.skipped),
      };
    case 'texts':
      return value.items.map(itemJson);
    case 'labels':
      return value.items.map((item, index) => ({
        item: itemJson(item),
        label: value.labels[index] ?? null,
        ...(value.scores && { score: value.scores[index] }),
      }));
    case 'table': {
      const keys = value.columns.map((column) => column.key);
      return {
        columns: value.columns,
        rows: value.rows.map((row) => Object.fromEntries(keys.map((key, i) => [key, row[i] ?? null]))),
      };
    }
    case 'metrics':
      return value.values;
    case 'encoder': {
      const { kind: _, ...encoder } = value;
      return encoder;
    }
    case 'adapter': {
      const { id, hash, format, target, rank, scaling } = value;
      return { id, hash, format, target, rank, scaling };
    }
    case 'view':
      return viewJson(name, value, save);
  }
}
