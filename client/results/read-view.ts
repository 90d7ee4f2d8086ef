/** Where a picture of a result can be had: a stored file, or a file of the server's machine that the server gave a name. */
export type PictureSource = { readonly asset: string } | { readonly ref: string };

/** What a row of a result stands for, as it is shown. */
export interface ShownItem {
  /** Path of a picture within its folder, or the text itself. */
  readonly title: string;
  readonly label?: string;
  /** Absent for texts, and for pictures that the server does not hand out. */
  readonly picture?: PictureSource;
  /** Whether it is a picture, also one that cannot be shown. */
  readonly isPicture: boolean;
}

/** An item that was left out. */
export interface SkippedItem {
  readonly name: string;
  readonly reason: string;
}

/** One ranked answer. */
export interface ShownMatch {
  readonly item: ShownItem;
  readonly score: number;
}

/** A query with its answers, best first. */
export interface ShownRanking {
  readonly query: ShownItem;
  readonly results: readonly ShownMatch[];
}

/** Bars of one item, or of everything. */
export interface ShownBars {
  readonly item?: ShownItem;
  readonly bars: readonly { readonly label: string; readonly value: number }[];
}

/** What a cell of a table may hold. */
export type ShownCell = string | number | boolean | null;

/** A column of a table. */
export interface ShownColumn {
  readonly key: string;
  readonly title: string;
  readonly type: 'text' | 'number' | 'boolean';
}

/** A view that was read from its JSON. */
export type ShownView = { readonly title?: string } & (
  | {
      readonly view: 'gallery';
      readonly items: readonly ShownItem[];
      readonly total: number;
      readonly skipped: readonly SkippedItem[];
    }
  | { readonly view: 'matches'; readonly rankings: readonly ShownRanking[] }
  | { readonly view: 'bars'; readonly metric?: string; readonly groups: readonly ShownBars[] }
  | {
      readonly view: 'table';
      readonly columns: readonly ShownColumn[];
      readonly rows: readonly (readonly ShownCell[])[];
      readonly total: number;
    }
  | {
      readonly view: 'heatmap';
      readonly rows: readonly ShownItem[];
      readonly columns: readonly ShownItem[];
      /** Row by row; NaN where there is no number. */
      readonly values: Float32Array;
    }
  /** A matrix whose numbers are in a file of the run. */
  | {
      readonly view: 'heatmap-file';
      readonly rows: readonly ShownItem[];
      readonly columns: readonly ShownItem[];
      readonly file: string;
    }
  | { readonly view: 'file'; readonly path: string; readonly bytes: number; readonly files: number }
  /** A view too large for a message: its JSON is in a file of the run. */
  | { readonly view: 'stored'; readonly file: string; readonly bytes: number }
  /** A kind of view nobody here knows. */
  | { readonly view: 'unknown'; readonly json: unknown }
);

type Fields = Readonly<Record<string, unknown>>;

const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);
const count = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : otherwise;

function pictureOf({ asset, ref }: Fields): PictureSource | undefined {
  if (typeof asset === 'string') return { asset };
  return typeof ref === 'string' ? { ref } : undefined;
}

/** An item as results tell it: `{ text, label }`, or `{ path, label, file, ref }`, or `{ path, label, asset }`. */
export function readItem(json: unknown): ShownItem {
  const given = fields(json);
  const label = text(given.label);
  const own = label === undefined ? {} : { label };
  if (typeof given.text === 'string') return { title: given.text, isPicture: false, ...own };
  const picture = pictureOf(given);
  return { title: text(given.path) ?? '', isPicture: true, ...own, ...(picture && { picture }) };
}

/** Items that were left out; a reason is always there. */
export function readSkipped(json: unknown): SkippedItem[] {
  return list(json).map((entry) => {
    const { name, path, reason } = fields(entry);
    return { name: text(path) ?? text(name) ?? '', reason: text(reason) ?? '' };
  });
}

function readCell(cell: unknown): ShownCell {
  return typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean' ? cell : null;
}

function readColumns(json: unknown): ShownColumn[] {
  return list(json).map((entry) => {
    const { key, title, type } = fields(entry);
    const name = text(key) ?? '';
    return {
      key: name,
      title: text(title) ?? name,
      type: type === 'number' || type === 'boolean' ? type : 'text',
    };
  });
}

function readHeatmap(given: Fields, title: string | undefined): ShownView {
  const rows = list(given.rows).map(readItem);
  const columns = list(given.columns).map(readItem);
  if (typeof given.file === 'string') return { view: 'heatmap-file', title, rows, columns, file: given.file };
  const values = new Float32Array(rows.length * columns.length).fill(Number.NaN);
  for (const [row, cells] of list(given.values).slice(0, rows.length).entries())
    for (const [column, value] of list(cells).slice(0, columns.length).entries())
      values[row * columns.length + column] = number(value);
  return { view: 'heatmap', title, rows, columns, values };
}

/** Reads the JSON of a view, whoever wrote it: what is missing is empty, what is not known is kept as it is. */
export function readView(json: unknown): ShownView {
  const given = fields(json);
  const title = text(given.title);
  if (typeof given.file === 'string' && given.view !== 'heatmap')
    return { view: 'stored', title, file: given.file, bytes: count(given.bytes, 0) };
  switch (given.view) {
    case 'gallery': {
      const items = list(given.items).map(readItem);
      const total = count(given.total, items.length);
      return { view: 'gallery', title, items, total, skipped: readSkipped(given.skipped) };
    }
    case 'matches':
      return {
        view: 'matches',
        title,
        rankings: list(given.matches).map((entry) => {
          const { query, results } = fields(entry);
          const ranked = list(results).map((match) => {
            const { item, score } = fields(match);
            return { item: readItem(item), score: number(score) };
          });
          return { query: readItem(query), results: ranked };
        }),
      };
    case 'bars':
      return {
        view: 'bars',
        title,
        metric: text(given.metric),
        groups: list(given.groups).map((entry) => {
          const { item, bars } = fields(entry);
          const read = list(bars).map((bar) => {
            const { label, value } = fields(bar);
            return { label: text(label) ?? '', value: number(value) };
          });
          return { ...(item !== undefined && { item: readItem(item) }), bars: read };
        }),
      };
    case 'table': {
      const columns = readColumns(given.columns);
      const rows = list(given.rows).map((row) => columns.map(({ key }) => readCell(fields(row)[key])));
      return { view: 'table', title, columns, rows, total: count(given.total, rows.length) };
    }
    case 'heatmap':
      return typeof given.file === 'string' && given.rows === undefined
        ? { view: 'stored', title, file: given.file, bytes: count(given.bytes, 0) }
        : readHeatmap(given, title);
    case 'file':
      return {
        view: 'file',
        title,
        path: text(given.path) ?? '',
        bytes: count(given.bytes, 0),
        files: count(given.files, 1),
      };
    default:
      return { view: 'unknown', title, json };
  }
}
