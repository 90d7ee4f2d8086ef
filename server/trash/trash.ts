import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import { trashMessage } from '../contract/messages/trash.ts';
import { TRASH_DAYS, type TrashEntry, type TrashKind, type TrashList } from '../contract/trash.ts';
import { lockOf, removeFetched } from '../hub/fetched.ts';
import { withLock } from '../runtime/files/lock.ts';
import { makeFolder } from '../runtime/files/make-folder.ts';
import type { RowSet, RowSets } from '../store/row-sets.ts';
import { RevisionConflict } from '../store/workflows.ts';
import { extentOf, newTrashId, type Stored, trashFolder } from './entries.ts';

/** What the trash uses of a journal. */
export interface TrashJournal {
  readonly rows: RowSets;
  readonly runs: { remove(id: string, durability: 'durable'): boolean };
  readonly workflows: { remove(id: string, revision: number): boolean };
  readonly assets: { remove(hash: string): void };
}

/** The trash of a data folder. It does one thing at a time. */
export interface Trash {
  /** Newest first. */
  list(): Promise<TrashList>;
  /** Moves a run that has ended into the trash. @returns undefined if there is none */
  addRun(id: string): Promise<TrashEntry | undefined>;
  /**
   * Moves a workflow into the trash. @returns undefined if there is none
   * @throws RevisionConflict if `revision` is given and not the current one
   */
  addWorkflow(id: string, revision?: number): Promise<TrashEntry | undefined>;
  /** Moves a folder of uploads into the trash. @throws PatchbayError `trash.in-use` */
  addUploads(name: string): Promise<TrashEntry>;
  /** Moves an uploaded file into the trash. @param name its name for people @throws PatchbayError `trash.in-use` */
  addAsset(hash: string, name: string): Promise<TrashEntry>;
  /** Moves a downloaded model into the trash. @throws PatchbayError `hub.not-fetched`, `hub.busy`, `hub.in-use` */
  addModel(id: string): Promise<TrashEntry>;
  /** Moves the file of a label set into the trash. @throws PatchbayError `trash.in-use` */
  addLabels(name: string): Promise<TrashEntry>;
  /** Moves the folder of a collection into the trash. @throws PatchbayError `trash.in-use` */
  addCollection(name: string, folder: string): Promise<TrashEntry>;
  /**
   * Puts an entry back to where it was.
   * @throws PatchbayError `trash.not-found`, `trash.uploads-taken`, `trash.model-taken`, `trash.labels-taken`,
   * `trash.collection-taken`, `trash.record-taken`, `trash.in-use`
   */
  restore(id: string): Promise<TrashEntry>;
  /** Deletes an entry for good. @throws PatchbayError `trash.not-found` */
  purge(id: string): Promise<TrashEntry>;
  /** Deletes all entries for good, or those deleted before a time. @returns what went */
  empty(before?: Date): Promise<TrashList>;
  /** Finishes or undoes what a process left that ended in between. @returns the errors of entries that stay as they are */
  recover(): Promise<unknown[]>;
}

/** What is only in the journal, with files at most. */
type JournalKind = 'run' | 'workflow';

const DAY_MS = 24 * 60 * 60 * 1000;
const rowSetSchema = z.record(
  z.string(),
  z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
);

const isRecord = (kind: TrashKind): kind is JournalKind => kind === 'run' || kind === 'workflow';

const shown = ({ folder: _, ...entry }: Stored): TrashEntry => ({
  ...entry,
  expiresAt: new Date(Date.parse(entry.deletedAt) + TRASH_DAYS * DAY_MS).toISOString(),
});

const listed = (entries: readonly Stored[]): TrashList => ({
  items: entries.map(shown).reverse(),
  files: entries.reduce((sum, { files }) => sum + files, 0),
  bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
});

const notFound = (id: string) => new PatchbayError(trashMessage('trash.not-found', { id: id.slice(0, 80) }));

/** What is known of a run or workflow from its rows. */
export function factsOf(kind: JournalKind, rows: RowSet): Pick<Stored, 'title' | 'revisions' | 'createdAt'> {
  const main = rows[kind === 'run' ? 'runs' : 'workflows']?.[0];
  return {
    title: String(main?.name ?? ''),
    createdAt: new Date(Number(main?.created_at ?? 0)).toISOString(),
    ...(kind === 'workflow' && { revisions: rows.workflow_revisions?.length ?? 0 }),
  };
}

/**
 * Opens the trash of a data folder.
 *
 * Deleting: the entry is written, its files are moved, its rows are deleted. Restoring: the rows are written, the files are moved,
 * the entry is deleted. If a process ends in between, {@link Trash.recover} decides: a run or workflow whose rows are in the
 * journal was not deleted, so its files go back. In each step, the trash or the old place has everything.
 *
 * @param journal without it, the trash can only restore folders of uploads, models, label sets and collections
 */
export function openTrash(dataFolder: string, journal?: TrashJournal): Trash {
  const folder = trashFolder(dataFolder);
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
  const rowsOf = (): TrashJournal => {
    if (!journal) throw new Error('The trash was opened without a journal.');
    return journal;
  };

  async function described(
    place: Pick<Stored, 'kind' | 'key' | 'folder'>,
    facts: Pick<Stored, 'title' | 'revisions' | 'createdAt'>,
  ): Promise<Stored> {
    const now = Date.now();
    const extent = place.kind === 'workflow' ? { files: 0, bytes: 0 } : await extentOf(folder.home(place));
    return { id: newTrashId(now), ...place, ...facts, ...extent, deletedAt: new Date(now).toISOString() };
  }

  /** Undoes a deletion that failed. If that fails too, the next start tries it again. */
  async function undo(entry: Stored): Promise<void> {
    try {
      await folder.giveFiles(entry);
      await folder.remove(entry);
    } catch {}
  }

  /** Moves rows and files of a run or workflow. `remove` deletes the rows and says whether there were any. */
  async function addRecord(
    kind: JournalKind,
    id: string,
    remove: (rows: RowSet) => boolean,
  ): Promise<TrashEntry | undefined> {
    const rows = rowsOf().rows.read(kind, id);
    if (!rows) return undefined;
    const entry = await described({ kind, key: id, folder: id }, factsOf(kind, rows));
    let isRemoved: boolean;
    try {
      await folder.begin(entry, rows);
      if (kind === 'run') await folder.takeFiles(entry);
      isRemoved = remove(rows);
    } catch (error) {
      await undo(entry);
      throw error;
    }
    if (!isRemoved) {
      await undo(entry);
      return undefined;
    }
    await folder.finish(entry);
    return shown(entry);
  }

  async function addFolder(
    place: Pick<Stored, 'kind' | 'key' | 'folder'>,
    title: string,
  ): Promise<TrashEntry> {
    const entry = await described(place, { title });
    try {
      await folder.begin(entry);
      await folder.takeFiles(entry);
    } catch (error) {
      await undo(entry);
      throw error;
    }
    await folder.finish(entry);
    return shown(entry);
  }

  /** Runs work while no download changes a model. */
  const withModel = <T>(id: string, work: () => Promise<T>): Promise<T> => {
    const busy = () => {
      throw new PatchbayError(trashMessage('trash.model-taken', { name: id }));
    };
    return withLock(lockOf(dataFolder, id), new AbortController().signal, busy, work);
  };

  async function restoreFolder(entry: Stored): Promise<void> {
    const back = async () => {
      // Nothing to move means that another process has restored it.
      if ((await folder.kept(entry)) === undefined) {
        await folder.remove(entry);
        throw notFound(entry.id);
      }
      if (await folder.isTaken(entry)) throw takenError(entry);
      await folder.giveFiles(entry).catch((cause: NodeJS.ErrnoException) => {
        // An upload into a folder of this name began in the meantime.
        throw ['ENOTEMPTY', 'EEXIST'].includes(cause.code ?? '') ? takenError(entry, cause) : cause;
      });
    };
    if (entry.kind !== 'model') return back();
    await makeFolder(dirname(lockOf(dataFolder, entry.key)));
    await withModel(entry.key, back);
  }

  /** The rows of an entry. @throws PatchbayError `trash.unreadable` */
  async function keptRows(entry: Stored): Promise<RowSet> {
    const parsed = rowSetSchema.safeParse(await folder.rows(entry));
    if (parsed.success) return parsed.data;
    const name = entry.title || entry.key;
    throw new PatchbayError(trashMessage('trash.unreadable', { name, file: 'rows.json' }));
  }

  /** A file of the same hash in the old place is the same file, so it is never in the way. */
  async function restoreAsset(entry: Stored): Promise<void> {
    const rows = await keptRows(entry);
    if (!(await folder.isTaken(entry))) await folder.giveFiles(entry);
    // A picture that a run made has no record.
    rowsOf().rows.write('asset', entry.key, rows);
  }

  async function restoreRecord(entry: Stored, kind: JournalKind): Promise<void> {
    if (!rowsOf().rows.write(kind, entry.key, await keptRows(entry))) {
      // The run came back with an older copy of the journal. Its files are only here.
      const isMissing = (await folder.kept(entry)) !== undefined && !(await folder.isTaken(entry));
      if (!isMissing) throw takenError(entry);
      return folder.giveFiles(entry);
    }
    try {
      await folder.giveFiles(entry);
    } catch (error) {
      rowsOf().runs.remove(entry.key, 'durable');
      throw error;
    }
  }

  /** Finishes what began: an entry whose rows are in the journal, or whose files are not in the trash, is undone. */
  async function settle(entry: Stored): Promise<void> {
    const { kind, key } = entry;
    if (kind === 'asset') {
      if (await folder.isTaken(entry)) {
        await restoreAsset(entry);
        return folder.remove(entry);
      }
      rowsOf().assets.remove(key);
      return folder.finish(entry);
    }
    const isHome = isRecord(kind) ? rowsOf().rows.has(kind, key) : (await folder.kept(entry)) === undefined;
    if (!isHome) return folder.finish(entry);
    await folder.giveFiles(entry);
    await folder.remove(entry);
  }

  return {
    list: async () => listed(await folder.list()),

    addRun: (id) => inTurn(() => addRecord('run', id, () => rowsOf().runs.remove(id, 'durable'))),

    addWorkflow: (id, revision) =>
      inTurn(async () => {
        for (;;) {
          try {
            return await addRecord('workflow', id, (rows) => {
              const current = Number(rows.workflows?.[0]?.revision);
              return rowsOf().workflows.remove(id, revision ?? current);
            });
          } catch (error) {
            // Someone saved while the entry was written. The trash must get that version too.
            if (!(error instanceof RevisionConflict) || revision !== undefined) throw error;
          }
        }
      }),

    addUploads: (name) => inTurn(() => addFolder({ kind: 'uploads', key: name, folder: name }, name)),

    addLabels: (name) => inTurn(() => addFolder({ kind: 'labels', key: name, folder: `${name}.json` }, name)),

    addCollection: (name, folder) => inTurn(() => addFolder({ kind: 'collection', key: name, folder }, name)),

    addAsset: (hash, name) =>
      inTurn(async () => {
        const rows = rowsOf().rows.read('asset', hash) ?? {};
        const entry = await described({ kind: 'asset', key: hash, folder: hash }, { title: name });
        try {
          await folder.begin(entry, rows);
          await folder.takeFiles(entry);
          rowsOf().assets.remove(hash);
        } catch (error) {
          await undo(entry);
          throw error;
        }
        await folder.finish(entry);
        return shown(entry);
      }),

    addModel: (id) =>
      inTurn(async () => {
        let entry: TrashEntry | undefined;
        await removeFetched(dataFolder, id, async (model) => {
          const place = { kind: 'model', key: id, folder: basename(model.folder) } as const;
          entry = await addFolder(place, model.manifest.title);
        });
        if (!entry) throw new Error('The model was not moved.');
        return entry;
      }),

    restore: (id) =>
      inTurn(async () => {
        const entry = await folder.find(id);
        if (!entry || !(await folder.claim(entry))) throw notFound(id);
        try {
          if (isRecord(entry.kind)) await restoreRecord(entry, entry.kind);
          else if (entry.kind === 'asset') await restoreAsset(entry);
          else await restoreFolder(entry);
        } catch (error) {
          await folder.finish(entry).catch(() => undefined);
          throw error;
        }
        await folder.remove(entry);
        return shown(entry);
      }),

    purge: (id) =>
      inTurn(async () => {
        const entry = await folder.find(id);
        if (!entry || !(await folder.claim(entry))) throw notFound(id);
        await folder.remove(entry);
        return shown(entry);
      }),

    empty: (before) =>
      inTurn(async () => {
        const gone: Stored[] = [];
        for (const entry of await folder.list()) {
          if (before && Date.parse(entry.deletedAt) >= before.getTime()) continue;
          if (!(await folder.claim(entry))) continue;
          await folder.remove(entry);
          gone.push(entry);
        }
        return listed(gone);
      }),

    recover: () =>
      inTurn(async () => {
        const errors: unknown[] = [];
        for (const entry of await folder.unfinished()) {
          if ((isRecord(entry.kind) || entry.kind === 'asset') && !journal) continue;
          await settle(entry).catch((error) => errors.push(error));
        }
        await folder.sweep().catch((error) => errors.push(error));
        return errors;
      }),
  };
}

/** The error for an entry whose old place is taken. */
function takenError({ kind, key, title }: Stored, cause?: unknown): PatchbayError {
  const name = title || key;
  if (kind === 'uploads') return new PatchbayError(trashMessage('trash.uploads-taken', { name }), { cause });
  if (kind === 'model') return new PatchbayError(trashMessage('trash.model-taken', { name }), { cause });
  if (kind === 'labels') return new PatchbayError(trashMessage('trash.labels-taken', { name }), { cause });
  if (kind === 'collection')
    return new PatchbayError(trashMessage('trash.collection-taken', { name }), { cause });
  return new PatchbayError(trashMessage('trash.record-taken', { name }), { cause });
}
