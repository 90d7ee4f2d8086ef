import { randomBytes } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { lstat, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import { trashMessage } from '../contract/messages/trash.ts';
import { trashKindSchema } from '../contract/trash.ts';
import { writeFileAtomic } from '../runtime/files/atomic.ts';
import { makeFolder } from '../runtime/files/make-folder.ts';
import { readRegular } from '../runtime/files/regular-file.ts';

/** The description of an entry of the trash, as its folder holds it. */
const storedSchema = z.object({
  id: z.string().regex(/^[0-9a-z]{16,40}$/),
  kind: trashKindSchema,
  key: z.string(),
  /** The name of the folder with the files, or of the file, below `outputs`, `files`, `assets`, `models`, `labels` or `collections`. */
  folder: z
    .string()
    .regex(/^[^/\\]+$/)
    .refine((name) => name !== '.' && name !== '..'),
  title: z.string(),
  files: z.int().min(0),
  bytes: z.int().min(0),
  revisions: z.int().min(0).optional(),
  createdAt: z.string().optional(),
  deletedAt: z.iso.datetime(),
});
/** The description of an entry of the trash. */
export type Stored = z.infer<typeof storedSchema>;

/** Where the files of each kind are, below the data folder. A workflow has none. */
const PLACES = {
  run: 'outputs',
  workflow: 'outputs',
  uploads: 'files',
  asset: 'assets',
  model: 'models',
  labels: 'labels',
  collection: 'collections',
} as const;

/** An entry that is in the trash. */
const DONE = 'entry.json';
/** An entry on its way into the trash or out of it. */
const MOVING = 'moving.json';
const ROWS = 'rows.json';
const FILES = 'files';
/** Entries that are being deleted for good. */
const GONE = '.gone-';
/** The trash of a folder that is on another disk than the data folder. Programs pass over folders of this name. */
const BESIDE = '.Trash';

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? '';
const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Counts the files below a folder, or one file, and adds up their sizes in bytes. A link counts as a file without bytes. */
export async function extentOf(folder: string): Promise<{ files: number; bytes: number }> {
  const found = await lstat(folder).catch(() => undefined);
  if (found?.isFile()) return { files: 1, bytes: found.size };
  let files = 0;
  let bytes = 0;
  const open = [folder];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const entries: Dirent[] = await readdir(at, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) open.push(path);
      else {
        files += 1;
        if (entry.isFile()) bytes += (await lstat(path).catch(() => ({ size: 0 }))).size;
      }
    }
  }
  return { files, bytes };
}

/** A new id: the time, so that ids sort by age, and random letters. */
export const newTrashId = (now: number): string =>
  now.toString(36).padStart(9, '0') + randomBytes(8).toString('hex');

/**
 * The folders of the trash. An entry is a folder with its description, rows of the journal and files. Its description is called
 * `moving.json` until everything is in place, so that a process that ends in between leaves a trace of what it was doing.
 */
export function trashFolder(dataFolder: string) {
  const root = join(dataFolder, 'trash');
  const own = (id: string) => join(root, id);
  const home = ({ kind, folder }: Pick<Stored, 'kind' | 'folder'>) =>
    join(dataFolder, PLACES[kind], ...(kind === 'asset' ? [folder.slice(0, 2)] : []), folder);
  const beside = (entry: Stored) => join(dirname(home(entry)), BESIDE, entry.id);

  async function read(id: string, name: string): Promise<Stored | undefined> {
    if (!/^(\.gone-)?[0-9a-z]+$/.test(id)) return undefined;
    try {
      const entry = storedSchema.parse(JSON.parse(await readRegular(join(own(id), name), 'utf8')));
      return id.endsWith(entry.id) ? entry : undefined;
    } catch {
      return undefined;
    }
  }

  /** Where the files of an entry are while they are in the trash; undefined if none are. */
  async function kept(entry: Stored): Promise<string | undefined> {
    for (const path of [join(own(entry.id), FILES), beside(entry)]) if (await isThere(path)) return path;
    return undefined;
  }

  /** A folder in use on Windows, or one without permission, cannot be moved. */
  const explained = (entry: Stored) => (cause: unknown) => {
    const reason = codeOf(cause);
    if (!['EPERM', 'EBUSY', 'EACCES'].includes(reason)) throw cause;
    throw new PatchbayError(trashMessage('trash.in-use', { name: entry.title || entry.key, reason }), {
      cause,
    });
  };

  /** Deletes an entry whose folder has the name of those that go, with the files that it has on another disk. */
  async function removeGone(id: string): Promise<void> {
    const gone = GONE + id;
    const entry = (await read(gone, MOVING)) ?? (await read(gone, DONE));
    if (entry) {
      await rm(beside(entry), { recursive: true, force: true });
      await rmdir(dirname(beside(entry))).catch(() => undefined);
    }
    await rm(own(gone), { recursive: true, force: true });
  }

  /** Deletes an entry. Its new name comes first: a process that ends while files are deleted must not leave half an entry. */
  async function remove(id: string): Promise<void> {
    await rename(own(id), own(GONE + id)).catch((error) => {
      if (codeOf(error) !== 'ENOENT') throw error;
    });
    await removeGone(id);
  }

  async function ids(): Promise<string[]> {
    return (await readdir(root).catch(() => [] as string[])).sort();
  }

  async function all(name: string): Promise<Stored[]> {
    const entries = (await ids()).filter((id) => !id.startsWith(GONE));
    return (await Promise.all(entries.map((id) => read(id, name)))).flatMap((entry) => entry ?? []);
  }

  return {
    home,
    kept,

    /** The entries in the trash, oldest first. */
    list: () => all(DONE),
    find: (id: string) => read(id, DONE),

    /** The entries that are on their way because a process ended. */
    unfinished: () => all(MOVING),

    /** Writes an entry that is on its way into the trash. */
    async begin(entry: Stored, rows?: unknown): Promise<void> {
      if (rows !== undefined)
        await writeFileAtomic(join(own(entry.id), ROWS), Buffer.from(JSON.stringify(rows)));
      await writeFileAtomic(join(own(entry.id), MOVING), Buffer.from(JSON.stringify(entry)));
    },

    /** Whether something is in the place that the files of an entry had. An empty folder there is deleted. */
    async isTaken(entry: Stored): Promise<boolean> {
      await rmdir(home(entry)).catch(() => undefined);
      return isThere(home(entry));
    },

    /** Moves the files of an entry into the trash, if it has any. @throws PatchbayError `trash.in-use` */
    async takeFiles(entry: Stored): Promise<void> {
      const from = home(entry);
      if (!(await isThere(from))) return;
      try {
        await rename(from, join(own(entry.id), FILES));
      } catch (error) {
        if (codeOf(error) !== 'EXDEV') return explained(entry)(error);
        // On another disk a rename needs a folder there. A copy could take long and fill the disk of the data folder.
        await makeFolder(dirname(beside(entry)));
        await rename(from, beside(entry)).catch(explained(entry));
      }
    },

    /** Moves the files of an entry back to where they were, if the trash has them. @throws PatchbayError `trash.in-use` */
    async giveFiles(entry: Stored): Promise<void> {
      const from = await kept(entry);
      if (from === undefined) return;
      await makeFolder(dirname(home(entry)));
      await rename(from, home(entry)).catch(explained(entry));
      if (basename(dirname(from)) === BESIDE) await rmdir(dirname(from)).catch(() => undefined);
    },

    /** Marks an entry as in the trash. */
    finish: ({ id }: Stored) => rename(join(own(id), MOVING), join(own(id), DONE)),

    /** Marks an entry as on its way out. Only one process can. @returns whether this one did */
    claim: ({ id }: Stored): Promise<boolean> =>
      rename(join(own(id), DONE), join(own(id), MOVING)).then(
        () => true,
        (error) => {
          if (codeOf(error) === 'ENOENT') return false;
          throw error;
        },
      ),

    /** The rows of an entry. @throws PatchbayError `trash.unreadable` */
    async rows(entry: Stored): Promise<unknown> {
      try {
        return JSON.parse(await readRegular(join(own(entry.id), ROWS), 'utf8'));
      } catch (cause) {
        throw new PatchbayError(
          trashMessage('trash.unreadable', { name: entry.title || entry.key, file: ROWS }),
          { cause },
        );
      }
    },

    /** Deletes an entry with everything that the trash has of it. */
    remove: ({ id }: Stored) => remove(id),

    /** Deletes what processes left that ended while they deleted an entry or began one. */
    async sweep(): Promise<void> {
      for (const id of await ids()) {
        if (id.startsWith(GONE)) await removeGone(id.slice(GONE.length));
        else if (
          !(await isThere(join(own(id), DONE))) &&
          !(await isThere(join(own(id), MOVING))) &&
          !(await isThere(join(own(id), FILES)))
        )
          await remove(id);
      }
    },
  };
}

/** The folders of the trash. */
export type TrashFolder = ReturnType<typeof trashFolder>;
