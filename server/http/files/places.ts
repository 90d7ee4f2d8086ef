import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { messageOf, PatchbayError } from '../../../nodes/sdk/errors.ts';
import type { FolderListing } from '../../contract/http.ts';
import { fileMessage } from '../../contract/messages/files.ts';
import { uploadMessage } from '../../contract/messages/uploads.ts';
import { HttpError } from '../http-error.ts';
import { typeOfFile } from './contained.ts';
import { isPicture as isPictureType } from './file-type.ts';

/** The most folders, and the most files, in one listing. */
const MAX_LISTED = 500;
/** The most entries of a folder to read. */
const MAX_READ = 20_000;

/** Folders of this machine that clients can browse. */
export interface Places {
  /** The sample pictures of Patchbay. */
  readonly samples: string;
  /** The folder of uploads. */
  readonly uploads: string;
  /** The home folder of the user who runs this server; absent if workflows can read certain folders only. */
  readonly home?: string;
}

type Place = keyof Places;

/** The places and tools of a browser of folders. */
export interface BrowserOptions {
  readonly places: Places;
  /** Other folders that clients can browse; given if workflows can read certain folders only. */
  readonly further?: readonly string[];
  /** Makes the names by which clients request pictures. */
  readonly references: { of(path: string): string };
  /** Makes a path of a workflow absolute. @throws PatchbayError `file.forbidden` outside the places */
  readonly resolve: (path: string) => Promise<string>;
  /** An absolute path as workflows write it, so that they work on other machines where they can. */
  readonly written: (absolute: string) => string;
  /** Whether a file has the extension of a picture. */
  readonly isPicture: (name: string) => boolean;
}

function refused(error: unknown, path: string, confined: boolean): HttpError {
  if (error instanceof PatchbayError && /^file\.(forbidden|outside-(samples|uploads))$/.test(error.code))
    return new HttpError(403, confined ? messageOf(error) : uploadMessage('file.outside-places', { path }), {
      cause: error,
    });
  const { code } = error as NodeJS.ErrnoException;
  const isLocked = code === 'EACCES' || code === 'EPERM';
  return new HttpError(404, fileMessage(isLocked ? 'file.unreadable' : 'file.not-found', { path }), {
    cause: error,
  });
}

/** A name for comparing: case does not count, nor how a system writes letters with accents. */
const folded = (name: string) => name.normalize('NFC').toLowerCase();

/** Makes a function that lists folders. It lists only folders inside the places. Links are followed and checked. */
export function createBrowser(
  options: BrowserOptions,
): (path: string, find: string) => Promise<FolderListing> {
  const { places, references, isPicture, written } = options;
  const roots: readonly { readonly folder: string; readonly place?: Place }[] = [
    ...(Object.entries(places) as [Place, string | undefined][]).flatMap(([place, folder]) =>
      folder === undefined ? [] : [{ place, folder: resolve(folder) }],
    ),
    ...(options.further ?? []).map((folder) => ({ folder: resolve(folder) })),
  ];

  async function file(absolute: string): Promise<FolderListing['files'][number]> {
    const name = basename(absolute);
    const { size } = await stat(absolute).catch(() => ({ size: 0 }));
    // Most pictures are known by their names; the others by their first bytes.
    const picture = isPicture(name) || isPictureType(await typeOfFile(absolute).catch(() => ''));
    return { name, path: written(absolute), bytes: size, ...(picture && { ref: references.of(absolute) }) };
  }

  async function list(path: string, find: string): Promise<FolderListing> {
    const absolute = await options.resolve(path);
    const parent = roots.some(({ folder }) => folder === absolute) ? '' : written(dirname(absolute));
    const own = { path: written(absolute), parent };
    if ((await stat(absolute)).isFile())
      return { ...own, folders: [], files: [await file(absolute)], more: false };
    const wanted = folded(find);
    const entries: Dirent[] = await readdir(absolute, { withFileTypes: true });
    const shown = entries
      .slice(0, MAX_READ)
      .filter(({ name }) => !name.startsWith('.') && folded(name).includes(wanted))
      .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
    const folders = shown.filter((entry) => entry.isDirectory());
    const files = shown.filter((entry) => entry.isFile());
    return {
      ...own,
      folders: folders
        .slice(0, MAX_LISTED)
        .map(({ name }) => ({ name, path: written(join(absolute, name)) })),
      files: await Promise.all(files.slice(0, MAX_LISTED).map(({ name }) => file(join(absolute, name)))),
      more: entries.length > MAX_READ || folders.length > MAX_LISTED || files.length > MAX_LISTED,
    };
  }

  return async (path, find) => {
    if (path === '') {
      const folders = roots.map(({ place, folder }) => ({
        name: basename(folder),
        path: written(folder),
        ...(place && { place }),
      }));
      return { path: '', parent: null, folders, files: [], more: false };
    }
    try {
      return await list(path, find);
    } catch (error) {
      throw refused(error, path, options.further !== undefined);
    }
  };
}
