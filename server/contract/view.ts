import { z } from 'zod';
import { type Said, saidSchema } from '../../nodes/sdk/messages.ts';
import type { View } from '../../nodes/sdk/values.ts';

// Stored views can come from another version. A missing or broken field therefore reads as empty, and reading never
// fails.

// -- Parts of views --------------------------------------------------------------------------------------------------

const text = z.string().optional().catch(undefined);
const words = z.string().catch('');
/** NaN if there is no number. */
const number = z.number().catch(Number.NaN);
const listOf = <T extends z.ZodType>(entry: T) => z.array(entry).readonly().catch([]);

/**
 * Where to load a picture of a result from: a stored file, or a file on the server's machine with a signed reference.
 */
export type PictureSource = { readonly asset: string } | { readonly ref: string };

/** The picture or text of one row of a result. */
export interface ViewItem {
  /** The path of a picture within its folder, or the text itself. */
  readonly title: string;
  readonly label?: string;
  /** The categories that a person ruled out for it, by name. */
  readonly not?: readonly string[];
  /** Absent for texts, and for pictures that the server does not send. */
  readonly picture?: PictureSource;
  /** The absolute path of a picture that is a file on the server's machine. */
  readonly file?: string;
  /** Whether it is a picture, even if it cannot be shown. */
  readonly isPicture: boolean;
}

/**
 * The identity of a picture or text: the same in every view of every result, as `itemKey` in the sdk. Two items with the same
 * key are the same file, stored picture or text.
 */
export function viewItemKey({ picture, file, title, isPicture }: ViewItem): string {
  if (!isPicture) return `text:${title}`;
  if (picture && 'asset' in picture) return `asset:${picture.asset}`;
  if (file !== undefined) return `file:${file}`;
  return picture ? `ref:${picture.ref}` : `title:${title}`;
}

/** An item in the stored JSON: `{ text, label }`, `{ path, label, not, file, ref }` or `{ path, label, asset }`. */
const itemSchema = z
  .object({
    text,
    path: text,
    label: z.string().nullish().catch(undefined),
    not: z.array(z.string()).readonly().optional().catch(undefined),
    file: text,
    ref: text,
    asset: text,
  })
  .catch({})
  .transform(({ text: own, path = '', label, not, file, asset, ref }): ViewItem => {
    const labelled = { ...(label != null && { label }), ...(not && { not }) };
    if (own !== undefined) return { title: own, isPicture: false, ...labelled };
    const picture = asset !== undefined ? { asset } : ref !== undefined ? { ref } : undefined;
    const place = file !== undefined && asset === undefined ? { file } : {};
    return { title: path, isPicture: true, ...labelled, ...place, ...(picture && { picture }) };
  });

/** An item that was left out. */
export interface LeftOutItem {
  /** The path of the item, or its name if it has no path. */
  readonly name: string;
  readonly reason: Said;
}

const leftOutSchema = z
  .object({ name: words, path: text, reason: saidSchema.catch('') })
  .catch({ name: '', path: undefined, reason: '' })
  .transform(({ name, path, reason }): LeftOutItem => ({ name: path ?? name, reason }));

/** The content of a table cell. */
export type ViewCell = string | number | boolean | null;
const cellSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]).catch(null);

const columnSchema = z
  .object({ key: words, title: text, type: z.enum(['text', 'number', 'boolean']).catch('text') })
  .catch({ key: '', title: undefined, type: 'text' })
  .transform(({ key, title, type }) => ({ key, title: title ?? key, type }));

/** A matrix in the stored JSON: its numbers, or the file of the run that contains them. */
const matrixFields = { dims: z.unknown().optional(), values: z.unknown().optional(), file: text };

/** Turns lists of numbers into a matrix, row by row. Missing numbers become NaN. */
function matrixOf(values: unknown, rows: number, columns: number): Float32Array {
  const cells = new Float32Array(rows * columns).fill(Number.NaN);
  const lists: readonly unknown[] = Array.isArray(values) ? values.slice(0, rows) : [];
  for (const [row, list] of lists.entries())
    for (const [column, value] of (Array.isArray(list) ? list : []).slice(0, columns).entries())
      if (typeof value === 'number') cells[row * columns + column] = value;
  return cells;
}

/** A view whose `rows` x `columns` numbers are in a file of the run. */
export interface Unloaded<V> {
  readonly view: 'unloaded';
  readonly title?: string;
  readonly encoder?: string;
  readonly file: string;
  readonly rows: number;
  readonly columns: number;
  /** The view without its numbers. */
  readonly of: V;
}

/** Adds the stored matrix to a view, or returns {@link Unloaded} if the matrix is in a file. */
function withMatrix<V extends { readonly title?: string; readonly encoder?: string }>(
  of: V,
  { values, file }: { readonly values?: unknown; readonly file?: string },
  rows: number,
  columns: number,
): (V & { readonly values: Float32Array }) | Unloaded<V & { readonly values: Float32Array }> {
  if (file === undefined) return { ...of, values: matrixOf(values, rows, columns) };
  return {
    view: 'unloaded',
    title: of.title,
    encoder: of.encoder,
    file,
    rows,
    columns,
    of: { ...of, values: new Float32Array() },
  };
}

// -- Patches ---------------------------------------------------------------------------------------------------------

/** The most patches per side. No model has more, so a view with more is damaged. */
const MOST_PATCHES = 4096;
const patchSide = z
  .number()
  .catch(0)
  .transform((side) => Math.max(0, Math.min(MOST_PATCHES, Math.floor(side))));
const positive = z.number().positive();

/** A step that decides which part of a picture the model sees; see `PreprocessStep` in the SDK. */
const frameStepSchema = z.union([
  z.object({ op: z.literal('resize'), mode: z.literal('shortest'), size: positive }),
  z.object({ op: z.literal('resize'), mode: z.literal('exact'), width: positive, height: positive }),
  z.object({ op: z.literal('crop'), width: positive, height: positive }),
]);
/** See {@link frameStepSchema}. */
export type FrameStep = Readonly<z.output<typeof frameStepSchema>>;

const patchSchema = z.object({
  picture: z.number().min(1),
  row: z.number().min(1),
  column: z.number().min(1),
});
/** A patch of a picture. All numbers count from 1. */
export type ViewPatch = Readonly<z.output<typeof patchSchema>>;

/** Other steps, such as normalising, do not move or cut the picture. */
const framesOf = (steps: readonly unknown[]): FrameStep[] =>
  steps.flatMap((step) => {
    const { success, data } = frameStepSchema.safeParse(step);
    return success ? [data] : [];
  });

/** How many maps each picture has: one for each query, or one with colours. */
export const mapsEach = (
  view: { readonly shows: 'colors' } | { readonly shows: 'heat'; readonly ranges: readonly unknown[] },
): number => (view.shows === 'colors' ? 1 : view.ranges.length);

// -- Kinds of view ---------------------------------------------------------------------------------------------------

/**
 * Defines one kind of view. `fields` lists all fields that the server writes. If a field of the value holds a matrix or
 * a table, its fields are written instead: `dims` and `values` or `file`, or `columns` and `rows`.
 * @param show turns the stored JSON into the view for the studio
 */
function kind<const N extends View['view'], F extends z.ZodRawShape, S>(
  name: N,
  fields: F,
  show: (
    written: z.output<z.ZodObject<F>> & {
      readonly view: N;
      readonly title?: string;
      readonly encoder?: string;
    },
  ) => S,
) {
  const schema = z
    .object(fields)
    .and(z.object({ title: text, encoder: text }))
    .transform((written) => show({ ...written, view: name }));
  return { fields: Object.keys(fields), schema };
}

const noItem: ViewItem = { title: '', isPicture: true };
const matchSchema = z.object({ item: itemSchema, score: number }).catch({ item: noItem, score: Number.NaN });
const barSchema = z.object({ label: words, value: number }).catch({ label: '', value: Number.NaN });
const curveSchema = z
  .object({
    name: words,
    points: listOf(z.tuple([number, number]).catch([Number.NaN, Number.NaN])),
    dashed: z.literal(true).optional().catch(undefined),
  })
  .catch({ name: '', points: [], dashed: undefined });
const place = z.number().int().min(0);
const confusionCellSchema = z.tuple([place, place, number]);
const confusedSchema = z.object({
  item: itemSchema,
  truth: place,
  predicted: place,
  score: z.number().optional().catch(undefined),
});
/** The entries that are whole. */
const wholeOf = <T extends z.ZodType>(entry: T) =>
  listOf(z.unknown()).transform((list): readonly z.output<T>[] =>
    list.flatMap((one) => {
      const { success, data } = entry.safeParse(one);
      return success ? [data] : [];
    }),
  );
const mapColumnSchema = z
  .object({ title: words, names: z.array(words).readonly().optional().catch(undefined) })
  .catch({ title: '', names: undefined });
const totalSchema = z.number().optional().catch(undefined);

/** All kinds of views. The server, which writes them, and the client, which reads them, both use this definition. */
export const VIEWS = {
  gallery: kind(
    'gallery',
    { total: totalSchema, items: listOf(itemSchema), skipped: listOf(leftOutSchema) },
    ({ total, ...view }) => ({ ...view, total: total ?? view.items.length }),
  ),
  matches: kind(
    'matches',
    {
      matches: listOf(
        z.object({ query: itemSchema, results: listOf(matchSchema) }).catch({ query: noItem, results: [] }),
      ),
      total: totalSchema,
    },
    ({ total, ...view }) => {
      const count = view.matches.reduce((sum, { results }) => sum + results.length, 0);
      return { ...view, count, total: total ?? count };
    },
  ),
  bars: kind(
    'bars',
    {
      metric: text,
      total: totalSchema,
      totalBars: totalSchema,
      groups: listOf(z.object({ item: itemSchema.optional(), bars: listOf(barSchema) }).catch({ bars: [] })),
    },
    ({ total, totalBars, ...view }) => {
      const shownBars = view.groups.reduce((most, { bars }) => Math.max(most, bars.length), 0);
      return { ...view, total: total ?? view.groups.length, shownBars, totalBars: totalBars ?? shownBars };
    },
  ),
  table: kind(
    'table',
    {
      total: totalSchema,
      totalColumns: totalSchema,
      columns: listOf(columnSchema),
      rows: listOf(z.record(z.string(), cellSchema).catch({})),
      /** What each row is about; none if rows are not about items. */
      items: listOf(itemSchema),
    },
    ({ columns, rows, items, total, totalColumns, ...view }) => ({
      ...view,
      columns,
      // Without an item for every row, no row has one.
      items: items.length === rows.length ? items : [],
      rows: rows.map((row): readonly ViewCell[] =>
        columns.map(({ key }) => (Object.hasOwn(row, key) ? (row[key] ?? null) : null)),
      ),
      total: total ?? rows.length,
      totalColumns: totalColumns ?? columns.length,
    }),
  ),
  heatmap: kind(
    'heatmap',
    { total: totalSchema, rows: listOf(itemSchema), columns: listOf(itemSchema), ...matrixFields },
    ({ view, title, encoder, rows, columns, total, ...numbers }) =>
      withMatrix(
        { view, title, encoder, rows, columns, total: total ?? rows.length },
        numbers,
        rows.length,
        columns.length,
      ),
  ),
  patches: kind(
    'patches',
    {
      shows: z.enum(['heat', 'colors']).catch('heat'),
      items: listOf(itemSchema),
      rows: patchSide,
      columns: patchSide,
      preprocess: z
        .object({ exif: z.unknown().optional(), steps: listOf(z.unknown()) })
        .catch({ exif: true, steps: [] }),
      metric: text,
      queries: listOf(itemSchema),
      picked: patchSchema.optional().catch(undefined),
      ranges: listOf(z.tuple([number, number]).catch([Number.NaN, Number.NaN])),
      ...matrixFields,
    },
    ({
      view,
      title,
      encoder,
      items,
      rows,
      columns,
      preprocess,
      shows,
      queries,
      picked,
      ranges,
      ...numbers
    }) => {
      const shared = { view, title, encoder, items, rows, columns, steps: framesOf(preprocess.steps) };
      const upright = preprocess.exif !== false;
      const of =
        shows === 'colors'
          ? { ...shared, upright, shows }
          : { ...shared, upright, shows, queries, ranges, ...(picked && { picked }) };
      const each = rows * columns * (shows === 'colors' ? 3 : ranges.length);
      return withMatrix(of, numbers, items.length, each);
    },
  ),
  curve: kind(
    'curve',
    { x: words, y: words, series: listOf(curveSchema), total: totalSchema },
    ({ total, ...view }) => {
      const count = view.series.reduce((sum, { points }) => sum + points.length, 0);
      return { ...view, count, total: total ?? count };
    },
  ),
  confusion: kind(
    'confusion',
    {
      total: totalSchema,
      categories: listOf(words),
      cells: wholeOf(confusionCellSchema),
      pictures: wholeOf(confusedSchema),
    },
    ({ total, categories, cells, pictures, ...view }) => {
      const isCell = (row: number, column: number) => row < categories.length && column <= categories.length;
      return {
        ...view,
        categories,
        cells: cells.filter(([row, column]) => isCell(row, column)),
        pictures: pictures.filter(({ truth, predicted }) => isCell(truth, predicted)),
        total: total ?? pictures.length,
      };
    },
  ),
  map: kind(
    'map',
    {
      total: totalSchema,
      items: listOf(itemSchema),
      columns: listOf(mapColumnSchema),
      skipped: listOf(leftOutSchema),
      ...matrixFields,
    },
    ({ view, title, encoder, total, items, columns, skipped, ...numbers }) =>
      withMatrix(
        { view, title, encoder, total: total ?? items.length, items, columns, skipped },
        numbers,
        items.length,
        2 + columns.length,
      ),
  ),
  file: kind(
    'file',
    {
      path: words,
      bytes: z.number().catch(0),
      files: z.number().catch(1),
      moves: z.string().optional().catch(undefined),
    },
    (view) => view,
  ),
} as const satisfies { readonly [K in View['view']]: unknown };

/** A kind of view. */
export type ViewKind = keyof typeof VIEWS;

/** A view read from its JSON. */
export type ReadView =
  | z.output<(typeof VIEWS)[ViewKind]['schema']>
  /** The view was too large for a message. Its JSON is in a file of the run. */
  | { readonly view: 'stored'; readonly title?: string; readonly file: string; readonly bytes: number }
  /** A kind that this version does not know, or not a view. */
  | { readonly view: 'unknown'; readonly title?: string; readonly json: unknown };

/** A view of one kind, ready to show. */
export type ViewOf<K extends ViewKind> = Extract<ReadView, { readonly view: K }>;
/** A query with its matches, best first. */
export type ViewRanking = ViewOf<'matches'>['matches'][number];
/** One match. */
export type ViewMatch = ViewRanking['results'][number];
/**
 * Items as points of a plane. Each row of `values` has the place of an item, x to the right and y upwards, then one number for each
 * column; NaN is unknown.
 */
export type ViewMap = ViewOf<'map'>;
/** One line of a curve. */
export type ViewSeries = ViewOf<'curve'>['series'][number];
/** The bars of one item, or the only bars of the view. */
export type ViewBars = ViewOf<'bars'>['groups'][number];
/**
 * Pictures with a number or colour for each patch. Each picture has one row of numbers: the maps of all queries one
 * after the other, or red, green and blue of all patches.
 */
export type ViewPatches = ViewOf<'patches'>;

const headSchema = z
  .looseObject({ view: text, title: text, file: text, bytes: z.number().catch(0) })
  .catch({ view: undefined, title: undefined, file: undefined, bytes: 0 });

const isKind = (name: string | undefined): name is ViewKind =>
  name !== undefined && Object.hasOwn(VIEWS, name);

/** Reads the JSON of a view of any version. Missing fields are empty, and an unknown kind is kept. It never throws. */
export function readView(json: unknown): ReadView {
  const { view: name, title, file, bytes, ...rest } = headSchema.parse(json);
  if (!isKind(name)) return { view: 'unknown', title, json };
  const { fields, schema } = VIEWS[name];
  // If the whole view is in a file, none of its own fields is here. If only its numbers are, the other fields are here.
  if (file !== undefined && !fields.some((field) => Object.hasOwn(rest, field)))
    return { view: 'stored', title, file, bytes };
  return schema.parse(json);
}
