import { setImmediate as turn } from 'node:timers/promises';
import { PatchbayError, withoutApostrophe } from '../../nodes/sdk/index.ts';
import { labelMessage } from '../contract/messages/labels.ts';

/** A row of a file with labels: its cells by the names of their columns, in lower case. */
export interface Row {
  /** Counted from 1, as editors show it. */
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
}

/** How many rows are read before others get a turn. */
const AT_ONCE = 1000;

/** The columns of the table that Patchbay writes, in order. */
export const OWN_COLUMNS = ['path', 'category', 'not', 'by', 'at', 'hash'] as const;

/** The character between the columns: the one that the first line has most, outside of quotes. */
function delimiterOf(text: string): string {
  const counts = new Map([',', ';', '\t'].map((one) => [one, 0]));
  let isQuoted = false;
  for (const char of text) {
    if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && /[\r\n]/.test(char)) break;
    else if (!isQuoted && counts.has(char)) counts.set(char, counts.get(char)! + 1);
  }
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

/** The records of a CSV file (RFC 4180; lines may end in any way), each with its line. @throws PatchbayError `labels.import-quote` */
function* records(
  text: string,
  delimiter: string,
  name: string,
): Generator<{ readonly line: number; readonly cells: string[] }> {
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const start = line;
    const cells: string[] = [];
    for (;;) {
      let cell = '';
      if (text[at] === '"') {
        const from = line;
        for (at += 1; ; at += 2) {
          const end = text.indexOf('"', at);
          if (end < 0) throw new PatchbayError(labelMessage('labels.import-quote', { name, line: from }));
          const part = text.slice(at, end);
          for (let i = part.indexOf('\n'); i >= 0; i = part.indexOf('\n', i + 1)) line += 1;
          cell += part;
          at = end;
          if (text[at + 1] !== '"') break;
          cell += '"';
        }
        at += 1;
      }
      const rest = at;
      while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at += 1;
      cells.push(cell + text.slice(rest, at));
      if (text[at] !== delimiter) break;
      at += 1;
    }
    if (text[at] === '\r') at += text[at + 1] === '\n' ? 2 : 1;
    else at += 1;
    line += 1;
    yield { line: start, cells };
  }
}

/** The rows of a CSV file below its first line, which names the columns. @throws PatchbayError `labels.import-quote` */
export async function* csvRows(text: string, name: string): AsyncGenerator<Row> {
  const plain = text.replace(/^\uFEFF/, '');
  let header: string[] | undefined;
  let isOwn = false;
  let count = 0;
  for (const { line, cells } of records(plain, delimiterOf(plain), name)) {
    if (cells.length === 1 && cells[0] === '') continue;
    if (!header) {
      header = cells.map((cell) => cell.trim().toLowerCase());
      isOwn = header.join() === OWN_COLUMNS.join();
      continue;
    }
    const named = header.map((column, i): [string, string] => {
      const cell = cells[i] ?? '';
      return [column, isOwn ? withoutApostrophe(cell) : cell];
    });
    yield { line, cells: new Map(named) };
    if (++count % AT_ONCE === 0) await turn();
  }
}

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
};

/** The rows of a file with a JSON object in each line. @throws PatchbayError `labels.import-line` */
export async function* jsonLines(text: string, name: string): AsyncGenerator<Row> {
  for (const [i, one] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (one.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(one);
    } catch {}
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new PatchbayError(labelMessage('labels.import-line', { name, line: i + 1 }));
    const cells = Object.entries(value).map(([key, cell]): [string, string] => [
      key.toLowerCase(),
      textOf(cell),
    ]);
    yield { line: i + 1, cells: new Map(cells) };
    if ((i + 1) % AT_ONCE === 0) await turn();
  }
}

/** Names of the column with the picture, the best first. */
const PICTURE_COLUMNS = ['path', 'file_name', 'filename', 'file', 'image', 'picture', 'item', 'image_path'];
const HASH_COLUMNS = ['hash', 'sha256'];
const LABEL_COLUMNS = ['category', 'label', 'class', 'class_name', 'labels'];

/** Which columns of a file are read. */
export interface Columns {
  readonly path: string | undefined;
  readonly hash: string | undefined;
  readonly label: string;
}

/**
 * Finds the columns with the picture and the category.
 * @throws PatchbayError `labels.import-column`, `labels.import-no-picture-column`, `labels.import-no-label-column`
 */
export function columnsOf(present: readonly string[], name: string, wanted?: string): Columns {
  const columns = present.slice(0, 20).map((column) => `"${column}"`);
  const first = (names: readonly string[]) => names.find((one) => present.includes(one));
  const path = first(PICTURE_COLUMNS);
  const hash = first(HASH_COLUMNS);
  if (path === undefined && hash === undefined)
    throw new PatchbayError(labelMessage('labels.import-no-picture-column', { name, columns }));
  if (wanted !== undefined && !present.includes(wanted.trim().toLowerCase()))
    throw new PatchbayError(labelMessage('labels.import-column', { name, column: wanted, columns }));
  const others = present.filter((column) => column !== path && column !== hash);
  const label =
    wanted?.trim().toLowerCase() ?? first(LABEL_COLUMNS) ?? (others.length === 1 ? others[0] : undefined);
  if (label === undefined)
    throw new PatchbayError(labelMessage('labels.import-no-label-column', { name, columns }));
  return { path, hash, label };
}
