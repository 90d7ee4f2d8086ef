import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import { isKeptName, MAX_KEPT_NAME } from '../contract/kept-name.ts';
import type {
  Label,
  LabelAuthor,
  LabelCategory,
  LabelChanges,
  LabelSet,
  LabelsNotice,
  LabelsPage,
} from '../contract/labels.ts';
import { labelMessage } from '../contract/messages/labels.ts';
import { setNotFound } from '../contract/set-not-found.ts';
import { writeFileAtomic } from '../runtime/files/atomic.ts';
import { makeFolder } from '../runtime/files/make-folder.ts';
import {
  fileState,
  logHead,
  logLine,
  logPathOf,
  readSet,
  type SetContent,
  setFileName,
  setState,
  setText,
} from '../runtime/labels/set-file.ts';
import { applied, type HashedChanges, type Planned, planChanges, undoOf } from './changes.ts';

/** What a change of a set did. */
export interface SetChanged {
  readonly set: LabelSet;
  readonly revision: number;
  /** The entries of the pictures that the request named, in its order, each once. */
  readonly labels: readonly Label[];
  /** The requests that undo it; null if they are too many. */
  readonly undo: readonly LabelChanges[] | null;
}

/** What to list of the labels of a set. */
export interface LabelsQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly after: number;
  readonly category?: string | undefined;
}

/** The label sets of a data folder. One process at a time may change them; others may read the files meanwhile. */
export interface LabelStore {
  /** All sets by name. A set that cannot be read has a `problem`. */
  list(): Promise<LabelSet[]>;
  /** @throws PatchbayError `labels.not-found`, `labels.unreadable` */
  get(name: string): Promise<LabelSet>;
  /** @throws PatchbayError `labels.name`, `labels.name-taken` */
  create(name: string, categories?: HashedChanges['edits']): Promise<LabelSet>;
  /**
   * Takes a set from elsewhere. A set of this name with other labels stays as it is, and the new one gets a number behind its name; one
   * with the same labels is used as it is. Resolves to the name. @throws PatchbayError `labels.name`
   */
  adopt(name: string, content: SetContent): Promise<string>;
  /** @throws PatchbayError `labels.not-found`, `labels.name`, `labels.name-taken` */
  rename(name: string, to: string): Promise<LabelSet>;
  /** Removes a set: `move` takes its file away. @throws PatchbayError `labels.not-found` */
  remove<T>(name: string, move: () => Promise<T>): Promise<T>;
  /** A page of the labels of a set. @throws PatchbayError `labels.not-found`, `labels.cursor` */
  labels(name: string, query: LabelsQuery): Promise<LabelsPage>;
  /** Everything that a set holds, as it is now. @throws PatchbayError `labels.not-found`, `labels.unreadable` */
  content(name: string): Promise<SetContent>;
  /** Changes a set in one revision. It resolves when the change is on the disk. @throws PatchbayError `labels.*` */
  change(name: string, changes: HashedChanges): Promise<SetChanged>;
  /**
   * Like {@link change}, with changes that are made from the set as it is when they are made.
   * @param undoAbove there is no `undo` if more pictures than this changed
   */
  update(
    name: string,
    changesFor: (set: SetContent) => HashedChanges,
    undoAbove?: number,
  ): Promise<SetChanged>;
  /** Tells that something outside of the store changed the file of a set, for example the trash. */
  touched(name: string, change: LabelsNotice['change']): Promise<void>;
  /** Writes all changes into the files of the sets. */
  close(): Promise<void>;
}

/** The options of a store. */
export interface LabelStoreOptions {
  /** Called after each change. */
  readonly onChange?: (notice: LabelsNotice) => void;
  /** Called with errors that nobody waits for. */
  readonly onError?: (error: unknown) => void;
  /** How long after the last change the log is written into the file of its set, in milliseconds. */
  readonly foldAfterMs?: number;
  /** Whether this process may only read: another one may be writing. */
  readonly readOnly?: boolean;
  /** A log is not longer than this, or than half of the file of its set, in bytes. */
  readonly maxLogBytes?: number;
}

/** More labels than this are worked on in several steps. */
const MANY = 1000;
/** How many sets stay in memory. */
const MAX_OPEN = 8;
const FOLD_AFTER_MS = 30_000;
const MAX_LOG_BYTES = 1024 * 1024;
const NOBODY: LabelAuthor = { kind: 'person' };

/** A set in memory. */
interface OpenSet {
  readonly path: string;
  content: SetContent;
  /** The labels of `content`; they are changed in place. */
  labels: Map<string, Label>;
  /** The state of the file that `content` was read from or written to. */
  fileState: string | undefined;
  /** Bytes of the file, as an estimate for when to write it again. */
  fileBytes: number;
  /** Whole lines of the log, in bytes. */
  logBytes: number;
  counts: Counts;
}

interface Counts {
  readonly byCategory: Map<string, number>;
  labelled: number;
  ruledOut: number;
}

function count(counts: Counts, label: Label | undefined, step: 1 | -1): void {
  if (!label) return;
  if (label.not.length > 0) counts.ruledOut += step;
  if (label.category === null) return;
  counts.labelled += step;
  counts.byCategory.set(label.category, (counts.byCategory.get(label.category) ?? 0) + step);
}

function countsOf(labels: ReadonlyMap<string, Label>): Counts {
  const counts: Counts = { byCategory: new Map(), labelled: 0, ruledOut: 0 };
  for (const label of labels.values()) count(counts, label, 1);
  return counts;
}

function summaryOf(name: string, { content, counts }: Pick<OpenSet, 'content' | 'counts'>): LabelSet {
  return {
    name,
    revision: content.revision,
    createdAt: content.createdAt,
    updatedAt: content.updatedAt,
    categories: content.categories.map((category) => ({
      ...category,
      count: counts.byCategory.get(category.id) ?? 0,
    })),
    labelled: counts.labelled,
    ruledOut: counts.ruledOut,
  };
}

const notFound = (name: string, names: Iterable<string>) => new PatchbayError(setNotFound(name, names));
const badName = (name: string) =>
  new PatchbayError(labelMessage('labels.name', { name: name.slice(0, 80), count: MAX_KEPT_NAME }));
/** What a set says, by names of categories, because ids differ between sets: which categories, and what each picture has. */
function saysOf({ categories, labels }: SetContent): {
  readonly names: string;
  readonly by: Map<string, string>;
} {
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  const by = new Map<string, string>();
  for (const { hash, category, not } of labels.values())
    if (category !== null || not.length > 0)
      by.set(
        hash,
        JSON.stringify([
          category === null ? null : names.get(category),
          not.map((id) => names.get(id)).sort(),
        ]),
      );
  return { names: JSON.stringify([...names.values()]), by };
}

/** Whether two sets have the same categories, in the same order, and say the same about each picture. */
function isSame(a: SetContent, b: SetContent): boolean {
  const [own, other] = [saysOf(a), saysOf(b)];
  if (own.names !== other.names || own.by.size !== other.by.size) return false;
  return [...own.by].every(([hash, says]) => other.by.get(hash) === says);
}

const isAbsent = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';
/** Renames a log whose set is not here. Nobody knows whether its owner wants it back. */
const setAside = (path: string) =>
  rename(path, `${path}.${randomBytes(4).toString('hex')}.old`).catch((error: unknown) => {
    if (!isAbsent(error)) throw error;
  });
const folded = (name: string) => name.normalize('NFC').toLowerCase();

/**
 * Opens the label sets of a data folder.
 *
 * Each set is `NAME.json`, and beside it a log of the changes that the file does not have yet. A change is one line of the log, and is
 * answered when the line is on the disk. Now and then, and before the file is moved, the whole set is written anew and the log is
 * emptied. A process that ends at any moment leaves either the file of before with the whole log, or the new file.
 *
 * @param folder `labels` of the data folder; it is made with the first set
 */
export function openLabelStore(folder: string, options: LabelStoreOptions = {}): LabelStore {
  const { onChange, onError, readOnly, foldAfterMs = FOLD_AFTER_MS, maxLogBytes = MAX_LOG_BYTES } = options;
  /** In the order of their last use. */
  const opened = new Map<string, OpenSet>();
  /** What lists show of sets that are not in memory, by the state of their files. */
  const summaries = new Map<string, { readonly state: string; readonly set: LabelSet }>();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };

  /** The names of all sets, with the names of their files, which macOS may write in another form. */
  async function names(): Promise<Map<string, string>> {
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      if (isAbsent(error)) return [];
      throw error;
    });
    return new Map(
      entries
        .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
        .map(({ name }): [string, string] => [name.slice(0, -'.json'.length).normalize('NFC'), name])
        .filter(([name]) => isKeptName(name))
        .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })),
    );
  }

  /** Brings a set into memory, anew if somebody replaced its file. */
  async function load(name: string): Promise<OpenSet> {
    const all = await names();
    const file = all.get(name);
    if (file === undefined) {
      opened.delete(name);
      throw notFound(name, all.keys());
    }
    const path = join(folder, file);
    const state = await fileState(path);
    const known = opened.get(name);
    opened.delete(name);
    if (known && known.fileState === state && known.path === path) {
      opened.set(name, known);
      return known;
    }
    const { set, logBytes, isForeignLog } = await readSet(path, name);
    if (isForeignLog && !readOnly) await setAside(logPathOf(path));
    const labels = new Map(set.labels);
    const own: OpenSet = {
      path,
      labels,
      content: { ...set, labels },
      fileState: state,
      fileBytes: labels.size * 250,
      logBytes,
      counts: countsOf(labels),
    };
    opened.set(name, own);
    for (const oldest of opened.keys()) {
      if (opened.size <= MAX_OPEN) break;
      // Its log stays on the disk, and is read again with it.
      opened.delete(oldest);
    }
    return own;
  }

  /** Writes a set with its log into its file, and empties the log. */
  async function fold(name: string, set: OpenSet, content = set.content): Promise<void> {
    const named = content.id === '' ? { ...content, id: randomBytes(16).toString('hex') } : content;
    const bytes = await writeFileAtomic(set.path, setText(named, name));
    set.content = named;
    set.fileState = await fileState(set.path);
    set.fileBytes = bytes;
    // The lines that are in the file now are passed over, so a process that ends here loses and doubles nothing.
    await rm(logPathOf(set.path), { force: true }).then(
      () => {
        set.logBytes = 0;
      },
      (error: unknown) => onError?.(error),
    );
  }

  const foldAll = async () => {
    if (readOnly) return;
    for (const [name, set] of [...opened]) {
      if (set.logBytes === 0) continue;
      // Another file in its place is not overwritten.
      if ((await fileState(set.path)) !== set.fileState) opened.delete(name);
      else await fold(name, set);
    }
  };
  const foldSoon = () => {
    clearTimeout(timer);
    if (isClosed) return;
    timer = setTimeout(() => void inTurn(foldAll).catch((error) => onError?.(error)), foldAfterMs);
    timer.unref();
  };

  /** Adds a line to the log of a set. @throws the system's error; the log is then as before */
  async function append(set: OpenSet, line: string): Promise<void> {
    const path = logPathOf(set.path);
    const file = await open(path, 'a', 0o600);
    const head = set.logBytes === 0 ? logHead(set.content.id) : '';
    try {
      // The end of a line that a killed process could not finish.
      await file.truncate(set.logBytes);
      await file.writeFile(head + line);
      await file.datasync();
    } catch (error) {
      await file.truncate(set.logBytes).catch(() => undefined);
      throw error;
    } finally {
      await file.close();
    }
    set.logBytes += Buffer.byteLength(head + line);
  }

  /** Keeps a planned change on the disk and then in memory. */
  async function keep(name: string, set: OpenSet, planned: Planned, at: string): Promise<void> {
    const { categories, labels } = planned;
    const revision = set.content.revision + 1;
    const entry = { revision, at, ...(categories && { categories }), labels: [...labels.values()] };
    const isLarge = labels.size * 250 > Math.max(maxLogBytes, set.fileBytes / 2);
    if (isLarge || set.content.id === '') {
      // Rather than in a long line, the change is kept in the file itself.
      await turn();
      const next = new Map(set.labels);
      const content = applied(set.content, next, planned, at);
      await fold(name, set, content);
      const counts = countsOf(next);
      set.labels = next;
      set.counts = counts;
      return;
    }
    await append(set, logLine(entry));
    for (const [hash, label] of labels) {
      count(set.counts, set.labels.get(hash), -1);
      count(set.counts, label, 1);
    }
    set.content = applied(set.content, set.labels, planned, at);
    if (set.logBytes > Math.max(maxLogBytes, set.fileBytes / 2))
      await fold(name, set).catch((error) => onError?.(error));
    else foldSoon();
  }

  async function checkFree(name: string, own?: string): Promise<void> {
    if (!isKeptName(name)) throw badName(name);
    for (const other of (await names()).keys())
      if (folded(other) === folded(name) && other !== own)
        throw new PatchbayError(labelMessage('labels.name-taken', { name: other }));
  }

  /** Writes the file of a new set. */
  async function put(name: string, content: SetContent): Promise<LabelSet> {
    await makeFolder(folder);
    const path = join(folder, setFileName(name));
    await setAside(logPathOf(path));
    await writeFileAtomic(path, setText(content, name));
    const set = summaryOf(name, await load(name));
    onChange?.({ name, revision: set.revision, change: 'created' });
    return set;
  }

  const update: LabelStore['update'] = (name, changesFor, undoAbove = Number.POSITIVE_INFINITY) =>
    inTurn(async () => {
      const set = await load(name);
      const changes = changesFor(set.content);
      const at = new Date().toISOString();
      const planned = planChanges(set.content, name, changes, at);
      // A change of 100,000 labels takes a while. Others get a turn between its steps.
      if (planned.labels.size > MANY) await turn();
      const undo =
        planned.labels.size > undoAbove ? null : undoOf(set.content, planned, changes.by ?? NOBODY);
      if (planned.labels.size > 0 || planned.categories) {
        await keep(name, set, planned, at);
        onChange?.({ name, revision: set.content.revision, change: 'changed' });
      }
      const asked = new Set((changes.changes ?? []).map(({ hash }) => hash));
      return {
        set: summaryOf(name, set),
        revision: set.content.revision,
        labels: [...asked].map((hash) => set.labels.get(hash)!),
        undo,
      };
    });

  const nameOf = (name: string) => name.normalize('NFC');

  return {
    list: () =>
      inTurn(async () => {
        const sets: LabelSet[] = [];
        for (const [name, file] of await names()) {
          const path = join(folder, file);
          const state = (await setState(path)) ?? '';
          const known = summaries.get(name);
          if (known?.state === state) {
            sets.push(known.set);
            continue;
          }
          try {
            const set = summaryOf(name, await load(name));
            summaries.set(name, { state, set });
            sets.push(set);
          } catch (error) {
            if (!(error instanceof PatchbayError)) throw error;
            if (error.code === 'labels.not-found') continue;
            const { code, args, message } = error;
            const never = new Date(0).toISOString();
            sets.push({
              ...{
                name,
                revision: 0,
                createdAt: never,
                updatedAt: never,
                categories: [],
                labelled: 0,
                ruledOut: 0,
              },
              problem: { code, ...(args && { args }), message },
            });
          }
        }
        for (const name of summaries.keys())
          if (!sets.some((set) => set.name === name)) summaries.delete(name);
        return sets;
      }),

    get: (name) => inTurn(async () => summaryOf(nameOf(name), await load(nameOf(name)))),
    content: (name) =>
      inTurn(async () => {
        const { content, labels } = await load(nameOf(name));
        return { ...content, labels: new Map(labels) };
      }),

    create: (given, categories = []) =>
      inTurn(async () => {
        const name = nameOf(given.trim());
        await checkFree(name);
        const at = new Date().toISOString();
        const id = randomBytes(16).toString('hex');
        const empty: SetContent = {
          ...{ id, revision: 0, createdAt: at, updatedAt: at, categories: [] },
          labels: new Map(),
        };
        const { categories: first = [] } = planChanges(empty, name, { edits: categories }, at);
        return put(name, { ...empty, categories: first });
      }),

    adopt: (given, content) =>
      inTurn(async () => {
        const first = nameOf(given.trim());
        if (!isKeptName(first)) throw badName(first);
        const all = [...(await names()).keys()];
        for (let n = 1; ; n++) {
          const end = n === 1 ? '' : ` ${n}`;
          const name = `${first.slice(0, MAX_KEPT_NAME - end.length)}${end}`;
          const taken = all.find((one) => folded(one) === folded(name));
          if (taken === undefined) {
            await put(name, { ...content, id: randomBytes(16).toString('hex') });
            return name;
          }
          // A set that cannot be read is another one.
          const own = await load(taken).catch((error: unknown) => {
            if (error instanceof PatchbayError) return undefined;
            throw error;
          });
          if (own && isSame(own.content, content)) return taken;
        }
      }),

    rename: (given, wanted) =>
      inTurn(async () => {
        const [name, to] = [nameOf(given), nameOf(wanted.trim())];
        const set = await load(name);
        if (name === to) return summaryOf(name, set);
        await checkFree(to, name);
        await fold(to, set);
        await rename(set.path, join(folder, setFileName(to)));
        opened.delete(name);
        const renamed = summaryOf(to, await load(to));
        onChange?.({ name, revision: renamed.revision, change: 'renamed', renamedTo: to });
        return renamed;
      }),

    remove: (given, move) =>
      inTurn(async () => {
        const name = nameOf(given);
        const all = await names();
        if (!all.has(name)) throw notFound(name, all.keys());
        // A set that cannot be read can still be deleted, as it is.
        const set = await load(name).catch((error: unknown) => {
          if (error instanceof PatchbayError) return undefined;
          throw error;
        });
        if (set && set.logBytes > 0) await fold(name, set);
        const moved = await move();
        opened.delete(name);
        onChange?.({ name, revision: set?.content.revision ?? 0, change: 'deleted' });
        return moved;
      }),

    labels: (given, { limit, cursor = '0', after, category }) =>
      inTurn(async () => {
        const { content, labels } = await load(nameOf(given));
        const from = /^\d{1,9}$/.test(cursor) ? Number(cursor) : Number.NaN;
        if (!(from <= labels.size)) throw new PatchbayError(labelMessage('labels.cursor'));
        const items: Label[] = [];
        let at = 0;
        let next: string | null = null;
        // Entries are never removed and new ones come last, so a position stays that of its picture.
        for (const label of labels.values()) {
          if (
            at >= from &&
            label.revision > after &&
            (category === undefined || label.category === category)
          ) {
            if (items.length >= limit) {
              next = String(at);
              break;
            }
            items.push(label);
          }
          at += 1;
        }
        return { items, next, revision: content.revision };
      }),

    update: (name, changesFor, undoAbove) => update(nameOf(name), changesFor, undoAbove),
    change: (name, changes) => update(nameOf(name), () => changes),

    touched: async (given, change) => {
      const name = nameOf(given);
      const revision = await inTurn(async () => (await load(name)).content.revision).catch(() => 0);
      onChange?.({ name, revision, change });
    },

    close: () => {
      isClosed = true;
      clearTimeout(timer);
      return inTurn(foldAll);
    },
  };
}

/** The categories of a set by their names. */
export const categoriesByName = ({
  categories,
}: Pick<SetContent, 'categories'>): ReadonlyMap<string, LabelCategory> =>
  new Map(categories.map((category) => [category.name, category]));
