import { type ErrorDetails, PatchbayError } from './errors.ts';
import { itemTitle } from './items.ts';
import { defineMessages, type Message } from './messages.ts';
import { nearestName } from './nearest-name.ts';
import type { F32, HostTensor } from './tensor.ts';
import type { Cell, Item, Space, Table } from './values.ts';
import { didYouMean } from './words.ts';
import type { WorkOptions } from './work.ts';

const say = defineMessages({
  'collection.not-found': {
    en: 'There is no collection "{name}".{hint?} Choose another one, or make it with *Save to collection*.',
    zh: '没有收藏集“{name}”。{hint?}请选择其他收藏集，或用 *保存到收藏集* 创建它。',
  },
  'collection.no-version': {
    en: 'The collection "{name}" has no version {version} any more, or not yet. It keeps its last {count} versions; *Collections* lists them. 0 is the newest one.',
    zh: '收藏集“{name}”没有版本 {version}，或已不再保留。它保留最近 {count} 个版本，*收藏集* 中列出了它们。0 表示最新版本。',
  },
  'collection.no-vectors': {
    en: 'The collection "{name}" has no vectors of the encoder "{encoder}".{hint?} Its encoders: {encoders}.',
    zh: '收藏集“{name}”没有编码器“{encoder}”的向量。{hint?}它的编码器：{encoders}。',
  },
  'collection.empty': {
    en: 'The collection "{name}" has no vectors yet. Add pictures with *Save to collection*.',
    zh: '收藏集“{name}”还没有向量。请用 *保存到收藏集* 添加图片。',
  },
  'collection.table': {
    en: 'None of the columns of the table names the pictures, and it has {rows} {rows|row|rows} for {pictures} {pictures|picture|pictures}. Add a column with the path of each picture, or one row for each picture in their order.',
    zh: '表格中没有一列是图片的名称，而且它有 {rows} 行，图片却有 {pictures} 张。请加上一列图片路径，或按顺序为每张图片提供一行。',
  },
});

/** Templates of messages about collections that nodes use too. */
export const COLLECTION_TEMPLATES = say.templates;

/** What a column of a collection holds. `integer` has 64 bits; `time` is a moment in UTC. */
export const COLUMN_TYPES = ['text', 'number', 'integer', 'boolean', 'time'] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

/** A column of the metadata of a collection. */
export interface CollectionColumn {
  /** As people wrote it; names that differ only in case are the same. */
  readonly name: string;
  readonly type: ColumnType;
}

/** The columns that every collection has, before those that it was given. */
export const OWN_COLUMNS = [
  { name: 'path', type: 'text' },
  { name: 'category', type: 'text' },
  { name: 'file', type: 'text' },
  { name: 'hash', type: 'text' },
  { name: 'size', type: 'integer' },
  { name: 'modified', type: 'time' },
  { name: 'added', type: 'time' },
  { name: 'version', type: 'integer' },
] as const satisfies readonly CollectionColumn[];

/** One encoder of a collection: the vectors that it made of some or all of its pictures. */
export interface CollectionSpace {
  /** A short text that stays the same; it names the vectors in files. */
  readonly key: string;
  readonly space: Space;
  /** How many pictures have a vector of it. */
  readonly count: number;
}

/** A collection as it is known without reading its vectors. */
export interface CollectionInfo {
  readonly name: string;
  /** Rises by 1 with every change. */
  readonly version: number;
  /** How many pictures, or texts, it has. */
  readonly pictures: number;
  /** The one that was saved last comes first. */
  readonly spaces: readonly CollectionSpace[];
  /** The columns that it was given; {@link OWN_COLUMNS} come before them. */
  readonly columns: readonly CollectionColumn[];
}

/** The content of a Parquet file to write. */
export interface ParquetContent extends Pick<ItemColumns, 'columns'> {
  readonly rows: readonly (readonly Cell[])[];
  /** A column of vectors, one for each row. */
  readonly vectors?: { readonly name: string; readonly tensor: HostTensor<'float32'> };
  /** The nearest rows of each row, counted from 0, and how far they are: the column `neighbors` of embedding-atlas. */
  readonly neighbors?: readonly {
    readonly ids: readonly number[];
    readonly distances: readonly number[];
  }[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Versions of a collection whose files are kept. */
export const KEPT_VERSIONS = 20;

/** The collections that exist, as a snapshot for inference. */
export interface CollectionCatalogue {
  /** @param version 0 or absent is the newest */
  describe(name: string, version?: number): CollectionInfo | undefined;
  /** All names, for "did you mean". */
  names(): readonly string[];
}

/** The space of a collection with this encoder: its id, title or key. The one that was saved last for an empty text. */
export function spaceOf(
  { spaces }: Pick<CollectionInfo, 'spaces'>,
  encoder: string,
): CollectionSpace | undefined {
  const wanted = encoder.trim();
  if (wanted === '') return spaces[0];
  return spaces.find(
    ({ key, space }) => key === wanted || space.encoder === wanted || space.title === wanted,
  );
}

/** Numbers or texts of each item by column name. */
export interface ItemColumns {
  readonly columns: readonly CollectionColumn[];
  /** For each item a cell for each column; `undefined` keeps what the collection has. */
  readonly rows: readonly (readonly Cell[] | undefined)[];
}

/** What to keep in a collection. All lists have one entry for each vector. */
export interface CollectionAddition {
  readonly items: readonly Item[];
  /** The sha256 of each picture file; undefined where it is not known. */
  readonly hashes: readonly (string | undefined)[];
  /** N x D. */
  readonly vectors: HostTensor<'float32'>;
  readonly space: Space;
  readonly more?: ItemColumns;
  /**
   * What to do with pictures of the collection that are not among `items`: keep them, remove those whose file does not exist any
   * more, or remove all of them.
   */
  readonly others: 'keep' | 'gone' | 'all';
}

/** What keeping pictures in a collection did. */
export interface CollectionSaved {
  readonly info: CollectionInfo;
  /** Pictures that the collection did not have. */
  readonly added: number;
  /** Pictures whose file has another content than before. */
  readonly changed: number;
  /** Pictures with another category or other cells than before. */
  readonly updated: number;
  /** Pictures that the collection had, and that got a vector of this encoder. */
  readonly encoded: number;
  readonly same: number;
  /** Items that were given more than once, by their file or text. */
  readonly repeated: number;
  /** Pictures that were not given. */
  readonly others: number;
  /** Pictures that were not given and whose file does not exist; undefined if there were too many to look. */
  readonly gone: number | undefined;
  readonly removed: number;
  /** Bytes that were written. */
  readonly bytes: number;
}

/** The vectors of one encoder in a collection, with the pictures behind them. */
export interface CollectionVectors {
  readonly info: CollectionInfo;
  readonly space: Space;
  /** N x D, in the order in which the vectors were added. It lives as long as the collection stays open. */
  readonly tensor: F32;
  /** 1 for each row that fits the filter, otherwise 0; absent without a filter. */
  readonly only?: Uint8Array;
  /** How many rows fit the filter. */
  readonly count: number;
  /** The pictures of some rows. Without `rows`, of all rows that fit the filter, in their order. */
  items(rows?: readonly number[]): Promise<readonly Item[]>;
  /** The vectors of the rows that fit the filter, in their order: a copy where there is a filter. */
  rows(): Promise<F32>;
  /** All columns of the rows that fit the filter, in their order. */
  table(): Promise<{
    readonly columns: readonly CollectionColumn[];
    readonly rows: readonly (readonly Cell[])[];
  }>;
}

/** Named, persisted sets of vectors with metadata. Another process may use the same collection at the same time. */
export interface CollectionService {
  /**
   * @param version 0 or absent is the newest
   * @throws PatchbayError `collection.not-found`, `collection.no-version`, `collection.unreadable`, `collection.newer`
   */
  info(name: string, version?: number): Promise<CollectionInfo>;
  /** A text that changes with every change of the collection, or of this version of it. A missing one has one too. Never throws. */
  fingerprint(name: string, version?: number): Promise<string>;
  /**
   * Adds and changes pictures in one version; the collection is made if there is none. It resolves when everything is on the disk.
   * @throws PatchbayError `collection.*`, CancelledError
   */
  save(name: string, addition: CollectionAddition, work: WorkOptions): Promise<CollectionSaved>;
  /**
   * Opens the vectors of an encoder.
   * @param encoder see {@link spaceOf}
   * @param filter an expression over the columns; see `parseFilter`
   * @throws PatchbayError `collection.*`
   */
  open(
    name: string,
    encoder: string,
    filter: string,
    work: WorkOptions & { readonly version?: number },
  ): Promise<CollectionVectors>;
}

/** The code of the message for a name that no collection has. */
export const NO_COLLECTION = 'collection.not-found';

/** The message for a name that no collection has. */
export const noCollection = (name: string, names: Iterable<string>): Message =>
  say(NO_COLLECTION, { name: name.slice(0, 80), hint: didYouMean(nearestName(name, names)) });

/** The message for a version that is not kept. */
export const noVersion = (name: string, version: number): Message =>
  say('collection.no-version', { name, version, count: KEPT_VERSIONS });

/** The message for a collection without vectors, or without those of an encoder. */
export function noVectorsOf({ name, spaces }: CollectionInfo, encoder: string): Message {
  if (spaces.length === 0) return say('collection.empty', { name });
  const titles = spaces.map(({ space }) => space.title);
  return say('collection.no-vectors', {
    name,
    encoder: encoder.slice(0, 80),
    hint: didYouMean(nearestName(encoder, titles)),
    encoders: titles.join(', '),
  });
}

/**
 * A collection that a param names, as far as it is known; a problem if there is none, or not with this encoder.
 * @param options `version`: 0 is the newest. `after`: what the node waits for. It may make the collection, so a missing one is no problem then.
 */
export function knownCollection(
  catalogue: CollectionCatalogue | undefined,
  name: string,
  encoder: string,
  { version = 0, after = [] }: { readonly version?: number; readonly after?: readonly unknown[] } = {},
): { readonly info?: CollectionInfo; readonly chosen?: CollectionSpace; readonly problem?: ErrorDetails } {
  if (!catalogue || name.trim() === '') return {};
  const info = catalogue.describe(name, version);
  if (!info && version > 0 && after.length === 0 && catalogue.describe(name))
    return { problem: { ...noVersion(name.trim(), version), param: 'version' } };
  if (!info) {
    const names = catalogue.names();
    // One that cannot be read has a name too. The run says why.
    if (after.length > 0 || names.includes(name.trim().normalize('NFC'))) return {};
    return { problem: { ...noCollection(name.trim(), names), param: 'collection' } };
  }
  const chosen = spaceOf(info, encoder);
  const param = info.spaces.length === 0 ? 'collection' : 'encoder';
  return chosen ? { info, chosen } : { info, problem: { ...noVectorsOf(info, encoder), param } };
}

/** How many rows are compared to find the column that names the pictures. */
const COMPARED = 2000;

/**
 * The rows of a table for each item: by the column that holds paths, names or texts of the items, otherwise by their order.
 * @throws PatchbayError `collection.table` if no column names an item and the numbers differ
 */
export function columnsOfTable(items: readonly Item[], { columns, rows }: Table): ItemColumns {
  const places = new Map<string, number>();
  const note = (name: string, at: number) => places.has(name) || places.set(name, at);
  for (const [at, item] of items.entries()) {
    note(itemTitle(item), at);
    if (item.kind === 'image' && item.source.kind === 'file') note(item.source.path, at);
  }
  for (const [at, item] of items.entries()) if (item.kind === 'image') note(item.name, at);
  const found = columns.map(({ type }, i) =>
    type === 'text'
      ? rows.slice(0, COMPARED).reduce((sum, row) => sum + (places.has(String(row[i])) ? 1 : 0), 0)
      : 0,
  );
  const key = found.indexOf(Math.max(0, ...found));
  const isNamed = key >= 0 && found[key]! > 0;
  if (!isNamed && rows.length !== items.length)
    throw new PatchbayError({
      ...say('collection.table', { rows: rows.length, pictures: items.length }),
      port: 'table',
    });
  const kept = columns.flatMap((_, i) => (isNamed && i === key ? [] : [i]));
  const given: (readonly Cell[] | undefined)[] = items.map(() => undefined);
  for (const [n, row] of rows.entries()) {
    const at = isNamed ? places.get(String(row[key])) : n;
    if (at !== undefined) given[at] = kept.map((i) => row[i] ?? null);
  }
  return {
    columns: kept.map((i) => {
      const { title, type, exact } = columns[i]!;
      return { name: title, type: exact ?? type };
    }),
    rows: given,
  };
}

/** Columns of a collection or a file as a table. A column with numbers of too many digits for a number is one of texts. */
export function tableOfColumns(
  columns: readonly CollectionColumn[],
  rows: readonly (readonly Cell[])[],
): Table {
  const types = columns.map(({ type }, i): Table['columns'][number]['type'] => {
    if (type === 'integer') return rows.some((row) => typeof row[i] === 'string') ? 'text' : 'number';
    return type === 'time' ? 'text' : type;
  });
  return {
    kind: 'table',
    columns: columns.map(({ name, type }, i) => ({
      key: `c${i}`,
      title: name,
      type: types[i]!,
      ...((type === 'integer' || type === 'time') && { exact: type }),
    })),
    rows: rows.map((row) =>
      row.map((cell, i) => (types[i] === 'text' && cell !== null ? String(cell) : cell)),
    ),
  };
}
