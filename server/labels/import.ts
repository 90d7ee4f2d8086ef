import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { type LabelFolder, type Message, messageOf, PatchbayError } from '../../nodes/sdk/index.ts';
import {
  type ImportLabels,
  type LabelAuthor,
  type LabelEdit,
  type LabelSet,
  type LabelsImported,
  labelAuthorSchema,
  labelCategorySchema,
  labelSchema,
} from '../contract/labels.ts';
import { fileMessage } from '../contract/messages/files.ts';
import { labelMessage } from '../contract/messages/labels.ts';
import { readRegular } from '../runtime/files/regular-file.ts';
import { parseSet, type SetContent } from '../runtime/labels/set-file.ts';
import { type HashedChange, isRuledOutFor, newCategoryId } from './changes.ts';
import { type Columns, columnsOf, csvRows, jsonLines, type Row } from './read-rows.ts';
import { categoriesByName, type LabelStore } from './store.ts';

/** How an import finds and hashes pictures. */
export interface PictureFinder {
  /** The absolute path of what a workflow would name so. @throws PatchbayError `file.*`, `path.*` */
  resolve(path: string): Promise<string>;
  /** An absolute path as workflows write it. */
  written(absolute: string): string;
  /** The hashes of pictures by absolute paths or `asset:HASH`, in order. */
  hashes(
    paths: readonly string[],
  ): Promise<readonly ({ readonly hash: string } | { readonly problem: Message })[]>;
  /** The pictures of a folder with the names of their subfolders. */
  pictures(
    folder: string,
    labelFolder: LabelFolder,
  ): Promise<readonly { readonly file: string; readonly path: string; readonly label?: string }[]>;
}

/** One picture of an import, with its category by name. */
interface Found {
  /** For people: where in the import it is. */
  readonly name: string;
  readonly line?: number;
  readonly hash?: string;
  /** The absolute path or `asset:HASH`, if the hash is not known. */
  readonly file?: string;
  /** As workflows write it. */
  readonly path?: string;
  readonly category: string | null;
  readonly not?: readonly string[];
  readonly by?: LabelAuthor;
  readonly at?: string;
}

interface Category {
  readonly name: string;
  readonly color?: string;
  readonly key?: number | null;
}

/** What a file or folder says, before its pictures are hashed. */
interface Source {
  readonly found: readonly Found[];
  /** Categories that the file describes further. */
  readonly categories: readonly Category[];
  readonly by: LabelAuthor;
}

/** The largest file to import from, in bytes. */
const MAX_FILE_BYTES = 128 * 1024 * 1024;
const HASHED_AT_ONCE = 2000;
/** How many rows that were left out are named. */
const MOST_NAMED = 100;
/** An import that changes more pictures than this has no undo. */
const MOST_UNDONE = 20_000;
/** How deep and in how many folders `metadata.*` is looked for. */
const MOST_DEPTH = 3;
const MOST_FOLDERS = 500;

type Skipped = LabelsImported['skipped']['first'][number];

/** Collects what was left out: all of it is counted, the first are named. */
function leftOut() {
  const first: Skipped[] = [];
  let total = 0;
  return {
    add(one: Pick<Found, 'name' | 'line'>, message: Message): void {
      total += 1;
      if (first.length >= MOST_NAMED) return;
      const { code, args } = message;
      first.push({
        ...{ name: one.name, code, message: message.message },
        ...(one.line !== undefined && { line: one.line }),
        ...(args && { args }),
      });
    },
    result: () => ({ total, first }),
  };
}

const HASH = /^[0-9a-f]{64}$/i;

/** Marks in one cell: names with `|` between them. */
export const joinNames = (names: readonly string[]): string =>
  names.map((name) => name.replaceAll(/[\\|]/g, '\\$&')).join('|');
const splitNames = (cell: string): string[] =>
  [...cell.matchAll(/(?:\\.|[^|\\])+/gs)].map(([name]) => name.replaceAll(/\\(.)/gs, '$1')).filter(Boolean);

/** An author in one cell: `person`, `model:NAME`. */
export const authorText = ({ kind, name }: LabelAuthor): string => (name ? `${kind}:${name}` : kind);
function authorOf(cell: string | undefined): LabelAuthor | undefined {
  const [kind, ...name] = (cell ?? '').split(':');
  return labelAuthorSchema.safeParse({ kind, ...(name.length > 0 && { name: name.join(':') }) }).data;
}

async function textAt(file: string, path: string): Promise<Buffer> {
  try {
    if ((await stat(file)).size > MAX_FILE_BYTES)
      throw new PatchbayError(
        labelMessage('labels.import-too-large', { path, megabytes: MAX_FILE_BYTES / 1024 / 1024 }),
      );
    return await readRegular(file);
  } catch (cause) {
    if (cause instanceof PatchbayError) throw cause;
    throw new PatchbayError(fileMessage('file.not-found', { path }), { cause });
  }
}

/** The file that a row names: an absolute path, one as workflows write it, or one below a folder. */
function fileOf(path: string, folder: string | undefined): string {
  const isOwn = /^(asset:|sample:|uploads:|file:|~(?=$|[\\/]))/.test(path) || resolve(path) === path;
  return isOwn || folder === undefined ? path : join(folder, path);
}

interface RowFile {
  readonly rows: AsyncIterable<Row>;
  readonly name: string;
  /** Where its relative paths start; absolute. */
  readonly folder: string | undefined;
  readonly column: string | undefined;
}

async function fromRows(
  { rows, name, folder, column }: RowFile,
  skip: (one: Pick<Found, 'name' | 'line'>, message: Message) => void,
): Promise<Found[]> {
  let columns: Columns | undefined;
  const found: Found[] = [];
  for await (const { line, cells } of rows) {
    columns ??= columnsOf([...cells.keys()], name, column);
    const cell = (key: string | undefined) => (key === undefined ? '' : (cells.get(key) ?? '').trim());
    const [hash, path, label] = [cell(columns.hash), cell(columns.path), cell(columns.label)];
    const own = { name: path || hash || name, line };
    const not = splitNames(cell('not'));
    if (label === '' && not.length === 0) continue;
    const names = [...(label === '' ? [] : [label]), ...not].map((one) =>
      labelCategorySchema.shape.name.safeParse(one),
    );
    const isHash = HASH.test(hash);
    if (names.some(({ success }) => !success))
      skip(own, labelMessage('labels.import-category', { count: 200 }));
    else if (!isHash && path === '') skip(own, labelMessage('labels.import-no-file'));
    else {
      const [first, ...others] = names.map(({ data }) => data!);
      const by = authorOf(cells.get('by'));
      const at = labelSchema.shape.at.safeParse(cells.get('at')).data;
      found.push({
        ...own,
        category: label === '' ? null : first!,
        ...(not.length > 0 && { not: label === '' ? [first!, ...others] : others }),
        ...(isHash
          ? { hash: hash.toLowerCase(), ...(path !== '' && path.length <= 4000 && { path }) }
          : { file: fileOf(path, folder) }),
        ...(by && { by }),
        ...(at && { at }),
      });
    }
  }
  if (!columns) throw new PatchbayError(labelMessage('labels.import-empty', { name }));
  return found;
}

async function fromSetFile(bytes: Buffer, name: string): Promise<Pick<Source, 'found' | 'categories'>> {
  const set = await parseSet(bytes, name);
  const names = new Map(set.categories.map((category) => [category.id, category.name]));
  const found = [...set.labels.values()].map(({ hash, path, category, not, by, at }): Found => {
    const ruledOut = not.map((id) => names.get(id)!);
    const known = { name: path ?? hash, hash, by, at, ...(path !== null && { path }) };
    return {
      ...known,
      category: category === null ? null : names.get(category)!,
      ...(ruledOut.length > 0 && { not: ruledOut }),
    };
  });
  return {
    found: found.filter(({ category, not, path }) => (category ?? not ?? path) !== undefined),
    categories: set.categories.map(({ name, color, key }) => ({ name, color, key })),
  };
}

/** The folders with a `metadata.csv` or `metadata.jsonl`, from a folder down. Links to folders are not followed. */
async function metadataIn(folder: string): Promise<string[]> {
  const open = [{ at: folder, depth: 0 }];
  const found: string[] = [];
  for (let visited = 0; open.length > 0 && visited < MOST_FOLDERS; visited++) {
    const { at, depth } = open.shift()!;
    const entries = await readdir(at, { withFileTypes: true }).catch(() => []);
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    const file = ['metadata.jsonl', 'metadata.csv'].find((name) => files.includes(name));
    if (file !== undefined) found.push(join(at, file));
    if (depth < MOST_DEPTH)
      for (const entry of entries)
        if (entry.isDirectory()) open.push({ at: join(at, entry.name), depth: depth + 1 });
  }
  return found;
}

async function read(
  wanted: ImportLabels,
  { resolve: absolute, pictures }: PictureFinder,
  skip: (one: Pick<Found, 'name' | 'line'>, message: Message) => void,
): Promise<Source> {
  const { from, path, text, column, labelFolder } = wanted;
  if (from === 'subfolders' || from === 'imagefolder' || from === 'folder') {
    if (path === undefined) throw new PatchbayError(labelMessage('labels.import-folder'));
    const folder = await absolute(path);
    const by: LabelAuthor = wanted.by ?? { kind: 'folder', name: basename(folder).slice(0, 200) };
    if (from !== 'imagefolder') {
      const all = await pictures(folder, labelFolder);
      const found = all.flatMap(({ file, path: name, label }): Found[] => {
        if (from === 'folder') return [{ name, file, category: null }];
        const category = labelCategorySchema.shape.name.safeParse(label ?? '').data;
        return category === undefined ? [] : [{ name, file, category }];
      });
      if (found.length === 0)
        throw new PatchbayError(
          labelMessage(from === 'folder' ? 'labels.import-empty-folder' : 'labels.import-no-pictures', {
            path,
          }),
        );
      return { found, categories: [], by };
    }
    const files = await metadataIn(folder);
    if (files.length === 0) throw new PatchbayError(labelMessage('labels.import-no-metadata', { path }));
    const found: Found[] = [];
    for (const file of files) {
      const name = basename(file);
      const content = (await textAt(file, name)).toString('utf8');
      const rows = name.endsWith('.csv') ? csvRows(content, name) : jsonLines(content, name);
      for (const one of await fromRows({ rows, name, folder: dirname(file), column }, skip)) found.push(one);
    }
    return { found, categories: [], by };
  }
  if (path === undefined && text === undefined) throw new PatchbayError(labelMessage('labels.import-what'));
  const file = path === undefined ? undefined : await absolute(path);
  const name = file === undefined ? (wanted.name ?? `labels.${from}`) : basename(file);
  const by: LabelAuthor = wanted.by ?? { kind: 'file', name: name.slice(0, 200) };
  const bytes = text === undefined ? await textAt(file!, path!) : Buffer.from(text);
  if (from === 'json') return { ...(await fromSetFile(bytes, name)), by };
  const folder = wanted.folder === undefined ? file && dirname(file) : await absolute(wanted.folder);
  const content = bytes.toString('utf8');
  const rows = from === 'csv' ? csvRows(content, name) : jsonLines(content, name);
  return { found: await fromRows({ rows, name, folder, column }, skip), categories: [], by };
}

/** Adds hashes. What cannot be hashed is left out. */
async function hashed(
  found: readonly Found[],
  finder: PictureFinder,
  skip: (one: Pick<Found, 'name' | 'line'>, message: Message) => void,
): Promise<(Found & { readonly hash: string })[]> {
  const all: (Found & { readonly hash: string })[] = [];
  for (let from = 0; from < found.length; from += HASHED_AT_ONCE) {
    const part = found.slice(from, from + HASHED_AT_ONCE);
    const files = await Promise.all(
      part.map(async (one) => {
        if (one.file === undefined || one.file.startsWith('asset:')) return one.file;
        return finder.resolve(one.file).catch((error: unknown) => {
          if (!(error instanceof PatchbayError)) throw error;
          skip(one, messageOf(error));
          return undefined;
        });
      }),
    );
    const asked = files.filter((file) => file !== undefined);
    const answers = asked.length === 0 ? [] : await finder.hashes(asked);
    let next = 0;
    for (const [i, one] of part.entries()) {
      const file = files[i];
      if (one.hash !== undefined) all.push({ ...one, hash: one.hash });
      else if (file !== undefined) {
        const answer = answers[next++]!;
        if ('problem' in answer) skip(one, answer.problem);
        else {
          const path = file.startsWith('asset:') ? file : finder.written(file);
          all.push({ ...one, hash: answer.hash, path });
        }
      }
    }
    await turn();
  }
  return all;
}

/** What an import changes in a set as it is now. */
function changesFor(
  set: SetContent,
  found: readonly (Found & { readonly hash: string })[],
  categories: readonly Category[],
  replace: boolean,
  author: LabelAuthor,
) {
  const ids = new Map([...categoriesByName(set)].map(([name, { id }]) => [name, id]));
  const keys = new Set(set.categories.map(({ key }) => key));
  const described = new Map(categories.map((category) => [category.name, category]));
  const edits: LabelEdit[] = [];
  const idOf = (name: string): string => {
    const known = ids.get(name);
    if (known !== undefined) return known;
    const id = newCategoryId();
    const { color, key = null } = described.get(name) ?? {};
    // A key that the set uses stays with its category.
    const free = key !== null && !keys.has(key) ? key : undefined;
    if (free !== undefined) keys.add(free);
    edits.push({ op: 'add', id, name, ...(color && { color }), ...(free !== undefined && { key: free }) });
    ids.set(name, id);
    return id;
  };
  for (const { name } of categories) idOf(name);
  const changes: HashedChange[] = [];
  const counts = { labelled: 0, pictures: 0, same: 0, kept: 0, ruledOut: 0 };
  // A picture that the import has twice counts once, with its last row.
  for (const one of new Map(found.map((each) => [each.hash, each])).values()) {
    const { hash, path, by, at } = one;
    const before = set.labels.get(hash);
    const category = one.category === null ? null : idOf(one.category);
    const not = one.not?.map(idOf);
    if (before === undefined) counts.pictures += 1;
    // A picture that comes without a category keeps what the set says. The set learns where it is.
    if (before !== undefined && category === null && not === undefined) {
      counts.same += 1;
      if (path !== undefined && path !== before.path)
        changes.push({ hash, path, by: before.by, at: before.at });
      continue;
    }
    const isSameMarks = not === undefined || not.join() === before?.not.join();
    const isSame = before !== undefined && (category === null || before.category === category) && isSameMarks;
    if (isSame) {
      counts.same += 1;
      continue;
    }
    // As `planChanges` decides too; here it is counted.
    const isBarred = category !== null && not === undefined && isRuledOutFor(before, category);
    if (isBarred && (by ?? author).kind !== 'person') {
      counts.ruledOut += 1;
      continue;
    }
    const isTaken = before !== undefined && before.category !== null && before.category !== category;
    if (isTaken && !replace) {
      counts.kept += 1;
      continue;
    }
    if (category !== null && before?.category !== category) counts.labelled += 1;
    changes.push({
      hash,
      ...(path !== undefined && { path }),
      ...(category !== null && { category }),
      ...(not && { not }),
      ...(by && { by }),
      ...(at && { at }),
    });
  }
  return { edits, changes, counts };
}

/**
 * Adds the labels of a file or folder to a set, in one revision.
 * @throws PatchbayError `labels.*`, `file.*`, `image.*`
 */
export async function importLabels(
  store: LabelStore,
  name: string,
  wanted: ImportLabels,
  finder: PictureFinder,
): Promise<LabelsImported> {
  // Before anything is read, because hashing takes long.
  await store.get(name);
  const skipped = leftOut();
  const { found, categories, by } = await read(wanted, finder, skipped.add);
  const pictures = await hashed(found, finder, skipped.add);
  let counts = { labelled: 0, pictures: 0, same: 0, kept: 0, ruledOut: 0 };
  let added: string[] = [];
  const changed = await store.update(
    name,
    (set) => {
      const { edits, changes, counts: counted } = changesFor(set, pictures, categories, wanted.replace, by);
      counts = counted;
      added = edits.flatMap((edit) => (edit.op === 'add' ? [edit.name] : []));
      return { edits, changes, by };
    },
    MOST_UNDONE,
  );
  const { set, revision, undo }: { set: LabelSet; revision: number; undo: LabelsImported['undo'] } = changed;
  return { revision, set, ...counts, added, skipped: skipped.result(), undo };
}
