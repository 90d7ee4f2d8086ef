import { constants, type Dirent } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { HttpError } from '../http-error.ts';
import { fileType, SIGNATURE_BYTES } from './file-type.ts';

/** Most files of a run that are listed. */
const MAX_LISTED = 1000;

const gone = () => new HttpError(404, { code: 'file.not-found', message: 'There is no such file.' });

/** Names that mean something to some file system: devices, streams, drives, other separators. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not get in.
const STRANGE = /[\u0000-\u001f\\:*?"<>|]|^\.|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Whether a name is one that every file system takes as just a name. */
export function isPlainName(name: string): boolean {
  return name !== '' && name.length <= 200 && !STRANGE.test(name);
}

/**
 * The real path of a regular file inside a folder, links followed and checked.
 * @throws HttpError 404 for anything else; it does not say whether something is there.
 */
export async function containedFile(folder: string, path: string): Promise<string> {
  const parts = path.split('/');
  if (parts.some((part) => part === '' || STRANGE.test(part))) throw gone();
  try {
    const root = await realpath(folder);
    const real = await realpath(join(root, ...parts));
    const way = relative(root, real);
    if (way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) throw gone();
    if (!(await stat(real)).isFile()) throw gone();
    return real;
  } catch (cause) {
    throw cause instanceof HttpError ? cause : gone();
  }
}

/** The files below a folder, by relative path with forward slashes; none when there is no such folder. */
export async function filesBelow(folder: string): Promise<{ path: string; bytes: number }[]> {
  const files: { path: string; bytes: number }[] = [];
  const open: string[] = [''];
  for (let at = open.shift(); at !== undefined && files.length < MAX_LISTED; at = open.shift()) {
    const entries: Dirent[] = await readdir(join(folder, at), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile() && !entry.name.startsWith('.') && files.length < MAX_LISTED)
        files.push({ path, bytes: (await stat(join(folder, path)).catch(() => ({ size: 0 }))).size });
    }
  }
  return files;
}

/** The type of a file on disk, by its first bytes. */
export async function typeOfFile(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SIGNATURE_BYTES), 0, SIGNATURE_BYTES, 0);
    return fileType(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
