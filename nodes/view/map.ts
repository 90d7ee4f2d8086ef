import {
  type Cell,
  defineMessages,
  defineNode,
  type Embeddings,
  type Item,
  itemKey,
  itemTitle,
  knownOf,
  type Labels,
  type MapColumn,
  PatchbayError,
  param,
  port,
  type ReportedProblem,
  selectedOf,
  selectedParam,
  selectedParamZh,
  selectionPort,
  selectionPortZh,
  type Table,
} from '../sdk/index.ts';

const say = defineMessages({
  'map.one-axis': {
    en: '*Places* has {dims} {dims|number|numbers} for each item, but a map needs 2. Put *PCA* or *UMAP* before it.',
    zh: '*位置* 中每一项只有 {dims} 个数，而地图需要 2 个。请在前面加上 *PCA* 或 *UMAP*。',
  },
  'map.no-such-axis': {
    en: '*Places* has {dims} numbers for each item, so there is no number {axis}.',
    zh: '*位置* 中每一项有 {dims} 个数，没有第 {axis} 个数。',
  },
  'map.no-place': {
    en: '{count} of {total} {total|item|items} {count|has|have} no place on the map, because a number is missing.',
    zh: '{total} 项中有 {count} 项缺少数值，在地图上没有位置。',
  },
  'map.table': {
    en: 'The table for *More columns* has {rows} rows and no column with the names of the {items} items, so its columns cannot be shown.',
    zh: '*更多列* 的表格有 {rows} 行，且没有一列包含这 {items} 项的名称，因此无法显示其中的列。',
  },
});

/** A column of the map: one number for each item. */
interface Column extends MapColumn {
  readonly values: Float32Array;
}

/** Names as places in the list of all names, in order of appearance. */
function named(title: string, cells: readonly (string | null | undefined)[]): Column {
  const places = new Map<string, number>();
  const values = Float32Array.from(cells, (cell) => {
    if (cell == null) return Number.NaN;
    const place = places.get(cell) ?? places.size;
    places.set(cell, place);
    return place;
  });
  return { title, names: [...places.keys()], values };
}

const counted = (title: string, cells: readonly (number | null | undefined)[]): Column => ({
  title,
  values: Float32Array.from(cells, (cell) => cell ?? Number.NaN),
});

/** Categories and their scores, each item found by its file. */
function labelColumns(title: string, scores: string, items: readonly Item[], given: Labels): Column[] {
  const rows = new Map<string, number>();
  for (const [row, item] of given.items.entries()) {
    const key = itemKey(item);
    if (!rows.has(key)) rows.set(key, row);
  }
  const at = items.map((item) => rows.get(itemKey(item)) ?? -1);
  const own = named(
    title,
    at.map((row) => given.labels[row]),
  );
  if (!given.scores) return [own];
  return [
    own,
    counted(
      scores,
      at.map((row) => given.scores?.[row]),
    ),
  ];
}

/** For each item, its row in a table: the one that has its name, or the one at its place if there are as many. */
function rowsOf(
  items: readonly Item[],
  { columns, rows }: Table,
): readonly (number | undefined)[] | undefined {
  const titles = new Set(items.map(itemTitle));
  let best = -1;
  let most = 0;
  for (const [column, { type }] of columns.entries()) {
    if (type !== 'text') continue;
    const hits = new Set(rows.map((row) => row[column]).filter((cell) => titles.has(cell as string))).size;
    if (hits > most) [best, most] = [column, hits];
  }
  if (best < 0) return rows.length === items.length ? [...items.keys()] : undefined;
  const byName = new Map<Cell, number>();
  for (const [at, row] of rows.entries()) {
    const cell = row[best] ?? null;
    if (!byName.has(cell)) byName.set(cell, at);
  }
  return items.map((item) => byName.get(itemTitle(item)));
}

function tableColumns({ columns, rows }: Table, places: readonly (number | undefined)[]): Column[] {
  return columns.flatMap(({ title, type }, column): Column[] => {
    const cells = places.map((place) => (place === undefined ? null : (rows[place]?.[column] ?? null)));
    if (type === 'number')
      return [
        counted(
          title,
          cells.map((cell) => (typeof cell === 'number' ? cell : null)),
        ),
      ];
    const texts = cells.map((cell) => (cell === null ? null : String(cell)));
    // A column of names has a name for each item: no colours for these.
    const isNames = new Set(texts).size > Math.max(2, texts.length * 0.9);
    return isNames ? [] : [named(title, texts)];
  });
}

/** The positions of the two axes among the numbers of each item, from 0. @throws PatchbayError `map.one-axis`, `map.no-such-axis` */
function axesOf(dims: number, x: number, y: number): ReportedProblem | undefined {
  if (dims < 2) return { ...say('map.one-axis', { dims }), port: 'points' };
  const axis = Math.max(x, y);
  return axis > dims ? { ...say('map.no-such-axis', { dims, axis }), port: 'points' } : undefined;
}

/** The places on the map as columns x and y. */
async function placesOf(
  { tensor }: Embeddings,
  x: number,
  y: number,
): Promise<readonly [Float32Array, Float32Array]> {
  const { data, dims } = await tensor.toHost();
  const [rows = 0, columns = 0] = dims;
  const axis = (place: number) =>
    Float32Array.from({ length: rows }, (_, row) => data[row * columns + place - 1]!);
  return [axis(x), axis(y)];
}

export default defineNode({
  title: 'Map',
  description:
    'Shows pictures as points on a plane, so that pictures that are alike lie together. Zoom in to see the pictures, draw around some to select them, and colour them by category, group or any number.',
  keywords: [
    'scatter',
    'plot',
    'umap',
    'pca',
    'projection',
    'atlas',
    'embedding plot',
    'lasso',
    'cluster',
    'explore',
    'show',
  ],
  inputs: {
    points: port.embeddings({
      title: 'Places',
      help: 'Two numbers for each item: its place, from UMAP or PCA.',
    }),
    labels: port.labels({
      title: 'Categories',
      required: false,
      help: 'Colours by these categories. Without them, the categories of the pictures themselves count.',
    }),
    groups: port.labels({
      title: 'More categories',
      required: false,
      help: 'More categories to colour by, for example from Groups.',
    }),
    table: port.table({
      title: 'More columns',
      required: false,
      help: 'Columns to colour by: numbers or texts. A row belongs to the item whose name it has, or that is at its place.',
    }),
  },
  params: {
    selected: selectedParam,
    x: param.integer({
      default: 1,
      min: 1,
      max: 4096,
      title: 'To the right',
      help: 'Which number of each item is its place from left to right.',
      advanced: true,
    }),
    y: param.integer({
      default: 2,
      min: 1,
      max: 4096,
      title: 'Upwards',
      help: 'Which number of each item is its place from bottom to top.',
      advanced: true,
    }),
  },
  outputs: {
    view: port.view({ title: 'View', help: 'The map that is shown.' }),
    selection: selectionPort,
  },
  resource: 'io',
  terminal: true,
  infer: ({ inputs, params: { x, y }, report }) => {
    const { dims } = knownOf(inputs, 'points');
    const fault = dims === undefined ? undefined : axesOf(dims, x, y);
    if (fault) report(fault);
    return { view: { type: 'view' }, selection: { type: 'images' } };
  },
  run: async ({ inputs: { points, labels, groups, table }, params: { selected, x, y }, ctx }) => {
    const { items, skipped, space } = points;
    const fault = axesOf(points.tensor.dims[1] ?? 0, x, y);
    if (fault && items.length > 0) throw new PatchbayError(fault);
    const [xs, ys] =
      items.length > 0 ? await placesOf(points, x, y) : [new Float32Array(), new Float32Array()];
    const columns: Column[] = labels
      ? labelColumns('Category', 'Score', items, labels)
      : items.some(({ label }) => label !== undefined)
        ? [
            named(
              'Category',
              items.map(({ label }) => label),
            ),
          ]
        : [];
    if (groups) columns.push(...labelColumns('Group', 'Score in group', items, groups));
    if (table) {
      const rows = rowsOf(items, table);
      if (rows) columns.push(...tableColumns(table, rows));
      else ctx.warn(say('map.table', { rows: table.rows.length, items: items.length }));
    }
    const wide = 2 + columns.length;
    const data = new Float32Array(items.length * wide);
    let lost = 0;
    for (let at = 0; at < items.length; at++) {
      const row = at * wide;
      data[row] = xs[at]!;
      data[row + 1] = ys[at]!;
      if (!Number.isFinite(xs[at]! + ys[at]!)) lost++;
      for (const [column, { values }] of columns.entries()) data[row + 2 + column] = values[at]!;
    }
    if (lost > 0) ctx.warn(say('map.no-place', { count: lost, total: items.length }));
    return {
      view: {
        kind: 'view',
        view: 'map',
        encoder: space.title,
        items,
        columns: columns.map(({ title, names }) => ({ title, ...(names && { names }) })),
        tensor: ctx.ops.tensor({ dtype: 'float32', dims: [items.length, wide], data }),
        total: items.length,
        skipped,
      },
      selection: await selectedOf(items, selected, ctx, skipped),
    };
  },
  messages: say,
  translations: {
    zh: {
      title: '地图',
      description:
        '把图片显示为平面上的点，相似的图片彼此靠近。放大即可看到图片；圈出一些图片即可选中；可按类别、分组或任何数值着色。',
      inputs: {
        points: { title: '位置', help: '每一项两个数：它的位置，来自“UMAP”或“PCA”。' },
        labels: { title: '类别', help: '按这些类别着色。没有连接时，以图片自身的类别为准。' },
        groups: { title: '更多类别', help: '更多用于着色的类别，例如来自“分组”。' },
        table: {
          title: '更多列',
          help: '用于着色的列：数值或文本。一行属于名称与之相同的项，或位于相同位置的项。',
        },
      },
      params: {
        selected: selectedParamZh,
        x: { title: '向右', help: '每一项的第几个数是它从左到右的位置。' },
        y: { title: '向上', help: '每一项的第几个数是它从下到上的位置。' },
      },
      outputs: {
        view: { title: '结果', help: '显示的地图。' },
        selection: selectionPortZh,
      },
    },
  },
});
