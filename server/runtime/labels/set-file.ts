import { readdirSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import { asMessage, type Message, PatchbayError } from '../../../nodes/sdk/index.ts';
import { time } from '../../contract/basics.ts';
import {
  type Label,
  type LabelCategory,
  labelCategorySchema,
  labelSchema,
  MAX_CATEGORIES,
  MAX_LABELS,
} from '../../contract/labels.ts';
import { labelMessage } from '../../contract/messages/labels.ts';
import { readRegular } from '../files/regular-file.ts';

/** Everything that a label set holds. Its name is that of its file. */
export interface SetContent {
  /** Tells the file of this set from another one that was put in its place; empty if a file has none. */
  readonly id: string;
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly categories: readonly LabelCategory[];
  /** By the sha256 of the picture, in the order in which the pictures first got a label. */
  readonly labels: ReadonlyMap<string, Label>;
}

/** The changes of one revision, as a line of the log. A list of categories replaces the one before. */
export interface LogEntry {
  readonly revision: number;
  readonly at: string;
  readonly categories?: readonly LabelCategory[];
  readonly labels: readonly Label[];
}

const FORMAT = 'patchbay-labels';
const VERSION = 1;
/** The largest file of a set, in bytes. */
const MAX_BYTES = 400 * 1024 * 1024;
/** How many lines are read or written before others get a turn. */
const AT_ONCE = 1000;

const headSchema = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  id: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  revision: z.int().min(0),
  createdAt: time,
  updatedAt: time,
  categories: z.array(labelCategorySchema).max(MAX_CATEGORIES),
});
const logHeadSchema = z.object({ id: z.string() });
const logEntrySchema = z.object({
  revision: z.int().min(1),
  at: time,
  categories: headSchema.shape.categories.optional(),
  // Checked one by one, with turns in between.
  labels: z.array(z.unknown()),
});

/** The file of a set in the folder of sets. */
export const setFileName = (name: string): string => `${name}.json`;

/** The names of the sets in a folder, without reading any. A folder that does not exist has none. */
export function setNamesIn(folder: string): string[] {
  let files: string[];
  try {
    files = readdirSync(folder);
  } catch {
    return [];
  }
  return files
    .filter((file) => file.endsWith('.json') && !file.startsWith('.'))
    .map((file) => file.slice(0, -'.json'.length).normalize('NFC'));
}

/** The log of the changes that the file of a set does not have yet. */
export const logPathOf = (path: string): string => path.replace(/\.json$/, '.changes.jsonl');

/** A set that cannot be read, and why. */
export function unreadable(name: string, reason: Message | string, cause?: unknown): PatchbayError {
  return new PatchbayError(labelMessage('labels.unreadable', { name, reason: asMessage(reason) }), { cause });
}

const notASet = (reason: string) => labelMessage('labels.not-a-set', { reason });

/** The first problem that a schema found, with its place. */
const firstOf = ({ issues: [first] }: z.ZodError): string =>
  first ? `${first.path.map(String).join('.')}: ${first.message}`.replace(/^: /, '') : '';

/** The lines of a text file without their line ends, and whether the last one had one. */
function* linesOf(
  bytes: Buffer,
): Generator<{ readonly text: string; readonly end: number; isWhole: boolean }> {
  for (let from = 0; from < bytes.length; ) {
    const at = bytes.indexOf(0x0a, from);
    const end = at < 0 ? bytes.length : at + 1;
    yield { text: bytes.toString('utf8', from, at < 0 ? end : at), end, isWhole: at >= 0 };
    from = end;
  }
}

interface Parsed extends Omit<SetContent, 'labels' | 'categories'> {
  readonly categories: readonly LabelCategory[];
  readonly labels: Map<string, Label>;
}

function headOf(value: unknown, name: string): Omit<Parsed, 'labels'> {
  const { format, version } = (value ?? {}) as { format?: unknown; version?: unknown };
  if (format === FORMAT && typeof version === 'number' && version > VERSION)
    throw unreadable(name, labelMessage('labels.newer'));
  const parsed = headSchema.safeParse(value);
  if (!parsed.success) throw unreadable(name, notASet(firstOf(parsed.error)));
  const { categories, id = '', ...head } = parsed.data;
  for (const field of ['id', 'name', 'key'] as const) {
    const values = categories.map((category) => category[field]).filter((one) => one !== null);
    if (new Set(values).size !== values.length) throw unreadable(name, notASet(`categories: ${field} twice`));
  }
  return { id, revision: head.revision, createdAt: head.createdAt, updatedAt: head.updatedAt, categories };
}

/** Adds labels to a set that is being read. A category that the set does not have counts as none. */
function collector(head: Omit<Parsed, 'labels'>, name: string) {
  const labels = new Map<string, Label>();
  const known = new Set(head.categories.map(({ id }) => id));
  return {
    labels,
    add(value: unknown): void {
      const parsed = labelSchema.safeParse(value);
      if (!parsed.success) throw unreadable(name, notASet(firstOf(parsed.error)));
      const { data } = parsed;
      const isKnown = data.category === null || known.has(data.category);
      labels.set(data.hash, {
        ...data,
        category: isKnown ? data.category : null,
        not: data.not.filter((id) => known.has(id)),
      });
      if (labels.size > MAX_LABELS)
        throw unreadable(name, labelMessage('labels.too-many', { count: MAX_LABELS }));
    },
  };
}

/** Reads a file as {@link setText} writes it, label by label; undefined if it looks different. */
async function readOwnLines(bytes: Buffer, name: string): Promise<Parsed | undefined> {
  const lines = linesOf(bytes);
  const first = lines.next();
  if (first.done || !first.value.isWhole || !first.value.text.endsWith('"labels":[')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(`${first.value.text}]}`);
  } catch {
    return undefined;
  }
  const head = headOf(value, name);
  const { labels, add } = collector(head, name);
  let isEnd = false;
  let count = 0;
  for (const { text } of lines) {
    if (isEnd) return text.trim() === '' ? { ...head, labels } : undefined;
    if (text === ']}') isEnd = true;
    else {
      let label: unknown;
      try {
        label = JSON.parse(text.endsWith(',') ? text.slice(0, -1) : text);
      } catch {
        return undefined;
      }
      add(label);
      if (++count % AT_ONCE === 0) await turn();
    }
  }
  return isEnd ? { ...head, labels } : undefined;
}

/** Reads a set from the bytes of its file, also one that other programs wrote. @throws PatchbayError `labels.unreadable` */
export async function parseSet(bytes: Buffer, name: string): Promise<SetContent> {
  const own = await readOwnLines(bytes, name);
  if (own) return own;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    const reason = (cause as Error).message.slice(0, 200);
    throw unreadable(name, labelMessage('labels.not-json', { reason }), cause);
  }
  const head = headOf(value, name);
  const { labels: given } = value as { labels?: unknown };
  if (!Array.isArray(given)) throw unreadable(name, notASet('labels'));
  const { labels, add } = collector(head, name);
  for (const [at, one] of given.entries()) {
    add(one);
    if ((at + 1) % AT_ONCE === 0) await turn();
  }
  return { ...head, labels };
}

/** The file of a set, in parts. The set may change meanwhile: its labels are replaced and never changed. */
export async function* setText(set: SetContent, name: string): AsyncGenerator<Uint8Array> {
  const labels = [...set.labels.values()];
  const head = {
    ...{ format: FORMAT, version: VERSION, id: set.id || undefined, name, revision: set.revision },
    ...{ createdAt: set.createdAt, updatedAt: set.updatedAt, categories: set.categories, labels: [] },
  };
  yield Buffer.from(`${JSON.stringify(head).slice(0, -2)}\n`);
  for (let from = 0; from < labels.length; from += AT_ONCE) {
    const lines = labels.slice(from, from + AT_ONCE).map((label) => JSON.stringify(label));
    yield Buffer.from(`${lines.join(',\n')}${from + AT_ONCE < labels.length ? ',' : ''}\n`);
    await turn();
  }
  yield Buffer.from(']}\n');
}

/** The first line of a log. */
export const logHead = (id: string): string => `${JSON.stringify({ id })}\n`;
/** A revision as a line of a log. */
export const logLine = (entry: LogEntry): string => `${JSON.stringify(entry)}\n`;

/** What a log says: entries in order, and up to which byte it consists of whole lines. */
interface Log {
  readonly id: string | undefined;
  readonly entries: readonly LogEntry[];
  readonly bytes: number;
}

const isAbsent = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

async function readLog(path: string): Promise<Log | undefined> {
  const bytes = await readRegular(path).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  if (bytes === undefined) return undefined;
  let id: string | undefined;
  let whole = 0;
  const entries: LogEntry[] = [];
  for (const { text, end, isWhole } of linesOf(bytes)) {
    // A process that ended while it wrote left a part of a line. Nobody was told that it is kept.
    if (!isWhole) break;
    whole = end;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // Each line says how its pictures are now, so the lines after a damaged one still count.
      continue;
    }
    if (id === undefined) id = logHeadSchema.safeParse(value).data?.id ?? '';
    else {
      const entry = logEntrySchema.safeParse(value);
      if (!entry.success) continue;
      const labels: Label[] = [];
      for (const [at, one] of entry.data.labels.entries()) {
        const label = labelSchema.safeParse(one);
        if (label.success) labels.push(label.data);
        if ((at + 1) % AT_ONCE === 0) await turn();
      }
      entries.push({ ...entry.data, labels });
    }
    await turn();
  }
  return { id, entries, bytes: whole };
}

/** A set as its file and its log say. */
export interface ReadSet {
  readonly set: SetContent;
  /** The whole lines of its log, in bytes; 0 if it has none. */
  readonly logBytes: number;
  /** A log that belongs to another set, so that it was not read. */
  readonly isForeignLog: boolean;
}

/**
 * Reads a set from its file and its log. Another process may be writing: the log is read first, because what leaves the log is in
 * the file before.
 * @throws PatchbayError `labels.unreadable`; the system's error ENOENT
 */
export async function readSet(path: string, name: string): Promise<ReadSet> {
  const log = await readLog(logPathOf(path));
  const { size } = await stat(path);
  if (size > MAX_BYTES)
    throw unreadable(name, labelMessage('labels.too-large', { megabytes: MAX_BYTES / 1024 / 1024 }));
  const set = await parseSet(await readRegular(path), name);
  if (log === undefined) return { set, logBytes: 0, isForeignLog: false };
  if (log.id !== undefined && log.id !== set.id) return { set, logBytes: 0, isForeignLog: true };
  let { revision, updatedAt, categories } = set;
  const labels = new Map(set.labels);
  for (const entry of log.entries) {
    if (entry.revision <= revision) continue;
    ({ revision, at: updatedAt, categories = categories } = entry);
    for (const label of entry.labels) labels.set(label.hash, label);
  }
  return {
    set: { ...set, revision, updatedAt, categories, labels },
    logBytes: log.bytes,
    isForeignLog: false,
  };
}

const signed = ({ ino, size, mtimeMs }: Stats) => `${ino} ${size} ${mtimeMs}`;

/** A text that changes when the file of a set changes; undefined if there is none. */
export const fileState = (path: string): Promise<string | undefined> =>
  stat(path).then(signed, () => undefined);

/** A text that changes when the file of a set or its log changes; undefined if there is no file. */
export async function setState(path: string): Promise<string | undefined> {
  const [file, log] = await Promise.all([fileState(path), fileState(logPathOf(path))]);
  return file === undefined ? undefined : `${file} ${log}`;
}
