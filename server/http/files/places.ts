import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import type { FolderMessage } from '../../protocol.ts';
import { HttpError } from '../http-error.ts';

/** Most folders, and most files, of one listing. */
const MAX_LISTED = 500;
/** Most entries of a folder that are looked at before it is called too large. */
const MAX_READ = 20_000;
const SAMPLE = 'sample:';

/** Folders of this machine that callers may look into. */
export interface Places {
  /** What ships. */
  readonly samples: string;
  /** Where uploads go. */
  readonly uploads: string;
  /** Of the person who runs this server; absent where workflows may not read everything. */
  readonly home?: string;
}

type Place = keyof Places;

/** What a browser looks with. */
export interface BrowserOptions {
  readonly places: Places;
  /** Other folders that may be looked into; given where workflows may read nothing besides. */
  readonly further?: readonly string[];
  /** Names pictures, so that they can be asked for. */
  readonly references: { of(path: string): string };
  /** The absolute path of what a workflow would write. @throws PatchbayError `file.forbidden` outside of the places. */
  readonly resolve: (path: string) => Promise<string>;
  /** Whether a file is called as a picture that is read. */
  readonly isPicture: (name: string) => boolean;
}

function refused(error: unknown, path: string, confined: boolean): HttpError {
  if (error instanceof PatchbayError && ['file.forbidden', 'file.outside-samples'].includes(error.code))
    return new HttpError(403, {
      code: 'file.forbidden',
      message: confined
        ? error.message
        : `"${path}" is outside the folders that can be looked into. Its path can still be typed.`,
    });
  const { code } = error as NodeJS.ErrnoException;
  const why = code === 'EACCES' || code === 'EPERM' ? 'may not be read' : 'is not there';
  return new HttpError(404, { code: 'file.not-found', message: `"${path}" ${why}.` }, { cause: error });
}

/** Lists folders inside the places and nothing else, links followed and checked. */
export function createBrowser(options: BrowserOptions): (path: string) => Promise<FolderMessage> {
  const { places, references, isPicture } = options;
  const roots: readonly { readonly folder: string; readonly place?: Place }[] = [
    ...(Object.entries(places) as [Place, string | undefined][]).flatMap(([place, folder]) =>
      folder === undefined ? [] : [{ place, folder: resolve(folder) }],
    ),
    ...(options.further ?? []).map((folder) => ({ folder: resolve(folder) })),
  ];
  /** The samples are named so that workflows stay good elsewhere; all else is absolute. */
  const written = (absolute: string) => {
    const way = relative(places.samples, absolute);
    const outside = way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
    return outside ? absolute : `${SAMPLE}${way.replaceAll(sep, '/')}`;
  };

  async function file(absolute: string): Promise<FolderMessage['files'][number]> {
    const name = basename(absolute);
    const { size } = await stat(absolute).catch(() => ({ size: 0 }));
    const picture = isPicture(name);
    return { name, path: written(absolute), bytes: size, ...(picture && { ref: references.of(absolute) }) };
  }

  async function list(path: string): Promise<FolderMessage> {
    const absolute = await options.resolve(path);
    const parent = roots.some(({ folder }) => folder === absolute) ? '' : written(dirname(absolute));
    const own = { path: written(absolute), parent };
    if ((await stat(absolute)).isFile())
      return { ...own, folders: [], files: [await file(absolute)], more: false };
    const entries: Dirent[] = await readdir(absolute, { withFileTypes: true });
    const shown = entries
      .slice(0, MAX_READ)
      .filter(({ name }) => !name.startsWith('.'))
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

  return async (path) => {
    if (path === '') {
      const folders = roots.map(({ place, folder }) => ({
        name: basename(folder),
        path: written(folder),
        ...(place && { place }),
      }));
      return { path: '', parent: null, folders, files: [], more: false };
    }
    try {
      return await list(path);
    } catch (error) {
      throw refused(error, path, options.further !== undefined);
    }
  };
}
