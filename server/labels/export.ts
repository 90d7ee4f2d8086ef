import { dirname, relative, sep } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import {
  csvLine,
  type Delimiter,
  PatchbayError,
  safeName,
  safePath,
  uniqueNames,
} from '../../nodes/sdk/index.ts';
import type { Label, LabelExport } from '../contract/labels.ts';
import { labelMessage } from '../contract/messages/labels.ts';
import { isInside } from '../runtime/files/paths.ts';
import { type SetContent, setText } from '../runtime/labels/set-file.ts';
import { authorText, joinNames, type PictureFinder } from './import.ts';
import { placesOf } from './places.ts';
import { OWN_COLUMNS } from './read-rows.ts';

/** How a set is written. */
export interface ExportOptions {
  /** For `csv`: whether to begin with a byte order mark. */
  readonly excel: boolean;
  /** For `csv`. */
  readonly separator: 'comma' | 'semicolon' | 'tab';
  /** For `metadata-*`: where the paths start; the folder that all pictures share if absent. */
  readonly folder?: string | undefined;
}

const DELIMITERS: Readonly<Record<ExportOptions['separator'], Delimiter>> = {
  comma: ',',
  semicolon: ';',
  tab: '\t',
};
const BYTE_ORDER_MARK = '\uFEFF';
/** How many rows are written before others get a turn. */
const AT_ONCE = 1000;

/** The name and type of an exported file. */
export function exportedFile(
  name: string,
  format: LabelExport,
): { readonly name: string; readonly type: string } {
  const stem = safeName(name, 'categories');
  switch (format) {
    case 'json':
      return { name: `${stem}.json`, type: 'application/json' };
    case 'csv':
      return { name: `${stem}.csv`, type: 'text/csv; charset=utf-8' };
    case 'metadata-csv':
      return { name: 'metadata.csv', type: 'text/csv; charset=utf-8' };
    case 'metadata-jsonl':
      return { name: 'metadata.jsonl', type: 'application/x-ndjson' };
    case 'zip':
      return { name: `${stem}.zip`, type: 'application/zip' };
  }
}

/** Puts lines together, so that the file is written in large parts. */
async function* parts(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  let waiting = '';
  let count = 0;
  for await (const line of lines) {
    waiting += line;
    if (++count % AT_ONCE !== 0) continue;
    yield Buffer.from(waiting);
    waiting = '';
    await turn();
  }
  if (waiting !== '') yield Buffer.from(waiting);
}

const namesOf = ({ categories }: SetContent) => new Map(categories.map(({ id, name }) => [id, name]));

function* tableLines(set: SetContent, { excel, separator }: ExportOptions): Generator<string> {
  const delimiter = DELIMITERS[separator];
  const names = namesOf(set);
  yield `${excel ? BYTE_ORDER_MARK : ''}${csvLine(OWN_COLUMNS, delimiter)}`;
  for (const { path, category, not, by, at, hash } of set.labels.values()) {
    if (category === null && not.length === 0) continue;
    yield csvLine(
      [
        path,
        category === null ? null : (names.get(category) ?? null),
        not.length === 0 ? null : joinNames(not.map((id) => names.get(id) ?? id)),
        ...[authorText(by), at, hash],
      ],
      delimiter,
    );
  }
}

/** The labels with a category whose pictures are files, with their absolute paths. */
async function* placed(
  set: SetContent,
  finder: Pick<PictureFinder, 'resolve'>,
): AsyncGenerator<{ readonly label: Label; readonly category: string; readonly file: string }> {
  const names = namesOf(set);
  let count = 0;
  for (const label of set.labels.values()) {
    const category = label.category === null ? undefined : names.get(label.category);
    if (category === undefined || label.path === null || label.path.startsWith('asset:')) continue;
    const file = await finder.resolve(label.path).catch((error: unknown) => {
      if (error instanceof PatchbayError) return undefined;
      throw error;
    });
    if (++count % AT_ONCE === 0) await turn();
    if (file !== undefined) yield { label, category, file };
  }
}

/** The deepest folder that all files are in. */
function sharedFolder(files: readonly string[]): string {
  let folder = dirname(files[0] ?? sep);
  for (const file of files)
    while (!file.startsWith(folder.endsWith(sep) ? folder : folder + sep) && dirname(folder) !== folder)
      folder = dirname(folder);
  return folder;
}

async function* metadataLines(
  set: SetContent,
  format: 'metadata-csv' | 'metadata-jsonl',
  finder: Pick<PictureFinder, 'resolve'>,
  given: string | undefined,
): AsyncGenerator<string> {
  const all: { readonly category: string; readonly file: string }[] = [];
  for await (const { category, file } of placed(set, finder)) all.push({ category, file });
  const folder =
    given === undefined ? sharedFolder(all.map(({ file }) => file)) : await finder.resolve(given);
  if (format === 'metadata-csv') yield csvLine(['file_name', 'label'], ',', false);
  for (const { category, file } of all) {
    if (!isInside(folder, file)) continue;
    const fileName = relative(folder, file).replaceAll(sep, '/');
    yield format === 'metadata-csv'
      ? csvLine([fileName, category], ',', false)
      : `${JSON.stringify({ file_name: fileName, label: category })}\n`;
  }
}

/** A set as a file, in parts. */
export function exportText(
  set: SetContent,
  name: string,
  format: Exclude<LabelExport, 'zip'>,
  options: ExportOptions,
  finder: Pick<PictureFinder, 'resolve'>,
): AsyncIterable<Uint8Array> {
  if (format === 'json') return setText(set, name);
  if (format === 'csv') return parts(tableLines(set, options));
  return parts(metadataLines(set, format, finder, options.folder));
}

/** A file of an archive; `path` is empty for a picture that is not there any more. */
export type ExportedPicture =
  | { readonly name: string; readonly path: string; readonly isPicture: true }
  | { readonly name: string; readonly content: Uint8Array };

const HASHED_AT_ONCE = 500;

/**
 * The pictures of a set in a folder for each category, then a `metadata.csv` with those that are there. A picture whose file changed
 * counts as not there.
 * @throws PatchbayError `labels.export-nothing` at the end, if none is there
 */
export async function* exportPictures(
  set: SetContent,
  setName: string,
  finder: Pick<PictureFinder, 'resolve' | 'hashes'>,
  assetPath: (hash: string) => string,
): AsyncGenerator<ExportedPicture> {
  const names = namesOf(set);
  const unique = uniqueNames();
  const lines = [csvLine(['file_name', 'label'], ',', false)];
  const all = [...set.labels.values()].filter(({ category }) => category !== null);
  for (let from = 0; from < all.length; from += HASHED_AT_ONCE) {
    const part = all.slice(from, from + HASHED_AT_ONCE);
    const places = await placesOf(part, finder);
    for (const [i, { hash, path, category }] of part.entries()) {
      const label = names.get(category!) ?? category!;
      const stem = (path ?? hash).split(/[/\\:]/).at(-1) || hash;
      const name = unique(safePath(`${safeName(label)}/${safeName(stem, hash)}`));
      const file = places[i];
      const at = file?.startsWith('asset:') ? assetPath(hash) : file;
      yield { name, path: at ?? '', isPicture: true };
      if (at !== undefined) lines.push(csvLine([name, label], ',', false));
    }
  }
  if (lines.length === 1) throw new PatchbayError(labelMessage('labels.export-nothing', { set: setName }));
  yield { name: 'metadata.csv', content: Buffer.from(lines.join('')) };
}
